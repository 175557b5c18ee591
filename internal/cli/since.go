package cli

import (
	"fmt"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// moves counts the objects of a kind that came, changed and went.
type moves struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// since is what changed between two exports, by kind; kinds without a change are
// absent.
type since map[string]*moves

// changesSince compares a snapshot with an earlier one of its license. A kind or
// a part of it that one of them lacks is left out.
func changesSince(old, now *resource.License) (*diff.Plan, error) {
	before := old.Resolved()
	before.Gaps = append(before.Gaps, now.Gaps...)
	return diff.Compute(before, now, diff.Options{Match: diff.ByID, Prune: true, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true})
}

// compareEarlier counts what changed since an export that is about to be
// replaced.
func compareEarlier(old, now *resource.License) (since, error) {
	plan, err := changesSince(old, now)
	if err != nil {
		return nil, err
	}
	return countMoves(plan), nil
}

// countMoves counts what came, changed and went, by kind.
func countMoves(plan *diff.Plan) since {
	counts, seen := since{}, map[string]bool{}
	of := func(kind, key string) *moves {
		if seen[kind+"/"+key] {
			return &moves{} // counted already
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

// String lists what changed in the registry's order: "2 agents changed, 1 tag
// added".
func (s since) String() string {
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
				parts = append(parts, number(part.n, k)+" "+part.what)
			}
		}
	}
	return strings.Join(parts, ", ")
}

// number writes how many objects of a kind: "1 tag", "2 auto accesses".
func number(n int, k *resource.Kind) string {
	if n == 1 {
		return "1 " + k.Singular
	}
	return fmt.Sprintf("%d %s", n, strings.ReplaceAll(k.Name, "_", " "))
}

// tellSince says what changed since the file that was replaced.
func (r *exported) tellSince(t *terminal) {
	switch {
	case r.oldUnread:
		t.noticef("%s: the previous export could not be read, so it is not known what changed", r.File)
	case r.Since == nil:
	case len(r.Since) == 0:
		t.noticef("%s: unchanged since the previous export", r.File)
	default:
		t.noticef("%s: %s since the previous export", r.File, r.Since)
	}
}
