package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// dropSecrets removes values that look like secrets and are not fields, for
// example the secret of a bot in the response that created it. Snapshots do not
// contain them.
func dropSecrets(d *draft, kind string, row *resource.Object) {
	resource.Prune(resource.Lookup(kind).Fields, row, func(_ []resource.Field, f *resource.Field, name string, v resource.Value) bool {
		gone := f == nil && resource.HoldsSecret(name, inside(v))
		if gone {
			d.mark(v, Dropped, "looks like a secret; a snapshot has no field for it")
		}
		return gone
	})
}

// bareID reports whether the documents give only the id of an object. Requests to
// create, get and delete look alike then, and a snapshot with the object would
// require it, without any other field.
func bareID(d *draft, _ string, row *resource.Object) bool {
	return d.of(row).bare && !d.of(row).old && row.Len() == 1
}

// undefined tells whether a row publishes a property that no document defines.
func undefined(d *draft, _ string, row *resource.Object) bool {
	return !d.of(row).exact && row.Has("public_access") && !hasAny(row, "type", "access")
}

// onlyIDs tells whether a value holds ids of objects and what looks secret, and
// nothing else.
func onlyIDs(v any) bool {
	o, ok := v.(*resource.Object)
	if !ok {
		return false
	}
	for name, m := range o.All() {
		id := slices.Contains(idNames, name) && isScalar(m)
		wrapped := slices.Contains(wrappers, name)
		switch {
		case id, wrapped && len(elements(m)) > 0 && !slices.ContainsFunc(elements(m), func(e any) bool { return !onlyIDs(e) }):
		case resource.LooksSecret(name) && name != "secret_key":
		default:
			return false
		}
	}
	return o.Len() > 0
}
