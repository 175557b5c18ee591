package snapshots

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// edits lists the differences between an edited snapshot and the license. It is
// nil if an export may replace the snapshot without losing edits. lcsync cannot
// tell edits of the file from changes of the license, so the list has both.
func (old *previous) edits(live *resource.License) []string {
	if old.wrong != nil {
		return []string{firstLine(old.wrong.Error())}
	}
	if old.CheckDigest(old.text) == snapshot.Unedited {
		return nil
	}
	plan, err := diff.Compute(live, comparable(old.License, live), diff.Options{Match: diff.ByID, Prune: true,
		CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true})
	if err != nil {
		return []string{"something that cannot be compared: " + firstLine(err.Error())}
	}
	return differences(plan)
}

// why says why a snapshot counts as edited, and what to do.
func (old *previous) why() (why, todo string) {
	switch {
	case old.wrong != nil:
		return "has errors, so edits cannot be recognised: ", "correct it"
	case old.CheckDigest(old.text) == snapshot.NoDigest:
		return "has no digest to recognise edits by, and differs from the license in ", "apply it"
	}
	return "was edited and differs from the license in ", "apply it"
}

// whose says how one knows that the snapshot is not of the license.
func (old *previous) whose(live *resource.License) string {
	if old.License.Owner != "" && live.Owner != "" && !strings.EqualFold(old.License.Owner, live.Owner) {
		return "that of " + old.License.Owner + ", not of " + live.Owner
	}
	return "nothing that has a fixed id is in both"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// comparable returns a license without the kinds that another one does not have.
func comparable(l, other *resource.License) *resource.License {
	out := l.Clone()
	for _, k := range l.Kinds() {
		if !other.Has(k.Name) {
			out.Remove(k.Name)
		}
	}
	return out
}

// onlyLive marks objects that the file does not have.
const onlyLive = "only in the license"

// differences names the objects of a plan, each with its fields. It leaves out
// fields that nobody can change.
func differences(plan *diff.Plan) []string {
	var out []string
	fields := map[string][]string{} // by the names in out
	note := func(kind, key string, what ...string) {
		who := resource.Lookup(kind).Singular + " " + resource.Quote(key)
		if fields[who] == nil {
			out = append(out, who)
		}
		for _, w := range what {
			if !slices.Contains(fields[who], w) {
				fields[who] = append(fields[who], w)
			}
		}
	}
	for _, ch := range plan.Changes {
		switch ch.Action {
		case diff.Create:
			note(ch.Kind, ch.Key, "not in the license")
		case diff.Delete:
			note(ch.Kind, ch.Key, onlyLive)
		default:
			what := []string{}
			for _, f := range ch.Fields {
				what = append(what, f.Root())
			}
			if len(what) == 0 {
				what = []string{"position"}
			}
			note(ch.Kind, ch.Key, what...)
		}
	}
	for _, u := range plan.Unmanaged {
		note(u.Kind, u.Key, onlyLive)
	}
	for i, who := range out {
		out[i] = who + " (" + strings.Join(fields[who], ", ") + ")"
	}
	for _, s := range plan.Skipped {
		out = append(out, strings.TrimSuffix(s.Kind+"/"+s.Key, "/")+" (cannot be compared)")
	}
	return out
}

// namedEdits is how many edits a message names.
const namedEdits = 4

// editsText says why a file was not replaced.
func (r *exportResult) editsText() string {
	old := strings.TrimSuffix(r.File, newSuffix)
	what := strings.Join(r.Edits[:min(namedEdits, len(r.Edits))], ", ")
	if more := len(r.Edits) - namedEdits; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	todo := r.todo
	if slices.ContainsFunc(r.Edits, func(e string) bool { return strings.HasSuffix(e, "("+onlyLive+")") }) {
		todo += " (with --prune to delete what is only in the license)"
	}
	return fmt.Sprintf("kept %s: it %s%s; %s, or replace it with --overwrite", old, r.why, what, todo)
}

// beside returns FILE.new, which an earlier export wrote because FILE was
// edited. It is nil if there is none.
func (t *target) beside() (*snapshot.Document, []byte) {
	text, err := os.ReadFile(t.Abs(t.file + newSuffix))
	if err != nil {
		return nil, nil
	}
	doc, findings := snapshot.Decode(text, t.file+newSuffix)
	if doc == nil || !doc.Versioned || findings.Errors() > 0 {
		return nil, text
	}
	return doc, text
}

// newReplaceable refuses to replace FILE.new if somebody edited it.
func (t *target) newReplaceable() error {
	doc, text := t.beside()
	if len(text) == 0 || doc != nil && doc.CheckDigest(text) == snapshot.Unedited {
		return nil
	}
	return session.Inputf("move one of them away, or apply "+t.file, "%s and %s were both edited: neither is replaced", t.file, t.file+newSuffix)
}
