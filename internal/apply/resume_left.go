package apply

import (
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// left returns the plan of what is left.
func (r *resuming) left() *diff.Plan {
	p := *r.Plan
	p.Changes = nil
	for _, ch := range r.remain {
		if r.Begun && !r.half[ch.ID] && !r.returns(ch) {
			r.gone[ch.ID] = true
		}
	}
	for _, ch := range r.remain {
		if r.gone[ch.ID] {
			continue
		}
		c := *ch
		k := resource.Lookup(c.Kind)
		c.After = r.mapped(k, c.After)
		c.Needs, c.Waits = r.still(c.Needs), r.still(c.Waits)
		if c.Move != nil {
			if ref, ok := c.Move.Before.(resource.Ref); ok && r.made[ref] != nil {
				c.Move = &diff.Move{Before: r.made[ref]}
			}
		}
		p.Changes = append(p.Changes, &c)
	}
	return &p
}

// returns tells whether a change writes back what another one takes away that
// was begun.
func (r *resuming) returns(ch *diff.Change) bool {
	return ch.Action == diff.Create && slices.ContainsFunc(ch.Needs, func(id string) bool { return r.fresh[id] })
}

func (r *resuming) still(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return r.gone[id] })
}

// mapped returns a row with references to what the run made resolved.
func (r *resuming) mapped(k *resource.Kind, row *resource.Object) *resource.Object {
	return k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok && r.made[ref] != nil {
			return r.made[ref]
		}
		return v
	})
}
