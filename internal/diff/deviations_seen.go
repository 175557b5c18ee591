package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Place is where a difference is: an object, "" for the order of its kind, and
// a field of it, "" for the object as a whole.
type Place struct {
	Kind  string `json:"kind"`
	Key   string `json:"key,omitempty"`
	Name  string `json:"object_id,omitempty"` // the server id, or else the key
	Field string `json:"field,omitempty"`
}

// OrderField is the field of a difference in the order of a kind.
const OrderField = "order"

// root is the top-level field of a place.
func (p Place) root() string { return resource.PathRoot(p.Field) }

// Saw tells whether a place was compared, so that there is no difference in it
// unless d says so. What was not selected, or may be hidden by what could not be
// read, was not. A kind that the file no longer has was: nothing is wanted of it.
func (d *Deviations) Saw(at Place) bool {
	k, p := resource.Lookup(at.Kind), d.pairs.of[at.Kind]
	switch {
	case k == nil:
		return false
	case p == nil:
		return d.pairs.o.selected(k) && !d.pairs.wanted(k)
	case p.picks != nil && at.Name != "" && !p.picks[at.Key] && !p.picks[at.Name], slices.Contains(p.unreadable, at.root()):
		return false
	}
	there := d.rows[at.Kind][at.Name] != nil && d.rows[at.Kind][at.Name].live != nil
	for i := range d.pairs.live.Gaps {
		if g := &d.pairs.live.Gaps[i]; g.Kind == at.Kind && !g.OfOthers(k) && mayHide(k, g, at) && !(g.Partial && there) {
			return false
		}
	}
	return !slices.ContainsFunc(d.Skipped, func(s Skip) bool {
		return s.Kind == at.Kind && (s.Key == "" || s.Key == at.Key || at.Name == "")
	})
}

// Read tells whether a kind was asked for.
func (d *Deviations) Read(kind string) bool {
	k := resource.Lookup(kind)
	return k != nil && d.pairs.o.selected(k)
}

// mayHide tells whether a gap may be about an object of which a place is all
// that is known.
func mayHide(k *resource.Kind, g *resource.Gap, at Place) bool {
	parts := strings.Split(at.Key, "/")
	switch {
	case at.Name == "":
		return true
	case g.ID != "":
		return g.ID == at.Name || g.ID == at.Key || strings.HasPrefix(at.Key, g.ID+"/")
	case g.ClientID == "":
		return true
	}
	i := slices.Index(k.Key, k.OwnedBy)
	return i < 0 || i >= len(parts) || parts[i] == g.ClientID
}

// Values returns what the license and the file have at the top-level field of a
// place, or as the object; nil if they have nothing. For the order of a kind it
// is the names of the objects that both have.
func (d *Deviations) Values(at Place) (live, want resource.Value) {
	if at.Name == "" {
		return d.order(at.Kind)
	}
	row := d.rows[at.Kind][at.Name]
	if row == nil {
		return nil, nil
	}
	value := func(o *resource.Object) resource.Value {
		switch {
		case o == nil:
			return nil
		case at.Field == "":
			return o
		}
		return o.Get(at.root())
	}
	return value(row.live), value(row.Object)
}

func (d *Deviations) order(kind string) (live, want resource.Value) {
	p := d.pairs.of[kind]
	if p == nil {
		return nil, nil
	}
	var l, w resource.List
	for _, row := range p.live {
		if p.ofLive[row] != nil {
			l = append(l, p.kind.NameOf(row))
		}
	}
	for _, row := range p.want {
		if row.live != nil {
			w = append(w, p.kind.NameOf(row.live))
		}
	}
	return l, w
}

// Label writes a field's path with the name of what an id in it stands for.
func (d *Deviations) Label(kind, path string) string {
	return d.texts.label(&Change{Kind: kind}, path)
}

// Text writes the value of a field on one line, with names beside ids.
func (d *Deviations) Text(kind, path string, v resource.Value) string {
	return d.texts.value(&Change{Kind: kind}, path, v)
}
