package sandbox

import (
	"maps"
	"slices"
)

// namespaceForm is how 3.1 and 3.2 write and show property definitions: by
// namespace, with rights as pairs of flags. All versions share the definitions.
type namespaceForm struct {
	places    []string // locations that exist
	described bool     // an empty description is shown
}

var (
	form31 = namespaceForm{places: []string{"chat", "thread", "event"}}
	form32 = namespaceForm{places: locations, described: true}
)

var namespaceMethods31 = form31.methods("create_properties", "get_property_configs")

var namespaceMethods32 = form32.methods("register_properties", "list_registered_properties")

func (f namespaceForm) methods(register, list string) []method {
	config := f.config()
	return []method{
		{name: register, scopes: []string{"properties--my:rw"}, each: &config, run: f.register},
		{
			name:   list,
			scopes: []string{"properties--my:ro", "properties--all:ro"},
			params: []spec{flag("all")},
			run:    f.list,
			read:   true,
		},
	}
}

// config lists what a request can state about a property.
func (f namespaceForm) config() spec {
	users := make([]spec, len(userTypes))
	for i, u := range userTypes {
		users[i] = record(u, flag("read").need(), flag("write").need())
	}
	places := make([]spec, len(f.places))
	for i, l := range f.places {
		places[i] = record(l, record("access", users...).need())
	}
	return record("",
		text("type").need().of(propertyTypes), record("locations", places...).need(), text("description"),
		listOf("domain", anything("")), rangeSpec(),
	)
}

// register defines all given properties in the caller's namespace or, if one is
// refused, none.
func (f namespaceForm) register(c *call, p obj) (any, *apiError) {
	if len(p) == 0 {
		return nil, invalid("At least one property is required")
	}
	owner := c.own()
	defs := map[string]obj{}
	for _, name := range sortedKeys(p) {
		config := p.sub(name)
		access, err := accessOf(name, config.sub("locations"))
		if err != nil {
			return nil, err
		}
		def := obj{"description": ""}.with(config.less("locations")).with(obj{
			"owner_client_id": owner, "name": name, "access": access,
		})
		if err := checkDefinition(def); err != nil {
			return nil, err
		}
		if c.apps.properties.has(pair(owner, name)) {
			return nil, fail(errAlreadyExists, "Property %s already exists", name)
		}
		defs[name] = def
	}
	for _, name := range sortedKeys(defs) {
		c.apps.properties.put(pair(owner, name), defs[name])
	}
	return nil, nil
}

// accessOf converts locations with flags to lists of rights. A user without rights
// is kept, with an empty list.
func accessOf(name string, places obj) (obj, *apiError) {
	if len(places) == 0 {
		return nil, invalid("`%s.locations` must have at least one location", name)
	}
	out := obj{}
	for place := range places {
		users := obj{}
		for user := range places.sub(place).sub("access") {
			flags := places.sub(place).sub("access").sub(user)
			granted := slices.DeleteFunc(slices.Clone(rights), func(right string) bool { return !flags.flag(right) })
			users[user] = anys(granted)
		}
		if len(users) == 0 {
			return nil, invalid("`%s.locations.%s.access` must have at least one user", name, place)
		}
		out[place] = users
	}
	return out, nil
}

// list shows the caller's own namespaces or, on request and if allowed, all: those
// of other applications and the built-in ones.
func (f namespaceForm) list(c *call, p obj) (any, *apiError) {
	everyone := p.flag("all") && c.can("properties--all:ro")
	out := dict{}
	show := func(def obj) {
		namespace := def.text("owner_client_id")
		view := f.view(def)
		if !everyone && !c.holds(namespace) || view == nil {
			return
		}
		names, _ := out[namespace].(dict)
		if names == nil {
			names = dict{}
			out[namespace] = names
		}
		names[def.text("name")] = view
	}
	for _, def := range c.apps.properties.all() {
		show(def)
	}
	for _, def := range builtins {
		show(def)
	}
	return out, nil
}

// view returns a definition in the old form; nil if it has no location that the
// version knows. Defaults and publishing are newer and not shown.
func (f namespaceForm) view(def obj) obj {
	places := dict{}
	for place, users := range maps.All(def.sub("access")) {
		if !slices.Contains(f.places, place) {
			continue
		}
		access := dict{}
		users, _ := users.(obj)
		for user := range users {
			granted := users.list(user)
			flags := obj{}
			for _, right := range rights {
				flags[right] = slices.Contains(granted, any(right))
			}
			access[user] = flags
		}
		places[place] = obj{"access": access}
	}
	if len(places) == 0 {
		return nil
	}
	v := def.only("type", "domain", "range")
	if f.described || def.text("description") != "" {
		v["description"] = def.text("description")
	}
	v["locations"] = places
	return v
}
