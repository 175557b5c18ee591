package undo

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// older plans to register again the objects that the run deleted in an older version.
// Their successors are deleted only after that. Objects that the run itself registered
// again there stay: only migrate-live deletes them.
func (m *merge) older(p *diff.Plan) {
	for _, ch := range m.Plan.Changes {
		k := resource.LookupAny(ch.Kind)
		if _, did := m.Done[ch.ID]; !did || ch.Blocked != "" || k.Older == nil {
			continue
		}
		now := m.now.Find(k, ch.Before)
		switch {
		case !m.live.Has(k.Name):
			m.skip(k.Name, "", "not read")
		case ch.Action != diff.Delete:
			m.skip(k.Name, ch.Key, "it exists again; lcsync migrate-live deletes it when its successors are sent")
		case now == nil:
			m.register(k, ch, p)
		case len(diff.Compare(k, now, ch.Before, nil)) > 0:
			m.skip(k.Name, ch.Key, "another one exists now")
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
