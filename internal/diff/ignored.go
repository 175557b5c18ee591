package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// Ignored is a difference that Options.Ignored leaves out.
type Ignored struct {
	Place
	Reason string `json:"reason"`
}

// ignores tells whether a difference is left out, and notes it if it is. Path is
// "" for an object that one side lacks.
func (s *sides) ignores(k *resource.Kind, key string, row *resource.Object, path string) bool {
	return s.ignoresAt(Place{Kind: k.Name, Key: key, Name: k.NameOf(row), Field: path})
}

func (s *sides) ignoresAt(at Place) bool {
	if s.o.Ignored == nil {
		return false
	}
	reason := s.o.Ignored(at)
	if reason != "" && !slices.Contains(s.ignored, Ignored{at, reason}) {
		s.ignored = append(s.ignored, Ignored{at, reason})
	}
	return reason != ""
}

// withoutIgnored leaves out the top-level fields of which all that differs is
// ignored: the license's value counts as wanted. A field that also differs in
// what is not ignored is written whole, so all of it counts.
func (c *comparison) withoutIgnored(k *resource.Kind, w *wantedRow, want *resource.Object, fields []FieldChange) []FieldChange {
	if c.o.Ignored == nil {
		return fields
	}
	for _, root := range roots(fields) {
		mine := slices.DeleteFunc(slices.Clone(fields), func(f FieldChange) bool { return f.Root() != root })
		left := slices.DeleteFunc(slices.Clone(mine), func(f FieldChange) bool {
			return c.o.Ignored(Place{Kind: k.Name, Key: w.key, Name: k.NameOf(w.live), Field: f.Path}) != ""
		})
		switch {
		case len(left) == len(mine):
		case len(left) > 0:
			c.notice("%s %s: a rule ignores part of %s, which is written whole; it is not ignored", k.Singular, w.key, root)
		default:
			for _, f := range mine {
				c.ignores(k, w.key, w.live, f.Path)
			}
			if v, has := w.live.Lookup(root); has {
				want.Set(root, resource.CloneValue(v))
			} else {
				want.Delete(root)
			}
			fields = slices.DeleteFunc(fields, func(f FieldChange) bool { return f.Root() == root })
		}
	}
	return fields
}
