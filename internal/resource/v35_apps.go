package resource

import "fmt"

// apps: objects that belong to an application and affect every license that
// installed it, and the license's switch for an application's webhooks.
var apps = []*Kind{properties, webhooks, webhooksState}

func byReplace(f Field) Field { f.OnChange = ByReplace; return f }

// appOwner is the client id of the application that an object belongs to.
func appOwner(doc string) Field {
	f := ownerClientID(InList, doc)
	f.Required = true
	return f
}

var (
	rights = []string{"read", "write"}
	users  = []string{"agent", "customer"}
	places = []string{"chat", "thread", "event", "license", "group"}
)

func access() Field {
	f := Field{Name: "access", Doc: "Who can read and write it, by location and kind of user.", Type: Record, Required: true,
		OnChange: ByReplace, AtLeastOne: places}
	for _, place := range places {
		at := Field{Name: place, Type: Record, AtLeastOne: users}
		for _, u := range users {
			at.Fields = append(at.Fields, Field{Name: u, Type: ListOf, Elem: String, List: Set, Enum: rights})
		}
		f.Fields = append(f.Fields, at)
	}
	return f
}

var properties = &Kind{
	Name: "properties", Singular: "property",
	Doc:     "Definitions of properties. The API cannot update a definition: lcsync unregisters it and registers it again.",
	Key:     []string{"owner_client_id", "name"},
	OwnedBy: "owner_client_id",
	Reach:   OfApplication,
	Whole:   true,
	Fields: []Field{
		{Name: "name", Type: String, Class: Server, Input: CreateOnly, Required: true},
		appOwner("Application that owns it."),
		byReplace(Field{Name: "type", Type: String, Required: true, Enum: []string{"int", "string", "bool", "tokenized_string"}}),
		byReplace(Field{Name: "description", Type: String, Omitted: true, Clear: ""}),
		access(),
		byReplace(Field{Name: "domain", Doc: "Allowed values.", Type: ListOf, Elem: Any, List: Set, Omitted: true, Clear: List{}}),
		byReplace(Field{Name: "range", Doc: "Range of an int property, both ends inclusive.", Type: Record, Omitted: true, Fields: []Field{
			{Name: "from", Type: Int}, {Name: "to", Type: Int},
		}}),
		byReplace(Field{Name: "default_value", Doc: "Value that the API returns if none is set.", Type: Any, Omitted: true}),
		{Name: "public_access", Doc: "Rights of other applications after publishing; publishing is permanent.",
			Type: ListOf, Elem: String, List: Set, Enum: rights, OnChange: ByPublish, Omitted: true},
	},
	Reads:  []Read{{Method: "list_properties", Per: PerClient, Rows: propertyRows}},
	Create: &Op{Method: "register_property"},
	Delete: &Op{Method: "unregister_property", ID: []string{"name", "owner_client_id"},
		Loses: "the values of the property on every license are lost, including those of chats and threads"},
	Publish: &Op{Method: "publish_property", ID: []string{"name", "owner_client_id"}, Loses: "a published property cannot be unpublished or unregistered",
		Args: func(o *Object) *Object {
			return Of("name", o.Get("name"), "owner_client_id", o.Get("owner_client_id"), "access_type", o.Get("public_access"))
		}},
	Keep: func(o *Object) string {
		if len(o.List("public_access")) > 0 {
			return "published properties cannot be unregistered"
		}
		return ""
	},
	Check: checkProperty,
}

func propertyRows(answer Value, client string) (rows []*Object, odds []Odd, err error) {
	byName, ok := membersOf(answer)
	if !ok {
		return nil, nil, fmt.Errorf("expected an object of properties by name, got %s", TypeName(answer))
	}
	for name, v := range byName.All() {
		if v == nil {
			continue
		}
		row, ok := definitionRow(Of("name", name, "owner_client_id", client), v)
		if !ok {
			odds = append(odds, odd(client+"/"+name, oddDefinition, TypeName(v)))
			continue
		}
		rows = append(rows, row)
	}
	return rows, odds, nil
}

const oddDefinition = "expected the definition as an object, got %s"

// definitionRow adds the content of a definition to a row with its owner and name,
// and reports whether it is a definition.
func definitionRow(row *Object, v Value) (*Object, bool) {
	config, ok := v.(*Object)
	for n, v := range config.All() {
		row.Set(n, v)
	}
	return row, ok
}

func userIDs() Field {
	people := &RefTo{Kinds: []string{"agents", "bots"}, Open: true}
	return Field{Name: "user_ids", Type: Record, Exclusive: []string{"values", "exclude_values"}, AtLeastOne: []string{"values", "exclude_values"},
		Fields: []Field{
			{Name: "values", Doc: "At least one of these users is in the chat.", Type: ListOf, Elem: String, List: Set, Ref: people},
			{Name: "exclude_values", Doc: "None of these users is in the chat.", Type: ListOf, Elem: String, List: Set, Ref: people},
		}}
}

func webhookFilters() Field {
	agentIDs := userIDs()
	agentIDs.Name, agentIDs.Doc = "agent_ids", "Agents whose status change triggers it."
	return byReplace(Field{Name: "filters", Doc: "Conditions for sending it.", Type: Record, Omitted: true, Fields: []Field{
		{Name: "author_type", Type: String, Enum: []string{"customer", "agent"}},
		{Name: "only_my_chats", Doc: "Only chats that the application started.", Type: Bool},
		{Name: "chat_presence", Doc: "Users who must or must not be in the chat.", Type: Record, Fields: []Field{
			userIDs(),
			{Name: "my_bots", Doc: "A bot of the application is in the chat.", Type: Bool},
		}},
		agentIDs,
		{Name: "source_type", Doc: "Source of the event.", Type: ListOf, Elem: String, List: Set,
			Enum: []string{"my_client", "other_clients", "system"}},
	}})
}

var webhooks = &Kind{
	Name: "webhooks", Singular: "webhook",
	Doc:      "HTTP endpoints that receive events. The API cannot update a webhook: lcsync unregisters it and registers it again.",
	ServerID: "id", RandomID: true,
	Key:     []string{"owner_client_id", "action", "url"},
	OwnedBy: "owner_client_id",
	Reach:   OfApplication,
	Whole:   true,
	Match:   []Matcher{{Fields: []string{"owner_client_id", "action", "type"}, Gone: true}},
	Fields: []Field{
		{Name: "id", Type: String, Class: Server, Input: ReadOnly},
		{Name: "action", Doc: "Event that triggers it.", Type: String, Required: true, OnChange: ByReplace, Enum: WebhookActions()},
		appOwner("Application that owns it."),
		{Name: "secret_key", Doc: "Secret that the server sends with each payload to identify itself; the API never returns it.", Type: String,
			Required: true, Input: SecretInput, Seen: Never,
			SecretPath: []string{"owner_client_id", "action"}, SecretHash: []string{"type", "url", "filters"}},
		byReplace(Field{Name: "type", Doc: "license: for the whole license; bot: for the application's bots.", Type: String, Required: true, Enum: []string{"bot", "license"}}),
		byReplace(Field{Name: "url", Type: String, Required: true, MaxLen: 500, Format: WebURL}),
		byReplace(Field{Name: "description", Type: String, Omitted: true, Clear: ""}),
		byReplace(Field{Name: "additional_data", Doc: "Additional data in the payload.", Type: ListOf, Elem: String, List: Set, Clear: List{},
			Enum: []string{"chat_properties", "chat_presence_user_ids"}}),
		webhookFilters(),
	},
	Caps:   []Cap{{N: 3, Per: []string{"owner_client_id", "action"}}},
	Reads:  []Read{{Method: "list_webhooks", Per: PerClient}},
	Create: &Op{Method: "register_webhook", Reveals: []string{"id"}},
	Delete: &Op{Method: "unregister_webhook", ID: []string{"id", "owner_client_id"}},
	Check:  checkWebhook,
}

var webhooksState = &Kind{
	Name: "webhooks_state", Singular: "webhooks state",
	Doc:     "Whether an application's webhooks are enabled for the license.",
	Key:     []string{"owner_client_id"},
	OwnedBy: "owner_client_id",
	Fields: []Field{
		{Name: "owner_client_id", Type: String, Class: Server, Required: true, Ref: &RefTo{Kinds: []string{"client_ids"}}},
		{Name: "license_webhooks_enabled", Type: Bool, Required: true},
	},
	Reads:  []Read{{Method: "get_license_webhooks_state", Per: PerClient}},
	Create: toggleWebhooks,
	Update: toggleWebhooks,
}

var toggleWebhooks = &Op{
	Method: "enable_license_webhooks", Off: "disable_license_webhooks", OffField: "license_webhooks_enabled",
	ID:   []string{"owner_client_id"},
	Args: func(o *Object) *Object { return Of("owner_client_id", o.Get("owner_client_id")) },
}
