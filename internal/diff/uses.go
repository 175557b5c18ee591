package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// changesByID returns changes by their ids.
func changesByID(changes []*Change) map[string]*Change {
	out := make(map[string]*Change, len(changes))
	for _, ch := range changes {
		out[ch.ID] = ch
	}
	return out
}

// gone returns the changes that delete something, by what references call it.
func gone(changes []*Change) map[string]*Change {
	out := map[string]*Change{}
	for _, ch := range changes {
		if ch.Action == Delete && ch.Blocked == "" && ch.kind().IdentityOf(ch.Before) != nil {
			out[ch.kind().Address(ch.Before)] = ch
		}
	}
	return out
}

// use is a reference of an object that a change finds in the license.
type use struct {
	by  *Change
	ref resource.Reference
}

// uses says of each object with a deletion in the plan who of those that change
// refers to it, by what references call it. The map of a group's members does not
// count, as memberships go with their group.
func uses(changes []*Change) map[string][]use {
	deletes := map[string]bool{}
	for _, ch := range changes {
		if ch.Action == Delete {
			deletes[ch.kind().Address(ch.Before)] = true
		}
	}
	out := map[string][]use{}
	if len(deletes) == 0 {
		return out
	}
	for _, ch := range changes {
		for ref := range ch.kind().References(ch.Before) {
			if isMemberMap(ch.kind(), ref.To) {
				continue
			}
			for _, name := range ref.Names() {
				if deletes[name] {
					out[name] = append(out[name], use{ch, ref})
				}
			}
		}
	}
	return out
}

// isMemberMap tells whether a reference is a key of the members' map, which
// does without those that could not be created.
func isMemberMap(k *resource.Kind, ref *resource.RefTo) bool {
	return k.Members != nil && k.Field(k.Members.Field).Keys == ref
}

// createdBy returns the change that creates what a reference means: a Ref, or
// the key of an object that has no other identity.
func createdBy(ref resource.Reference, byID map[string]*Change) string {
	if r, ok := ref.Value.(resource.Ref); ok {
		return r.Address()
	}
	for i, name := range ref.Names() {
		if k := resource.Lookup(ref.To.Kinds[i]); k == nil || k.ServerID != "" {
			continue
		}
		if ch := byID[name]; ch != nil && ch.Action == Create {
			return ch.ID
		}
	}
	return ""
}

// referrer is a live object, as it will be, with the place of references in it
// to objects that are deleted.
type referrer struct {
	kind *resource.Kind
	row  *resource.Object // live
	path string
	all  int // how many references stand there
	gone []*Change
}

// referrers returns the objects that stay and refer to deleted ones. Objects of
// kinds that come and go with others do not count, nor do values that nobody set.
func (d *draft) referrers(deleted map[string]*Change) []*referrer {
	if len(deleted) == 0 {
		return nil
	}
	becomes := map[*resource.Object]*Change{}
	for _, ch := range d.Todo() {
		if ch.Before != nil {
			becomes[ch.Before] = ch
		}
	}
	var out []*referrer
	for _, k := range d.live.Kinds() {
		if k.Delete == nil || !refersToDeleted(k, deleted) {
			continue
		}
		for _, l := range d.live.Rows(k.Name) {
			row := l
			if ch := becomes[l]; ch != nil {
				row = ch.After
			}
			if row != nil && !d.unset(k, l) {
				out = append(out, places(k, l, row, deleted)...)
			}
		}
	}
	return out
}

// places returns the places of references to deleted objects in what a live row
// becomes.
func places(k *resource.Kind, live, row *resource.Object, deleted map[string]*Change) []*referrer {
	byPath := map[string]*referrer{}
	var all []*referrer
	for ref := range k.References(row) {
		if isMemberMap(k, ref.To) {
			continue
		}
		r := byPath[ref.Path]
		if r == nil {
			r = &referrer{kind: k, row: live, path: ref.Path}
			byPath[ref.Path], all = r, append(all, r)
		}
		r.all++
		if _, isNew := ref.Value.(resource.Ref); isNew {
			continue
		}
		for _, name := range ref.Names() {
			if ch := deleted[name]; ch != nil {
				r.gone = append(r.gone, ch)
			}
		}
	}
	return slices.DeleteFunc(all, func(r *referrer) bool { return len(r.gone) == 0 })
}

func refersToDeleted(k *resource.Kind, deleted map[string]*Change) bool {
	for _, ch := range deleted {
		if k.RefersTo(ch.Kind) {
			return true
		}
	}
	return false
}
