package migrate

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// headerPart takes the place of a kind for the header of a snapshot.
const headerPart = "license"

const (
	licenseValues = "license_properties"
	groupValues   = "group_properties"
)

// kindsOf returns the kinds that a document may contain according to its content,
// in the registry's order. For a list, these are the kinds that match every
// element; if there are none, all kinds that match some element.
func kindsOf(v any) []string {
	all := elements(v)
	mayBe := map[string]int{} // how many elements
	for _, e := range all {
		o, ok := e.(*resource.Object)
		found := kindsOfObject(o)
		if !ok || len(found) == 0 {
			return nil
		}
		for _, k := range found {
			mayBe[k]++
		}
	}
	atLeast := func(n int) []string {
		return slices.DeleteFunc(resource.Names(), func(k string) bool { return mayBe[k] < n })
	}
	if kinds := atLeast(len(all)); len(kinds) > 0 && len(all) > 0 {
		return kinds
	}
	return atLeast(1)
}

// hasAny tells whether an object has one of the members.
func hasAny(o *resource.Object, names ...string) bool { return slices.ContainsFunc(names, o.Has) }

// everHad are the members that objects of a kind have in any version, or in the
// response to their creation.
var everHad = func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, k := range resource.Kinds() {
		names := map[string]bool{}
		for _, version := range Versions {
			if at := resource.LookupAt(version, k.Name); at != nil {
				for _, f := range at.Fields {
					names[f.Name] = true
				}
			}
		}
		if k.Create != nil {
			for _, n := range k.Create.Reveals {
				names[n] = true
			}
		}
		all[k.Name] = names
	}
	return all
}()

// known tells whether a kind ever had every member of an object.
func known(kind string, o *resource.Object) bool {
	for name := range o.All() {
		if !everHad[kind][name] {
			return false
		}
	}
	return true
}

// kindsOfObject returns the kinds of one object: by members that only one kind
// has, whatever other members it has; otherwise the kinds that have all its
// members. Files of other programs also have names, roles and addresses.
func kindsOfObject(o *resource.Object) []string {
	id, _ := scalar(o, "id").(string)
	switch {
	case o.Has("payload") || isObject(o.Get("error")) || hasAny(o, "requests", "responses"):
		return nil
	case isObject(o.Get("bot_agent")) || isList(o.Get("bot_agents")) || o.Has("bot_agent_id"):
		return []string{"bots"}
	case isWebhook(o):
		return []string{"webhooks"}
	case o.Has("license_webhooks_enabled"):
		return []string{"webhooks_state"}
	case o.Has("conditions") && (isList(o.Object("access").Get("groups")) || known("auto_accesses", o)):
		return []string{"auto_accesses"}
	case isObject(o.Get("properties")) && valueMap(o.Get("properties")) && hasAny(o, "group_id", "id") && o.Len() == 2:
		return []string{groupValues}
	case o.Len() == 1 && isObject(o.Get("properties")) && valueMap(o.Get("properties")):
		return []string{licenseValues}
	case definition(o) || definitions(o) || namespaces(o), isPublication(o):
		return []string{"properties"}
	case valueMap(o):
		return []string{licenseValues, groupValues}
	case isGroup(o):
		return []string{"groups"}
	case isAgent(o, id):
		return []string{"agents"}
	case isBot(o):
		return []string{"bots"}
	case id != "" && o.Len() == 1:
		return []string{"bots", "auto_accesses", "webhooks"}
	case id != "" && known("auto_accesses", o) && hasAny(o, "access", "description", "next_id"):
		return []string{"auto_accesses"}
	}
	return nil
}

func isWebhook(o *resource.Object) bool {
	if o.Has("webhook_id") {
		return true
	}
	action := text(o, "action")
	ours := slices.Contains(resource.WebhookActions(), action) || slices.Contains(oldActions, action)
	return o.Has("action") && hasAny(o, "url", "secret_key", "filters", "description", "owner_client_id") && (ours || known("webhooks", o))
}

func isGroup(o *resource.Object) bool {
	_, counted := scalar(o, "id").(int64)
	if isObject(o.Get("agent_priorities")) {
		return true
	}
	return (counted && (o.Len() == 1 || o.Has("name")) || o.Has("language_code") && o.Has("name")) &&
		(known("groups", o) || counted && hasAny(o, "language_code", "routing_status"))
}

// isAgent looks for members that only agents have; v3.2 lists bots among the
// agents, with the same members.
func isAgent(o *resource.Object, id string) bool {
	own := 0
	for _, name := range []string{"login_status", "email_subscriptions", "summaries", "notifications", "awaiting_approval", "last_logout"} {
		if o.Has(name) {
			own++
		}
	}
	switch email := strings.Contains(id, "@"); {
	case id == "" || !email && isBotOnly(o):
		return false
	case known("agents", o):
		return email || own > 0 || hasAny(o, "role", "mobile", "suspended", "account_id")
	default:
		return own > 1 || email && own > 0
	}
}

// isBotOnly tells whether an object has what bots have and agents have not.
func isBotOnly(o *resource.Object) bool {
	return hasAny(o, "status", "application", "webhooks", "default_group_priority", "timezone", "owner_client_id")
}

func isBot(o *resource.Object) bool {
	if !isScalar(o.Get("name")) && text(o, "id") == "" {
		return false
	}
	own := o.Object("application").Has("client_id") || o.Object("webhooks").Has("actions") || isScalar(o.Get("default_group_priority"))
	return own || known("bots", o) && (o.Has("name") || o.Len() > 1)
}

// isScalar tells whether a value is neither an object nor a list, nor absent.
func isScalar(v any) bool {
	_, ok := v.(*leaf)
	return ok && !isObject(v) && !isList(v)
}

var propertyTypes = []string{"int", "string", "bool", "tokenized_string"}

// definition tells whether a value defines a property.
func definition(v any) bool {
	o, _ := v.(*resource.Object)
	return slices.Contains(propertyTypes, text(o, "type")) && hasAny(o, "locations", "access") || isObject(o.Get("locations"))
}

// isPublication tells whether an object is a request to publish a property.
func isPublication(o *resource.Object) bool {
	return isScalar(o.Get("name")) && isList(o.Get("access_type"))
}

// allAre tells whether a value is an object with members that are all of a sort.
func allAre(v any, sort func(member any) bool) bool {
	o, _ := v.(*resource.Object)
	for _, m := range o.All() {
		if !sort(m) {
			return false
		}
	}
	return o.Len() > 0
}

// byNamespace tells whether a value is namespace → name → what is of a sort. Some
// namespaces may be empty.
func byNamespace(v any, sort func(member any) bool) bool {
	return allAre(v, func(names any) bool { return emptyObject(names) || allAre(names, sort) }) && !allAre(v, emptyObject)
}

// definitions tells whether every member of a value defines a property.
func definitions(v any) bool { return allAre(v, definition) }

// namespaces tells whether a value holds definitions by namespace.
func namespaces(v any) bool { return byNamespace(v, definition) }

// valueMap reports whether a value is namespace → name → value. A list of the
// names of deleted values is not one.
func valueMap(v any) bool { return byNamespace(v, isScalar) }

// groupNames are the members that name the group of values.
var groupNames = []string{"group_id", "id", "group"}

// needsGroup reports whether values do not name their group.
func needsGroup(v any) bool {
	o, ok := v.(*resource.Object)
	return ok && !(isObject(o.Get("properties")) && slices.ContainsFunc(groupNames, func(n string) bool { return namesGroup(o.Get(n)) }))
}

// query returns why a document has no configuration: it requests or deletes
// something. "" means that it may have some.
func query(v any, kind string) string {
	o, _ := v.(*resource.Object)
	l, _ := v.(resource.List)
	only := func(names ...string) bool {
		return !slices.ContainsFunc(o.Names(), func(n string) bool { return !slices.Contains(names, n) })
	}
	switch {
	case kind == "" && webhookNames(l):
		return "names of webhooks are not configuration"
	case o == nil:
		return ""
	case only("owner_client_id"), o.Object("filters").Has("group_ids") && only("filters", "fields"),
		hasAny(o, "all", "fields", "namespace_prefix", "name_prefix") && only("all", "fields", "filters", "namespace_prefix", "name_prefix", "namespace", "group_id", "id", "bot_agent_id", "owner_client_id"):
		return "a list or get request has no configuration"
	case only("license_id", "organization_id"):
		return "a snapshot does not contain ids of the license"
	case allAre(o.Get("properties"), isList):
		return "a delete request has no configuration"
	}
	return ""
}

// webhookNames tells whether a list is the answer of list_webhook_names.
func webhookNames(l resource.List) bool {
	return len(l) > 0 && !slices.ContainsFunc(l, func(e any) bool {
		o, _ := e.(*resource.Object)
		return !o.Has("action") || hasAny(o, "url", "id", "webhook_id", "secret_key") || o.Has("filters") && !isList(o.Get("filters"))
	})
}
