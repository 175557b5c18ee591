package clone

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// pair finds the objects of the target that named objects of the source are:
// those whose name is the mapped one, and those that have the same id on every
// license.
func (mp *mapper) pair() {
	for _, k := range resource.Kinds() {
		switch {
		case named(k):
			mp.pairNamed(k)
		case k.ServerID != "": // told apart by what is in them
			for _, w := range mp.rows[k.Name] {
				w.Delete(k.ServerID)
			}
		}
	}
}

// folded is what two names have in common that are one for the server.
func folded(k *resource.Kind, name string) string {
	if k.AnyCase || k.FoldCase {
		return strings.ToLower(name)
	}
	return name
}

func (mp *mapper) pairNamed(k *resource.Kind) {
	live := map[string][]*resource.Object{}
	for _, l := range mp.target.Rows(k.Name) {
		at := folded(k, k.KeyOf(l))
		live[at] = append(live[at], l)
	}
	first := map[string]*mapped{} // by folded name, of those that are cloned
	for _, w := range mp.rows[k.Name] {
		name := mp.newName(w)
		if found := live[folded(k, name)]; w.live == nil && len(found) > 0 {
			w.live = found[0]
			if len(found) > 1 && !w.gone {
				mp.fitsTwo(w, fmt.Sprintf("the target has %d %s called %q", len(found), k.Name, name))
			}
		}
		if w.live == nil {
			w.Set(k.Key[0], name)
		} else {
			name = k.KeyOf(w.live)
			w.Set(k.Key[0], w.live.Get(k.Key[0]))
		}
		mp.setID(w)
		if w.gone {
			continue
		}
		switch other := first[folded(k, name)]; {
		case other == nil:
			first[folded(k, name)] = w
		case !k.Person:
			mp.fitsTwo(w, fmt.Sprintf("%s and %s would both be %q in the target", resource.Quote(other.name()), resource.Quote(w.name()), name))
		}
	}
	if k.Person {
		mp.pairOwner(k)
		mp.joinPeople(k)
	}
}

// newName returns what an object is called in the target. One that the mapping
// gives the id of an object of the target is that object.
func (mp *mapper) newName(w *mapped) string {
	k := w.kind
	if reserved(k, w.source) {
		w.live = mp.target.ByID(k, k.IDOf(w.source))
	}
	e := mp.name(k, w.source)
	switch {
	case reserved(k, w.source) && w.live != nil:
		if live := k.KeyOf(w.live); e != nil && e.To != live {
			mp.tell(Warns, w, "", "%s %s is the same on every license: here it is called %q, and the mapping to %q is not used", k.Singular, resource.Text(k.IDOf(w.live)), live, e.To)
		} else if live != w.name() {
			mp.tell(Informs, w, "", "%s %s is the same on every license: the target keeps its name %q", k.Singular, resource.Text(k.IDOf(w.live)), live)
		}
		return w.name()
	case e == nil:
		return w.name()
	case e.To == Skip:
		w.gone = true
		return w.name()
	case k.AnyCase:
		_, to := mp.address(k.Name, w.name())
		return to
	}
	if l := mp.target.ByID(k, k.ReadID(e.To)); l != nil && w.live == nil && k.ServerID != "" {
		w.live = l
	}
	return e.To
}

// setID gives an object the target's id. A counted id of the source means
// nothing there; a random one stands for the object until it has been created.
func (mp *mapper) setID(w *mapped) {
	switch k := w.kind; {
	case k.ServerID == "":
	case w.live != nil:
		w.Set(k.ServerID, k.IDOf(w.live))
	case !k.RandomID:
		w.Delete(k.ServerID)
	}
}

func (mp *mapper) fitsTwo(w *mapped, text string) {
	mp.mustAsk(w, "", Question{Text: text + ": which is meant?", Stays: "clone stops until this is decided",
		Section: w.kind.Name, Name: mp.uniqueName(w)})
}

// uniqueName returns the name of an object for the mapping: its id if others
// have the same name.
func (mp *mapper) uniqueName(w *mapped) string {
	if id := resource.Text(w.kind.IDOf(w.source)); id != "" && len(mp.source.Alike(w.kind, w.source)) > 1 {
		return id
	}
	return w.name()
}

// pairOwner maps the owner of the source, who is unknown in the target, to the
// target's own owner, unless that is somebody of the source, too.
func (mp *mapper) pairOwner(k *resource.Kind) {
	role := k.Field("role")
	isOwner := func(row *resource.Object) bool { return role != nil && slices.Contains(role.Fixed, row.String("role")) }
	i := slices.IndexFunc(mp.rows[k.Name], func(w *mapped) bool { return isOwner(w.source) })
	j := slices.IndexFunc(mp.target.Rows(k.Name), isOwner)
	if i < 0 || j < 0 {
		return
	}
	w, owner := mp.rows[k.Name][i], mp.target.Rows(k.Name)[j]
	// A pattern is about everybody. Whoever means the owner writes the address.
	if e := mp.name(k, w.source); w.live != nil || e != nil && !strings.Contains(e.From, "*") {
		return
	}
	for _, other := range mp.rows[k.Name] {
		if other.live == owner && !other.gone {
			mp.question(w, "", Question{Text: fmt.Sprintf("the source's owner is unknown in the target, and the target's owner %s is an agent of the source: who is the source's owner there?", k.KeyOf(owner)),
				Stays: "clone stops until this is decided", Section: k.Name, Name: w.name()})
			w.gone = true
			return
		}
	}
	w.live, w.memberships = owner, true
	w.Set(k.Key[0], owner.Get(k.Key[0]))
	mp.tell(Informs, w, "", "the source's owner is taken to be the target's, %s, who keeps the role", k.KeyOf(owner))
}

// joinPeople lets one person stand for all that map to the same address: the one
// who has the address already, or else the first, of whom nothing but the
// memberships is taken.
func (mp *mapper) joinPeople(k *resource.Kind) {
	byName := map[string][]*mapped{}
	for _, w := range mp.rows[k.Name] {
		if at := folded(k, k.KeyOf(w.Object)); !w.gone {
			byName[at] = append(byName[at], w)
		}
	}
	for _, w := range mp.rows[k.Name] {
		at := folded(k, k.KeyOf(w.Object))
		all := byName[at]
		if len(all) < 2 || all[0] != w {
			continue
		}
		i := slices.IndexFunc(all, func(w *mapped) bool { return folded(k, w.name()) == at })
		head := all[max(i, 0)]
		head.memberships = head.memberships || i < 0
		for _, other := range all {
			if other != head {
				other.into, other.gone = head, true
			}
		}
	}
}
