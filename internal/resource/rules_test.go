package resource

import (
	"slices"
	"strings"
	"testing"
)

// findings runs a kind's check and returns "severity path" of each finding.
func findings(kind string, o *Object) []string {
	var out []string
	Lookup(kind).Check(&Inspection{Report: func(p Problem) { out = append(out, word(p.Severity)+" "+p.Path) }}, o)
	slices.Sort(out)
	return out
}

// word tells what is refused from what is only in doubt.
func word(s Severity) string {
	if s == Refused {
		return "refused"
	}
	return s.String()
}

func TestCheckPropertyValue(t *testing.T) {
	for _, c := range []struct {
		reason, definition string
		value              Value
		want               string // part of the text, "" = fits
	}{
		{"an int", `{"type":"int"}`, int64(1), ""},
		{"a float for an int", `{"type":"int"}`, 1.5, "is a number"},
		{"a text for an int", `{"type":"int"}`, "1", "is a string"},
		{"an int of 33 bits", `{"type":"int"}`, int64(1) << 31, "32 bits"},
		{"the largest int", `{"type":"int"}`, int64(1)<<31 - 1, ""},
		{"the smallest int", `{"type":"int"}`, -int64(1) << 31, ""},
		{"below the smallest", `{"type":"int"}`, -int64(1)<<31 - 1, "32 bits"},
		{"a bool", `{"type":"bool"}`, false, ""},
		{"a text for a bool", `{"type":"bool"}`, "false", "is a string"},
		{"a tokenized string", `{"type":"tokenized_string"}`, "a b", ""},
		{"null is no value", `{"type":"string"}`, nil, "is null"},
		{"in the domain", `{"type":"string","domain":["a","b"]}`, "b", ""},
		{"outside the domain", `{"type":"string","domain":["a","b"]}`, "c", "domain"},
		{"an empty domain bounds nothing", `{"type":"string","domain":[]}`, "c", ""},
		{"at the ends of the range", `{"type":"int","range":{"from":1,"to":5}}`, int64(5), ""},
		{"below the range", `{"type":"int","range":{"from":1,"to":5}}`, int64(0), "below"},
		{"above the range", `{"type":"int","range":{"from":1,"to":5}}`, int64(6), "above"},
		{"open at one end", `{"type":"int","range":{"from":1}}`, int64(600), ""},
	} {
		got := CheckPropertyValue(parse(t, c.definition), c.value)
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want something with %q", c.reason, got, c.want)
		}
	}
	if got := CheckPropertyValue(nil, "x"); got != "" {
		t.Errorf("without a definition: %q", got)
	}
}

func TestCheckProperty(t *testing.T) {
	for _, c := range []struct {
		reason, in string
		want       []string
	}{
		{"plain", `{"type":"string"}`, nil},
		{"domain and range at once", `{"type":"int","domain":[1],"range":{"from":1}}`, []string{"warning range"}},
		{"a range of strings", `{"type":"string","range":{"from":1}}`, []string{"refused range"}},
		{"an empty range", `{"type":"int","range":{"from":2,"to":1}}`, []string{"refused range"}},
		{"a domain of another type", `{"type":"int","domain":[1,"2"]}`, []string{"refused domain[1]"}},
		{"a default without access", `{"type":"int","default_value":1,"access":{"chat":{"agent":["read"]}}}`, []string{"refused default_value"}},
		{"a default on the license", `{"type":"int","default_value":1,"access":{"license":{"agent":["read"]}}}`, nil},
		{"a default of groups", `{"type":"int","default_value":1,"access":{"group":{"agent":["read"]}}}`, nil},
		{"a default that does not fit", `{"type":"int","default_value":"1","access":{"license":{}}}`, []string{"refused default_value"}},
	} {
		if got := findings("properties", parse(t, c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.reason, got, c.want)
		}
	}
}

func TestCheckWebhook(t *testing.T) {
	for _, c := range []struct {
		reason, in string
		want       []string
	}{
		{"no filters", `{"action":"incoming_chat"}`, nil},
		{"its own filters", `{"action":"incoming_event","filters":{"author_type":"agent","chat_presence":{},"only_my_chats":true,"source_type":[]}}`, nil},
		{"another's filter", `{"action":"incoming_chat","filters":{"author_type":"agent"}}`, []string{"refused filters.author_type"}},
		{"a disputed filter", `{"action":"agent_deleted","filters":{"agent_ids":{}}}`, []string{"warning filters.agent_ids"}},
		{"an unknown filter is no matter of the action", `{"action":"incoming_chat","filters":{"mood":"good"}}`, nil},
		{"data that is not sent", `{"action":"agent_deleted","additional_data":["chat_properties"]}`, []string{"warning additional_data"}},
		{"no data that is not sent", `{"action":"agent_deleted","additional_data":[]}`, nil},
		{"an unknown action is told elsewhere", `{"action":"chat_started","filters":{"author_type":"agent"}}`, nil},
	} {
		if got := findings("webhooks", parse(t, c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.reason, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for want, in := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := Words(in); got != want {
			t.Errorf("Words(%q) = %q", in, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := Names()
	for in, want := range map[string]string{
		"agnets": "agents", "agent": "agents", "webhook": "webhooks", "auto_acceses": "auto_accesses",
		"tgs": "tags", "ta": "", "": "", "something": "", "groups": "groups",
	} {
		if got := Suggest(in, names); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Suggest("żół", []string{"żart"}); got != "" {
		t.Errorf("letters are counted as bytes: %q", got)
	}
}

func TestGrants(t *testing.T) {
	for _, c := range []struct {
		reason     string
		have, want string
		ok         bool
	}{
		{"itself", "agents--all:ro", "agents--all:ro", true},
		{"rw includes ro", "agents--all:rw", "agents--all:ro", true},
		{"rw includes rc", "accounts--all:rw", "accounts--all:rc", true},
		{"ro includes nothing more", "agents--all:ro", "agents--all:rw", false},
		{"rc is not ro", "accounts--all:rc", "accounts--all:ro", false},
		{"all includes my", "agents--all:ro", "agents--my:ro", true},
		{"my does not include all", "agents--my:rw", "agents--all:ro", false},
		{"all includes groups", "tags--all:rw", "tags--groups:ro", true},
		{"groups do not include all", "tags--groups:rw", "tags--all:ro", false},
		{"access is between", "chats--access:ro", "chats--my:ro", true},
		{"another resource", "agents--all:rw", "agents-bot--all:ro", false},
		{"a longer name", "properties.license.value--all:rw", "properties.group.value--all:ro", false},
		{"without qualifier", "webhooks.state:rw", "webhooks.state:ro", true},
	} {
		if got := Grants([]string{"other:rw", c.have}, c.want); got != c.ok {
			t.Errorf("%s: Grants(%s, %s) = %v", c.reason, c.have, c.want, got)
		}
	}
	if Grants(nil, "agents--all:ro") {
		t.Error("no scopes grant something")
	}
}

// TestEmptyRivals: responses may have an empty list beside the one that it excludes. A
// request must not have both.
func TestEmptyRivals(t *testing.T) {
	for _, c := range []struct{ kind, field, in, want string }{
		{"auto_accesses", "conditions", `{"url":{"values":[{"value":"a","exact_match":true}],"exclude_values":[]}}`, `{"url":{"values":[{"value":"a","exact_match":true}]}}`},
		{"auto_accesses", "conditions", `{"domain":{"values":[],"exclude_values":[{"value":"a"}]}}`, `{"domain":{"exclude_values":[{"value":"a"}]}}`},
		{"auto_accesses", "conditions", `{"domain":{"values":[],"exclude_values":[]}}`, `{"domain":{"values":[],"exclude_values":[]}}`},
		{"webhooks", "filters", `{"chat_presence":{"user_ids":{"values":["a"],"exclude_values":[]}}}`, `{"chat_presence":{"user_ids":{"values":["a"]}}}`},
	} {
		in := parse(t, c.in)
		if got := JSON(Lookup(c.kind).Field(c.field).Complete(in)); got != c.want {
			t.Errorf("%s of %s are sent as %s", c.field, c.kind, got)
		}
		if JSON(in) != c.in {
			t.Errorf("the value itself became %s", JSON(in))
		}
		if p := Lookup(c.kind).Problems(Of(c.field, in), Refused); c.in != c.want && len(p) > 0 {
			t.Errorf("%s: %v", c.in, p)
		}
	}
}
