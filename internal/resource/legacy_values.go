package resource

var autoAccesses33 = asRead(autoAccesses, autoAccesses.Reads...)

var licenseProperties32 = asRead(licenseProperties, Read{Method: "list_license_properties", Rows: nestedRows, Reveals: "namespace"})

var groupProperties32 = valuesByGroup("group_id")

var groupProperties33 = valuesByGroup("id")

// valuesByGroup are values that are read with one call for each group.
func valuesByGroup(param string) *Kind {
	return asRead(groupProperties, Read{Method: "list_group_properties", Per: PerRow, Of: groups.Name, IDParam: param, As: "group",
		Rows: nestedRows, Reveals: "namespace"})
}
