package rehearsal

import (
	"slices"

	"lcsync/internal/resource"
)

// Loss describes what a restore cannot bring back of a deleted object.
type Loss struct {
	Kind string `json:"kind"`
	Key  string `json:"key,omitempty"` // "" for the whole kind
	// Fields lists the fields that the object does not get back: the server
	// assigns new values, such as ids and secrets, or the API cannot set them.
	// Empty if Why is about the whole object.
	Fields []string `json:"fields,omitempty"`
	// With describes further losses, and Why the reason, if there is one.
	With string `json:"with,omitempty"`
	Why  string `json:"why,omitempty"`
}

// Losses lists what cannot be restored of the objects of a snapshot, according to
// the registry and the trial restore.
func (r *RestoreResult) Losses() []Loss {
	var out []Loss
	for _, k := range resource.Kinds() {
		if k.OptIn && !r.of.Has(k.Name) {
			out = append(out, Loss{Kind: k.Name, Why: "not in the file: export includes them only on request"})
		}
		if k.ReadOnly {
			continue
		}
		back := map[string][]*resource.Object{} // rows by key, in their order
		for _, row := range r.Back.Rows(k.Name) {
			back[k.KeyOf(row)] = append(back[k.KeyOf(row)], row)
		}
		for _, row := range r.of.Rows(k.Name) {
			l := Loss{Kind: k.Name, Key: k.KeyOf(row), Why: r.of.outside(k, row)}
			switch {
			case l.Why != "":
			case keeps(k, row):
				if l.Fields = fixed(k, row); l.Fields != nil {
					l.Why = "the API cannot set it"
				}
			default:
				var is *resource.Object
				if rows := back[l.Key]; len(rows) > 0 {
					is, back[l.Key] = rows[0], rows[1:]
				}
				l.Fields, l.With = renewed(k, row, is), also(k)
			}
			if len(l.Fields) > 0 || l.With+l.Why != "" {
				out = append(out, l)
			}
		}
	}
	return out
}

// outside returns why no restore creates an object, "" if one does.
func (b *backup) outside(k *resource.Kind, row *resource.Object) (why string) {
	switch {
	case b.foreign(k, row):
		why = "owned by the application " + row.String(k.OwnedBy) + ", whose objects are not in the file: lcsync cannot create it"
	case b.undefined(k, row):
		why = "its definition is not in the file: the application " + row.String(k.Values.Namespace) + " must exist and grant write access"
	case k.Twin != "" && b.ByID(resource.Lookup(k.Twin), k.IDOf(row)) != nil:
		why = "the API creates it with the " + resource.Lookup(k.Twin).Singular + " of the same id, only on licenses that install the application later"
	}
	return why
}

// keeps reports whether an object can never be deleted.
func keeps(k *resource.Kind, row *resource.Object) bool { return k.Keep != nil && k.Keep(row) != "" }

// also describes what is lost with an object of a kind in addition to its fields.
func also(k *resource.Kind) string {
	switch {
	case k.Delete != nil && k.Delete.Loses != "":
		return k.Delete.Loses
	case k.Person:
		return "the person gets a new invitation"
	}
	return ""
}

// fixed returns the names of the fields of a row whose values the API cannot
// assign.
func fixed(k *resource.Kind, row *resource.Object) []string {
	var out []string
	for i := range k.Fields {
		if f := &k.Fields[i]; slices.Contains(f.Fixed, row.String(f.Name)) {
			out = append(out, f.Name)
		}
	}
	return out
}

// renewed returns the names of the fields that a new object has different values
// in: read-only fields that came out differently, and fields of the response such
// as secrets.
func renewed(k *resource.Kind, was, is *resource.Object) []string {
	var out []string
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Renewed() && is != nil && was.Has(f.Name) && !resource.Equal(was.Get(f.Name), is.Get(f.Name)) {
			out = append(out, f.Name)
		}
	}
	if k.Create == nil {
		return out
	}
	for _, name := range k.Create.Reveals {
		if k.Field(name) == nil {
			out = append(out, name)
		}
	}
	return out
}
