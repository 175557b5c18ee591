package diff

import (
	"cmp"
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// definition returns the definition of a value row: the platform's, the live one, or
// else the wanted one; nil if there is none.
func (s *sides) definition(k *resource.Kind, row *resource.Object) *resource.Object {
	if k.IsDefault(row) {
		return k.DefaultDefinition(row)
	}
	if def := s.live.Definition(k, row); def != nil {
		return def
	}
	return s.want.Definition(k, row)
}

// platforms tells whether a row belongs to the platform: it is read-only or, on another
// license, not documented by the vendor.
func (s *sides) platforms(k *resource.Kind, row *resource.Object) bool {
	switch {
	case k.ReadOnlyRow(row):
		return true
	case s.same, !k.IsDefault(row), k.DefaultProperty(row) != nil:
		return false
	}
	s.notice("%s: lcsync does not know %s and does not compare it with another license", k.Name, k.KeyOf(row))
	return true
}

// undecided says why a value is written to another license only if it is selected, ""
// if it may be written.
func (d *draft) undecided(ch *Change) string {
	p := ch.kind().DefaultProperty(ch.After)
	if d.same || d.o.Match == Mapped || p == nil || p.Elsewhere == "" || slices.Contains(d.o.Objects[ch.Kind], ch.Key) {
		return ""
	}
	return "this is another license, and " + p.Elsewhere + "; take it out of the file to leave it as it is, or pass --only " + ch.Kind + "/" + ch.Key + " to set it"
}

// becoming returns the definition of a value row as it will be: as wanted if
// it is going to be created or replaced, as it is otherwise. Definitions are
// compared before their values.
func (d *draft) becoming(k *resource.Kind, row *resource.Object) *resource.Object {
	if ch := d.redefined(k, row); ch.made() {
		return ch.After
	}
	return d.definition(k, row)
}

// redefined returns the change that creates or replaces the definition of a value row,
// nil if none does.
func (d *draft) redefined(k *resource.Kind, row *resource.Object) *Change {
	for _, ch := range d.defining[k.ValueKey(row)] {
		if ch.Kind == k.Values.Of && (ch.Action == Create || ch.Action == Replace) {
			return ch
		}
	}
	return nil
}

// unset tells whether a live value row holds its definition's default, which
// listings cannot tell from never having been set.
func (s *sides) unset(k *resource.Kind, live *resource.Object) bool {
	return k.Values != nil && resource.HoldsDefault(s.definition(k, live), live.Get(k.Values.Value))
}

// wantUnset tells the same of a wanted value row and the definition that there
// will be.
func (d *draft) wantUnset(k *resource.Kind, want *resource.Object) bool {
	return k.Values != nil && resource.HoldsDefault(d.becoming(k, want), want.Get(k.Values.Value))
}

// staysUnset tells whether both sides of a value row hold the default.
func (d *draft) staysUnset(k *resource.Kind, live, want *resource.Object) bool {
	return d.unset(k, live) && d.wantUnset(k, want)
}

// foreign says why a wanted row does not apply to the license: its namespace is not one
// of the file's applications on another license, or the license was not read for its
// client id. "" if it applies.
func (ps *pairs) foreign(k *resource.Kind, want *resource.Object) string {
	if k.Values != nil && !ps.same {
		if ns := want.String(k.Values.Namespace); !slices.Contains(ps.want.ClientIDs, ns) && ps.definition(k, want) == nil {
			return "the namespace " + ns + " is not one of the file's applications, and this is another license"
		}
	}
	if !k.PerClient() {
		return ""
	}
	client := want.String(k.OwnedBy)
	if resource.DefaultNamespace(client) {
		return client + " is a namespace of the platform, which defines its own " + k.Name
	}
	if slices.Contains(ps.live.ClientIDs, client) ||
		slices.ContainsFunc(ps.of[k.Name].live, func(l *resource.Object) bool { return l.String(k.OwnedBy) == client }) {
		return ""
	}
	return "the license was not read for the client id " + client + "; pass --client-id " + client
}

// restoreValues plans the writing back of the values that are lost when their
// definition is replaced.
func (d *draft) restoreValues() {
	if !slices.ContainsFunc(d.Changes, lasting) {
		return
	}
	busy := map[*resource.Object]*Change{} // live rows with a change of their own
	for _, ch := range d.Todo() {
		if ch.Before != nil {
			busy[ch.Before] = ch
		}
	}
	gone := gone(d.Changes)
	each := func(do func(k *resource.Kind, l *resource.Object, def *Change)) {
		for _, k := range resource.Kinds() {
			if k.Values == nil {
				continue
			}
			for _, l := range d.live.Rows(k.Name) {
				def := d.redefined(k, l)
				if def == nil || !lasting(def) {
					continue
				}
				if ch := busy[l]; (ch == nil || ch.Action != Delete) && len(places(k, l, l, gone)) == 0 {
					do(k, l, def)
				}
			}
		}
	}
	each(d.unwritable)
	each(func(k *resource.Kind, l *resource.Object, def *Change) {
		if busy[l] == nil {
			d.restore(k, l, def)
		}
	})
}

// lasting tells whether a change replaces a definition.
func lasting(ch *Change) bool {
	return ch.Action == Replace && ch.Blocked == "" && len(ch.kind().ValueKinds()) > 0
}

// restore writes back a live value of a definition that is replaced: what is
// wanted of it, or what it was if nothing is.
func (d *draft) restore(k *resource.Kind, l *resource.Object, def *Change) {
	row := d.writeBack(k, l, def)
	if row == nil {
		return // nothing to write, or the new definition's default
	}
	d.change(k, d.unique(k, k.KeyOf(l)+"#restore"), k.KeyOf(l), &Change{Action: Create, After: creatable(k, l, row),
		Reason: "replacing its definition deletes it, so it is written back"})
	if row != l {
		d.Unchanged[k.Name]--
	}
}

// unsaved names a kind of values of a definition that were not read and so could not be
// written back; "" if there is none.
func (s *sides) unsaved(def *resource.Kind, live *resource.Object) string {
	for _, k := range def.ValueKinds() {
		if live.Object("access").Has(k.Values.Access) && !s.live.Has(k.Name) {
			return k.Name
		}
	}
	return ""
}

// unseen names the values that are lost when a definition is replaced because agents
// may not read them.
func unseen(def *resource.Kind, live *resource.Object) []string {
	var out []string
	for _, k := range def.ValueKinds() {
		if live.Object("access").Has(k.Values.Access) && !resource.AgentsMay("read", live, k.Values.Access) {
			out = append(out, "its "+k.Name+": agents may not read them, so they are not written back")
		}
	}
	return out
}

// unwritable blocks the replacement of a definition that leaves agents no right
// to write one of its values back.
func (d *draft) unwritable(k *resource.Kind, l *resource.Object, def *Change) {
	if !resource.AgentsMay("write", def.After, k.Values.Access) && d.writeBack(k, l, def) != nil {
		def.Blocked = fmt.Sprintf("%s/%s could not be written back: the definition does not let agents write it", k.Name, k.KeyOf(l))
	}
}

// writeBack returns the row whose value has to be written once the definition
// of a live value was replaced: what is wanted of it, or else what it was. Nil
// if that needs no writing.
func (d *draft) writeBack(k *resource.Kind, l *resource.Object, def *Change) *resource.Object {
	row := l
	if p := d.of[k.Name]; p != nil && p.ofLive[l] != nil {
		row = p.ofLive[l].Object
	} else if d.unset(k, l) {
		return nil
	}
	if v := row.Get(k.Values.Value); v == nil || resource.HoldsDefault(def.After, v) {
		return nil
	}
	return row
}

// needDefinition makes a value need its definition where that is to be created
// or replaced. Values go before the definition that is deleted or replaced.
func (d *draft) needDefinition(ch *Change) {
	k := ch.kind()
	if k.Values == nil {
		return
	}
	row := cmp.Or(ch.After, ch.Before)
	if def := d.becoming(k, row); def != nil && ch.Action != Delete && ch.Blocked == "" {
		if text := resource.CheckPropertyValue(def, row.Get(k.Values.Value)); text != "" {
			ch.Blocked = "it does not fit its definition: " + text
		} else if text := d.undecided(ch); text != "" {
			ch.Blocked = text
		}
	}
	if text := d.undefined(k, row); text != "" && ch.Action != Delete && ch.Blocked == "" {
		ch.Blocked = text
	}
	for _, def := range d.defining[k.ValueKey(row)] {
		switch {
		case def.Kind != k.Values.Of:
		case ch.Action == Delete:
			if def.Action != Create {
				def.StartsAfter = append(def.StartsAfter, ch.ID)
			}
		case def.Action == Replace && def.Blocked != "" && resource.CheckPropertyValue(def.Before, row.Get(k.Values.Value)) == "":
			// It fits the definition that there is.
		case def.Action == Create, def.Action == Replace:
			ch.DependsOn = append(ch.DependsOn, def.ID)
		}
	}
}

// undefined says that a value needs a definition that is in the file, not in the
// license, and not selected; "" otherwise.
func (d *draft) undefined(k *resource.Kind, row *resource.Object) string {
	of, want := k.Values.Of, d.want.Definition(k, row)
	if len(d.o.Only) == 0 || want == nil || d.live.Definition(k, row) != nil || len(d.defining[k.ValueKey(row)]) > 0 || !d.live.Has(of) || d.gap(of) != nil {
		return ""
	}
	id := resource.Address(of, resource.Lookup(of).KeyOf(want))
	return "needs " + id + ", which is not selected; add " + onlyFlag(id)
}
