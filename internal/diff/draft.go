package diff

import (
	"cmp"

	"lcsync/internal/resource"
)

// draft is a plan in the making: changes are made of what differs, and then
// blocked, completed and put in order.
type draft struct {
	*pairs
	*Plan
	changes   map[*wantedRow]*Change        // those that stand for the row as a whole
	origins   map[*Change]*resource.Object  // the file's row that a change is made of
	defining  map[string][]*Change          // changes of definitions, by DefinitionKey
	unclaimed map[*resource.Object][]string // by member of the file, the groups that name it and are not compared
	withheld  []*Change                     // because a secret has no value
}

// plan makes changes of what differs.
func plan(ps *pairs, c *comparison) *draft {
	how := ByName
	if ps.byID {
		how = ByID
	}
	d := &draft{pairs: ps, changes: map[*wantedRow]*Change{}, origins: map[*Change]*resource.Object{},
		defining: map[string][]*Change{},
		Plan: &Plan{
			FormatVersion: FormatVersion,
			License:       Identity{ps.live.Owner, ps.live.AccountID, ps.live.ClientIDs},
			Only:          ps.o.selection(), SameLicense: ps.same, Pairing: string(how), Prune: ps.o.Prune,
			Changes: []*Change{}, Unmanaged: []Item{}, Observed: []Observation{}, Skipped: []Skip{},
			Gaps: []resource.Gap{}, Notices: []string{}, Unchanged: map[string]int{},
		}}
	d.unclaimed = d.claimsNotCompared()
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
func (d *draft) kind(p *kindPairs, c *comparison) {
	for _, w := range p.want {
		switch {
		case w.left, w.live == nil && d.ignores(p.kind, w.key, w.Object, ""):
		case w.live == nil:
			d.create(p.kind, w)
		case c.different[w] != nil:
			d.Observed = append(d.Observed, c.different[w].observed...)
			d.update(p.kind, w, c.different[w])
		default:
			d.Unchanged[p.kind.Name]++
		}
	}
	if d.want.Has(p.kind.Name) {
		d.unmanaged(p)
	}
}

// change adds a change of the object with a key to the plan. id is the key, or
// what tells the change from another one of the object.
func (d *draft) change(k *resource.Kind, id, key string, ch *Change) *Change {
	ch.ID, ch.Kind, ch.Key = resource.Address(k.Name, id), k.Name, key
	d.Changes = append(d.Changes, ch)
	if len(k.ValueKinds()) > 0 {
		key := k.DefinitionKey(cmp.Or(ch.After, ch.Before))
		d.defining[key] = append(d.defining[key], ch)
	}
	return ch
}

// whole adds the change that stands for a wanted row as a whole.
func (d *draft) whole(k *resource.Kind, w *wantedRow, ch *Change) *Change {
	d.changes[w], d.origins[ch] = ch, w.file
	return d.change(k, w.key, w.key, ch)
}

// part adds a change of some fields of an object that are changed apart from the others
// or cannot be changed.
func (d *draft) part(k *resource.Kind, w *wantedRow, name string, ch *Change) *Change {
	return d.change(k, d.unique(k, w.key+"#"+name), w.key, ch)
}
