package migrate

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// headerPart stands in the place of a kind for the head of a snapshot.
const headerPart = "license"

const (
	licenseValues = "license_properties"
	groupValues   = "group_properties"
)

// kindsOf returns the kinds that a document may be about by its content, in
// the registry's order.
func kindsOf(v any) []string {
	var kinds []string
	for _, e := range elements(v) {
		o, ok := e.(*resource.Object)
		if !ok {
			return nil
		}
		found := kindsOfObject(o)
		if len(found) == 0 {
			return nil
		}
		for _, k := range found {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	if len(kinds) > 1 && isList(v) {
		kinds = agreeing(elements(v), kinds)
	}
	slices.SortFunc(kinds, func(a, b string) int {
		return slices.Index(resource.Names(), a) - slices.Index(resource.Names(), b)
	})
	return kinds
}

// agreeing returns those of the kinds that every element may be of; all of
// them if there are none.
func agreeing(l resource.List, kinds []string) []string {
	var all []string
	for _, k := range kinds {
		if !slices.ContainsFunc(l, func(e any) bool { return !slices.Contains(kindsOfObject(e.(*resource.Object)), k) }) {
			all = append(all, k)
		}
	}
	if len(all) > 0 {
		return all
	}
	return kinds
}

// hasAny tells whether an object has one of the members.
func hasAny(o *resource.Object, names ...string) bool { return slices.ContainsFunc(names, o.Has) }

// kindsOfObject tells what one object is by the members that only one kind
// has, and by the form of its id where it has none of those.
func kindsOfObject(o *resource.Object) []string {
	id, _ := scalar(o, "id").(string)
	_, counted := scalar(o, "id").(int64)
	email := strings.Contains(id, "@")
	switch {
	case o.Has("payload") || isObject(o.Get("error")) || hasAny(o, "requests", "responses"):
		return nil
	case isObject(o.Get("bot_agent")) || isList(o.Get("bot_agents")) || o.Has("bot_agent_id"):
		return []string{"bots"}
	case o.Has("webhook_id") || o.Has("action") && hasAny(o, "url", "secret_key", "filters", "description", "owner_client_id"):
		return []string{"webhooks"}
	case o.Has("license_webhooks_enabled"):
		return []string{"webhooks_state"}
	case o.Has("conditions") || id != "" && o.Has("next_id"):
		return []string{"auto_accesses"}
	case isObject(o.Get("properties")) && valueMap(o.Get("properties")) && hasAny(o, "group_id", "id"):
		return []string{groupValues}
	case o.Len() == 1 && isObject(o.Get("properties")) && valueMap(o.Get("properties")):
		return []string{licenseValues}
	case definition(o) || definitions(o) || namespaces(o):
		return []string{"properties"}
	case valueMap(o):
		return []string{licenseValues, groupValues}
	case counted && (o.Len() == 1 || hasAny(o, "name", "language_code", "agent_priorities", "routing_status")),
		hasAny(o, "agent_priorities", "language_code"):
		return []string{"groups"}
	case email, hasAny(o, "login_status", "role", "notifications", "email_subscriptions", "summaries", "awaiting_approval", "suspended", "last_logout", "mobile", "account_id"):
		return []string{"agents"}
	case hasAny(o, "status", "application", "webhooks", "default_group_priority", "timezone") && hasAny(o, "id", "name"),
		o.Has("name") && isScalar(o, "name"):
		return []string{"bots"}
	case id != "" && o.Len() == 1:
		return []string{"bots", "auto_accesses", "webhooks"}
	case id != "" && hasAny(o, "groups", "job_title", "max_chats_count", "work_scheduler"):
		return []string{"bots"}
	case id != "" && hasAny(o, "access", "description"):
		return []string{"auto_accesses"}
	}
	return nil
}

func isScalar(o *resource.Object, name string) bool {
	_, ok := o.Get(name).(*leaf)
	return ok && !isObject(o.Get(name)) && !isList(o.Get(name))
}

var propertyTypes = []string{"int", "string", "bool", "tokenized_string"}

// definition tells whether an object defines a property.
func definition(o *resource.Object) bool {
	return slices.Contains(propertyTypes, text(o, "type")) && hasAny(o, "locations", "access") || isObject(o.Get("locations"))
}

// definitions tells whether every member of an object defines a property.
func definitions(o *resource.Object) bool {
	for _, v := range o.All() {
		if m, ok := v.(*resource.Object); !ok || !definition(m) {
			return false
		}
	}
	return o.Len() > 0
}

// namespaces tells whether an object holds definitions by namespace. Some
// namespaces may be empty.
func namespaces(o *resource.Object) bool {
	some := false
	for _, v := range o.All() {
		m, ok := v.(*resource.Object)
		if !ok && !emptyObject(v) || ok && !definitions(m) {
			return false
		}
		some = some || ok
	}
	return some
}

// valueMap tells whether a value is namespace → name → value. Names of deleted
// values, which stand in a list, are none.
func valueMap(v any) bool {
	o, ok := v.(*resource.Object)
	if !ok {
		return false
	}
	some := false
	for _, space := range o.All() {
		names, ok := space.(*resource.Object)
		if !ok && !emptyObject(space) {
			return false
		}
		for name := range names.All() {
			if !isScalar(names, name) {
				return false
			}
		}
		some = some || ok
	}
	return some
}

// needsGroup tells whether values do not say which group they are of.
func needsGroup(v any) bool {
	o, ok := v.(*resource.Object)
	return ok && !(isObject(o.Get("properties")) && hasAny(o, "group_id", "id", "group"))
}

// query returns why a document holds no configuration: it asks for something,
// or deletes something. "" means that it may hold some.
func query(v any, kind string) string {
	o, ok := v.(*resource.Object)
	if !ok {
		if l, isList := v.(resource.List); isList && kind == "" && webhookNames(l) {
			return "names of webhooks are no configuration"
		}
		return ""
	}
	only := func(names ...string) bool {
		return !slices.ContainsFunc(o.Names(), func(n string) bool { return !slices.Contains(names, n) })
	}
	filters, _ := o.Get("filters").(*resource.Object)
	switch {
	case only("owner_client_id"):
		return "a request to list or get something holds no configuration"
	case only("license_id", "organization_id"):
		return "ids of the license have no place in a snapshot"
	case hasAny(o, "all", "fields", "namespace_prefix", "name_prefix") && only("all", "fields", "filters", "namespace_prefix", "name_prefix", "namespace", "group_id", "id", "bot_agent_id", "owner_client_id"),
		filters.Has("group_ids") && only("filters", "fields"):
		return "a request to list or get something holds no configuration"
	case isObject(o.Get("properties")) && deletedNames(o.Get("properties")):
		return "a request to delete values holds no configuration"
	}
	return ""
}

// deletedNames tells whether a value is namespace → names.
func deletedNames(v any) bool {
	o, ok := v.(*resource.Object)
	if !ok {
		return false
	}
	for _, names := range o.All() {
		if !isList(names) {
			return false
		}
	}
	return true
}

// webhookNames tells whether a list is the answer of list_webhook_names.
func webhookNames(l resource.List) bool {
	for _, e := range l {
		o, ok := e.(*resource.Object)
		if !ok || !o.Has("action") || hasAny(o, "url", "id", "webhook_id", "secret_key") || o.Has("filters") && !isList(o.Get("filters")) {
			return false
		}
	}
	return len(l) > 0
}
