package diff

import "lcsync/internal/resource"

// start decides what new objects are brought into service with: where the file
// has a row of its own for one, that counts and not what is noted with it.
func (c *computation) start() {
	rows := map[string]map[resource.Ref]*resource.Object{} // by kind and new object
	for _, ch := range c.plan.Changes {
		s := ch.kind().Start
		if s == nil || ch.Action != Create {
			continue
		}
		if rows[s.Kind] == nil {
			rows[s.Kind] = c.ofNew(resource.Lookup(s.Kind))
		}
		switch row := rows[s.Kind][resource.Ref{Kind: ch.Kind, Key: ch.Key}]; {
		case row == nil:
		case c.space.pairs[s.Kind] != nil:
			ch.After.Delete(s.Field) // a change of its own
		default:
			ch.After.Set(s.Field, row.Get(s.Value))
		}
	}
}

// ofNew returns the wanted rows of a kind that are about objects which do not
// exist yet, by these.
func (c *computation) ofNew(k *resource.Kind) map[resource.Ref]*resource.Object {
	out := map[resource.Ref]*resource.Object{}
	for _, w := range c.want.Rows(k.Name) {
		row, _ := c.space.mapRow(k, w)
		if ref, ok := row.Get(k.Key[0]).(resource.Ref); ok {
			out[ref] = row
		}
	}
	return out
}
