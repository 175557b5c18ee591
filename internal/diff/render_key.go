package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Keys writes keys of objects for people: a client id as the name that the user
// has given it or as the part of it that is unique, and any other id as the name
// of its object. Only texts have such keys.
type Keys struct {
	plan *Plan
	apps map[string]string // by client id
}

// Keys returns how keys are written in texts about the plan. named are names of
// applications by their client id.
func (p *Plan) Keys(named map[string]string) *Keys {
	var ids []string
	for _, ch := range p.Changes {
		ids = append(ids, clientsIn(ch.Kind, ch.Key)...)
	}
	for _, u := range p.Unmanaged {
		ids = append(ids, clientsIn(u.Kind, u.Key)...)
	}
	return newKeys(p, ids, named)
}

// Keys returns how keys are written in texts about the deviations. named are names
// of applications by their client id.
func (d *Deviations) Keys(named map[string]string) *Keys {
	var ids []string
	for i := range d.All {
		ids = append(ids, clientsIn(d.All[i].Kind, d.All[i].Key)...)
	}
	return newKeys(d.texts.plan, ids, named)
}

// newKeys returns how keys with client ids are written, beside those of the
// license.
func newKeys(p *Plan, ids []string, named map[string]string) *Keys {
	k := &Keys{plan: p, apps: map[string]string{}}
	ids = append(ids, p.License.ClientIDs...)
	for id := range named {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		if k.apps[id] = named[id]; k.apps[id] == "" {
			k.apps[id] = beginning(id, ids)
		}
	}
	return k
}

// Text writes the key of an object.
func (k *Keys) Text(kind, key string) string {
	parts, fields := keyParts(kind, key)
	for i, f := range fields {
		if isClientID(f) {
			parts[i] = k.Client(parts[i])
		} else if name := k.plan.refName(resource.Lookup(kind), f.Name, parts[i]); name != "" {
			parts[i] = name
		}
	}
	return strings.Join(parts, "/")
}

// means tells whether a text that has been written at some time may mean an object by
// its key. The beginning of a client id may be longer or shorter there.
func (k *Keys) means(kind, key, text string) bool {
	parts, fields := keyParts(kind, key)
	written := strings.SplitN(text, "/", len(parts))
	if len(written) != len(parts) || fields == nil {
		return false
	}
	for i, f := range fields {
		begins, short := strings.CutSuffix(written[i], "…")
		switch {
		case written[i] == parts[i], written[i] == k.Client(parts[i]) && isClientID(f):
		case isClientID(f) && short && strings.HasPrefix(parts[i], begins):
		case !isClientID(f) && written[i] == k.plan.refName(resource.Lookup(kind), f.Name, parts[i]):
		default:
			return false
		}
	}
	return true
}

// Client writes a client id.
func (k *Keys) Client(id string) string {
	if short := k.apps[id]; short != "" {
		return short
	}
	return id
}

// keyParts takes a key apart, and returns the field that each part is of; none
// if it is not made of them.
func keyParts(kind, key string) ([]string, []*resource.Field) {
	k := resource.Lookup(kind)
	if k == nil {
		return []string{key}, nil
	}
	parts := strings.SplitN(key, "/", len(k.Key))
	if len(parts) != len(k.Key) {
		return []string{key}, nil
	}
	fields := make([]*resource.Field, len(parts))
	for i, name := range k.Key {
		fields[i] = k.Field(name)
	}
	return parts, fields
}

func isClientID(f *resource.Field) bool {
	return f.Ref != nil && slices.Contains(f.Ref.Kinds, "client_ids")
}

// clientsIn returns the client ids in a key.
func clientsIn(kind, key string) (ids []string) {
	parts, fields := keyParts(kind, key)
	for i, f := range fields {
		if isClientID(f) {
			ids = append(ids, parts[i])
		}
	}
	return ids
}

// least is how many characters a shortened id has at least.
const least = 8

// beginning returns the shortest unique beginning of an id among ids, followed by …;
// the id itself if that is hardly longer.
func beginning(id string, ids []string) string {
	for n := least; n+least < len(id); n++ {
		if !slices.ContainsFunc(ids, func(o string) bool { return o != id && strings.HasPrefix(o, id[:n]) }) {
			return id[:n] + "…"
		}
	}
	return id
}
