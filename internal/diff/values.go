package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// definesValues tells whether objects of the kind define values that are
// stored elsewhere and are lost with them.
func definesValues(k *resource.Kind) bool {
	return slices.ContainsFunc(resource.Kinds(), func(v *resource.Kind) bool { return v.Values != nil && v.Values.Of == k.Name })
}

// definition returns the definition of a value row: as it is live, or as it is
// wanted if live has none. Nil if neither side knows it.
func (c *computation) definition(k *resource.Kind, row *resource.Object) *resource.Object {
	def := resource.Lookup(k.Values.Of)
	for _, l := range []*resource.License{c.live, c.want} {
		for _, d := range l.Rows(def.Name) {
			if d.String(def.ClientID) == row.String(k.Values.Namespace) && d.String("name") == row.String(k.Values.Name) {
				return d
			}
		}
	}
	return nil
}

// unset tells whether a value row holds its definition's default, which
// listings cannot tell from never having been set.
func (c *computation) unset(k *resource.Kind, row *resource.Object) bool {
	if k.Values == nil {
		return false
	}
	d := c.definition(k, row)
	def, ok := d.Lookup("default_value")
	return ok && def != nil && resource.Equal(def, row.Get(k.Values.Value))
}

// dropUnset makes nothing of a wanted row where both sides hold the default.
func (c *computation) dropUnset(k *resource.Kind, live, want *resource.Object) {
	if k.Values != nil && c.unset(k, live) && c.unset(k, want) {
		want.Delete(k.Values.Value)
	}
}

// foreign says why a wanted row is none of a license's business: values under
// namespaces that exist everywhere, on a license the file is not of, and rows
// of client ids that live was not read for.
func (c *computation) foreign(p *pairing, want *resource.Object) string {
	k := p.kind
	if k.Values != nil && !c.plan.SameLicense {
		if ns := want.String(k.Values.Namespace); !slices.Contains(c.want.ClientIDs, ns) && c.definition(k, want) == nil {
			return "the namespace " + ns + " is not one of the file's applications, and this is another license"
		}
	}
	if k.ClientID == "" || !perClient(k) {
		return ""
	}
	client := want.String(k.ClientID)
	if slices.Contains(c.live.ClientIDs, client) ||
		slices.ContainsFunc(p.live, func(l *resource.Object) bool { return l.String(k.ClientID) == client }) {
		return ""
	}
	return "the license was not read for the client id " + client + "; pass --client-id " + client
}

// restoreValues plans the writing back of the values that are lost when their
// definition is replaced, and makes values wait for their definitions.
func (c *computation) restoreValues() {
	for _, k := range resource.Kinds() {
		p := c.space.pairs[k.Name]
		if k.Values == nil {
			continue
		}
		for _, ch := range slices.Clone(c.plan.Changes) {
			if ch.Kind == k.Values.Of && ch.Action == Replace && ch.Blocked == "" {
				c.restore(k, p, ch)
			}
		}
	}
}

// restore writes back the live values of a definition that is replaced.
func (c *computation) restore(k *resource.Kind, p *pairing, def *Change) {
	owner := resource.Lookup(def.Kind)
	for _, l := range c.live.Rows(k.Name) {
		if l.String(k.Values.Namespace) != def.Before.String(owner.ClientID) || l.String(k.Values.Name) != def.Before.String("name") || c.unset(k, l) {
			continue
		}
		if p != nil && c.planned(p, l) {
			continue
		}
		key := c.unique(k, k.KeyOf(l)+"#restore")
		ch := c.add(&Change{ID: k.Name + "/" + key, Kind: k.Name, Key: k.KeyOf(l), Action: Create, After: creatable(k, l, l),
			Reason: "lost when its definition is replaced, written back"}, nil)
		if text := resource.CheckPropertyValue(def.After, l.Get(k.Values.Value)); text != "" {
			ch.Blocked = "it does not fit the new definition: " + text
		}
	}
}

// planned tells whether a live row has a change of its own.
func (c *computation) planned(p *pairing, l *resource.Object) bool {
	return slices.ContainsFunc(c.plan.Changes, func(ch *Change) bool { return ch.Before == l && ch.Blocked == "" })
}
