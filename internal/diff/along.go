package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// SideEffect is what the deletion of one object does to another, which has no change
// of its own: the server deletes that too, or removes the reference at Path.
type SideEffect struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	ID   string `json:"id,omitempty"`
	Path string `json:"path,omitempty"` // "" = the object is deleted
}

// keepTargets blocks deletions that would leave a required list of references empty,
// as a rule would then send chats to nobody. It also blocks deletions where objects
// with such lists were not read.
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
				ch.Blocked = fmt.Sprintf("%s were not read; one of them may refer to nothing else", k.Name)
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

// leftOut tells whether a kind was left out by --skip or could not be read.
func (s *sides) leftOut(k *resource.Kind) bool {
	return !s.live.Has(k.Name) && (slices.Contains(s.o.Skip, k.Name) || s.gap(k.Name) != nil)
}

// tellAlong lists the side effects of deletions, whether the file has the objects
// or not.
func (d *draft) tellAlong() {
	deleted := gone(d.Changes)
	for _, r := range d.referrers(deleted) {
		a := SideEffect{Kind: r.kind.Name, Key: alongKey(r.kind, r.row), ID: resource.Text(r.kind.IDOf(r.row)), Path: r.path}
		root := r.kind.Field(resource.PathRoot(r.path))
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
			d.notice("%s were not read; the deletions may also delete or change some of them", k.Name)
		}
	}
}

// alongKey returns the key of an object as a side effect names it: for values of the
// platform's properties, which every object has, only the namespace.
func alongKey(k *resource.Kind, row *resource.Object) string {
	key := k.KeyOf(row)
	if k.IsDefault(row) {
		key = strings.TrimSuffix(key, row.String(k.Values.Name)) + "*"
	}
	return key
}

// along writes the side effects of a deletion, one line a kind and effect.
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
