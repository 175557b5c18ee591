package resource

import "slices"

// rights32 are the rights of 3.1 and 3.2, as pairs of flags.
var rights32 = known("", Record, known("read", Bool), known("write", Bool))

var properties31 = namespaced("get_property_configs")

var properties32 = namespaced("list_registered_properties")

// namespaced are the properties of 3.1 and 3.2: one response has all namespaces,
// without defaults and publication.
func namespaced(list string) *Kind {
	return &Kind{
		Name: properties.Name, Singular: properties.Singular, Reach: OfApplication,
		Key: []string{"namespace", "name"},
		Fields: []Field{
			known("namespace", String), known("name", String), known("type", String), known("description", String),
			mapOf("locations", known("", Record, mapOf("access", rights32))),
			setOf("domain", Any),
			known("range", Record, known("from", Int), known("to", Int)),
		},
		Reads: []Read{{Method: list, Params: Of("all", true), Rows: namespacedRows}},
	}
}

// namespacedRows converts namespace → name → definition to rows. It omits built-in
// definitions, which every license has.
func namespacedRows(answer Value, _ string) (rows []*Object, odds []Odd, err error) {
	all, odds, err := nestedRows(answer, "")
	odds = slices.DeleteFunc(odds, func(o Odd) bool { return DefaultNamespace(o.ID) })
	for _, r := range all {
		namespace, v := r.String("namespace"), r.Get("value")
		if DefaultNamespace(namespace) {
			continue
		}
		row, ok := definitionRow(Of("namespace", namespace, "name", r.Get("name")), v)
		if !ok {
			odds = append(odds, odd(namespace+"/"+r.String("name"), oddDefinition, TypeName(v)))
			continue
		}
		rows = append(rows, row)
	}
	return rows, odds, err
}

var properties33 = asRead(properties, properties.Reads...)

// userLists32 are the members that a chat has, or has not.
var userLists32 = known("chat_member_ids", Record, setOf("agents_any", String), setOf("agents_exclude", String))

// agentIDs32 is a list or an object: the vendor's pages do not define its shape.
var agentIDs32 = func() Field {
	f := setOf("agent_ids", String)
	record := known(f.Name, Record,
		setOf("agents_any", String), setOf("agents_exclude", String), setOf("values", String), setOf("exclude_values", String))
	f.Or = &record
	return f
}()

// filters32 include chat_properties, which only the samples on the pages show.
var filters32 = known("filters", Record, known("author_type", String), known("only_my_chats", Bool), userLists32, agentIDs32,
	mapOf("chat_properties", mapOf("", known("", Record, setOf("values", Any), setOf("exclude_values", Any)))))

var webhooks31 = licenseWebhooks("get_webhooks_config")

var webhooks32 = licenseWebhooks("list_registered_webhooks")

// licenseWebhooks are the webhooks of 3.1 and 3.2: they belong to the license,
// have ids of their own, and later versions do not show them.
func licenseWebhooks(list string) *Kind {
	k := asRead(webhooks, Read{Method: list})
	k = changed(k, "id", func(f *Field) { f.Name = "webhook_id" })
	k = changed(k, "filters", func(f *Field) { *f = filters32 })
	k.ServerID = "webhook_id"
	return k
}

var webhooks33 = changed(asRead(webhooks, webhooks.Reads...), "filters", func(f *Field) {
	ids := f.Member("agent_ids")
	*ids = agentIDs32
})

var webhooksState33 = asRead(webhooksState, webhooksState.Reads...)
