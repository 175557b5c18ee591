package rehearsal

import (
	"slices"

	"lcsync/internal/resource"
)

// backup is a snapshot to restore.
type backup struct {
	*resource.Index
	clients []string // the client ids whose objects it covers
}

func newBackup(l *resource.License) *backup {
	return &backup{resource.NewIndex(l), clientsOf(l)}
}

// kinds returns the names of the kinds to read for a snapshot: its own and those
// that an export always reads.
func (b *backup) kinds() []string {
	var names []string
	for _, k := range resource.Kinds() {
		if !k.OptIn || b.Has(k.Name) {
			names = append(names, k.Name)
		}
	}
	return names
}

// clientsOf returns the client ids whose objects a snapshot covers: those in its
// header, and the owners of objects read per client id.
func clientsOf(l *resource.License) []string {
	ids := append([]string{}, l.ClientIDs...)
	for _, k := range l.Kinds() {
		for _, id := range l.Owners(k) {
			if !resource.DefaultNamespace(id) && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// foreign reports whether an object belongs to an application of which the
// snapshot has no other objects. Only the installation of that application creates
// the object.
func (b *backup) foreign(k *resource.Kind, row *resource.Object) bool {
	owner := row.String(k.OwnedBy)
	return k.OwnedBy != "" && !k.PerClient() && owner != "" && !slices.Contains(b.clients, owner)
}

// empty returns the license of a snapshot before the restore: objects that can
// never be deleted, with only the fields they need, objects of foreign
// applications, definitions that the snapshot cannot contain, and read-only
// values.
func (b *backup) empty() *resource.License {
	out := &resource.License{Owner: b.Owner, AccountID: b.AccountID}
	for _, k := range b.Kinds() {
		for _, row := range b.Rows(k.Name) {
			switch {
			case k.ReadOnly:
				out.Append(k.Name, row.Clone())
			case b.foreign(k, row):
				out.Append(k.Name, bare(k, row, func(f *resource.Field) bool { return f.Ref == nil || f.Name == k.OwnedBy }))
			case k.Reach == resource.OfLicense && keeps(k, row):
				out.Append(k.Name, bare(k, row, func(f *resource.Field) bool { return f.Class == resource.Server || f.Required || f.Fixed != nil }))
			}
		}
	}
	addOwner(out)
	b.addDefinitions(out)
	return out
}

// addOwner adds to a license the owner that its header names, if no object is the
// owner.
func addOwner(l *resource.License) {
	for _, k := range resource.Kinds() {
		role := k.Field("role")
		if !k.Person || role == nil || l.Owner == "" || len(l.Rows(k.Name)) > 0 {
			continue
		}
		l.Append(k.Name, resource.Of("id", l.Owner, "account_id", l.AccountID, "name", l.Owner, "role", role.Fixed[0]))
	}
}

// bare returns a copy of a row with some of its fields.
func bare(k *resource.Kind, row *resource.Object, keep func(*resource.Field) bool) *resource.Object {
	out := row.Clone()
	for _, name := range row.Names() {
		if f := k.Field(name); f == nil || !keep(f) {
			out.Delete(name)
		}
	}
	return out
}

// undefined reports whether a row is a value of a property whose definition the
// snapshot cannot contain: the application that owns it is not in the snapshot, or
// the snapshot was exported without definitions.
func (b *backup) undefined(k *resource.Kind, row *resource.Object) bool {
	if k.Values == nil || k.IsDefault(row) || b.Definition(k, row) != nil {
		return false
	}
	lacks := func(g resource.Gap) bool { return g.Kind == k.Values.Of }
	return !slices.Contains(b.clients, row.String(k.Values.Namespace)) || !b.Has(k.Values.Of) || slices.ContainsFunc(b.Gaps, lacks)
}

// addDefinitions adds to a license the definitions that the snapshot's values need
// and that the snapshot cannot contain. They let everybody write.
func (b *backup) addDefinitions(l *resource.License) {
	made := map[string]bool{}
	for _, k := range b.Kinds() {
		for _, row := range b.Rows(k.Name) {
			if !b.undefined(k, row) || made[k.ValueKey(row)] {
				continue
			}
			made[k.ValueKey(row)] = true
			rights, access := resource.List{"read", "write"}, resource.Of()
			for _, values := range resource.Lookup(k.Values.Of).ValueKinds() {
				access.Set(values.Values.Access, resource.Of("agent", rights))
			}
			l.Append(k.Values.Of, resource.Of("name", row.Get(k.Values.Name), "owner_client_id", row.Get(k.Values.Namespace),
				"type", typeOf(row.Get(k.Values.Value)), "access", access, "public_access", rights))
		}
	}
}

// typeOf is the type of a property that has a value.
func typeOf(v resource.Value) string {
	switch v.(type) {
	case bool:
		return "bool"
	case int64:
		return "int"
	}
	return "string"
}
