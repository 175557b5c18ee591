package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestGaps(t *testing.T) {
	mine := []string{"mine"}
	const refused = "authorization: about authorization"
	tests := []struct {
		name    string
		change  answers
		clients []string
		kind    string
		rows    int // of the kind, -1 = absent
		gaps    []resource.Gap
	}{
		{"all is well", nil, mine, "tags", 2, nil},
		{"a scope is missing", answers{"list_tags": "!authorization"}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: refused, Scopes: []string{"tags--all:ro", "tags--groups:ro"}}}},
		{"the server fails for good", answers{"list_tags": "!internal"}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "internal: about internal"}}},
		{"the server fails without a word", answers{"list_tags": "502"}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "HOST responded with bad gateway: HTTP status 502"}}},
		{"the kind is not known there", answers{"list_tags": "!unsupported_version"}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "unsupported_version: about unsupported_version"}}},
		{"an answer of another shape", answers{"list_tags": `"none"`}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "the response has an unexpected format: expected a list of objects, got a string"}}},
		{"no payload where a list should be", answers{"list_tags": ``}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "HOST sent an empty response"}}},
		{"an empty object where a list should be", answers{"list_tags": `{}`}, mine, "tags", -1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "the response has an unexpected format: an object in the response cannot be identified"}}},
		{"an element of another shape", answers{"list_tags": `[{"name":"a"},7]`}, mine, "tags", 1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: "expected an object, got an integer", Partial: true}}},
		{"nothing but elements of another shape", answers{"list_tags": `[7,8,"x"]`}, mine, "tags", 0, []resource.Gap{
			{Kind: "tags", Method: "list_tags", Reason: "expected an object, got a string", Partial: true},
			{Kind: "tags", Method: "list_tags", Reason: "expected an object, got an integer (2 times)", Partial: true}}},
		{"a rule without an id", answers{"list_auto_accesses": `[{"id":"r2","next_id":""},{"next_id":"r2","description":"odd"},{"id":"r1","next_id":"r2"}]`}, mine, "auto_accesses", 2,
			[]resource.Gap{{Kind: "auto_accesses", ID: "odd", Method: "list_auto_accesses", Reason: unidentified}}},
		{"a webhook without an id", answers{"list_webhooks/mine": `[{"id":"w","action":"incoming_chat"},{"action":"incoming_chat","url":"u"},{"action":"incoming_chat"}]`}, mine, "webhooks", 1, []resource.Gap{
			{Kind: "webhooks", ID: "mine/incoming_chat", Method: "list_webhooks", Reason: unidentified},
			{Kind: "webhooks", ID: "mine/incoming_chat/u", Method: "list_webhooks", Reason: unidentified}}},
		{"an empty list where an object should be is none", answers{"list_properties/mine": `[]`}, mine, "properties", 0, nil},
		{"of values", answers{"list_license_properties": `[]`}, mine, "license_properties", 0, nil},
		{"of values of a group", answers{"list_groups_properties": `[{"id":1,"properties":[]},{"id":2,"properties":{"a":{"b":1}}}]`}, mine, "group_properties", 1, nil},
		{"a definition of another shape", answers{"list_properties/mine": `{"color":{"type":"string"},"odd":[]}`}, mine, "properties", 1,
			[]resource.Gap{{Kind: "properties", ID: "mine/odd", Method: "list_properties", Reason: "expected the definition as an object, got a list"}}},
		{"a namespace of another shape", answers{"list_license_properties": `{"mine":{"color":"red"},"odd":7}`}, mine, "license_properties", 1,
			[]resource.Gap{{Kind: "license_properties", ID: "odd", Method: "list_license_properties", Reason: "expected an object of values by name, got an integer"}}},
		{"nothing but a namespace of another shape", answers{"list_license_properties": `{"odd":7}`}, mine, "license_properties", 0,
			[]resource.Gap{{Kind: "license_properties", ID: "odd", Method: "list_license_properties", Reason: "expected an object of values by name, got an integer"}}},
		{"groups with odd values", answers{"list_groups_properties": `[{"id":1,"properties":{"a":{"b":1},"c":[]}},{"id":2,"properties":"x"},{"properties":{"a":{"b":1}}},{"properties":{}}]`}, mine, "group_properties", 1, []resource.Gap{
			{Kind: "group_properties", Method: "list_groups_properties", Reason: "expected the id of the group of the values", Partial: true},
			{Kind: "group_properties", ID: "1/c", Method: "list_groups_properties", Reason: "expected an object of values by name, got a list"},
			{Kind: "group_properties", ID: "2", Method: "list_groups_properties", Reason: "expected an object of namespaces, got a string"}}},
		{"an object without a name", answers{"list_tags": `[{"name":"a"},{"group_ids":[]}]`}, mine, "tags", 1,
			[]resource.Gap{{Kind: "tags", Method: "list_tags", Reason: unidentified, Partial: true}}},
		{"an empty list is no gap", answers{"list_tags": `[]`}, mine, "tags", 0, nil},
		{"one row of many", answers{"get_bot/bot2": "!not_found"}, mine, "bots", 2,
			[]resource.Gap{{Kind: "bots", ID: "bot2", Method: "get_bot", Reason: "not_found: about not_found"}}},
		{"another row than asked for", answers{"get_bot/bot2": `{"id":"bot1"}`}, mine, "bots", 2,
			[]resource.Gap{{Kind: "bots", ID: "bot2", Method: "get_bot", Reason: "the response has an unexpected format: asked for bot2, got bot1"}}},
		{"no row", answers{"get_bot/bot2": ``}, mine, "bots", 2,
			[]resource.Gap{{Kind: "bots", ID: "bot2", Method: "get_bot", Reason: "HOST sent an empty response"}}},
		{"null for a row", answers{"get_bot/bot2": `null`}, mine, "bots", 2,
			[]resource.Gap{{Kind: "bots", ID: "bot2", Method: "get_bot", Reason: "the response has an unexpected format: expected one object, got 0"}}},
		{"one client id of two", answers{"list_properties/other": "!not_found", "list_bot_templates/other": "[]", "list_webhooks/other": "[]"}, []string{"other", "mine"}, "properties", 2,
			[]resource.Gap{{Kind: "properties", ClientID: "other", Method: "list_properties", Reason: "not_found: about not_found"}}},
		{"one kind of the only client id", answers{"list_properties/mine": "!authorization"}, mine, "properties", -1,
			[]resource.Gap{{Kind: "properties", ClientID: "mine", Method: "list_properties", Reason: refused, Scopes: []string{"properties.configuration:rw"}}}},
		{"a client id that is given and foreign", nil, []string{"mine", "theirs"}, "properties", 2, []resource.Gap{
			{Kind: "bot_templates", ClientID: "theirs", Method: "list_bot_templates", Reason: refused},
			{Kind: "properties", ClientID: "theirs", Method: "list_properties", Reason: refused},
			{Kind: "webhooks", ClientID: "theirs", Method: "list_webhooks", Reason: refused}}},
		{"a state without a state", answers{"get_license_webhooks_state": `{}`}, mine, "webhooks_state", -1,
			[]resource.Gap{{Kind: "webhooks_state", ClientID: "mine", Method: "get_license_webhooks_state", Reason: "the response has an unexpected format: an object in the response cannot be identified"}}},
		{"states instead of a state", answers{"get_license_webhooks_state": `[]`}, mine, "webhooks_state", -1,
			[]resource.Gap{{Kind: "webhooks_state", ClientID: "mine", Method: "get_license_webhooks_state", Reason: "the response has an unexpected format: expected one object, got 0"}}},
		{"a discovered client id that is readable in part", answers{"list_properties/foreign": `{"y":{"type":"string"}}`}, nil, "properties", 3, []resource.Gap{
			{Kind: "bot_templates", ClientID: "foreign", Method: "list_bot_templates", Reason: refused},
			{Kind: "webhooks", ClientID: "foreign", Method: "list_webhooks", Reason: refused}}},
		{"a discovered client id that a gateway refuses", answers{"list_properties/foreign": "403"}, nil, "properties", 2, []resource.Gap{
			{Kind: "bot_templates", ClientID: "foreign", Method: "list_bot_templates", Reason: refused},
			{Kind: "properties", ClientID: "foreign", Method: "list_properties", Reason: "HOST responded with forbidden: HTTP status 403"},
			{Kind: "webhooks", ClientID: "foreign", Method: "list_webhooks", Reason: refused}}},
		{"a discovered client id of which nobody knows", answers{"list_properties/foreign": "!internal"}, nil, "properties", 2, []resource.Gap{
			{Kind: "bot_templates", ClientID: "foreign", Method: "list_bot_templates", Reason: refused},
			{Kind: "properties", ClientID: "foreign", Method: "list_properties", Reason: "internal: about internal"},
			{Kind: "webhooks", ClientID: "foreign", Method: "list_webhooks", Reason: refused}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := everything.with(tt.change).serve(t, false)
			c := connect(t, s.URL, nil)
			l, err := Read(t.Context(), c, ReadOptions{ClientIDs: tt.clients, Discover: tt.clients == nil})
			if err != nil {
				t.Fatal(err)
			}
			for i := range l.Gaps {
				l.Gaps[i].Reason = strings.ReplaceAll(l.Gaps[i].Reason, c.Host(), "HOST")
			}
			if diff := cmp.Diff(tt.gaps, l.Gaps); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
			rows := len(l.Rows(tt.kind))
			if !l.Has(tt.kind) {
				rows = -1
			}
			if rows != tt.rows {
				t.Errorf("%d rows, want %d", rows, tt.rows)
			}
		})
	}
}

// A list of 100, 200, 300… entries may be a page of a longer one.
func TestRoundLists(t *testing.T) {
	tag := `{"name":"tag%d","group_ids":[]}`
	for _, tt := range []struct {
		name   string
		change answers
		want   []string
	}{
		{"just below", answers{"list_tags": many(99, tag)}, nil},
		{"just above", answers{"list_tags": many(101, tag)}, nil},
		{"round", answers{"list_tags": many(300, tag)}, []string{"tags: the list has exactly 300 entries; if the server returns lists in pages, entries are missing"}},
		{"of a client id", answers{"list_webhooks/mine": many(100, `{"id":"w%d","action":"incoming_chat"}`)},
			[]string{"webhooks of mine: the list has exactly 100 entries; if the server returns lists in pages, entries are missing"}},
	} {
		l, _ := mustRead(t, everything.with(tt.change), ReadOptions{ClientIDs: []string{"mine"}})
		if diff := cmp.Diff(tt.want, l.Notices); diff != "" || len(l.Gaps) > 0 {
			t.Errorf("%s: gaps %v, notices (-want +got):\n%s", tt.name, l.Gaps, diff)
		}
	}
}

// Null is absent wherever it stands, and secrets that no page tells of are left
// out, each with a notice.
func TestReadLeniently(t *testing.T) {
	l, _ := mustRead(t, everything.with(answers{
		"list_tags":               `null`,
		"list_groups":             "\ufeff" + `[{"id":19.0,"name":"Sports","language_code":null},null,{"id":0,"name":"General"}]`,
		"list_agents":             `[{"id":"a@x","name":"A","work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","enabled":true,"start":"08:00:00","end":"16:00:30"}]}}]`,
		"list_license_properties": `{"mine":null,"core":{"x":null}}`,
		"list_groups_properties":  `[{"id":19,"properties":null}]`,
		"list_bots":               `[{"id":"bot1","name":"Abe","secret":"hush","new":{"api_key":"hush","x":1}}]`,
		"get_bot/bot1":            `{"id":"bot1","owner_client_id":null,"client_secret":"hush"}`,
		"get_product_source":      `null`,
	}), ReadOptions{ClientIDs: []string{"mine"}})
	got := text(l)
	for _, want := range []string{
		"groups\n  {\"id\":0,\"name\":\"General\",\"language_code\":\"\"}\n  {\"id\":19,\"name\":\"Sports\",\"language_code\":\"\"}\n", // it can be read, as null says
		`"start":"08:00","end":"16:00:30"`, "\ntags\nauto_accesses\n", "\nlicense_properties\ngroup_properties\nchannels\n", "product_source\n  {}\n",
		`"new":{"x":1}`,
		"notice bots: responses have the unknown field api_key, which looks like a secret; left out",
		"notice bots: responses have the unknown field client_secret, which looks like a secret; left out",
		"notice bots: responses have the unknown field secret, which looks like a secret; left out",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(got, "hush") || strings.Contains(got, "null") || len(l.Gaps) > 0 {
		t.Error("a secret, a null or a gap is left")
	}
	if t.Failed() {
		t.Log(got)
	}
}

// A method whose connection is always lost is a gap, be it the first one
// called: the others are still read.
func TestLostConnection(t *testing.T) {
	dropping := everything.with(answers{"list_bots": "drop"}).serve(t, false)
	c := connect(t, dropping.URL, func(o *Options) { o.Retries = 1 })
	l, err := Read(t.Context(), c, ReadOptions{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Gaps) != 1 || !strings.Contains(l.Gaps[0].Reason, "was lost") {
		t.Errorf("gaps %v", l.Gaps)
	}
	n := 0
	for _, r := range dropping.requests() {
		if r.Method == "list_bots" {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d tries", n)
	}
}

func TestClientIDs(t *testing.T) {
	const foreign = "client id foreign, found in license_properties, could not be read: authorization: about authorization"
	const theirs = "client id theirs, found in bots, could not be read: authorization: about authorization"
	poor := answers{"list_properties/mine": "!authorization", "list_webhooks/mine": "!authorization", "list_bot_templates/mine": "!authorization"}
	tests := []struct {
		name     string
		change   answers
		o        ReadOptions
		clients  []string
		notices  []string
		perKinds bool // whether webhooks_state is there
	}{
		{"none given, none looked for", nil, ReadOptions{}, nil, nil, false},
		{"given", nil, ReadOptions{ClientIDs: []string{"mine", "mine", ""}}, []string{"mine"}, nil, true},
		{"given and discovered", nil, ReadOptions{ClientIDs: []string{"mine"}, Discover: true}, []string{"mine"}, []string{foreign, theirs}, true},
		{"discovered by a bot and by a value", nil, ReadOptions{Discover: true}, []string{"mine"}, []string{foreign, theirs}, true},
		{"known from elsewhere", nil, ReadOptions{Kinds: []string{"properties"}, Candidates: []string{"mine", "theirs", "test"}}, []string{"mine"},
			[]string{"client id theirs could not be read: authorization: about authorization"}, false},
		// webhooks_state answers for any client id; that alone does not make
		// an application one's own.
		{"none that is one's own", poor, ReadOptions{Discover: true}, nil,
			[]string{foreign, "2 client ids (mine, theirs), found in bots, could not be read: authorization: about authorization"}, false},
		{"a kind of the license alone", poor, ReadOptions{Kinds: []string{"bots", "webhooks_state"}, Discover: true}, []string{"mine", "theirs"}, nil, true},
		{"no kind that needs them", nil, ReadOptions{Kinds: []string{"bots", "tags"}, Discover: true}, nil, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, _ := mustRead(t, everything.with(tt.change), tt.o)
			if diff := cmp.Diff(tt.clients, l.ClientIDs); diff != "" {
				t.Errorf("client ids (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.notices, l.Notices); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
			if l.Has("webhooks_state") != tt.perKinds {
				t.Errorf("webhooks_state is there: %v", l.Has("webhooks_state"))
			}
			if len(l.Gaps) > 0 {
				t.Errorf("gaps %v", l.Gaps)
			}
		})
	}
}

func TestPartialKinds(t *testing.T) {
	tests := []struct {
		name    string
		version string
		scopes  []string
		want    []string
	}{
		{"unknown scopes", "", nil, []string{"bots", "tags", "license_properties"}},
		{"no scopes: nothing succeeds", "", []string{}, nil},
		{"narrow scopes", "", []string{"tags--groups:ro", "agents-bot--my:rw", "properties.license.value--my:ro"}, []string{"bots", "tags", "license_properties"}},
		{"full scopes", "", []string{"tags--all:ro", "agents-bot--all:ro", "properties.license.value--all:rw"}, nil},
		{"both", "", []string{"tags--groups:rw", "tags--all:ro", "agents-bot--my:ro"}, []string{"bots"}},
		{"narrow scopes of 3.1", "3.1", []string{"agents-bot--my:ro", "webhooks--my:rw", "properties--all:ro"}, []string{"bots", "webhooks"}},
		{"full scopes of 3.2", "3.2", []string{"agents-bot--all:ro", "webhooks--all:ro", "properties--all:rw"}, nil},
		{"unknown scopes of 3.4", "3.4", nil, []string{"bots", "license_properties", "group_properties"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, PartialKinds(tt.version, tt.scopes)); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
		})
	}
}
