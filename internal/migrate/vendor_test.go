package migrate

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

// vendorTable is the vendor's parameter table of one version.
type vendorTable struct {
	Methods map[string]struct {
		Params []struct{ Name, Type string }
	}
	Actions map[string][]string `json:"webhook_actions"`
}

func vendor(t *testing.T, version string) *vendorTable {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vendor/v" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var table vendorTable
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	return &table
}

// samples are values for parameters: by "method parameter", by parameter, and
// by its last part.
var samples = map[string]resource.Value{
	"id": "71d0c2b8e94a4f0d8b6e3a5c9f1207de", "agent id": "mei@acme.example", "group id": int64(8), "groups[].id": int64(3),
	"name": "Some name", "description": "some text", "status": "offline", "avatar": "https://cdn.acme.example/a.png", "avatar_path": "https://cdn.acme.example/a.png",
	"max_chats_count": int64(5), "default_group_priority": "first", "priority": "last", "url": "https://hooks.acme.example/x",
	"secret_key": "some secret", "webhooks.actions[].name": "incoming_event", "additional_data": resource.List{"chat_properties"},
	"webhooks.actions[].filters": resource.Of("author_type", "customer"), "bot_agent_id": "71d0c2b8e94a4f0d8b6e3a5c9f1207de", "webhook_id": "4fbc20d9",
	"all": true, "action": "incoming_event", "filters.author_type": "agent", "filters.only_my_chats": true,
	"filters.chat_member_ids.agents_any": resource.List{"mei@acme.example"},
	// Only one of the two lists is allowed.
	"filters.chat_member_ids.agents_exclude": nil, "filters.chat_presence.user_ids.exclude_values": nil,
	"filters.chat_presence.user_ids.values": resource.List{"mei@acme.example"}, "filters.chat_presence.my_bots": true,
	"filters.source_type": resource.List{"system"}, "type": "string", "webhook type": "license",
	"read": true, "write": true, "domain": resource.List{"a", "b"}, "range.from": nil, "range.to": nil, // ranges are for numbers
	"role": "normal", "login_status": "accepting chats", "job_title": "Title", "mobile": "+49 30 555", "awaiting_approval": true,
	"notifications": resource.List{"ticket"}, "email_subscriptions": resource.List{"daily_summary"},
	"work_scheduler": resource.Of("monday", resource.Of("start", "08:00", "end", "16:00")), "timezone": "Europe/Berlin",
	"language_code": "de", "agent_priorities": resource.Of("mei@acme.example", "normal"), "properties": resource.Of("7c1f", resource.Of("segment", "x")),
	"fields": resource.List{"groups"}, "filters.group_ids": resource.List{int64(0)}, "namespace_prefix": "7", "name_prefix": "s", "namespace": "7c1f",
	"group_id": int64(8), "owner_client_id": "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", "access.groups": resource.List{int64(3)},
	"conditions": resource.Of("url", resource.Of("values", resource.List{resource.Of("value", "/x", "exact_match", true)}),
		"domain", resource.Of("exclude_values", resource.List{resource.Of("value", "acme.example")}),
		"geolocation", resource.Of("values", resource.List{resource.Of("country", "Austria", "country_code", "AT", "region", "Tyrol", "city", "Imst")})),
	"next_id": "", "default_value": "a", "access.<location>.<user>": resource.List{"read"}, "access_type": resource.List{"read"}, "version": "3.3",
}

// request makes a request of a method with every parameter of its table.
func request(t *testing.T, method, kind string, params []struct{ Name, Type string }) *resource.Object {
	t.Helper()
	root := &resource.Object{}
	for _, p := range params {
		name := p.Name
		if strings.HasPrefix(name, "conditions.") || slices.Contains([]string{"value", "exact_match", "country", "country_code", "region", "city"}, name) {
			continue // parts of conditions
		}
		if strings.HasPrefix(name, "work_scheduler.") {
			name = "work_scheduler"
		}
		last := name[strings.LastIndexByte(name, '.')+1:]
		v, known := resource.Value(nil), false
		for _, key := range []string{kind + " " + name, strings.TrimPrefix(name, "<property_name>."), last} {
			if v, known = samples[key]; known {
				break
			}
		}
		switch {
		case known && v == nil, !known && (p.Type == "object" || p.Type == "object[]"):
			continue
		case !known:
			t.Errorf("%s: no sample for the parameter %s", method, p.Name)
			continue
		}
		name = strings.NewReplacer("<property_name>", "segment", "<location>", "group", "<user>", "agent").Replace(name)
		set(root, strings.Split(name, "."), resource.CloneValue(v))
	}
	return root
}

// set gives a value a place: "groups[]" is a list of one object.
func set(o *resource.Object, path []string, v resource.Value) {
	name, list := strings.CutSuffix(path[0], "[]")
	switch {
	case len(path) == 1:
		o.Set(name, v)
	case list:
		if !o.Has(name) {
			o.Set(name, resource.List{&resource.Object{}})
		}
		set(o.List(name)[0].(*resource.Object), path[1:], v)
	default:
		if o.Object(name) == nil {
			o.Set(name, &resource.Object{})
		}
		set(o.Object(name), path[1:], v)
	}
}

// TestVendorParameters migrates a request of each method of the old versions
// with each parameter that the vendor documents: none may be lost.
func TestVendorParameters(t *testing.T) {
	for _, version := range Versions[:4] {
		table := vendor(t, version)
		for _, name := range slices.Sorted(maps.Keys(table.Methods)) {
			m, ok := methods[name]
			if !ok {
				t.Errorf("%s: migrate does not know the method %s", version, name)
				continue
			}
			kind := strings.TrimSuffix(strings.TrimSuffix(m.kind, "_properties"), "s")
			body := request(t, name, kind, table.Methods[name].Params)
			docs := []*Document{fromValue("request", resource.Of(name, body))}
			if name == "publish_property" { // of a property that is known
				of := request(t, "register_property", kind, table.Methods["register_property"].Params)
				docs = append(docs, fromValue("definition", resource.Of("register_property", of)))
			}
			r := Run(docs, generous)
			checkBooks(t, docs, r)
			for _, d := range r.Report.Decisions {
				t.Errorf("%s %s: %s", version, name, d)
			}
			for f := range r.Report.Fields.All() {
				asks := slices.Contains(f.Rules, ruleRequests) || slices.Contains(f.Rules, "all/bare-id-out")
				if f.Status == Dropped && !asks {
					t.Errorf("%s: %s", version, f)
				}
				if carried := m.role == carries && !strings.HasPrefix(name, "get_") && !strings.HasPrefix(name, "list_"); asks && carried {
					t.Errorf("%s %s: taken for a request that holds no configuration", version, name)
				}
			}
			for _, p := range problems(encode(t, r.License)) {
				t.Errorf("%s %s: %s", version, name, p)
			}
		}
	}
}

// TestVendorActions migrates a webhook of each action of the old versions with
// each filter that the vendor's tables give it, on its own and inside a bot.
func TestVendorActions(t *testing.T) {
	filters := map[string]resource.Value{
		"chat_member_ids": resource.Of("agents_any", resource.List{"mei@acme.example"}), "only_my_chats": true, "author_type": "customer",
		"agent_ids": resource.List{"mei@acme.example"}, "source_type": resource.List{"system"},
		"chat_presence": resource.Of("user_ids", resource.Of("values", resource.List{"mei@acme.example"})),
	}
	for _, version := range Versions[:4] {
		table := vendor(t, version)
		for _, action := range slices.Sorted(maps.Keys(table.Actions)) {
			given := &resource.Object{}
			for _, f := range table.Actions[action] {
				if filters[f] == nil {
					t.Fatalf("no sample for the filter %s", f)
				}
				given.Set(f, resource.CloneValue(filters[f]))
			}
			if version > "3.3" && given.Has("agent_ids") {
				given.Set("agent_ids", resource.Of("values", given.Get("agent_ids")))
			}
			hook := resource.Of("url", "https://hooks.acme.example/x", "action", action, "owner_client_id", "7c1f", "secret_key", "s")
			if version > "3.2" {
				hook.Set("type", "license")
			}
			bot := resource.Of("name", "B", "webhooks", resource.Of("url", "https://hooks.acme.example/x", "secret_key", "s",
				"actions", resource.List{resource.Of("name", action)}))
			if given.Len() > 0 {
				hook.Set("filters", given)
				bot.Object("webhooks").List("actions")[0].(*resource.Object).Set("filters", given.Clone())
			}
			bodies := []*resource.Object{hook}
			if version <= "3.2" {
				bodies = append(bodies, bot)
			}
			for _, body := range bodies {
				o := generous
				o.From = version
				checkAction(t, version+" "+action, fromValue("hook", body), o)
			}
		}
	}
}

func checkAction(t *testing.T, name string, doc *Document, o Options) {
	t.Helper()
	r := Run([]*Document{doc}, o)
	checkBooks(t, []*Document{doc}, r)
	for _, d := range r.Report.Decisions {
		t.Errorf("%s: %s", name, d)
	}
	rows := r.License.Rows("webhooks")
	if len(rows) != 1 || !slices.Contains(resource.WebhookActions(), rows[0].String("action")) {
		t.Errorf("%s: came to %s", name, resource.JSON(r.License))
	}
	for f := range r.Report.Fields.All() {
		if f.Status == Dropped && !slices.Contains(f.Rules, "webhooks/agent_status_changed-filter-out") {
			t.Errorf("%s: %s", name, f)
		}
	}
	for _, p := range problems(encode(t, r.License)) {
		t.Errorf("%s: %s", name, p)
	}
}

// TestRivals: in these versions webhooks have a type, so that the version of a list of
// agents is not clear.
func TestRivals(t *testing.T) {
	if !slices.Equal(rivals, []string{"3.3", "3.4", "3.5"}) {
		t.Error(rivals)
	}
}
