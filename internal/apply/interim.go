package apply

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A new object that takes two calls (diff.Interim) is created with one member at
// another priority than its own; the next call writes the members as they are to
// be. It goes through update_group, which needs the scope that created the group,
// and not through the member's own list of groups, which other calls of the run
// may be writing.

// standIn changes a row that is to be created so that a member has the priority
// that the API demands of one.
func (t *task) standIn(row *resource.Object, member string) {
	m, planned := t.kind.Members, t.change.Interim.Member
	members := row.Object(m.Field)
	t.interim = &diff.Interim{Member: member, Priority: m.Need, Then: members.String(member)}
	members.Set(member, m.Need)
	if planned != member {
		t.result.once(fmt.Sprintf("created with %s at priority %s in place of %s", member, m.Need, planned))
	}
}

// ranked tells whether the members that a live row lists, and it does list some,
// have the priorities that are wanted.
func ranked(m *resource.Members, row, want *resource.Object) bool {
	listed := row.Object(m.Field)
	for id, priority := range listed.All() {
		if w, ok := want.Object(m.Field).Lookup(id); ok && !resource.Equal(priority, w) {
			return false
		}
	}
	return listed.Len() > 0
}

// misranked returns the member of a new object that still has the priority of the
// first call.
func (t *task) misranked(row *resource.Object) []diff.FieldChange {
	if t.interim == nil {
		return nil
	}
	field, in := t.kind.Members.Field, t.interim
	has := row.Object(field).Get(in.Member)
	if has == nil || resource.Equal(has, in.Then) {
		return nil
	}
	return []diff.FieldChange{{Path: field + "[" + in.Member + "]", Before: has, After: in.Then}}
}

// halfMade tells that a new object waits for its second call.
func (t *task) halfMade() bool { return t.change.Interim != nil && t.next > 0 }

// unjoined returns a live row without the memberships that a change was to add:
// groups that the run created, some of them or all, brought them along.
func unjoined(k *resource.Kind, row, before, after *resource.Object) *resource.Object {
	out := row.Clone()
	for i := range k.Fields {
		f := &k.Fields[i]
		key := f.Member(f.Key)
		if f.List != resource.Keyed || key == nil || key.Ref == nil || !key.Ref.Soft || !row.Has(f.Name) {
			continue
		}
		has := func(o *resource.Object, id resource.Value) bool {
			return slices.ContainsFunc(o.List(f.Name), func(v resource.Value) bool {
				e, _ := v.(*resource.Object)
				return resource.Equal(e.Get(f.Key), id)
			})
		}
		out.Set(f.Name, slices.DeleteFunc(slices.Clone(row.List(f.Name)), func(v resource.Value) bool {
			e, _ := v.(*resource.Object)
			id := e.Get(f.Key)
			return has(after, id) && !has(before, id)
		}))
	}
	return out
}
