package sandbox

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var legacyVersions = []string{"3.1", "3.2", "3.3", "3.4"}

// legacyExceptions are where a version knowingly differs from its table, with
// the reason. <day>, <location> and <user> stand for any of them.
var legacyExceptions = map[string]map[string]string{
	"3.1": before33,
	"3.2": both(before33, map[string]string{
		"?groups[].id":                "the note beside it says: required when the group is included",
		"+work_scheduler.<day>.start": hours,
		"+work_scheduler.<day>.end":   hours,
	}),
	"3.3": since33,
	"3.4": since33,
}

// before33 and since33 are what versions share.
var before33 = map[string]string{
	"+<property_name>.locations.<location>.access":               implied,
	"+filters.agent_ids":                                         offered,
	"+webhooks.actions[].filters.agent_ids":                      asRegistered,
	"+webhooks.actions[].filters.author_type":                    asRegistered,
	"+webhooks.actions[].filters.only_my_chats":                  asRegistered,
	"+webhooks.actions[].filters.chat_member_ids":                asRegistered,
	"+webhooks.actions[].filters.chat_member_ids.agents_any":     asRegistered,
	"+webhooks.actions[].filters.chat_member_ids.agents_exclude": asRegistered,
	"+webhooks.actions[].filters.chat_properties":                "the page's sample of a bot has it",
}

var since33 = map[string]string{
	"?groups[].id":                "as in 3.2: required when the group is included",
	"+avatar_path":                "samples of bots have it, and the vendor's own clients send it",
	"?timezone":                   "it goes with work_scheduler, which is not required",
	"+work_scheduler.<day>.start": hours,
	"+work_scheduler.<day>.end":   hours,
	"+filters.agent_ids":          offered,
}

const (
	hours        = "the note beside a day says what it contains"
	implied      = "the rows below it imply it"
	offered      = "the table of actions offers it for an action"
	asRegistered = "the row says: see Register Webhook"
)

func both(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// legacyFlat spells out what the older tables abbreviate on top of v3.5's.
func legacyFlat(t *testing.T, version, method string, params []vendorParam) []flat {
	var plain []vendorParam
	places := locations
	if version == "3.1" {
		places = locations[:3]
	}
	for _, p := range params {
		switch {
		case strings.HasSuffix(p.Name, ".<work_scheduler>"):
			for _, day := range weekdays {
				plain = append(plain, vendorParam{"work_scheduler." + day, p.Type, p.Required})
			}
		case strings.HasPrefix(p.Name, "<property_name>.locations.<location>"):
			for _, place := range places {
				name := strings.Replace(p.Name, "<location>", place, 1)
				if !strings.Contains(name, "<user>") {
					plain = append(plain, vendorParam{name, p.Type, p.Required})
					continue
				}
				for _, user := range userTypes {
					plain = append(plain, vendorParam{strings.Replace(name, "<user>", user, 1), p.Type, p.Required})
				}
			}
		default:
			plain = append(plain, p)
		}
	}
	return vendorFlat(t, method, plain)
}

func accepted(m *method) map[string]flat {
	if m.each != nil {
		return byName(flatten("<property_name>.", m.each.fields))
	}
	return byName(flatten("", m.params))
}

var (
	aDay      = regexp.MustCompile(`(work_scheduler)\.[a-z]+day\b`)
	aLocation = regexp.MustCompile(`(locations)\.(chat|thread|event|license|group)\b`)
)

// abstract is a path with the names a table leaves open put back.
func abstract(path string) string {
	return aLocation.ReplaceAllString(aDay.ReplaceAllString(path, "$1.<day>"), "$1.<location>")
}

func TestEveryMethodOfTheOlderTables(t *testing.T) {
	for _, version := range legacyVersions {
		table, ours := vendorOf(t, version), versions[version]["configuration"]
		for name, want := range table.Methods {
			got, ok := ours[name]
			if !ok {
				t.Errorf("%s: %s is missing", version, name)
				continue
			}
			scopes := slices.Concat([]string{}, got.scopes)
			slices.Sort(scopes)
			if diff := cmp.Diff(slices.Sorted(slices.Values(want.Scopes)), scopes); diff != "" && len(want.Scopes)+len(scopes) > 0 {
				t.Errorf("%s: %s: scopes (-vendor +sandbox):\n%s", version, name, diff)
			}
		}
		for name := range ours {
			if _, ok := table.Methods[name]; !ok {
				t.Errorf("%s: %s is no method of the vendor's", version, name)
			}
		}
	}
}

func TestEveryParameterOfTheOlderTables(t *testing.T) {
	for _, version := range legacyVersions {
		used := map[string]bool{}
		for name, m := range vendorOf(t, version).Methods {
			for _, diff := range legacyDifferences(t, version, name, m.Params, accepted(versions[version]["configuration"][name].method), used) {
				t.Errorf("%s: %s: %s", version, name, diff)
			}
		}
		for name, reason := range legacyExceptions[version] {
			if !used[name] {
				t.Errorf("%s: the exception %s (%s) is not needed", version, name, reason)
			}
		}
	}
}

// legacyDifferences compares a method's parameters with the table's.
func legacyDifferences(t *testing.T, version, method string, params []vendorParam, got map[string]flat, used map[string]bool) []string {
	want := byName(legacyFlat(t, version, method, params))
	excused := map[string]string{}
	note := map[string]string{} // a concrete path's exception
	for _, paths := range []map[string]flat{want, got} {
		for path := range paths {
			for _, mark := range []string{"+", "?"} {
				if reason := legacyExceptions[version][mark+abstract(path)]; reason != "" {
					excused[mark+path], note[mark+path] = reason, mark+abstract(path)
				}
			}
		}
	}
	hit := map[string]bool{}
	out := compareBut(excused, want, got, hit)
	for path := range hit {
		used[note[path]] = true
	}
	return out
}

// TestTheOlderComparisonFindsSlips is the negative control of the one above.
func TestTheOlderComparisonFindsSlips(t *testing.T) {
	params := vendorOf(t, "3.2").Methods["create_bot"].Params
	good := accepted(versions["3.2"]["configuration"]["create_bot"].method)
	for _, name := range []string{"name", "work_scheduler.monday", "webhooks.actions[].name", "groups[].priority"} {
		for _, tc := range []struct {
			reason string
			change func(map[string]flat)
		}{
			{"missing", func(m map[string]flat) { delete(m, name) }},
			{"another type", func(m map[string]flat) { m[name] = flat{name, "bool", m[name].required} }},
			{"required or not", func(m map[string]flat) { m[name] = flat{name, m[name].typ, !m[name].required} }},
			{"one too many", func(m map[string]flat) { m[name+"s"] = flat{name + "s", "string", false} }},
		} {
			bad := map[string]flat{}
			for k, v := range good {
				bad[k] = v
			}
			tc.change(bad)
			if got := legacyDifferences(t, "3.2", "create_bot", params, bad, map[string]bool{}); len(got) != 1 {
				t.Errorf("%s: %s: found %q", name, tc.reason, got)
			}
		}
	}
}

func TestWebhookActionsOfTheOlderTables(t *testing.T) {
	for version, list := range map[string][]action{
		"3.1": actions31, "3.2": actions32, "3.3": actions33, "3.4": actions34,
	} {
		got := map[string][]string{}
		for _, a := range list {
			got[a.name] = a.filters
		}
		if diff := cmp.Diff(vendorOf(t, version).Actions, got); diff != "" {
			t.Errorf("%s (-vendor +sandbox):\n%s", version, diff)
		}
		for _, a := range clientActions[version] {
			if _, ok := got[a.name]; ok {
				t.Errorf("%s: %s is in the table", version, a.name)
			}
		}
	}
}

// TestActionsOfTheVendorsClients: what the vendor's own clients register is
// taken, where no page forbids it, and shows in the lists as it was registered.
func TestActionsOfTheVendorsClients(t *testing.T) {
	const rest = `,"secret_key":"k","url":"https://hooks.example.com/"`
	const later = rest + `,"type":"license","owner_client_id":"sandbox-client"}`
	for version, list := range map[string][]string{
		"3.1": {"events_marked_as_seen", "access_granted", "access_revoked", "access_set", "customer_created", "event_properties_updated", "follow_up_requested"},
		"3.2": {"last_seen_timestamp_updated", "customer_created"},
		"3.3": {"chat_transferred"},
		"3.4": {"auto_access_added", "auto_access_created"},
	} {
		c := start(t, Options{})
		body, method, show := later, "list_webhooks", `{"owner_client_id":"sandbox-client"}`
		shown := "3.5"
		if version < "3.3" {
			body, method, show, shown = rest+"}", "list_registered_webhooks", `{}`, "3.2"
		}
		for _, name := range list {
			c.okIn(version, "register_webhook", `{"action":"`+name+`"`+body)
		}
		if got, want := keys(t, c.okIn(shown, method, show), "action"), strings.Join(list, " "); got != want {
			t.Errorf("%s: %s lists %s, want %s", version, shown, got, want)
		}
	}
}

// TestWhatOnly34Registers: webhooks that 3.5 would refuse are there all the
// same when 3.4 made them, and 3.5 lists them.
func TestWhatOnly34Registers(t *testing.T) {
	c := start(t, Options{})
	hook := func(action, path string) string {
		return `{"action":"` + action + `","secret_key":"k","url":"https://hooks.example.com/` + path + `","type":"license","owner_client_id":"sandbox-client"}`
	}
	long := hook("incoming_chat", strings.Repeat("x", 500))
	c.refusedIn("3.5", "register_webhook", hook("auto_access_added", ""), "validation: `action`")
	c.refusedIn("3.5", "register_webhook", long, "validation: `url` is longer")
	c.okIn("3.4", "register_webhook", hook("auto_access_added", ""))
	c.okIn("3.4", "register_webhook", long)
	for range 4 {
		c.okIn("3.4", "register_webhook", hook("chat_deactivated", ""))
	}
	c.refusedIn("3.5", "register_webhook", hook("chat_deactivated", ""), "limit_reached")
	got := keys(t, c.ok("list_webhooks", `{"owner_client_id":"sandbox-client"}`), "action")
	if want := "auto_access_added incoming_chat" + strings.Repeat(" chat_deactivated", 4); got != want {
		t.Errorf("3.5 lists %s, want %s", got, want)
	}
}
