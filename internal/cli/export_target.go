package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// incompleteSuffix marks snapshots that lack something that an earlier one of
// the same name had.
const incompleteSuffix = ".incomplete"

// newSuffix marks snapshots that do not replace one of the same name that
// somebody edited.
const newSuffix = ".new"

// target is where an export goes: stdout, or a file that may hold an earlier
// snapshot.
type target struct {
	file string // as the user named it, "" for stdout
	places
	old             *previous // nil if there is nothing to lose
	allowIncomplete bool
	overwrite       bool
}

// previous is the snapshot that a file holds.
type previous struct {
	*snapshot.Document
	text  []byte
	wrong error // the errors in it, nil if it was read without any
}

// newTarget looks at the target before anything is read: a file that is no
// snapshot is not replaced, and one that cannot be written to, or that is to hold
// the secrets, too, is found now.
func newTarget(p places, opts exportOptions) (*target, error) {
	if err := p.secretsTarget(opts.SecretsOut); err != nil {
		return nil, err
	}
	if opts.Output == "" || opts.Output == stdio {
		return &target{}, nil
	}
	if opts.SecretsOut != "" && (p.abs(opts.SecretsOut) == p.abs(opts.Output) || p.sameFile(opts.SecretsOut, opts.Output)) {
		return nil, inputf("name different files", "%s is to hold two things", opts.Output)
	}
	t := &target{file: opts.Output, places: p, allowIncomplete: opts.AllowIncomplete, overwrite: opts.Overwrite}
	info, err := p.target(t.file)
	if err != nil || info != nil && !info.Mode().IsRegular() {
		return t, err
	}
	if info == nil || info.Size() == 0 {
		return t, nil
	}
	t.old, err = earlier(p, t.file, opts.Version)
	return t, err
}

// earlier returns the snapshot in a file that another one is to replace, nil if
// there is nothing in it or no such file. What is no snapshot of the same version
// of the API ("" = the current one) is not replaced.
func earlier(p places, file, version string) (*previous, error) {
	data, err := os.ReadFile(p.abs(file))
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(bytes.TrimSpace(data)) == 0:
		return nil, nil
	case err != nil:
		return nil, inputf("", "cannot read %s: %s", file, err)
	}
	doc, findings := snapshot.Decode(data, file)
	if doc == nil || !doc.Versioned {
		return nil, notReplaced(file, "snapshot")
	}
	if have, want := cmp.Or(doc.APIVersion, resource.APIVersion), cmp.Or(version, resource.APIVersion); have != want {
		return nil, inputf("choose another name, or move that file away", "%s is a snapshot of version %s of the API: it is not replaced by one of %s", file, have, want)
	}
	return &previous{doc, data, findings.Err()}, nil
}

// notReplaced refuses to write over a file that is not what would be written.
func notReplaced(file, what string) error {
	return inputf("choose another name, or move that file away", "%s exists and is no %s: it is not replaced", file, what)
}

// write puts the snapshot where it belongs and notes where that is; secrets that
// the license reveals go to their file first.
func (t *target) write(r *exported, live *resource.License, opts exportOptions, keep func(secrets map[string]string) error) error {
	out, err := t.compose(r, live, snapshot.EncodeOptions{NoNames: opts.NoNames, Digest: live.Version == ""})
	if err != nil {
		return err
	}
	if err := keep(out.License.Secrets); err != nil {
		return err
	}
	if t.file == "" {
		r.Snapshot = string(out.Data)
		return nil
	}
	for _, n := range out.Notices {
		r.Notices = append(r.Notices, r.File+": "+n.String())
	}
	if err := t.asRead(r.File); err != nil {
		return err
	}
	return t.places.write(r.File, out.Data)
}

// asRead refuses to replace the file if somebody saved it while the license was
// read.
func (t *target) asRead(file string) error {
	if t.old == nil || file != t.file {
		return nil
	}
	if now, err := os.ReadFile(t.abs(t.file)); err != nil || !bytes.Equal(now, t.old.text) {
		return inputf("run the same command again", "%s was changed while the license was read: it is not replaced", t.file)
	}
	return nil
}

// compose decides which file is written and makes its text: of an earlier one
// all is kept that people wrote into it.
func (t *target) compose(r *exported, live *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	r.File = t.file
	if t.old != nil && !t.allowIncomplete {
		r.Lacks = snapshot.Lacks(t.old.License, live)
	}
	if t.old == nil || len(r.Lacks) > 0 || live.Version != "" {
		if len(r.Lacks) > 0 {
			r.File += incompleteSuffix
		}
		return afresh(live, o)
	}
	r.oldUnread = t.old.wrong != nil
	if r.Edits = t.old.edits(live); len(r.Edits) == 0 || t.overwrite {
		r.Edits = nil
		t.compare(r, live)
		return t.old.replaced(live, o)
	}
	r.File += newSuffix
	r.why, r.todo = t.old.why()
	if err := t.newReplaceable(); err != nil {
		return nil, err
	}
	if r.oldUnread {
		return afresh(live, o)
	}
	return t.old.replaced(live, o)
}

// replaced is the text of a snapshot that replaces another one.
func (old *previous) replaced(live *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	if old.wrong != nil {
		return snapshot.Splice(old.text, nil, live, o)
	}
	return snapshot.Splice(old.text, old.Document, live, o)
}

// afresh is the text of a snapshot that replaces nothing.
func afresh(l *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	var data bytes.Buffer
	if err := snapshot.Encode(&data, l, o); err != nil {
		return nil, fmt.Errorf("write the snapshot: %w", err)
	}
	return &snapshot.SpliceResult{Data: data.Bytes(), License: l}, nil
}

// compare notes what changed since the snapshot that is about to be replaced.
func (t *target) compare(r *exported, live *resource.License) {
	if r.oldUnread {
		return
	}
	var err error
	r.Since, err = compareEarlier(t.old.License, live)
	r.oldUnread = err != nil
}

// removeLeft removes what earlier exports left beside the file because it lacked
// something or had been edited, once the file holds an export that lacks nothing.
func (t *target) removeLeft(tell *terminal, r *exported) {
	if t.file == "" || r.File != t.file {
		return
	}
	if r.Complete {
		t.remove(tell, t.file+incompleteSuffix)
	}
	if doc, text := t.beside(); doc != nil && doc.CheckDigest(text) == snapshot.Unedited {
		t.remove(tell, t.file+newSuffix)
	}
}

// remove removes a snapshot that an earlier export left.
func (t *target) remove(tell *terminal, name string) {
	data, err := os.ReadFile(t.abs(name))
	if err != nil {
		return // there is none
	}
	if doc, _ := snapshot.Decode(data, name); doc == nil || !doc.Versioned {
		return // not lcsync's
	}
	if err := os.Remove(t.abs(name)); err != nil {
		tell.noticef("%s of an earlier export could not be removed: %s", name, err)
		return
	}
	tell.noticef("removed %s of an earlier export", name)
}
