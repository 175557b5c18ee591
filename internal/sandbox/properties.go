package sandbox

import (
	"math"
	"slices"
)

var (
	propertyTypes = []string{"int", "string", "bool", "tokenized_string"}
	locations     = []string{"chat", "thread", "event", "license", "group"}
	userTypes     = []string{"agent", "customer"}
	rights        = []string{"read", "write"}
)

var propertyMethods = []method{
	{
		name:   "register_property",
		scopes: []string{"properties.configuration:rw"},
		params: []spec{
			text("name").need(), text("owner_client_id").need(), text("type").need().of(propertyTypes),
			propertyAccessSpec().need(), text("description"), listOf("domain", anything("")),
			rangeSpec(), anything("default_value"),
		},
		run: registerProperty,
	},
	{
		name:   "unregister_property",
		scopes: []string{"properties.configuration:rw"},
		params: []spec{text("name").need(), text("owner_client_id").need()},
		run:    unregisterProperty,
	},
	{
		name:   "publish_property",
		scopes: []string{"properties.configuration:rw"},
		params: []spec{
			text("name").need(), text("owner_client_id").need(), listOf("access_type", text("").of(rights)).need(),
		},
		run: publishProperty,
	},
	{
		name:   "list_properties",
		scopes: []string{"properties.configuration:rw"},
		params: []spec{text("owner_client_id").need()},
		run:    listProperties,
		read:   true,
	},
}

func rangeSpec() spec { return record("range", number("from"), number("to")) }

func usersSpec() []spec {
	users := make([]spec, len(userTypes))
	for i, u := range userTypes {
		users[i] = listOf(u, text("").of(rights))
	}
	return users
}

func propertyAccessSpec() spec {
	places := make([]spec, len(locations))
	for i, l := range locations {
		places[i] = record(l, usersSpec()...)
	}
	return record("access", places...)
}

// definition finds a property of the client id that the request names.
func (c *call) definition(p obj) (obj, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	def, ok := c.apps.properties.get(pair(owner, p.text("name")))
	if !ok {
		return nil, fail(errNotFound, "Property not found")
	}
	return def, nil
}

func registerProperty(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	if err := checkDefinition(p); err != nil {
		return nil, err
	}
	key := pair(owner, p.text("name"))
	if c.apps.properties.has(key) {
		return nil, fail(errAlreadyExists, "Property already exists")
	}
	c.apps.properties.put(key, obj{"description": ""}.with(p))
	return nil, nil
}

// checkDefinition checks what the table of types cannot. A domain and a
// range at once are let through: the page can be read either way.
func checkDefinition(p obj) *apiError {
	access := p.sub("access")
	if len(access) == 0 {
		return invalid("`access` must have at least one location")
	}
	for _, place := range sortedKeys(access) {
		if len(access.sub(place)) == 0 {
			return invalid("`access.%s` must have at least one user", place)
		}
	}
	kind := p.text("type")
	for _, v := range p.list("domain") {
		if !typed(kind, v) {
			return invalid("`domain` must have values of the type %s", kind)
		}
	}
	if limits := p.sub("range"); limits != nil {
		if kind != "int" {
			return invalid("`range` works for the type int only")
		}
		if limits.has("from") && limits.has("to") && limits.number("from") > limits.number("to") {
			return invalid("`range.from` must not be greater than `range.to`")
		}
	}
	if !p.has("default_value") {
		return nil
	}
	if !access.has("license") && !access.has("group") {
		return invalid("`default_value` needs access in the location license or group")
	}
	return checkValue("default_value", p, p["default_value"])
}

// typed says whether a value is of a property's type.
func typed(kind string, v any) bool {
	switch v := v.(type) {
	case bool:
		return kind == "bool"
	case string:
		return kind == "string" || kind == "tokenized_string"
	case int64:
		return kind == "int" && v >= math.MinInt32 && v <= math.MaxInt32
	}
	return false
}

// checkValue holds a value to a definition's type, domain and range.
func checkValue(path string, def obj, v any) *apiError {
	if !typed(def.text("type"), v) {
		return invalid("`%s` must be of the type %s", path, def.text("type"))
	}
	if domain := def.list("domain"); len(domain) > 0 && !slices.Contains(domain, v) {
		return invalid("`%s` is outside of the property's domain", path)
	}
	limits, n := def.sub("range"), int64(0)
	if limits == nil {
		return nil
	}
	n, _ = v.(int64)
	if limits.has("from") && n < limits.number("from") || limits.has("to") && n > limits.number("to") {
		return invalid("`%s` is outside of the property's range", path)
	}
	return nil
}

// unregisterProperty drops the values with the definition, on every license:
// the pages do not say, but a value without a definition has no meaning.
func unregisterProperty(c *call, p obj) (any, *apiError) {
	def, err := c.definition(p)
	if err != nil {
		return nil, err
	}
	if def.has("public_access") {
		// No page names the error's type.
		return nil, invalid("A published property cannot be unregistered")
	}
	namespace, name := def.text("owner_client_id"), def.text("name")
	c.apps.properties.remove(pair(namespace, name))
	of := func(row obj) bool { return row.text("namespace") == namespace && row.text("name") == name }
	for _, l := range c.l.apps.licenses {
		l.st.licenseValues.removeWhere(of)
		l.st.groupValues.removeWhere(of)
	}
	return nil, nil
}

// publishProperty may be repeated to grant more, but not to grant less:
// nothing is ever unpublished.
func publishProperty(c *call, p obj) (any, *apiError) {
	def, err := c.definition(p)
	if err != nil {
		return nil, err
	}
	wanted := p.list("access_type")
	if len(wanted) == 0 {
		return nil, invalid("`access_type` must not be empty")
	}
	for _, right := range def.list("public_access") {
		if !slices.Contains(wanted, right) {
			return nil, invalid("A published property cannot be unpublished")
		}
	}
	c.apps.properties.put(pair(def.text("owner_client_id"), def.text("name")), def.with(obj{"public_access": wanted}))
	return nil, nil
}

func listProperties(c *call, p obj) (any, *apiError) {
	owner, err := c.ownerOf(p)
	if err != nil {
		return nil, err
	}
	out := dict{}
	for _, def := range c.apps.properties.all() {
		if def.text("owner_client_id") == owner {
			out[def.text("name")] = c.propertyView(def)
		}
	}
	return out, nil
}

// propertyView is a definition without its key. Locations and users are keys
// with a meaning, so the access is a dict.
func (c *call) propertyView(def obj) obj {
	v := strange("properties", def).with(
		def.only("type", "description", "domain", "range", "default_value", "public_access"))
	access := dict{}
	for place, users := range def.sub("access") {
		access[place] = users
		if users, ok := users.(obj); ok {
			access[place] = dict(c.unset(users, usersSpec()...))
		}
	}
	v["access"] = access
	return c.unset(v, listOf("domain", anything("")), rangeSpec(), anything("default_value"), listOf("public_access", text("")))
}
