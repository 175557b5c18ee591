package resource

import (
	"errors"
	"fmt"
	"slices"
)

// values: the values of properties, and routing statuses.
var values = []*Kind{licenseProperties, groupProperties, routingStatuses}

// information: kinds that are exported for information and never compared.
var information = []*Kind{channels, productSource}

func valueFields() []Field {
	return []Field{
		{Name: "namespace", Doc: "Client id of the application that owns the property, or a predefined one.", Type: String, Class: Server,
			Required: true, Ref: &RefTo{Kinds: []string{"client_ids"}, Open: true}},
		{Name: "name", Type: String, Class: Server, Required: true},
		{Name: "value", Type: Any, Required: true},
	}
}

// valueArgs nests one value in the form of the write methods.
func valueArgs(o *Object) *Object {
	return Of("properties", Of(o.String("namespace"), Of(o.String("name"), o.Get("value"))))
}

// nameArgs nests one name in the form of the delete methods.
func nameArgs(o *Object) *Object {
	return Of("properties", Of(o.String("namespace"), List{o.Get("name")}))
}

// with returns an object with another member in front.
func with(name string, v Value, o *Object) *Object {
	out := Of(name, v)
	for n, v := range o.All() {
		out.Set(n, v)
	}
	return out
}

var licenseProperties = &Kind{
	Name: "license_properties", Singular: "license property",
	Doc:    "Values of properties of the license.",
	Key:    []string{"namespace", "name"},
	Values: &Values{Of: "properties", Namespace: "namespace", Name: "name", Value: "value", Access: "license"},
	YAML:   Layout{Nested: []string{"namespace", "name", "value"}},
	Fields: valueFields(),
	Reads: []Read{{Method: "list_license_properties", Rows: nestedRows, Reveals: "namespace",
		Narrow: []string{"properties.license.value--my:ro"}, Whole: []string{"properties.license.value--all:ro"}}},
	Create: setLicenseProperty,
	Update: setLicenseProperty,
	Delete: &Op{Method: "delete_license_properties", Args: nameArgs, Merge: []string{}},
}

var groupProperties = &Kind{
	Name: "group_properties", Singular: "group property",
	Doc:    "Values of properties of groups.",
	Key:    []string{"group", "namespace", "name"},
	Values: &Values{Of: "properties", Namespace: "namespace", Name: "name", Value: "value", Access: "group"},
	YAML:   Layout{GroupBy: "group", As: "id", In: "properties", Nested: []string{"namespace", "name", "value"}},
	Fields: slices.Concat([]Field{{Name: "group", Doc: "Group id; written as id.", Type: Int, Class: Server, Required: true, Ref: &RefTo{Kinds: []string{"groups"}}}}, valueFields()),
	Reads: []Read{{Method: "list_groups_properties", Params: Of("group_ids", List{}), Rows: groupedRows, Reveals: "namespace",
		Whole: []string{"properties.group.value--all:ro"}}},
	Create: setGroupProperty,
	Update: setGroupProperty,
	Delete: &Op{Method: "delete_group_properties", Merge: []string{"id"},
		Args: func(o *Object) *Object { return with("id", o.Get("group"), nameArgs(o)) }},
}

var (
	setLicenseProperty = &Op{Method: "update_license_properties", Args: valueArgs, Merge: []string{}, MayIgnoreUpdate: true}
	setGroupProperty   = &Op{Method: "update_group_properties", Merge: []string{"group_id"}, MayIgnoreUpdate: true,
		Args: func(o *Object) *Object { return with("group_id", o.Get("group"), valueArgs(o)) }}
)

// nestedRows converts namespace → name → value to rows.
func nestedRows(answer Value, _ string) (rows []*Object, odds []Odd, err error) {
	spaces, ok := membersOf(answer)
	if !ok {
		return nil, nil, fmt.Errorf("expected an object of namespaces, got %s", TypeName(answer))
	}
	for space, v := range spaces.All() {
		names, ok := v.(*Object)
		if !ok && v != nil {
			odds = append(odds, odd(space, "expected an object of values by name, got %s", TypeName(v)))
		}
		for name, value := range names.All() {
			rows = append(rows, Of("namespace", space, "name", name, "value", value))
		}
	}
	return rows, odds, nil
}

// groupedRows converts [{id, properties: namespace → name → value}] to rows.
func groupedRows(answer Value, client string) (rows []*Object, odds []Odd, err error) {
	groups, odds, err := objectRows(answer, client)
	for _, g := range groups {
		id := g.Get("id")
		nested, inner, err := nestedRows(g.Get("properties"), client)
		if err == nil && id == nil && len(nested) > 0 {
			err = errors.New("expected the id of the group of the values")
		}
		if err != nil {
			odds = append(odds, odd(Text(id), "%s", err))
			continue
		}
		for _, o := range inner {
			odds = append(odds, Odd{Text(id) + "/" + o.ID, o.Reason})
		}
		for _, r := range nested {
			rows = append(rows, with("group", id, r))
		}
	}
	return rows, odds, err
}

// statuses are the statuses that agents and bots can be set to.
var statuses = []string{"accepting_chats", "not_accepting_chats", "offline"}

var setStatus = &Op{Method: "set_routing_status", ID: []string{"agent_id"}}

var routingStatuses = &Kind{
	Name: "routing_statuses", Singular: "routing status",
	Doc:   "Whether agents and bots currently accept chats. Read and written only with --with-routing-statuses.",
	Key:   []string{"agent_id"},
	OptIn: true,
	Fields: []Field{
		{Name: "agent_id", Doc: "Agent or bot.", Type: String, Class: Server, Required: true, Ref: &RefTo{Kinds: []string{"agents", "bots"}}},
		{Name: "status", Doc: "Only bots can be offline.", Type: String, Required: true, Enum: statuses,
			Reserved: []ReservedValue{{Value: "offline", By: "agent_id", Kind: "bots"}}},
	},
	Reads:  []Read{{Method: "list_routing_statuses"}},
	Create: setStatus,
	Update: setStatus,
}

var channels = &Kind{
	Name: "channels", Singular: "channel",
	Doc:      "Sources of chats.",
	Key:      []string{"channel_type", "channel_subtype"},
	Evidence: []string{"channel_type", "channel_subtype", "first_activity_timestamp"},
	ReadOnly: true,
	Fields: []Field{
		{Name: "channel_type", Doc: "code, direct_link or integration.", Type: String, Class: Server, Input: ReadOnly},
		{Name: "channel_subtype", Doc: "Client id of an integration; otherwise empty.", Type: String, Class: Server, Input: ReadOnly},
		{Name: "first_activity_timestamp", Doc: "When it was first used.", Type: String, Class: Server, Input: ReadOnly},
	},
	Reads: []Read{{Method: "list_channels"}},
}

var productSource = &Kind{
	Name: "product_source", Singular: "product source",
	Doc:      "Where the product was activated.",
	ReadOnly: true, Single: true,
	Fields: []Field{
		{Name: "source_id", Type: String, Class: Server, Input: ReadOnly},
		{Name: "source_type", Type: String, Class: Server, Input: ReadOnly},
		{Name: "source_url", Type: String, Class: Server, Input: ReadOnly},
	},
	Reads: []Read{{Method: "get_product_source"}},
}
