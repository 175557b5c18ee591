package diff

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// variant is another value of a field that differs from the base in one path.
type variant struct {
	path  string
	value resource.Value
}

// sample returns a value of a field and variants of it, one for every path
// inside it, by what the registry says.
func sample(f *resource.Field, path string) (resource.Value, []variant) {
	if f.Ref != nil && f.Type != resource.ListOf {
		one, two := references(f.Ref)
		return one, []variant{{path, two}}
	}
	switch f.Type {
	case resource.String:
		if f.Enum != nil {
			return f.Enum[0], []variant{{path, f.Enum[1]}}
		}
		return "one", []variant{{path, "two"}, {path, ""}}
	case resource.Int:
		return int64(1), []variant{{path, int64(2)}}
	case resource.Bool:
		return true, []variant{{path, false}}
	case resource.Record:
		return sampleRecord(f, path)
	case resource.ListOf:
		return sampleList(f, path)
	}
	return "one", []variant{{path, "two"}, {path, int64(1)}}
}

func sampleRecord(f *resource.Field, path string) (resource.Value, []variant) {
	base := &resource.Object{}
	var out []variant
	for i := range f.Fields {
		v, _ := sample(&f.Fields[i], "")
		base.Set(f.Fields[i].Name, v)
	}
	for i := range f.Fields {
		m := &f.Fields[i]
		_, inner := sample(m, path+"."+m.Name)
		for _, in := range inner {
			o := base.Clone()
			o.Set(m.Name, in.value)
			out = append(out, variant{in.path, o})
		}
	}
	return base, out
}

func sampleList(f *resource.Field, path string) (resource.Value, []variant) {
	e := f.Element()
	at := path
	one, inner := sample(&e, "")
	if f.List == resource.Keyed {
		at = fmt.Sprintf("%s[%s]", path, resource.Text(keyOf(f, one)))
	}
	out := []variant{{at, resource.List{}}}
	for _, in := range inner {
		if f.List == resource.Keyed && in.path == "."+f.Key {
			out = append(out, variant{fmt.Sprintf("%s[%s]", path, resource.Text(keyOf(f, in.value))), resource.List{one, in.value}})
			continue
		}
		if f.List == resource.Keyed {
			out = append(out, variant{at + in.path, resource.List{in.value}})
		} else {
			out = append(out, variant{path, resource.List{in.value}}, variant{path, resource.List{one, in.value}})
		}
	}
	return resource.List{one}, out
}

// references returns two things that a reference may name, see stage.
func references(ref *resource.RefTo) (one, two resource.Value) {
	switch k := resource.Lookup(ref.Kinds[0]); {
	case k == nil:
		return resourcetest.Clients()[0], resourcetest.Clients()[1]
	case k.ServerID != "" && !k.RandomID:
		return int64(1), int64(2)
	}
	return "one@example.com", "two@example.com"
}

// stage is a license with what references name.
func stage() *resource.License {
	l := &resource.License{Owner: resourcetest.Owner, AccountID: "acc", ClientIDs: resourcetest.Clients()}
	l.SetRows("groups", []*resource.Object{resource.Of("id", int64(1), "name", "First"), resource.Of("id", int64(2), "name", "Second")})
	l.SetRows("agents", []*resource.Object{resource.Of("id", "one@example.com", "name", "One"), resource.Of("id", "two@example.com", "name", "Two")})
	return l
}

// baseRow is an object of a kind with a value in every field.
func baseRow(k *resource.Kind) *resource.Object {
	row := &resource.Object{}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Class == resource.Volatile || f.Input == resource.SecretInput || f.OnChange == resource.ByPublish {
			continue
		}
		v, _ := sample(f, f.Name)
		row.Set(f.Name, v)
	}
	if k.ServerID != "" {
		row.Set(k.ServerID, resourcetest.ServerID(k, 77))
	}
	k.HideSecrets(row)
	k.Canonical(row)
	return row
}

// paths returns what differs between two versions of a row, and of what else.
func paths(k *resource.Kind, live, want *resource.Object) ([]string, error) {
	a, b := stage(), stage()
	a.Append(k.Name, live)
	b.Append(k.Name, want)
	p, err := Compute(a, b, Options{Match: ByID})
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, ch := range p.Changes {
		if ch.Kind != k.Name || ch.Action == Create || ch.Action == Delete {
			out = append(out, ch.ID+" "+string(ch.Action))
		}
		for _, f := range ch.Fields {
			out = append(out, f.Path)
		}
	}
	for _, u := range p.Unmanaged {
		out = append(out, u.Kind+" unmanaged")
	}
	return out, nil
}

// checkField changes one field of a kind in every way and returns what the
// comparison made of it that it should not have.
func checkField(k *resource.Kind, f *resource.Field) []string {
	var wrong []string
	base := baseRow(k)
	_, variants := sample(f, f.Name)
	for _, v := range variants {
		changed := base.Clone()
		changed.Set(f.Name, v.value)
		k.Canonical(changed)
		for _, pair := range [][2]*resource.Object{{base, changed}, {changed, base}} {
			got, err := paths(k, pair[0], pair[1])
			if d := cmp.Diff([]string{v.path}, got); d != "" || err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %s: %v (-want +got):\n%s", k.Name, v.path, err, d))
			}
		}
	}
	// What the license does not say is its default.
	without := base.Clone()
	without.Delete(f.Name)
	got, err := paths(k, without, base)
	if err != nil || len(got) == 0 || (FieldChange{Path: got[0]}).Root() != f.Name {
		wrong = append(wrong, fmt.Sprintf("%s: %s absent in the license: %q, %v", k.Name, f.Name, got, err))
	}
	return wrong
}

// compared tells whether a field can differ without its object being another.
func compared(k *resource.Kind, f *resource.Field) bool {
	return f.Class == resource.User && f.Input != resource.SecretInput && f.Seen != resource.Never &&
		f.OnChange != resource.ByPublish && !(k.ServerID == "" && slices.Contains(k.Key, f.Name))
}

func TestEveryFieldIsCompared(t *testing.T) {
	n := 0
	for _, k := range resource.Kinds() {
		for i := range k.Fields {
			if !k.ReadOnly && compared(k, &k.Fields[i]) {
				n++
				for _, w := range checkField(k, &k.Fields[i]) {
					t.Error(w)
				}
			}
		}
	}
	if n < 45 {
		t.Errorf("only %d fields were compared", n)
	}
}

// TestAFieldThatIsMissingIsMissed is the control: with any one field taken out
// of the registry, the loop above fails.
func TestAFieldThatIsMissingIsMissed(t *testing.T) {
	for _, k := range resource.Kinds() {
		all := k.Fields
		for i := range all {
			if k.ReadOnly || !compared(k, &all[i]) {
				continue
			}
			row := baseRow(k)
			without := row.Clone()
			without.Delete(all[i].Name)
			if got, _ := paths(k, without, row); len(got) == 0 {
				t.Errorf("%s.%s is not seen to begin with", k.Name, all[i].Name)
			}
			k.Fields = slices.Delete(slices.Clone(all), i, i+1)
			got, _ := paths(k, without, row)
			k.Fields = all
			if len(got) != 0 {
				t.Errorf("%s.%s is not in the registry, and still %q is seen", k.Name, all[i].Name, got)
			}
		}
	}
}

// TestWhatTheServerOwnsIsNotCompared: ids, dates and the like may be what they
// are.
func TestWhatTheServerOwnsIsNotCompared(t *testing.T) {
	for _, k := range resource.Kinds() {
		for i := range k.Fields {
			f := &k.Fields[i]
			if k.ReadOnly || f.Class != resource.Server && f.Class != resource.Volatile && f.Input != resource.SecretInput ||
				slices.Contains(k.Key, f.Name) || f.Name == k.ServerID || f.Type == resource.Map {
				continue
			}
			row := baseRow(k)
			other := row.Clone()
			other.Set(f.Name, "another")
			if f.Input == resource.SecretInput {
				other.Set(f.Name, resource.Secret("another"))
			}
			if got, err := paths(k, row, other); err != nil || len(got) > 0 {
				t.Errorf("%s.%s: %q, %v", k.Name, f.Name, got, err)
			}
		}
	}
}
