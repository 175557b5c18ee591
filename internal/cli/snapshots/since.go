package snapshots

import (
	"strings"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// moves counts the objects of a kind that were added, changed and removed.
type moves struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// Since counts what changed between two exports, by kind. Kinds without changes
// are absent.
type Since map[string]*moves

// ChangesSince compares a snapshot with an earlier one of the same license. It
// leaves out kinds, or parts of them, that one of the two lacks.
func ChangesSince(old, now *resource.License) (*diff.Plan, error) {
	before := old.Resolved()
	before.Gaps = append(before.Gaps, now.Gaps...)
	return diff.Compute(before, now, diff.Options{Match: diff.ByID, Prune: true, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true})
}

// compareEarlier counts what changed since an earlier export.
func compareEarlier(old, now *resource.License) (Since, error) {
	plan, err := ChangesSince(old, now)
	if err != nil {
		return nil, err
	}
	return CountMoves(plan), nil
}

// CountMoves counts what was added, changed and removed, by kind.
func CountMoves(plan *diff.Plan) Since {
	counts, seen := Since{}, map[string]bool{}
	of := func(kind, key string) *moves {
		if seen[kind+"/"+key] {
			return &moves{} // already counted
		}
		seen[kind+"/"+key] = true
		if counts[kind] == nil {
			counts[kind] = &moves{}
		}
		return counts[kind]
	}
	for _, ch := range plan.Changes {
		switch m := of(ch.Kind, ch.Key); ch.Action {
		case diff.Create:
			m.Added++
		case diff.Delete:
			m.Removed++
		default:
			m.Changed++
		}
	}
	for _, o := range plan.Observed {
		of(o.Kind, o.Key).Changed++
	}
	for _, u := range plan.Unmanaged {
		of(u.Kind, u.Key).Removed++
	}
	return counts
}

// String lists the changes in the order of the registry: "2 agents changed, 1
// tag added".
func (s Since) String() string {
	var parts []string
	for _, k := range resource.Kinds() {
		m := s[k.Name]
		if m == nil {
			continue
		}
		for _, part := range []struct {
			n    int
			what string
		}{{m.Added, "added"}, {m.Changed, "changed"}, {m.Removed, "removed"}} {
			if part.n > 0 {
				parts = append(parts, session.CountOf(part.n, k)+" "+part.what)
			}
		}
	}
	return strings.Join(parts, ", ")
}

// tellSince prints what changed since the previous export in the file.
func (r *exportResult) tellSince(t *session.Console) {
	switch {
	case r.unknown != "":
		t.Noticef("%s: cannot say what changed, because %s", r.File, r.unknown)
	case r.Since == nil:
	case len(r.Since) == 0:
		t.Noticef("%s: unchanged since the previous export", r.File)
	default:
		t.Noticef("%s: %s since the previous export", r.File, r.Since)
	}
}
