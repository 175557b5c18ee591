package sandbox

import (
	"slices"
	"strings"
)

var valueMethods = []method{
	{
		name:   "update_license_properties",
		scopes: []string{"properties.license.value--my:rw", "properties.license.value--all:rw"},
		params: []spec{valuesSpec().need()},
		run:    updateLicenseValues,
	},
	{
		name:   "list_license_properties",
		scopes: []string{"properties.license.value--my:ro", "properties.license.value--all:ro"},
		params: []spec{text("namespace"), text("name_prefix")},
		run:    listLicenseValues,
		read:   true,
	},
	{
		name:   "delete_license_properties",
		scopes: []string{"properties.license.value--my:rw", "properties.license.value--all:rw"},
		params: []spec{valueNamesSpec().need()},
		run:    deleteLicenseValues,
	},
	{
		name:   "update_group_properties",
		scopes: []string{"properties.group.value--my:rw", "properties.group.value--all:rw"},
		params: []spec{natural("group_id").need(), valuesSpec().need()},
		run:    updateGroupValues,
	},
	{
		name:   "list_groups_properties",
		scopes: []string{"properties.group.value--all:ro"},
		params: []spec{listOf("group_ids", natural("")).need(), text("namespace"), text("name_prefix")},
		run:    listGroupValues,
		read:   true,
	},
	{
		name:   "delete_group_properties",
		scopes: []string{"properties.group.value--my:rw", "properties.group.value--all:rw"},
		params: []spec{natural("id").need(), valueNamesSpec().need()},
		run:    deleteGroupValues,
	},
}

func valuesSpec() spec { return mapOf("properties", mapOf("", anything(""))) }

func valueNamesSpec() spec { return mapOf("properties", listOf("", text(""))) }

// place is where property values live: the license, or one group of it.
type place struct {
	location string // as the definitions' access calls it
	scope    string // for namespaces that are not the caller's own; "" in versions without
	table    *table
	prefix   string // of keys
	base     obj    // of rows
}

func (c *call) licensePlace() place {
	return place{location: "license", scope: "properties.license.value--all", table: &c.st.licenseValues}
}

func (c *call) groupPlace(id int64) (place, *apiError) {
	if !c.st.groups.has(groupKey(id)) {
		return place{}, noGroup(id)
	}
	return place{
		location: "group", scope: "properties.group.value--all", table: &c.st.groupValues,
		prefix: groupKey(id) + "\x00", base: obj{"id": id},
	}, nil
}

func (w place) key(namespace, name string) string { return w.prefix + pair(namespace, name) }

// allows says whether the caller has a right to a property at a place: its
// access must grant it to agents there, and a foreign one must be published
// with it. Before 3.3 there were no scopes and nothing was published: what is
// the caller's own is always allowed, the rest as its access says.
func (c *call) allows(w place, def obj, right string) bool {
	if w.scope == "" && c.holds(def.text("owner_client_id")) {
		return true
	}
	if !slices.Contains(def.sub("access").sub(w.location).list("agent"), any(right)) {
		return false
	}
	return w.scope == "" || c.holds(def.text("owner_client_id")) || slices.Contains(def.list("public_access"), any(right))
}

// writable finds a property the caller may write at a place.
func (c *call) writable(w place, namespace, name string) (obj, *apiError) {
	if w.scope != "" && !c.holds(namespace) && !c.can(w.scope+":rw") {
		return nil, refuse(w.scope + ":rw")
	}
	def, ok := c.apps.property(namespace, name)
	switch {
	case !ok:
		return nil, invalid("`properties.%s.%s` is not a registered property", namespace, name)
	case !def.sub("access").has(w.location):
		return nil, invalid("`properties.%s.%s` cannot be set in the location %s", namespace, name, w.location)
	case !c.allows(w, def, "write"):
		return nil, fail(errAuthorization, "No write access to the property %s of %s", name, namespace)
	}
	return def, nil
}

// updateValues sets all of the values or, if one is refused, none.
func (c *call) updateValues(w place, properties obj) *apiError {
	for _, namespace := range sortedKeys(properties) {
		values := properties.sub(namespace)
		for _, name := range sortedKeys(values) {
			def, err := c.writable(w, namespace, name)
			if err != nil {
				return err
			}
			if err := checkValue("properties."+namespace+"."+name, def, values[name]); err != nil {
				return err
			}
			if err := c.checkBuiltin(namespace, name, values[name]); err != nil {
				return err
			}
		}
	}
	for _, namespace := range sortedKeys(properties) {
		values := properties.sub(namespace)
		for _, name := range sortedKeys(values) {
			key := w.key(namespace, name)
			// The pages say that set values are not overwritten, which may
			// as well mean that unnamed ones are left alone.
			if c.l.opts.KeepSetValues && w.table.has(key) {
				continue
			}
			// A built-in property always has a value: set to its default it is
			// as if it had never been set.
			if def, ok := builtinsByKey[pair(namespace, name)]; ok && def.has("default_value") && equalValue(def["default_value"], values[name]) {
				w.table.remove(key)
				continue
			}
			w.table.put(key, w.base.with(obj{"namespace": namespace, "name": name, "value": values[name]}))
		}
	}
	return nil
}

// deleteValues takes set values away, so that defaults hold again. No page says
// what deleting a built-in property's value does; it is taken to do the same.
func (c *call) deleteValues(w place, properties obj) *apiError {
	var keys []string
	for _, namespace := range sortedKeys(properties) {
		for _, name := range texts(properties.list(namespace)) {
			if _, err := c.writable(w, namespace, name); err != nil {
				return err
			}
			keys = append(keys, w.key(namespace, name))
		}
	}
	for _, key := range keys {
		w.table.remove(key)
	}
	return nil
}

// readable is the definitions whose values the caller may see at a place:
// registered ones, then the built-in ones.
func (c *call) readable(w place, p obj) []obj {
	var out []obj
	consider := func(def obj) {
		owner := def.text("owner_client_id")
		switch {
		case p.has("namespace") && p.text("namespace") != owner,
			!strings.HasPrefix(owner, p.text("namespace_prefix")), // before 3.3
			!strings.HasPrefix(def.text("name"), p.text("name_prefix")),
			!def.sub("access").has(w.location),
			w.scope != "" && !c.holds(owner) && !c.can(w.scope+":ro"),
			!c.allows(w, def, "read"):
		default:
			out = append(out, def)
		}
	}
	for _, def := range c.apps.properties.all() {
		consider(def)
	}
	for _, def := range builtins {
		consider(def)
	}
	return out
}

// listValues shows set values, and defaults for what was never set.
func (c *call) listValues(w place, defs []obj) dict {
	out := dict{}
	for _, def := range defs {
		namespace, name := def.text("owner_client_id"), def.text("name")
		value, ok := def["default_value"]
		if row, set := w.table.get(w.key(namespace, name)); set {
			value, ok = row["value"], true
		}
		if counted := c.l.counted(def); counted != nil {
			value, ok = counted, true
		}
		if !ok {
			continue
		}
		names, _ := out[namespace].(dict)
		if names == nil {
			names = dict{}
			out[namespace] = names
		}
		names[name] = value
	}
	return out
}

func updateLicenseValues(c *call, p obj) (any, *apiError) {
	return nil, c.updateValues(c.licensePlace(), p.sub("properties"))
}

func listLicenseValues(c *call, p obj) (any, *apiError) {
	w := c.licensePlace()
	return c.listValues(w, c.readable(w, p)), nil
}

func deleteLicenseValues(c *call, p obj) (any, *apiError) {
	return nil, c.deleteValues(c.licensePlace(), p.sub("properties"))
}

func updateGroupValues(c *call, p obj) (any, *apiError) {
	w, err := c.groupPlace(p.number("group_id"))
	if err != nil {
		return nil, err
	}
	return nil, c.updateValues(w, p.sub("properties"))
}

func deleteGroupValues(c *call, p obj) (any, *apiError) {
	w, err := c.groupPlace(p.number("id"))
	if err != nil {
		return nil, err
	}
	return nil, c.deleteValues(w, p.sub("properties"))
}

// listGroupValues shows every asked group, those without values as empty. The
// page promises the values set within groups, and defaults only for licenses; a
// license that shows nulls takes it at its word where nothing was set.
func listGroupValues(c *call, p obj) (any, *apiError) {
	ids := numbers(p.list("group_ids"))
	if len(ids) == 0 {
		for _, row := range c.st.groups.all() {
			ids = append(ids, row.number("id"))
		}
	}
	out := []any{}
	var defs []obj
	for i, id := range ids {
		w, err := c.groupPlace(id)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			defs = c.readable(w, p)
		}
		row := obj{"id": id, "properties": c.listValues(w, defs)}
		if c.l.opts.Nulls && !w.table.any(func(row obj) bool { return row.number("id") == id }) {
			row["properties"] = nil
		}
		out = append(out, row)
	}
	return out, nil
}
