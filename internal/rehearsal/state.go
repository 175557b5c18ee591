package rehearsal

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// LicenseOf reads the raw state of an embedded license. What the registry does
// not describe, such as the secrets of bots, is left out, and so are kinds
// that are exported only on request.
func LicenseOf(state []byte) (*resource.License, error) {
	v, err := resource.ParseJSON(state)
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	root, ok := v.(*resource.Object)
	if !ok {
		return nil, fmt.Errorf("read the state: expected an object, got %s", resource.TypeName(v))
	}
	l := &resource.License{}
	for _, k := range resource.Kinds() {
		if k.OptIn || !root.Has(k.Name) {
			continue
		}
		rows, err := k.Flatten(root.Get(k.Name))
		if err != nil {
			return nil, fmt.Errorf("read the state of %s: %w", k.Name, err)
		}
		for _, r := range rows {
			resource.Prune(k.Fields, r, refused)
			k.DropVolatile(r)
			k.HideSecrets(r)
			k.Canonical(r)
			if id := r.String(k.OwnedBy); k.OwnedBy != "" && id != "" && !slices.Contains(l.ClientIDs, id) {
				l.ClientIDs = append(l.ClientIDs, id)
			}
		}
		k.SortRows(rows)
		l.SetRows(k.Name, rows)
	}
	slices.Sort(l.ClientIDs)
	l.FindOwner()
	return l, nil
}

// StateOf converts a license to the raw state of an embedded one. Objects without
// an id get one, so that others can refer to them. The license generates the
// secrets, which a snapshot only names.
func StateOf(l *resource.License) ([]byte, error) {
	l = l.Clone()
	giveIDs(l)
	l = l.Resolved()
	claimMembers(l)
	startNoted(l)
	root := &resource.Object{}
	for _, k := range l.Kinds() {
		for _, r := range l.Rows(k.Name) {
			resource.Prune(k.Fields, r, refused)
			k.DropVolatile(r)
		}
		root.Set(k.Name, k.Nest(l.Rows(k.Name)))
	}
	state, err := resource.AppendJSON(nil, root)
	if err != nil {
		return nil, fmt.Errorf("write the state: %w", err)
	}
	return state, nil
}

// giveIDs assigns unused ids to objects without a server id.
func giveIDs(l *resource.License) {
	for _, k := range l.Kinds() {
		if k.ServerID == "" {
			continue
		}
		var next int64
		for _, r := range l.Rows(k.Name) {
			if id, ok := k.IDOf(r).(int64); ok {
				next = max(next, id)
			}
		}
		for _, r := range l.Rows(k.Name) {
			if k.IDOf(r) == nil {
				next++
				r.Set(k.ServerID, newID(k, next))
			}
		}
	}
}

// startNoted creates rows from the activation values noted in objects
// (Kind.ActivatedBy), which an embedded license does not store with the objects.
func startNoted(l *resource.License) {
	for _, k := range l.Kinds() {
		if k.ActivatedBy == nil {
			continue
		}
		by := resource.Lookup(k.ActivatedBy.Kind)
		key := by.Key[0]
		known := map[string]bool{}
		for _, r := range l.Rows(by.Name) {
			known[resource.Text(r.Get(key))] = true
		}
		for _, r := range l.Rows(k.Name) {
			noted := r.Get(k.ActivatedBy.Field)
			r.Delete(k.ActivatedBy.Field)
			if noted != nil && !known[resource.Text(k.IDOf(r))] {
				l.Append(by.Name, resource.Of(key, k.IDOf(r), k.ActivatedBy.Value, noted))
			}
		}
	}
}

func newID(k *resource.Kind, n int64) resource.Value {
	if k.Field(k.ServerID).Type == resource.Int {
		return n
	}
	return fmt.Sprintf("seed-%s-%d", k.Name, n)
}

// claimMembers moves memberships that a file states on the group's side to the
// members, where the license keeps them.
func claimMembers(l *resource.License) {
	x := resource.NewIndex(l)
	for _, k := range l.Kinds() {
		m := k.Members
		if m == nil {
			continue
		}
		for _, group := range l.Rows(k.Name) {
			for name, priority := range group.Object(m.Field).All() {
				_, member := x.Member(m, name)
				states := func(v resource.Value) bool { return resource.Equal(resource.MemberOf(v, "id"), k.IDOf(group)) }
				if member != nil && !slices.ContainsFunc(member.List(m.List), states) {
					member.Set(m.List, append(member.List(m.List), m.Element(k.IDOf(group), priority)))
				}
			}
			group.Delete(m.Field)
		}
	}
}

// refused tells what an embedded license would refuse: fields that the registry does
// not describe, nulls, and references to secrets.
func refused(_ []resource.Field, f *resource.Field, _ string, v resource.Value) bool {
	_, secret := v.(resource.Secret)
	return f == nil || v == nil || secret
}
