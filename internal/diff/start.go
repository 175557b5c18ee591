package diff

import "lcsync/internal/resource"

// start decides what new objects are brought into service with: where the file
// has a row of its own for one, that counts and not what is noted with it.
func (c *computation) start() {
	for _, ch := range c.plan.Changes {
		s := ch.kind().Start
		if s == nil || ch.Action != Create {
			continue
		}
		by := resource.Lookup(s.Kind)
		for _, w := range c.want.Rows(s.Kind) {
			row, _ := c.space.mapRow(by, w)
			switch {
			case !resource.Equal(row.Get(by.Key[0]), resource.Ref{Kind: ch.Kind, Key: ch.Key}):
			case c.space.pairs[s.Kind] != nil:
				ch.After.Delete(s.Field) // a change of its own
			default:
				ch.After.Set(s.Field, row.Get(s.Value))
			}
		}
	}
}
