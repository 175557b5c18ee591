package migrate

import (
	"lcsync/internal/resource"
)

// bareIDsOut takes out objects of which a request or an answer gave the id
// and nothing else is known: what asks to create, to get and to delete
// something cannot be told apart, and a snapshot with it would want it there.
func bareIDsOut(d *draft) {
	for _, kind := range []string{"agents", "bots", "groups"} {
		d.replace(kind, func(row *resource.Object) []*resource.Object {
			if !d.bare[row] || row.Len() > 1 {
				return []*resource.Object{row}
			}
			d.mark(row, Dropped, "an id, and nothing about what it is of")
			return nil
		})
	}
}

// dropPublications takes out publications of properties that no document
// defines.
func dropPublications(d *draft) {
	d.replace("properties", func(row *resource.Object) []*resource.Object {
		if d.settled[row] || !row.Has("public_access") || hasAny(row, "type", "access") {
			return []*resource.Object{row}
		}
		d.mark(row, Dropped, "a request to publish a property that no document defines")
		return nil
	})
}

// isBareID tells whether an object has an id and nothing else.
func isBareID(v any) bool {
	o, ok := v.(*resource.Object)
	return ok && o.Len() == 1 && (scalar(o, "id") != nil || scalar(o, "bot_agent_id") != nil)
}
