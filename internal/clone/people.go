package clone

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// people keeps what people of the target have: nothing of them is written but
// memberships in groups that are to be created, unless it may be.
func (mp *mapper) people() {
	for _, k := range resource.Kinds() {
		for _, w := range mp.rows[k.Name] {
			if w.into != nil {
				addMemberships(w.into, w)
			}
		}
		for _, w := range mp.rows[k.Name] {
			if k.Person {
				mp.person(w)
			}
		}
	}
}

// addMemberships gives a person those of another one.
func addMemberships(to, from *mapped) {
	m := to.kind.MemberOf()
	for _, v := range from.List(m.List) {
		addMembership(to.kind.Field(m.List), to.Object, v.(*resource.Object))
	}
}

// addMembership gives somebody a membership. Of two in one group the stronger
// one counts.
func addMembership(f *resource.Field, to, more *resource.Object) {
	list := slices.Clone(to.List(f.Name))
	i := slices.IndexFunc(list, func(v resource.Value) bool { return resource.Equal(v.(*resource.Object).Get(f.Key), more.Get(f.Key)) })
	switch {
	case i < 0:
		list = append(list, more)
	case stronger(f, more, list[i].(*resource.Object)):
		list[i] = more
	}
	to.Set(f.Name, list)
}

// stronger tells whether a membership has a stronger priority than another one:
// the registry lists the strongest first.
func stronger(f *resource.Field, a, b *resource.Object) bool {
	for i := range f.Fields {
		if m := &f.Fields[i]; m.Enum != nil {
			return slices.Index(m.Enum, a.String(m.Name)) < slices.Index(m.Enum, b.String(m.Name))
		}
	}
	return false
}

func (mp *mapper) person(w *mapped) {
	k := w.kind
	switch {
	case w.gone:
	case w.live == nil && w.memberships:
		mp.question(w, "", Question{Text: fmt.Sprintf("several agents map to %s, whom the target lacks", k.KeyOf(w.Object)),
			Stays: "lcsync cannot tell whose name and settings to use; invite that agent first, or map only one agent to it", Section: k.Name, Name: w.name()})
	case w.live == nil && !mp.o.CreateAgents:
		mp.question(w, "", Question{Text: fmt.Sprintf("the target has no %s %s", k.Singular, k.KeyOf(w.Object)), Flag: "--create-agents",
			Stays: "the agent is not invited, and is left out of groups, rules and webhooks", Section: k.Name, Name: w.name()})
	case w.live == nil:
		dropFixed(w)
		mp.tellRole(w)
	default:
		mp.keepPerson(w)
	}
}

// dropFixed takes out of a row what can be neither given nor taken.
func dropFixed(w *mapped) {
	for i := range w.kind.Fields {
		if f := &w.kind.Fields[i]; f.Fixed != nil && (slices.Contains(f.Fixed, w.String(f.Name)) || w.live != nil && slices.Contains(f.Fixed, w.live.String(f.Name))) {
			w.Delete(f.Name)
		}
	}
}

// tellRole tells of somebody who is invited with more than the usual rights.
func (mp *mapper) tellRole(w *mapped) {
	for i := range w.kind.Fields {
		f := &w.kind.Fields[i]
		if v := w.String(f.Name); f.Fixed != nil && v != "" && !resource.Equal(v, f.Zero()) && mp.selected(w) {
			mp.tell(Informs, w, "", "is invited as %s", v)
		}
	}
}

// keepPerson leaves of a person of the target what may be written.
func (mp *mapper) keepPerson(w *mapped) {
	k, m := w.kind, w.kind.MemberOf()
	out := resource.Of(k.Key[0], w.live.Get(k.Key[0]))
	for name, v := range w.All() {
		f := k.Field(name)
		update := mp.o.UpdateAgents && !w.memberships
		if f != nil && f.Fixed != nil {
			update = mp.o.UpdateRoles && !w.memberships
		}
		switch {
		case name == k.Key[0]:
		case m != nil && name == m.List && !update:
			if all := withNew(f, w.live.List(name), w.List(name)); all != nil {
				out.Set(name, all)
			}
		case update:
			out.Set(name, v)
		}
	}
	w.Object = out
	dropFixed(w)
}

// withNew returns the memberships that a person has with those in groups that
// are to be created, nil if there are none of these.
func withNew(f *resource.Field, has, wants resource.List) resource.List {
	out, any := slices.Clone(has), false
	for _, v := range wants {
		if isNew(f, v) {
			out, any = append(out, v), true
		}
	}
	if !any {
		return nil
	}
	return out
}

// isNew tells whether a membership is one in a group that is to be created,
// which goes by its name.
func isNew(f *resource.Field, v resource.Value) bool {
	_, isName := v.(*resource.Object).Get(f.Key).(string)
	return isName
}

// lonely asks about groups that are to be created and none of whose members will
// be there.
func (mp *mapper) lonely(k *resource.Kind) {
	m := k.Members
	if m == nil {
		return
	}
	members := map[string]bool{} // names of new groups
	f := resource.Lookup(m.Of).Field(m.List)
	for _, w := range mp.rows[m.Of] {
		if w.gone || w.live == nil && !mp.o.CreateAgents {
			continue
		}
		for _, v := range w.List(m.List) {
			if name, _ := v.(*resource.Object).Get(f.Key).(string); m.Serves(v.(*resource.Object).Get("priority")) {
				members[name] = true
			}
		}
	}
	for _, w := range mp.rows[k.Name] {
		if w.live == nil && mp.selected(w) && !members[k.KeyOf(w.Object)] {
			mp.question(w, "", Question{Text: fmt.Sprintf("none of the members of this new %s will be in the target, and the API creates none without one", k.Singular),
				Stays: "the " + k.Singular + " cannot be created; map one of its members, or the " + k.Singular + " to " + Skip, Section: k.Name, Name: mp.uniqueName(w), Flag: "--create-agents"})
		}
	}
}

// keepPeople adds the people of the target whom the source does not have, so that
// they are not pruned.
func (mp *mapper) keepPeople(want *resource.License) {
	for _, k := range resource.Kinds() {
		if !k.Person || !mp.o.Prune || mp.o.PruneAgents || !want.Has(k.Name) {
			continue
		}
		known := map[string]bool{}
		for _, row := range want.Rows(k.Name) {
			known[strings.ToLower(k.KeyOf(row))] = true
		}
		for _, l := range mp.target.Rows(k.Name) {
			if !known[strings.ToLower(k.KeyOf(l))] {
				want.Append(k.Name, resource.Of(k.Key[0], l.Get(k.Key[0])))
			}
		}
	}
}
