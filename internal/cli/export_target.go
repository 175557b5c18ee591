package cli

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"

	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// incompleteSuffix marks snapshots that lack something that an earlier one of
// the same name had.
const incompleteSuffix = ".incomplete"

// target is where an export goes: stdout, or a file that may hold an earlier
// snapshot.
type target struct {
	file string // as the user named it, "" for stdout
	places
	old             *snapshot.Document // nil if there is nothing to lose
	oldWhole        bool               // old was read without an error
	allowIncomplete bool
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
	t := &target{file: opts.Output, places: p, allowIncomplete: opts.AllowIncomplete}
	info, err := p.target(t.file)
	if err != nil || info != nil && !info.Mode().IsRegular() {
		return t, err
	}
	if info == nil || info.Size() == 0 {
		return t, nil
	}
	t.old, t.oldWhole, err = earlier(p, t.file, opts.Version)
	return t, err
}

// earlier returns the snapshot in a file that another one is to replace, nil if
// there is nothing in it or no such file, and whether it was read without an
// error. What is no snapshot of the same version of the API ("" = the current
// one) is not replaced.
func earlier(p places, file, version string) (old *snapshot.Document, whole bool, err error) {
	data, err := os.ReadFile(p.abs(file))
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(bytes.TrimSpace(data)) == 0:
		return nil, false, nil
	case err != nil:
		return nil, false, inputf("", "cannot read %s: %s", file, err)
	}
	old, findings := snapshot.Decode(data, file)
	if old == nil || !old.Versioned {
		return nil, false, notReplaced(file, "snapshot")
	}
	if have, want := cmp.Or(old.APIVersion, resource.APIVersion), cmp.Or(version, resource.APIVersion); have != want {
		return nil, false, inputf("choose another name, or move that file away", "%s is a snapshot of version %s of the API: it is not replaced by one of %s", file, have, want)
	}
	return old, findings.Errors() == 0, nil
}

// notReplaced refuses to write over a file that is not what would be written.
func notReplaced(file, what string) error {
	return inputf("choose another name, or move that file away", "%s exists and is no %s: it is not replaced", file, what)
}

// write puts the snapshot where it belongs and notes where that is.
func (t *target) write(r *exported, live *resource.License, data []byte) error {
	if t.file == "" {
		r.Snapshot = string(data)
		return nil
	}
	r.File = t.file
	if t.old != nil && !t.allowIncomplete {
		r.Lacks = snapshot.Lacks(t.old.License, live)
	}
	if len(r.Lacks) > 0 {
		r.File += incompleteSuffix
	} else if t.old != nil && live.Version == "" {
		t.compare(r, live)
	}
	return t.places.write(r.File, data)
}

// compare notes what changed since the snapshot that is about to be replaced.
func (t *target) compare(r *exported, live *resource.License) {
	var err error
	if t.oldWhole {
		r.Since, err = compareEarlier(t.old.License, live)
	}
	r.oldUnread = !t.oldWhole || err != nil
}

// removeIncomplete removes what an earlier export left beside the file because
// it lacked something, once the file holds an export that lacks nothing.
func (t *target) removeIncomplete(tell *terminal, r *exported) {
	if t.file == "" || !r.Complete || len(r.Lacks) > 0 {
		return
	}
	name := t.file + incompleteSuffix
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
