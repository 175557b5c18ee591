package clone

import (
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// StartLast makes changes of their own of what brings new objects into service,
// which come last: when everything is there that belongs to the same
// application. An object whose application lacks something stays as it was made.
func StartLast(p *diff.Plan) {
	var starts []*diff.Change
	for _, ch := range p.Todo() {
		k := resource.Lookup(ch.Kind)
		if ch.Action != diff.Create || k.ActivatedBy == nil {
			continue
		}
		row := k.StartArgs(ch.After, resource.Ref{Kind: ch.Kind, Key: ch.Key})
		if row == nil {
			continue
		}
		ch.After.Delete(k.ActivatedBy.Field)
		start := &diff.Change{ID: k.ActivatedBy.Kind + "/" + ch.Key, Kind: k.ActivatedBy.Kind, Key: ch.Key, Action: diff.Create, After: row, DependsOn: []string{ch.ID}}
		for _, other := range p.Todo() {
			if of := resource.Lookup(other.Kind); of.PerClient() && other.After != nil && other.After.String(of.OwnedBy) == ch.After.String(k.OwnedBy) {
				start.DependsOn = append(start.DependsOn, other.ID)
			}
		}
		starts = append(starts, start)
	}
	p.Changes = append(p.Changes, starts...)
}
