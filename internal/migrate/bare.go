package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// dropSecrets takes out what looks like a secret and is no field: the answer
// that a bot was created with, for one, has the bot's own. No snapshot has it.
func dropSecrets(d *draft) {
	for _, k := range resource.Kinds() {
		for _, row := range d.rows[k.Name] {
			without := plainObject(row)
			if len(k.DropSecrets(without)) > 0 {
				d.dropBeyond(row, without, "it looks like a secret, and no snapshot has it")
			}
		}
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

// bareIDsOut takes out objects of which documents gave the id and nothing else
// is known: what asks to create, to get and to delete something cannot be told
// apart, and a snapshot with it would want it there, and nothing beside it.
func bareIDsOut(d *draft) {
	for _, k := range resource.Kinds() {
		d.remove(k.Name, "an id, and nothing about what it is of", func(row *resource.Object) bool {
			return d.of(row).bare && !d.of(row).old && row.Len() == 1
		})
	}
}

// dropPublications takes out publications of properties that no document
// defines.
func dropPublications(d *draft) {
	d.remove("properties", "a request to publish a property that no document defines", func(row *resource.Object) bool {
		return !d.of(row).settled && row.Has("public_access") && !hasAny(row, "type", "access")
	})
}

// idNames are what the versions call an object's id.
var idNames = []string{"id", "bot_agent_id", "webhook_id"}

// onlyIDs tells whether a value holds ids of objects and what looks secret, and
// nothing else.
func onlyIDs(v any) bool {
	o, ok := v.(*resource.Object)
	if !ok {
		return false
	}
	for name, m := range o.All() {
		id := slices.Contains(idNames, name) && isScalar(m)
		wrapped := name == "bot_agent" || name == "bot_agents"
		switch {
		case id, wrapped && len(elements(m)) > 0 && !slices.ContainsFunc(elements(m), func(e any) bool { return !onlyIDs(e) }):
		case resource.LooksSecret(name) && name != "secret_key":
		default:
			return false
		}
	}
	return o.Len() > 0
}
