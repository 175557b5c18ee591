package snapshots

import (
	"bytes"
	"cmp"
	"fmt"
	"os"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/files"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// incompleteSuffix is the suffix of a snapshot that lacks something that FILE
// has.
const incompleteSuffix = ".incomplete"

// newSuffix is the suffix of a snapshot that does not replace FILE because FILE
// was edited.
const newSuffix = ".new"

// target is the output of an export: stdout, or a file that may hold a previous
// snapshot.
type target struct {
	file string // as the user named it, "" for stdout
	session.Places
	old             *previous // nil if the file is new or empty
	allowIncomplete bool
	overwrite       bool
}

// previous is the snapshot that the file holds before the export.
type previous struct {
	*snapshot.Document
	text   []byte
	wrong  error // its errors, nil if there are none
	broken bool  // it is no YAML any more, so that nothing of it could be read
}

// newTarget checks the target before the license is read. It refuses a file
// that is not a snapshot, that cannot be written, or that is also the file for
// secrets.
func newTarget(p session.Places, opts ExportOptions) (*target, error) {
	if err := secretsTarget(p, opts.SecretsOut); err != nil {
		return nil, err
	}
	if opts.Output == "" || opts.Output == session.Stdio {
		return &target{}, nil
	}
	if opts.SecretsOut != "" && (p.Abs(opts.SecretsOut) == p.Abs(opts.Output) || p.SameFile(opts.SecretsOut, opts.Output)) {
		return nil, session.Inputf("name different files", "%s is named for two outputs", opts.Output)
	}
	t := &target{file: opts.Output, Places: p, allowIncomplete: opts.AllowIncomplete, overwrite: opts.Overwrite}
	info, err := p.Target(t.file)
	if err != nil || info != nil && !info.Mode().IsRegular() {
		return t, err
	}
	if info == nil || info.Size() == 0 {
		return t, nil
	}
	t.old, err = earlier(p, t.file, opts.Version)
	return t, err
}

// earlier returns the snapshot in a file that is to be replaced, nil if the
// file does not exist or is empty. It refuses a file that is not a snapshot of
// the same API version ("" is the current one).
func earlier(p session.Places, file, version string) (*previous, error) {
	data, err := p.Existing(file)
	if err != nil {
		return nil, session.Inputf("", "cannot read %s: %s", file, files.Cause(err))
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	doc, findings := snapshot.Decode(data, file)
	if doc == nil && snapshot.Begins(data) {
		return &previous{&snapshot.Document{Name: file, License: &resource.License{}}, data, findings.Err(), true}, nil
	}
	if doc == nil || !doc.Versioned {
		return nil, NotReplaced(file, "snapshot")
	}
	if have, want := cmp.Or(doc.APIVersion, resource.APIVersion), cmp.Or(version, resource.APIVersion); have != want {
		return nil, session.Inputf("choose another name, or move that file away", "%s is a snapshot of API version %s: it is not replaced by one of %s", file, have, want)
	}
	return &previous{doc, data, findings.Err(), false}, nil
}

// NotReplaced is the error if an existing file is not of the type to be
// written.
func NotReplaced(file, what string) error {
	return session.Inputf("choose another name, or move that file away", "%s exists and is not a %s: it is not replaced", file, what)
}

// write writes the snapshot and notes its file in r. Before that, keep stores
// the secrets that the license revealed.
func (t *target) write(r *exportResult, live *resource.License, opts ExportOptions, keep func(secrets map[string]string) error) error {
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
	return t.Places.Write(r.File, out.Data)
}

// asRead refuses to replace the file if it changed while the license was read.
func (t *target) asRead(file string) error {
	if t.old == nil || file != t.file {
		return nil
	}
	if now, err := os.ReadFile(t.Abs(t.file)); err != nil || !bytes.Equal(now, t.old.text) {
		return session.Inputf("run the same command again", "%s changed while the license was read: it is not replaced", t.file)
	}
	return nil
}

// compose decides which file to write and makes its text. The text keeps what
// people wrote into the previous snapshot.
func (t *target) compose(r *exportResult, live *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	r.File = t.file
	if t.old != nil && !t.overwrite && diff.OtherLicense(live, t.old.License) {
		if err := t.asNew(r, []string{t.old.whose(live)}, "is of another license: ", "export to another file"); err != nil {
			return nil, err
		}
		return afresh(live, o)
	}
	if t.old != nil && !t.allowIncomplete {
		r.Lacks = snapshot.Lacks(t.old.License, live)
	}
	if t.old == nil || len(r.Lacks) > 0 || live.Version != "" {
		if len(r.Lacks) > 0 {
			r.File += incompleteSuffix
		}
		return afresh(live, o)
	}
	if t.old.wrong != nil {
		r.unknown = "the previous export could not be read"
	}
	edits := t.old.edits(live)
	if len(edits) == 0 || t.overwrite {
		t.compare(r, live)
		return t.old.replaced(live, o)
	}
	why, todo := t.old.why()
	if err := t.asNew(r, edits, why, todo); err != nil {
		return nil, err
	}
	if t.old.wrong != nil {
		return afresh(live, o)
	}
	return t.old.replaced(live, o)
}

// asNew has the export go to FILE.new, and says why FILE is not replaced.
func (t *target) asNew(r *exportResult, edits []string, why, todo string) error {
	r.File, r.Edits, r.why, r.todo = t.file+newSuffix, edits, why, todo
	return t.newReplaceable()
}

// replaced makes the text of a snapshot that replaces the previous one.
func (old *previous) replaced(live *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	if old.wrong != nil {
		return snapshot.Splice(old.text, nil, live, o)
	}
	return snapshot.Splice(old.text, old.Document, live, o)
}

// afresh makes the text of a snapshot without a previous one.
func afresh(l *resource.License, o snapshot.EncodeOptions) (*snapshot.SpliceResult, error) {
	var data bytes.Buffer
	if err := snapshot.Encode(&data, l, o); err != nil {
		return nil, fmt.Errorf("write the snapshot: %w", err)
	}
	return &snapshot.SpliceResult{Data: data.Bytes(), License: l}, nil
}

// compare notes what changed since the previous snapshot.
func (t *target) compare(r *exportResult, live *resource.License) {
	if r.unknown != "" {
		return
	}
	var err error
	if r.Since, err = compareEarlier(t.old.License, live); err != nil {
		r.unknown = err.Error()
	}
}

// removeLeft removes FILE.incomplete and FILE.new of earlier exports, once FILE
// holds the new export.
func (t *target) removeLeft(tell *session.Console, r *exportResult) {
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

// remove removes a snapshot of an earlier export.
func (t *target) remove(tell *session.Console, name string) {
	data, err := os.ReadFile(t.Abs(name))
	if err != nil {
		return // no such file
	}
	if doc, _ := snapshot.Decode(data, name); doc == nil || !doc.Versioned {
		return // not a snapshot
	}
	if err := os.Remove(t.Abs(name)); err != nil {
		tell.Noticef("cannot remove %s of an earlier export: %s", name, err)
		return
	}
	tell.Noticef("removed %s of an earlier export", name)
}
