package rehearsal

import (
	"slices"

	"lcsync/internal/resource"
)

// Loss is what a restore cannot bring back of an object that was deleted.
type Loss struct {
	Kind string `json:"kind"`
	Key  string `json:"key,omitempty"` // "" for the whole kind
	// Fields lists what the object does not have again: it gets its own, as ids
	// and secrets, or nobody can set it. Empty if Why is about all of it.
	Fields []string `json:"fields,omitempty"`
	// With is what else goes with it, and Why the reason, where there is one.
	With string `json:"with,omitempty"`
	Why  string `json:"why,omitempty"`
}

// Losses lists what cannot come back of the objects of a snapshot, as the
// registry and the restore show it.
func (r *Restored) Losses() []Loss {
	var out []Loss
	for _, k := range resource.Kinds() {
		if k.OptIn && !r.of.Has(k.Name) {
			out = append(out, Loss{Kind: k.Name, Why: "not in the file: an export has them only if asked to"})
		}
		if k.ReadOnly {
			continue
		}
		back := r.byKey(k)
		for _, row := range r.of.Rows(k.Name) {
			l := Loss{Kind: k.Name, Key: k.KeyOf(row), Why: r.of.outside(k, row)}
			switch {
			case l.Why != "":
			case keeps(k, row):
				if l.Fields = fixed(k, row); l.Fields != nil {
					l.Why = "the API cannot set it"
				}
			default:
				l.Fields, l.With = renewed(k, row, back.next(l.Key)), also(k)
			}
			if len(l.Fields) > 0 || l.With+l.Why != "" {
				out = append(out, l)
			}
		}
	}
	return out
}

// outside says why no restore brings an object back, "" if one does.
func (b *backup) outside(k *resource.Kind, row *resource.Object) (why string) {
	switch {
	case b.foreign(k, row):
		why = "it belongs to the application " + row.String(k.OwnedBy) + ", which is not one of the file's: lcsync cannot create it"
	case b.undefined(k, row):
		why = "its definition is not in the file: the application " + row.String(k.Values.Namespace) + " has to be there and let others write it"
	case k.Twin != "" && b.ByID(resource.Lookup(k.Twin), k.IDOf(row)) != nil:
		why = "it comes with the " + resource.Lookup(k.Twin).Singular + " of the same id, and only to licenses that install the application later"
	}
	return why
}

// keeps tells whether an object can never be deleted.
func keeps(k *resource.Kind, row *resource.Object) bool { return k.Keep != nil && k.Keep(row) != "" }

// also says what goes with an object of a kind beside its fields.
func also(k *resource.Kind) string {
	switch {
	case k.Delete != nil && k.Delete.Loses != "":
		return k.Delete.Loses
	case k.Person:
		return "the person is invited again"
	}
	return ""
}

// fixed names the fields of a row whose values nobody can be given.
func fixed(k *resource.Kind, row *resource.Object) []string {
	var out []string
	for i := range k.Fields {
		if f := &k.Fields[i]; slices.Contains(f.Fixed, row.String(f.Name)) {
			out = append(out, f.Name)
		}
	}
	return out
}

// renewed names what an object that is made again has of its own: the fields that
// nobody can set and that came out otherwise, and what the answer reveals.
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

// queues are rows by key, in their order.
type queues map[string][]*resource.Object

func (r *Restored) byKey(k *resource.Kind) queues {
	q := queues{}
	for _, row := range r.Back.Rows(k.Name) {
		q[k.KeyOf(row)] = append(q[k.KeyOf(row)], row)
	}
	return q
}

// next takes the first row with a key, nil if there is none left.
func (q queues) next(key string) *resource.Object {
	if len(q[key]) == 0 {
		return nil
	}
	row := q[key][0]
	q[key] = q[key][1:]
	return row
}
