package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// older adds to the plan what brings back the objects that the run deleted in an
// older version. What the run made in their place is deleted only after that.
// What the run brought back there stays: to delete it is not undo's to decide.
func (m *merge) older(p *diff.Plan) {
	for _, ch := range m.Plan.Changes {
		k := resource.LookupAny(ch.Kind)
		if _, did := m.Done[ch.ID]; !did || ch.Blocked != "" || k.Older == nil {
			continue
		}
		now := m.now.Find(k, ch.Before)
		switch {
		case !m.live.Has(k.Name):
			m.skip(k.Name, "", "the license's "+k.Name+" were not read")
		case ch.Action != diff.Delete:
			m.skip(k.Name, ch.Key, "it is there again; lcsync migrate-live deletes it once its successors are sent")
		case now == nil:
			m.register(k, ch, p)
		case len(diff.Compare(k, now, ch.Before, nil)) > 0:
			m.skip(k.Name, ch.Key, "there is another one by now")
		}
	}
}

// register plans that an object of an older version is made again.
func (m *merge) register(k *resource.Kind, ch *diff.Change, p *diff.Plan) {
	m.loseWith(k, ch.Before)
	back := &diff.Change{ID: ch.ID, Kind: ch.Kind, Key: ch.Key, Action: diff.Create, After: restored(k, ch.Before)}
	back.After.Delete(k.ServerID)
	for _, row := range m.now.Alike(k, back.After) {
		p.Found.Beside[back.ID] = append(p.Found.Beside[back.ID], k.NameOf(row))
	}
	for _, del := range p.Changes {
		of := resource.LookupAny(del.Kind)
		succeeds := func(id string) bool {
			made := m.Done[id]
			return made != nil && resource.Equal(made, of.IdentityOf(del.Before))
		}
		if del.Action == diff.Delete && slices.ContainsFunc(ch.DependsOn, succeeds) {
			del.DependsOn = append(del.DependsOn, back.ID)
		}
	}
	p.Changes = append(p.Changes, back)
}
