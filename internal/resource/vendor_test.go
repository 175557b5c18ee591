package resource

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vendorTable is the vendor's parameter table, see testdata/vendor.
type vendorTable struct {
	Methods map[string]struct {
		Scopes []string
		Batch  any
		Params []vendorParam
	}
	Actions map[string][]string `json:"webhook_actions"`
}

type vendorParam struct {
	Name, Type string
	Required   any
}

func readVendor(t *testing.T) vendorTable {
	t.Helper()
	return readVendorOf(t, APIVersion)
}

func readVendorOf(t *testing.T, version string) vendorTable {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vendor/v" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var v vendorTable
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMethodsAreTheVendors(t *testing.T) {
	v := readVendor(t)
	seen := map[string]bool{}
	for _, m := range EditionOf(APIVersion).Methods {
		seen[m.Name] = true
		d, ok := v.Methods[m.Name]
		if !ok {
			if m.Source != AgentChat {
				t.Errorf("%s: the vendor has no such method", m.Name)
			}
			continue
		}
		got := slices.Sorted(slices.Values(m.Scopes))
		if diff := cmp.Diff(slices.Sorted(slices.Values(d.Scopes)), got); diff != "" {
			t.Errorf("%s: scopes (-vendor +registry):\n%s", m.Name, diff)
		}
		if batch, _ := d.Batch.(bool); batch != (m.Batch != "") {
			t.Errorf("%s: batch form is %q, the vendor says %v", m.Name, m.Batch, d.Batch)
		}
	}
	for name := range v.Methods {
		if !seen[name] {
			t.Errorf("%s is not in the method table", name)
		}
	}
}

func TestWebhookActionsAreTheVendors(t *testing.T) {
	got := map[string][]string{}
	for _, a := range webhookActions {
		got[a.name] = a.filters
	}
	if diff := cmp.Diff(readVendor(t).Actions, got); diff != "" {
		t.Errorf("webhook actions (-vendor +registry):\n%s", diff)
	}
	for _, f := range webhooks.Field("filters").Fields {
		if !slices.Contains(filterNames, f.Name) {
			t.Errorf("filter %s is not in filterNames", f.Name)
		}
	}
}

// notFields are documented parameters that are no fields of a kind, each with
// the reason.
var notFields = map[string]string{
	"create_agent awaiting_approval":                    "false needs a private scope and true is the default: observed, never sent",
	"create_bot_template affect_existing_installations": "reaches every installation: never sent",
	"update_bot_template affect_existing_installations": "reaches every installation: never sent",
	"delete_bot_template affect_existing_installations": "reaches every installation: never sent",
	"publish_property access_type":                      "read back as public_access",
	"update_license_properties properties":              "nested rows, see Layout",
	"delete_license_properties properties":              "nested rows, see Layout",
	"update_group_properties group_id":                  "the row's group",
	"update_group_properties properties":                "nested rows, see Layout",
	"delete_group_properties id":                        "the row's group",
	"delete_group_properties properties":                "nested rows, see Layout",
	"list_agents filters":                               "everything is listed",
	"list_agents filters.group_ids":                     "everything is listed",
	"list_agents filters.suspended":                     "everything is listed",
	"list_tags filters":                                 "everything is listed",
	"list_tags filters.group_ids":                       "everything is listed",
	"list_license_properties namespace":                 "everything is listed",
	"list_license_properties name_prefix":               "everything is listed",
	"list_groups_properties namespace":                  "everything is listed",
	"list_groups_properties name_prefix":                "everything is listed",
}

func TestEveryDocumentedParameterIsAField(t *testing.T) {
	v := readVendor(t)
	used := map[string]bool{}
	for _, k := range Kinds() {
		for name, known := range kindMethods(k) {
			d, ok := v.Methods[name]
			if !ok {
				continue
			}
			for _, p := range d.Params {
				for _, path := range expand(p.Name) {
					at := name + " " + path
					if _, ok := notFields[at]; ok {
						used[at] = true
						continue
					}
					if slices.Contains(known, path) {
						continue
					}
					f := fieldAt(k.Fields, strings.Split(path, "."))
					if f == nil {
						t.Errorf("%s: %s is no field of %s", name, path, k.Name)
						continue
					}
					if want, got := vendorType(p.Type), fieldType(f); want != "" && want != got {
						t.Errorf("%s: %s is %s for the vendor and %s in the registry", name, path, p.Type, got)
					}
					if req, _ := p.Required.(bool); req && k.Create != nil && name == k.Create.Method && !f.Required && !strings.Contains(path, ".") && requiredElsewhere[at] == "" {
						t.Errorf("%s: %s is required, but not in the registry", name, path)
					}
				}
			}
		}
	}
	for at := range notFields {
		if !used[at] {
			t.Errorf("the exception %q matches nothing any more", at)
		}
	}
}

// requiredElsewhere are parameters that the vendor requires and that a row
// need not have, each with the reason.
var requiredElsewhere = map[string]string{
	"create_group agent_priorities":       "made from the members",
	"create_bot owner_client_id":          "only with a personal access token; a Bearer token brings its own",
	"create_bot_template owner_client_id": "checked with the client ids of the file",
}

// kindMethods returns a kind's methods with the parameters that the registry
// itself puts in.
func kindMethods(k *Kind) map[string][]string {
	out := map[string][]string{}
	for _, op := range []*Op{k.Create, k.Update, k.Delete, k.Publish} {
		if op == nil {
			continue
		}
		out[op.Method] = append(out[op.Method], op.ID...)
		if op.Off != "" {
			out[op.Off] = op.ID
		}
	}
	for _, r := range k.Reads {
		known := []string{}
		if r.Per == PerClient {
			known = append(known, "owner_client_id")
		}
		if r.Per == PerRow {
			known = append(known, k.ServerID)
		}
		if r.Fields {
			known = append(known, "fields")
		}
		out[r.Method] = append(out[r.Method], append(known, r.Params.Names()...)...)
	}
	return out
}

// expand turns the vendor's spelling of a path into plain paths.
func expand(name string) []string {
	switch name {
	case "value", "exact_match": // members of the match object
		return []string{"conditions.url.values." + name, "conditions.domain.exclude_values." + name}
	case "country", "country_code", "region", "city": // of the geolocation object
		return []string{"conditions.geolocation.values." + name}
	}
	paths := []string{strings.ReplaceAll(name, "[]", "")}
	for _, e := range []struct {
		from string
		to   []string
	}{{"{url,domain}", []string{"url", "domain"}}, {"<location>", places}, {"<user>", users}} {
		var next []string
		for _, p := range paths {
			if !strings.Contains(p, e.from) {
				next = append(next, p)
				continue
			}
			for _, to := range e.to {
				next = append(next, strings.ReplaceAll(p, e.from, to))
			}
		}
		paths = next
	}
	return paths
}

func fieldAt(fields []Field, path []string) *Field {
	f := fieldNamed(fields, path[0])
	if f == nil || len(path) == 1 {
		return f
	}
	return fieldAt(f.Fields, path[1:])
}

func vendorType(s string) string {
	switch s {
	case "string", "bool", "object":
		return s
	case "int", "uint", "number":
		return "int"
	case "object[]", "[]match_object", "[]geolocation_object":
		return "list of object"
	case "string[]", "[]string", "[string]":
		return "list of string"
	case "int[]", "[]int":
		return "list of int"
	case "[<type>]":
		return "list of any"
	case "type":
		return "any"
	}
	return ""
}

func fieldType(f *Field) string {
	switch f.Type {
	case ListOf:
		return "list of " + f.Elem.String()
	case Map:
		return "object"
	}
	return f.Type.String()
}

// notParameters are fields that no table of parameters has, each with where
// it is documented instead.
var notParameters = map[string]string{
	"groups.routing_status":                     "fields of list_groups",
	"agents.account_id":                         "answer of get_agent",
	"agents.suspended":                          "fields of list_agents",
	"agents.last_logout":                        "fields of list_agents",
	"bots.timezone":                             "fields of get_bot",
	"bots.routing_status":                       "list_routing_statuses of the Agent Chat API, noted with the bot",
	"bots.work_scheduler.schedule":              "says: as for agents",
	"bots.work_scheduler.schedule.day":          "says: as for agents",
	"bots.work_scheduler.schedule.enabled":      "says: as for agents",
	"bots.work_scheduler.schedule.start":        "says: as for agents",
	"bots.work_scheduler.schedule.end":          "says: as for agents",
	"tags.author_id":                            "answer of list_tags",
	"tags.created_at":                           "answer of list_tags",
	"webhooks.filters.agent_ids":                "table of triggering actions; shaped like chat_presence.user_ids",
	"webhooks.filters.agent_ids.values":         "as above",
	"webhooks.filters.agent_ids.exclude_values": "as above",
	"properties.public_access":                  "answer of list_properties, access_type of publish_property",
	"webhooks_state.license_webhooks_enabled":   "answer of get_license_webhooks_state",
	"license_properties.name":                   "nested, see Layout",
	"license_properties.value":                  "nested, see Layout",
	"group_properties.group":                    "group_id of update_group_properties",
	"group_properties.name":                     "nested, see Layout",
	"group_properties.value":                    "nested, see Layout",
	"routing_statuses.agent_id":                 "Agent Chat API",
	"routing_statuses.status":                   "Agent Chat API",
	"channels.channel_type":                     "answer of list_channels",
	"channels.channel_subtype":                  "answer of list_channels",
	"channels.first_activity_timestamp":         "answer of list_channels",
	"product_source.source_id":                  "answer of get_product_source",
	"product_source.source_type":                "answer of get_product_source",
	"product_source.source_url":                 "answer of get_product_source",
}

func TestEveryFieldIsDocumented(t *testing.T) {
	v := readVendor(t)
	used := map[string]bool{}
	for _, k := range Kinds() {
		documented := map[string]bool{}
		for name := range kindMethods(k) {
			for _, p := range v.Methods[name].Params {
				for _, path := range expand(p.Name) {
					documented[path] = true
				}
			}
		}
		walkFields(k.Fields, "", func(path string) {
			// Both conditions have both lists of match objects.
			path = strings.NewReplacer("domain.values.", "url.values.", "url.exclude_values.", "domain.exclude_values.").Replace(path)
			at := k.Name + "." + path
			if documented[path] {
				return
			}
			if _, ok := notParameters[at]; !ok {
				t.Errorf("%s is documented nowhere", at)
			}
			used[at] = true
		})
	}
	for at := range notParameters {
		if !used[at] {
			t.Errorf("the exception %q matches nothing any more", at)
		}
	}
}

func walkFields(fields []Field, prefix string, fn func(path string)) {
	for i := range fields {
		fn(prefix + fields[i].Name)
		walkFields(fields[i].Fields, prefix+fields[i].Name+".", fn)
	}
}
