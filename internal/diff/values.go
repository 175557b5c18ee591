package diff

import (
	"slices"

	"lcsync/internal/resource"
)

// definitions finds the definitions of a kind by what values call them.
type definitions struct{ live, want map[string]*resource.Object }

func (c *computation) definitions(kind string) *definitions {
	if d := c.defs[kind]; d != nil {
		return d
	}
	k := resource.Lookup(kind)
	index := func(l *resource.License) map[string]*resource.Object {
		out := map[string]*resource.Object{}
		for _, row := range l.Rows(kind) {
			if key := k.DefinitionKey(row); out[key] == nil {
				out[key] = row
			}
		}
		return out
	}
	d := &definitions{index(c.live), index(c.want)}
	c.defs[kind] = d
	return d
}

// definition returns the definition of a value row: the platform's, or as it is
// live, or as it is wanted if live has none. Nil if nobody knows it.
func (c *computation) definition(k *resource.Kind, row *resource.Object) *resource.Object {
	if k.IsDefault(row) {
		return k.DefaultDefinition(row)
	}
	d, key := c.definitions(k.Values.Of), k.ValueKey(row)
	if def := d.live[key]; def != nil {
		return def
	}
	return d.want[key]
}

// platforms tells whether a row is the platform's to set: what nobody can set,
// and, on another license, what the vendor does not document.
func (c *computation) platforms(k *resource.Kind, row *resource.Object) bool {
	switch {
	case k.ReadOnlyRow(row):
		return true
	case c.plan.SameLicense, !k.IsDefault(row), k.DefaultProperty(row) != nil:
		return false
	}
	c.notice("%s: %s is not known to lcsync and not compared with another license", k.Name, k.KeyOf(row))
	return true
}

// undecided says why a value is not written to another license until somebody
// decides so, "" if it may be.
func (c *computation) undecided(ch *Change) string {
	p := ch.kind().DefaultProperty(ch.After)
	if c.plan.SameLicense || p == nil || p.Elsewhere == "" || slices.Contains(c.o.Objects[ch.Kind], ch.Key) {
		return ""
	}
	return "this is another license, and " + p.Elsewhere + "; take it out of the file to leave it as it is, or pass --only " + ch.Kind + "/" + ch.Key + " to set it"
}

// becoming returns the definition of a value row as it will be: as wanted if
// it is going to be created or replaced, as it is otherwise. Definitions are
// compared before their values.
func (c *computation) becoming(k *resource.Kind, row *resource.Object) *resource.Object {
	if ch := c.redefined[k.ValueKey(row)]; ch != nil && ch.Kind == k.Values.Of && ch.Blocked == "" {
		return ch.After
	}
	return c.definition(k, row)
}

// unset tells whether a live value row holds its definition's default, which
// listings cannot tell from never having been set.
func (c *computation) unset(k *resource.Kind, live *resource.Object) bool {
	return k.Values != nil && isDefault(c.definition(k, live), live.Get(k.Values.Value))
}

// wantUnset tells the same of a wanted value row and the definition that there
// will be.
func (c *computation) wantUnset(k *resource.Kind, want *resource.Object) bool {
	return k.Values != nil && isDefault(c.becoming(k, want), want.Get(k.Values.Value))
}

func isDefault(def *resource.Object, v resource.Value) bool {
	d, ok := def.Lookup("default_value")
	return ok && d != nil && resource.Equal(d, v)
}

// dropUnset makes nothing of a wanted row where both sides hold the default.
func (c *computation) dropUnset(k *resource.Kind, live, want *resource.Object) {
	if k.Values != nil && c.unset(k, live) && c.wantUnset(k, want) {
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
	if !k.PerClient() {
		return ""
	}
	client := want.String(k.ClientID)
	if resource.DefaultNamespace(client) {
		return client + " is a namespace of the platform, which defines its own " + k.Name
	}
	if slices.Contains(c.live.ClientIDs, client) ||
		slices.ContainsFunc(p.live, func(l *resource.Object) bool { return l.String(k.ClientID) == client }) {
		return ""
	}
	return "the license was not read for the client id " + client + "; pass --client-id " + client
}

// restoreValues plans the writing back of the values that are lost when their
// definition is replaced.
func (c *computation) restoreValues() {
	if !slices.ContainsFunc(c.plan.Changes, lasting) {
		return
	}
	busy := map[*resource.Object]bool{} // live rows with a change of their own
	goes := map[*resource.Object]bool{} // those that are deleted
	gone := map[string]bool{}           // what is deleted, as references call it
	for _, ch := range c.plan.Changes {
		if ch.Before == nil || ch.Blocked != "" {
			continue
		}
		busy[ch.Before] = true
		if ch.Action == Delete {
			goes[ch.Before] = true
			gone[ch.Kind+"/"+identityOf(ch.kind(), ch.Before)] = true
		}
	}
	each := func(do func(k *resource.Kind, l *resource.Object, def *Change)) {
		for _, k := range resource.Kinds() {
			if k.Values == nil {
				continue
			}
			for _, l := range c.live.Rows(k.Name) {
				def := c.redefined[k.ValueKey(l)]
				if def != nil && def.Kind == k.Values.Of && lasting(def) && !goes[l] && !refersTo(k, l, gone) {
					do(k, l, def)
				}
			}
		}
	}
	each(c.unwritable)
	each(func(k *resource.Kind, l *resource.Object, def *Change) {
		if !busy[l] {
			c.restore(k, l, def)
		}
	})
}

// lasting tells whether a change replaces a definition.
func lasting(ch *Change) bool {
	return ch.Action == Replace && ch.Blocked == "" && len(ch.kind().ValueKinds()) > 0
}

// refersTo tells whether a row refers to one of the objects.
func refersTo(k *resource.Kind, row *resource.Object, objects map[string]bool) bool {
	found := false
	k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
		for _, kind := range ref.Kinds {
			found = found || objects[kind+"/"+resource.Text(v)]
		}
		return v
	})
	return found
}

// restore writes back a live value of a definition that is replaced: what is
// wanted of it, or what it was if nothing is.
func (c *computation) restore(k *resource.Kind, l *resource.Object, def *Change) {
	row := c.writeBack(k, l, def)
	if row == nil {
		return // nothing to write, or what there will be by itself
	}
	key := c.unique(k, k.KeyOf(l)+"#restore")
	c.add(&Change{ID: k.Name + "/" + key, Kind: k.Name, Key: k.KeyOf(l), Action: Create, After: creatable(k, l, row),
		Reason: "lost when its definition is replaced, written back"}, nil)
	if row != l {
		c.plan.Unchanged[k.Name]--
	}
}

// needDefinition makes a value need its definition where that is to be created
// or replaced. Values go before the definition that is deleted or replaced.
func (c *computation) needDefinition(ch *Change, definitions map[string][]*Change) {
	k := ch.kind()
	if k.Values == nil {
		return
	}
	row := ch.After
	if row == nil {
		row = ch.Before
	}
	if def := c.becoming(k, row); def != nil && ch.Action != Delete && ch.Blocked == "" {
		if text := resource.CheckPropertyValue(def, row.Get(k.Values.Value)); text != "" {
			ch.Blocked = "it does not fit its definition: " + text
		} else if text := c.undecided(ch); text != "" {
			ch.Blocked = text
		}
	}
	if text := c.undefined(k, row, definitions); text != "" && ch.Action != Delete && ch.Blocked == "" {
		ch.Blocked = text
	}
	for _, d := range definitions[k.ValueKey(row)] {
		switch {
		case d.Kind != k.Values.Of:
		case ch.Action == Delete:
			if d.Action != Create {
				d.Waits = append(d.Waits, ch.ID)
			}
		case d.Action == Replace && d.Blocked != "" && resource.CheckPropertyValue(d.Before, row.Get(k.Values.Value)) == "":
			// It fits the definition that there is.
		case d.Action == Create, d.Action == Replace:
			ch.Needs = append(ch.Needs, d.ID)
		}
	}
}

// undefined says that the definition of a value is in the file and not in the
// license, and that it is not selected; "" otherwise.
func (c *computation) undefined(k *resource.Kind, row *resource.Object, definitions map[string][]*Change) string {
	of, key := k.Values.Of, k.ValueKey(row)
	d := c.definitions(of)
	if len(c.o.Only) == 0 || d.want[key] == nil || d.live[key] != nil || len(definitions[key]) > 0 || !c.live.Has(of) ||
		slices.ContainsFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Kind == of }) {
		return ""
	}
	id := of + "/" + resource.Lookup(of).KeyOf(d.want[key])
	return "it needs " + id + ", which is not made; " + onlyFlag(id) + " would add it"
}

// definingChanges returns the changes of definitions by what values call them.
func (c *computation) definingChanges() map[string][]*Change {
	out := map[string][]*Change{}
	for _, ch := range c.plan.Changes {
		if len(ch.kind().ValueKinds()) == 0 {
			continue
		}
		row := ch.After
		if row == nil {
			row = ch.Before
		}
		key := ch.kind().DefinitionKey(row)
		out[key] = append(out[key], ch)
	}
	return out
}
