package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// dropSecrets takes out what looks like a secret and is no field: the answer
// that a bot was created with, for one, has the bot's own. No snapshot has it.
func dropSecrets(d *draft, kind string, row *resource.Object) {
	form := plainObject(row)
	if len(resource.Lookup(kind).DropSecrets(form)) > 0 {
		d.dropBeyond(row, form, "it looks like a secret, and no snapshot has it")
	}
}

// dropBeyond takes the members out of a value that another form of it lacks.
func (d *draft) dropBeyond(v any, form resource.Value, why string) {
	switch v := v.(type) {
	case *resource.Object:
		o, _ := form.(*resource.Object)
		for _, name := range v.Names() {
			if o.Has(name) {
				d.dropBeyond(v.Get(name), o.Get(name), why)
			} else {
				d.drop(v, name, why)
			}
		}
	case resource.List:
		for i, e := range v {
			d.dropBeyond(e, form.(resource.List)[i], why)
		}
	}
}

// bareID tells whether documents gave the id of an object and nothing else is
// known: what asks to create, to get and to delete something cannot be told
// apart, and a snapshot with it would want it there, and nothing beside it.
func bareID(d *draft, _ string, row *resource.Object) bool {
	return d.of(row).bare && !d.of(row).old && row.Len() == 1
}

// undefined tells whether a row publishes a property that no document defines.
func undefined(d *draft, _ string, row *resource.Object) bool {
	return !d.of(row).settled && row.Has("public_access") && !hasAny(row, "type", "access")
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
