package sandbox

// valueMethods32 need no scopes: the access of the definition for agents decides.
var valueMethods32 = []method{
	{name: "update_license_properties", params: []spec{valuesSpec().need()}, run: updateLicense32},
	{
		name: "list_license_properties", params: []spec{text("namespace_prefix"), text("name_prefix")},
		run: listLicense32, read: true,
	},
	{name: "delete_license_properties", params: []spec{valueNamesSpec().need()}, run: deleteLicense32},
	{
		name: "update_group_properties", params: []spec{natural("group_id").need(), valuesSpec().need()},
		run: groupValues("group_id", true, (*call).updateValues),
	},
	{
		name:   "list_group_properties",
		params: []spec{natural("group_id").need(), text("namespace_prefix"), text("name_prefix")},
		run:    listGroup("group_id", true), read: true,
	},
	{
		name: "delete_group_properties", params: []spec{natural("group_id").need(), valueNamesSpec().need()},
		run: groupValues("group_id", true, (*call).deleteValues),
	},
}

// valueMethods33 are v3.5's, but for the values of one group as a map.
var valueMethods33 = []method{
	named(valueMethods, "update_license_properties"),
	named(valueMethods, "list_license_properties"),
	named(valueMethods, "delete_license_properties"),
	named(valueMethods, "update_group_properties"),
	{
		name:   "list_group_properties",
		scopes: []string{"properties.group.value--my:ro", "properties.group.value--all:ro"},
		params: []spec{natural("id").need(), text("namespace"), text("name_prefix")},
		run:    listGroup("id", false),
		read:   true,
	},
	named(valueMethods, "delete_group_properties"),
}

// unscoped is a place as versions without scopes see it.
func (w place) unscoped() place {
	w.scope = ""
	return w
}

func updateLicense32(c *call, p obj) (any, *apiError) {
	return nil, c.updateValues(c.licensePlace().unscoped(), p.sub("properties"))
}

func listLicense32(c *call, p obj) (any, *apiError) {
	w := c.licensePlace().unscoped()
	return c.listValues(w, c.readable(w, p)), nil
}

func deleteLicense32(c *call, p obj) (any, *apiError) {
	return nil, c.deleteValues(c.licensePlace().unscoped(), p.sub("properties"))
}

// oneGroup is the place of the group that a parameter names.
func (c *call) oneGroup(p obj, param string, unscoped bool) (place, *apiError) {
	w, err := c.groupPlace(p.number(param))
	if unscoped {
		w = w.unscoped()
	}
	return w, err
}

func groupValues(param string, unscoped bool, change func(*call, place, obj) *apiError) handler {
	return func(c *call, p obj) (any, *apiError) {
		w, err := c.oneGroup(p, param, unscoped)
		if err != nil {
			return nil, err
		}
		return nil, change(c, w, p.sub("properties"))
	}
}

func listGroup(param string, unscoped bool) handler {
	return func(c *call, p obj) (any, *apiError) {
		w, err := c.oneGroup(p, param, unscoped)
		if err != nil {
			return nil, err
		}
		return c.listValues(w, c.readable(w, p)), nil
	}
}
