package sandbox

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vendorParam is a row of the vendor's table; required may be text.
type vendorParam struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required any    `json:"required"`
}

type vendorTable struct {
	Methods map[string]struct {
		Scopes []string      `json:"scopes"`
		Batch  *bool         `json:"batch"`
		Params []vendorParam `json:"params"`
	} `json:"methods"`
	Actions map[string][]string `json:"webhook_actions"`
}

func vendor(t *testing.T) vendorTable {
	t.Helper()
	return vendorOf(t, "3.5")
}

func vendorOf(t *testing.T, version string) vendorTable {
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

// flat is a parameter as the vendor's table has it: a path, where [] stands
// for an element.
type flat struct {
	name, typ string
	required  bool
}

func flatten(prefix string, specs []spec) []flat {
	var out []flat
	for _, s := range specs {
		name := prefix + s.name
		out = append(out, flat{name, typeOf(s), s.required || s.patOnly})
		switch {
		case s.kind == kindObject:
			out = append(out, flatten(name+".", s.fields)...)
		case s.kind == kindList && s.elem.kind == kindObject:
			out = append(out, flatten(name+"[].", s.elem.fields)...)
		}
	}
	return out
}

func typeOf(s spec) string {
	if s.kind == kindList {
		return "list of " + typeOf(*s.elem)
	}
	return map[kind]string{
		kindText: "string", kindInt: "int", kindUint: "int", kindBool: "bool", kindObject: "object",
		kindMap: "object", kindAny: "any",
	}[s.kind]
}

// vendorTypes are the table's spellings.
var vendorTypes = map[string]string{
	"string": "string", "bool": "bool", "int": "int", "uint": "int", "number": "int", "object": "object", "type": "any",
	"object[]": "list of object", "[]int": "list of int", "int[]": "list of int", "string[]": "list of string",
	"[]string": "list of string", "[string]": "list of string", "[<type>]": "list of any",
	"[]match_object": "list of object", "[]geolocation_object": "list of object",
}

// vendorFlat spells out what the table abbreviates.
func vendorFlat(t *testing.T, method string, params []vendorParam) []flat {
	var out []flat
	add := func(name string, p vendorParam) {
		typ, ok := vendorTypes[p.Type]
		if !ok {
			t.Errorf("%s: %s has the unknown type %q", method, p.Name, p.Type)
		}
		required, _ := p.Required.(bool)
		out = append(out, flat{name, typ, required})
	}
	for _, p := range params {
		switch {
		case method == "get_bot" && p.Name == "fields":
			// The table has the columns swapped.
			add(p.Name, vendorParam{p.Name, p.Required.(string), false})
		case strings.Contains(p.Name, "{url,domain}"):
			add(strings.Replace(p.Name, "{url,domain}", "url", 1), p)
			add(strings.Replace(p.Name, "{url,domain}", "domain", 1), p)
		case p.Name == "value", p.Name == "exact_match":
			for _, list := range []string{"url.values", "url.exclude_values", "domain.values", "domain.exclude_values"} {
				add("conditions."+list+"[]."+p.Name, p)
			}
		case slices.Contains([]string{"country", "country_code", "region", "city"}, p.Name):
			add("conditions.geolocation.values[]."+p.Name, p)
		case strings.HasPrefix(p.Name, "access.<location>"):
			for _, l := range locations {
				name := strings.Replace(p.Name, "<location>", l, 1)
				if !strings.Contains(name, "<user>") {
					add(name, p)
					continue
				}
				for _, u := range userTypes {
					add(strings.Replace(name, "<user>", u, 1), p)
				}
			}
		default:
			add(p.Name, p)
		}
	}
	return out
}

// exceptions are where the sandbox knowingly differs from the table, with
// the reason. "+" marks parameters the table lacks, "?" differing necessity.
var exceptions = map[string]string{
	"?work_scheduler.timezone":           "the note beside it says: only with a schedule that is not empty",
	"?groups[].id":                       "the note beside it says: required when the group is included",
	"+work_scheduler.schedule":           "the row says: see Create Agent",
	"+work_scheduler.timezone":           "the row says: see Create Agent",
	"+work_scheduler.schedule[].day":     "the row says: see Create Agent",
	"+work_scheduler.schedule[].enabled": "the row says: see Create Agent",
	"+work_scheduler.schedule[].start":   "the row says: see Create Agent",
	"+work_scheduler.schedule[].end":     "the row says: see Create Agent",
	"+filters.agent_ids":                 "the table of actions offers it for routing_status_set",
}

func TestEveryMethodOfTheTable(t *testing.T) {
	table := vendor(t)
	ours := versions["3.5"]["configuration"]
	for name, want := range table.Methods {
		got, ok := ours[name]
		if !ok {
			t.Errorf("%s is missing", name)
			continue
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want.Scopes)), slices.Sorted(slices.Values(got.scopes))); diff != "" && len(want.Scopes)+len(got.scopes) > 0 {
			t.Errorf("%s: scopes (-vendor +sandbox):\n%s", name, diff)
		}
		if batch := want.Batch != nil && *want.Batch; batch != (got.batch != "") {
			t.Errorf("%s: batch is %v in the table", name, batch)
		}
	}
	for name, e := range ours {
		if _, ok := table.Methods[name]; !ok && !e.many && name != e.alias {
			t.Errorf("%s is no method of the vendor's", name)
		}
	}
}

func TestEveryParameterOfTheTable(t *testing.T) {
	used := map[string]bool{}
	for name, m := range vendor(t).Methods {
		want := byName(vendorFlat(t, name, m.Params))
		for _, diff := range compare(want, byName(flatten("", versions["3.5"]["configuration"][name].params)), used) {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, reason := range exceptions {
		if !used[name] {
			t.Errorf("the exception %s (%s) is not needed", name, reason)
		}
	}
}

// TestTheComparisonFindsSlips is the negative control of the one above.
func TestTheComparisonFindsSlips(t *testing.T) {
	want := byName(vendorFlat(t, "create_tag", vendor(t).Methods["create_tag"].Params))
	for _, tc := range []struct {
		reason string
		params []spec
	}{
		{"one is missing", []spec{text("name").need()}},
		{"one too many", []spec{text("name").need(), listOf("group_ids", natural("")), text("author_id")}},
		{"another type", []spec{text("name").need(), listOf("group_ids", text(""))}},
		{"not required", []spec{text("name"), listOf("group_ids", natural(""))}},
	} {
		if got := compare(want, byName(flatten("", tc.params)), map[string]bool{}); len(got) != 1 {
			t.Errorf("%s: found %q", tc.reason, got)
		}
	}
}

// compare lists where accepted parameters differ from the table's, and notes
// the exceptions that excuse a difference.
func compare(want, got map[string]flat, used map[string]bool) []string {
	return compareBut(exceptions, want, got, used)
}

func compareBut(exceptions map[string]string, want, got map[string]flat, used map[string]bool) []string {
	var out []string
	for path, w := range want {
		g, ok := got[path]
		switch {
		case !ok:
			out = append(out, path+" is not accepted")
		case g.typ != w.typ:
			out = append(out, path+" is "+g.typ+", the table says "+w.typ)
		case g.required != w.required && exceptions["?"+path] == "":
			out = append(out, path+" is required in one only")
		case g.required != w.required:
			used["?"+path] = true
		}
	}
	for path := range got {
		if _, ok := want[path]; ok {
			continue
		}
		if exceptions["+"+path] == "" {
			out = append(out, path+" is accepted, the table does not have it")
		}
		used["+"+path] = true
	}
	return out
}

func byName(list []flat) map[string]flat {
	out := map[string]flat{}
	for _, f := range list {
		out[f.name] = f
	}
	return out
}

func TestWebhookActionsOfTheTable(t *testing.T) {
	got := map[string][]string{}
	for _, a := range actions {
		got[a.name] = a.filters
	}
	if diff := cmp.Diff(vendor(t).Actions, got); diff != "" {
		t.Errorf("(-vendor +sandbox):\n%s", diff)
	}
}
