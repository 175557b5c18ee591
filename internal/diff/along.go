package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Along is what happens to another object when one is deleted, without a change
// of its own: it goes too, or what it says at Path loses a reference.
type Along struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	ID   string `json:"id,omitempty"`
	Path string `json:"path,omitempty"` // "" = the object goes
}

// keepTargets blocks deletions that would leave an object without any of what
// it has to refer to: a rule would send chats to nobody. Where such objects
// were not read nobody knows.
func (d *draft) keepTargets() {
	deleted := gone(d.Changes)
	for _, r := range d.referrers(deleted) {
		if f := fieldAt(r.kind, r.path); f == nil || f.Type != resource.ListOf || !f.Required || len(r.gone) < r.all {
			continue
		}
		for _, ch := range r.gone {
			ch.Blocked = fmt.Sprintf("the %s %q would be left with an empty %s", r.kind.Singular, r.kind.KeyOf(r.row), r.path)
		}
	}
	for _, ch := range deleted {
		for _, k := range resource.Kinds() {
			if ch.Blocked == "" && targets(k.Fields, ch.Kind) && d.leftOut(k) {
				ch.Blocked = fmt.Sprintf("%s were not read, so that nobody knows whether one of them has nothing else to refer to", k.Name)
			}
		}
	}
}

// targets tells whether fields have to refer to objects of a kind, of which
// there may be several.
func targets(fields []resource.Field, kind string) bool {
	return slices.ContainsFunc(fields, func(f resource.Field) bool {
		return f.Type == resource.ListOf && f.Required && f.Ref != nil && slices.Contains(f.Ref.Kinds, kind) || targets(f.Fields, kind)
	})
}

// leftOut tells whether a kind was to be left out, or could not be read.
func (s *sides) leftOut(k *resource.Kind) bool {
	return !s.live.Has(k.Name) && (slices.Contains(s.o.Skip, k.Name) || s.gap(k.Name) != nil)
}

// tellAlong says what goes with the objects that are deleted, whether the file
// has it or not.
func (d *draft) tellAlong() {
	deleted := gone(d.Changes)
	for _, r := range d.referrers(deleted) {
		a := Along{Kind: r.kind.Name, Key: alongKey(r.kind, r.row), ID: resource.Text(r.kind.IDOf(r.row)), Path: r.path}
		root := r.kind.Field(FieldChange{Path: r.path}.Root())
		switch {
		case slices.Contains(r.kind.Key, r.path):
			a.Path = ""
		case root.List == resource.Keyed:
			a.Path = root.Name
		}
		for _, ch := range r.gone {
			if n := len(ch.Along); n == 0 || ch.Along[n-1] != a {
				ch.Along = append(ch.Along, a)
			}
		}
	}
	for _, k := range resource.Kinds() {
		if k.Delete != nil && d.leftOut(k) && refersToDeleted(k, deleted) {
			d.notice("%s were not read, so that it is not known what of them goes with what is deleted", k.Name)
		}
	}
}

// alongKey is what an object is called that goes with another. Of the
// platform's properties, which every object has, the namespace is enough.
func alongKey(k *resource.Kind, row *resource.Object) string {
	key := k.KeyOf(row)
	if k.IsDefault(row) {
		key = strings.TrimSuffix(key, row.String(k.Values.Name)) + "*"
	}
	return key
}

// along writes what goes with a deleted object, a line for what happens to
// each kind.
func (r *renderer) along(ch *Change) {
	for i := 0; i < len(ch.Along); {
		a := ch.Along[i]
		var keys []string
		for ; i < len(ch.Along) && ch.Along[i].Kind == a.Kind && ch.Along[i].Path == a.Path; i++ {
			keys = append(keys, r.keys.Text(a.Kind, ch.Along[i].Key))
		}
		label, place := "also deleted: ", ""
		if a.Path != "" {
			label, place = "also removed from: ", " ("+a.Path+")"
		}
		r.wrapped("      "+label, a.Kind+" "+strings.Join(keys, ", ")+place)
	}
}
