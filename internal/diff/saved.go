package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// unsaved names the kind of values that a definition may have and that were
// not read, so that they could not be written back; "" if there is none.
func (c *computation) unsaved(def *resource.Kind, live *resource.Object) string {
	for _, k := range def.ValueKinds() {
		if live.Object("access").Has(k.Values.Access) && !c.live.Has(k.Name) {
			return k.Name
		}
	}
	return ""
}

// unseen says which values are lost when a definition is replaced because
// nobody can read them before.
func (c *computation) unseen(def *resource.Kind, live *resource.Object) []string {
	var out []string
	for _, k := range def.ValueKinds() {
		if live.Object("access").Has(k.Values.Access) && !resource.AgentsMay("read", live, k.Values.Access) {
			out = append(out, "its "+k.Name+", which agents may not read, so that they are not written back")
		}
	}
	return out
}

// unwritable blocks the replacement of a definition that leaves agents no right
// to write one of its values back.
func (c *computation) unwritable(k *resource.Kind, l *resource.Object, def *Change) {
	if !resource.AgentsMay("write", def.After, k.Values.Access) && c.writeBack(k, l, def) != nil {
		def.Blocked = fmt.Sprintf("%s/%s could not be written back, as the definition gives agents no right to write it", k.Name, k.KeyOf(l))
	}
}

// writeBack returns the row whose value has to be written once the definition
// of a live value was replaced: what is wanted of it, or else what it was. Nil
// if that needs no writing.
func (c *computation) writeBack(k *resource.Kind, l *resource.Object, def *Change) *resource.Object {
	row := c.wanted(k, l)
	if row == nil && c.unset(k, l) {
		return nil
	}
	if row == nil {
		row = l
	}
	if v := row.Get(k.Values.Value); v == nil || isDefault(def.After, v) {
		return nil
	}
	return row
}

// wanted returns the wanted row of a live one, nil if there is none.
func (c *computation) wanted(k *resource.Kind, l *resource.Object) *resource.Object {
	p := c.space.pairs[k.Name]
	if p == nil {
		return nil
	}
	if i := slices.Index(p.live, l); i >= 0 && p.ofLive[i] >= 0 {
		return p.want[p.ofLive[i]]
	}
	return nil
}
