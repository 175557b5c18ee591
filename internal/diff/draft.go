package diff

import (
	"lcsync/internal/resource"
)

// draft is a plan in the making: changes are made of what differs, and then
// blocked, completed and put in order.
type draft struct {
	*pairs
	*Plan
	changes   map[*wanted]*Change          // those that stand for the row as a whole
	origins   map[*Change]*resource.Object // the file's row that a change is made of
	redefined map[string]*Change           // definitions that are created or replaced, by DefinitionKey
	unclaimed map[string]map[string][]string
}

// plan makes changes of what differs.
func plan(ps *pairs, c *comparison) *draft {
	how := ByName
	if ps.byID {
		how = ByID
	}
	d := &draft{pairs: ps, changes: map[*wanted]*Change{}, origins: map[*Change]*resource.Object{},
		redefined: map[string]*Change{}, unclaimed: map[string]map[string][]string{},
		Plan: &Plan{
			FormatVersion: FormatVersion,
			License:       Identity{ps.live.Owner, ps.live.AccountID, ps.live.ClientIDs},
			Only:          ps.o.selection(), SameLicense: ps.same, Pairing: string(how), Prune: ps.o.Prune,
			Changes: []*Change{}, Unmanaged: []Item{}, Observed: append([]Observation{}, c.observed...), Skipped: []Skip{},
			Gaps: []resource.Gap{}, Notices: []string{}, Unchanged: map[string]int{},
		}}
	for _, k := range resource.Kinds() {
		if p := ps.of[k.Name]; p != nil {
			d.kind(p, c)
		}
	}
	d.keepUsed()
	d.keepTargets()
	d.restoreValues()
	d.complete()
	return d
}

// kind plans what is to be done to the objects of a kind.
func (d *draft) kind(p *pairing, c *comparison) {
	for _, w := range p.want {
		switch {
		case w.left:
		case w.live == nil:
			d.create(p, w)
		case c.different[w] != nil:
			d.update(p, w, c.different[w])
		default:
			d.Unchanged[p.kind.Name]++
		}
	}
	if d.want.Has(p.kind.Name) {
		d.unmanaged(p)
	}
}

// change adds a change of an object to the plan. key tells it from other changes
// of the object; "" is the object's own.
func (d *draft) change(k *resource.Kind, key, own string, ch *Change) *Change {
	ch.ID, ch.Kind, ch.Key = k.Name+"/"+key, k.Name, own
	d.Changes = append(d.Changes, ch)
	if (ch.Action == Create || ch.Action == Replace) && len(k.ValueKinds()) > 0 {
		d.redefined[k.DefinitionKey(ch.After)] = ch
	}
	return ch
}

// whole adds the change that stands for a wanted row as a whole.
func (d *draft) whole(k *resource.Kind, w *wanted, ch *Change) *Change {
	d.changes[w], d.origins[ch] = ch, w.file
	return d.change(k, w.key, w.key, ch)
}

// part adds a change of some fields of an object that are not changed with the
// others, or that cannot be.
func (d *draft) part(k *resource.Kind, w *wanted, name string, ch *Change) *Change {
	return d.change(k, d.unique(k, w.key+"#"+name), w.key, ch)
}

// changesByID returns changes by their ids.
func changesByID(changes []*Change) map[string]*Change {
	out := make(map[string]*Change, len(changes))
	for _, ch := range changes {
		out[ch.ID] = ch
	}
	return out
}

// gone returns the changes that delete something, by what references call it.
func gone(changes []*Change) map[string]*Change {
	out := map[string]*Change{}
	for _, ch := range changes {
		if ch.Action == Delete && ch.Blocked == "" && ch.kind().IdentityOf(ch.Before) != nil {
			out[ch.kind().Address(ch.Before)] = ch
		}
	}
	return out
}

// use is a reference of an object that a change finds in the license.
type use struct {
	by  *Change
	ref resource.Reference
}

// uses says of each object who of those that change refers to it, by what
// references call it. The map of a group's members does not count, as memberships
// go with their group.
func uses(changes []*Change) map[string][]use {
	out := map[string][]use{}
	for _, ch := range changes {
		for ref := range ch.kind().References(ch.Before) {
			if isMemberMap(ch.kind(), ref.To) {
				continue
			}
			for _, name := range ref.Names() {
				out[name] = append(out[name], use{ch, ref})
			}
		}
	}
	return out
}

// isMemberMap tells whether a reference is a key of the members' map, which
// does without those that could not be created.
func isMemberMap(k *resource.Kind, ref *resource.RefTo) bool {
	return k.Members != nil && k.Field(k.Members.Field).Keys == ref
}

// keepUsed blocks the deletion of what wanted rows refer to, and of
// definitions that the file sets values of.
func (d *draft) keepUsed() {
	set := map[string]string{} // definitions by what values call them → kind of the values
	for _, k := range resource.Kinds() {
		if k.Values != nil {
			for _, w := range d.want.Rows(k.Name) {
				set[k.Values.Of+k.ValueKey(w)] = k.Name
			}
		}
	}
	for _, ch := range d.Changes {
		if ch.Action != Delete || ch.Blocked != "" {
			continue
		}
		k := ch.kind()
		if d.used[k.Address(ch.Before)] {
			ch.Blocked = "the file refers to it"
		}
		if len(k.ValueKinds()) > 0 && set[k.Name+k.DefinitionKey(ch.Before)] != "" {
			ch.Blocked = "the file sets values of it in " + set[k.Name+k.DefinitionKey(ch.Before)]
		}
	}
}
