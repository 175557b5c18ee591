package api

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// old is a license as raw answers, by VERSION/METHOD or VERSION/METHOD/ID, as
// the vendor's samples show them. A body that begins with "new-shape " refuses
// to show working hours.
type old map[string]string

func (a old) with(more old) old { return old(answers(a).with(answers(more))) }

func (a old) of(r request) string {
	version := strings.TrimPrefix(strings.Split(r.Path, "/")[1], "v")
	for _, name := range []string{"owner_client_id", "id", "bot_agent_id", "group_id"} {
		if body, ok := a[version+"/"+r.Method+"/"+resource.Text(r.Args.Get(name))]; ok && r.Args.Has(name) {
			return body
		}
	}
	if body, ok := a[version+"/"+r.Method]; ok {
		return body
	}
	return "!authorization"
}

func (a old) serve(t testing.TB, shuffle bool) *server {
	return serve(t, func(w http.ResponseWriter, r request, _ int) {
		body := a.of(r)
		if rest, picky := strings.CutPrefix(body, "new-shape "); picky {
			if body = rest; strings.Contains(r.Body, "work_scheduler") {
				body = "!validation"
			}
		}
		if e, isError := strings.CutPrefix(body, "!"); isError {
			sayError(w, 400, e)
			return
		}
		if v, err := resource.ParseJSON([]byte(body)); err == nil && shuffle {
			body = resource.JSON(shaken(v))
		}
		say(w, 200, body)
	})
}

// shaken returns a value with every list and all members in another order.
func shaken(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.List:
		out := make(resource.List, len(v))
		for i, at := range rand.Perm(len(v)) {
			out[i] = shaken(v[at])
		}
		return out
	case *resource.Object:
		out, names := &resource.Object{}, v.Names()
		for _, at := range rand.Perm(len(names)) {
			out.Set(names[at], shaken(v.Get(names[at])))
		}
		return out
	}
	return v
}

func readOld(t *testing.T, a old, o ReadOptions) (*resource.License, *server) {
	t.Helper()
	s := a.serve(t, false)
	l, err := readFrom(t, s, o)
	if err != nil {
		t.Fatal(err)
	}
	return l, s
}

func readFrom(t *testing.T, s *server, o ReadOptions) (*resource.License, error) {
	t.Helper()
	newest := connect(t, s.URL, nil)
	c, err := newest.At(o.Version)
	if err != nil {
		t.Fatal(err)
	}
	o.Newer = newest
	return Read(t.Context(), c, o)
}

// TestReadLegacy reads each version, in every order of its answers.
func TestReadLegacy(t *testing.T) {
	for _, tt := range []struct {
		version string
		license old
		want    string
	}{{"3.1", license31, want31}, {"3.2", license32, want32}, {"3.4", license34, want34}} {
		for i, concurrency := range []int{1, 3, 64, 8} {
			s := tt.license.serve(t, i > 0)
			l, err := readFrom(t, s, ReadOptions{Version: tt.version, Discover: true, Concurrency: concurrency})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, text(l)); diff != "" || l.Version != tt.version {
				t.Errorf("%s, concurrency %d: version %s (-want +got):\n%s", tt.version, concurrency, l.Version, diff)
			}
			for _, r := range s.requests() {
				if !strings.HasPrefix(r.Path, "/v"+tt.version+"/configuration/action/") {
					t.Errorf("%s called %s", tt.version, r.Path)
				}
			}
		}
	}
}

func calls(s *server) []string {
	var out []string
	for _, r := range s.requests() {
		out = append(out, strings.TrimPrefix(strings.Replace(r.Path, "/configuration/action/", " ", 1), "/v")+" "+r.Body)
	}
	slices.Sort(out)
	return out
}

func TestReadLegacyAsks(t *testing.T) {
	_, s := readOld(t, license31, ReadOptions{Version: "3.1"})
	want := []string{
		`3.1 get_bot_agent_details {"bot_agent_id":"b1"}`, `3.1 get_bot_agent_details {"bot_agent_id":"b2"}`,
		`3.1 get_bot_agents {"all":true}`, `3.1 get_property_configs {"all":true}`, `3.1 get_webhooks_config {}`,
	}
	if diff := cmp.Diff(want, calls(s)); diff != "" {
		t.Errorf("3.1 (-want +got):\n%s", diff)
	}
	_, s = readOld(t, license32, ReadOptions{Version: "3.2"})
	want = []string{
		`3.2 get_bot {"bot_agent_id":"b1"}`,
		`3.2 list_agents {"fields":["job_title","mobile","max_chats_count","groups","notifications","email_subscriptions","work_scheduler","suspended","awaiting_approval"]}`,
		`3.2 list_bots {"all":true}`, `3.2 list_group_properties {"group_id":0}`, `3.2 list_group_properties {"group_id":19}`,
		`3.2 list_groups {}`, `3.2 list_license_properties {}`, `3.2 list_registered_properties {"all":true}`, `3.2 list_registered_webhooks {}`,
	}
	if diff := cmp.Diff(want, calls(s)); diff != "" {
		t.Errorf("3.2 (-want +got):\n%s", diff)
	}
	_, s = readOld(t, license34, ReadOptions{Version: "3.4", ClientIDs: []string{"mine"}, Kinds: []string{"bots", "properties", "group_properties"}})
	want = []string{
		`3.4 get_bot {"id":"b1","fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		`3.4 get_bot {"id":"b2","fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		`3.4 list_bots {"all":true,"fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		`3.4 list_group_properties {"id":0}`, `3.4 list_group_properties {"id":19}`, `3.4 list_groups {}`,
		`3.4 list_properties {"owner_client_id":"mine"}`,
	}
	if diff := cmp.Diff(want, calls(s)); diff != "" {
		t.Errorf("3.4 (-want +got):\n%s", diff)
	}
}

// TestReadLegacyNewShape: lists that refuse to show working hours are asked
// again, and the hours are read through 3.5.
func TestReadLegacyNewShape(t *testing.T) {
	refusing := license34.with(old{
		"3.4/list_agents": "new-shape " + license34["3.4/list_agents"], "3.4/list_bots": "new-shape " + `[{"id":"b2","name":"Zed","timezone":""},{"id":"b1","name":"Abe","timezone":"Europe/Riga"}]`,
	})
	o := ReadOptions{Version: "3.4", Kinds: []string{"agents", "bots"}}
	l, s := readOld(t, refusing, o)
	const want = `agents
  {"id":"owner@example.com","name":"Owner","role":"owner","avatar_path":"o.png","work_scheduler":{"timezone":"Europe/Riga","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},{"day":"monday","enabled":true,"start":"13:00","end":"17:00"}]}}
bots
  {"id":"b1","name":"Abe","default_group_priority":"first","work_scheduler":{"timezone":"Europe/Riga","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]},"owner_client_id":"mine","timezone":"Europe/Riga"}
  {"id":"b2","name":"Zed","default_group_priority":"first","owner_client_id":"theirs","timezone":""}
owner owner@example.com , clients []
notice API version 3.4 could not list work_scheduler of agents and bots: read through v3.5, in the format of that version
`
	if diff := cmp.Diff(want, text(l)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantCalls := []string{
		`3.4 get_bot {"id":"b1","fields":["max_chats_count","job_title","groups","timezone"]}`,
		`3.4 get_bot {"id":"b2","fields":["max_chats_count","job_title","groups","timezone"]}`,
		`3.4 list_agents {"fields":["job_title","mobile","max_chats_count","groups","notifications","email_subscriptions","suspended","awaiting_approval"]}`,
		`3.4 list_agents {"fields":["job_title","mobile","max_chats_count","groups","notifications","email_subscriptions","work_scheduler","suspended","awaiting_approval"]}`,
		`3.4 list_bots {"all":true,"fields":["max_chats_count","job_title","groups","timezone"]}`,
		`3.4 list_bots {"all":true,"fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		`3.5 list_agents {"fields":["work_scheduler"]}`,
		`3.5 list_bots {"all":true,"fields":["work_scheduler","timezone"]}`,
	}
	if diff := cmp.Diff(wantCalls, calls(s)); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}

	// What 3.5 does not tell either is a gap, and the rest is there.
	delete(refusing, "3.5/list_bots")
	l, _ = readOld(t, refusing, o)
	if got := text(l); !strings.Contains(got, "gap {Kind:bots ClientID: ID: Method:list_bots Reason:API version 3.4 cannot list the work_scheduler of every object,"+
		" and reading the field through v3.5 failed: authorization: about authorization Scopes:[agents-bot--all:ro agents-bot--my:ro] Partial:true}") || len(l.Rows("bots")) != 2 {
		t.Errorf("got\n%s", got)
	}
	c, err := connect(t, refusing.serve(t, false).URL, nil).At("3.4")
	if err != nil {
		t.Fatal(err)
	}
	if l, err = Read(t.Context(), c, o); err != nil || len(l.Gaps) != 2 || len(l.Notices) != 0 {
		t.Errorf("without a newer client: %v\n%s", err, text(l))
	}

	// A get that refuses what the list has shown takes nothing away.
	l, s = readOld(t, license34.with(old{"3.4/get_bot/b1": "new-shape " + `{"id":"b1","owner_client_id":"mine"}`}), ReadOptions{Version: "3.4", Kinds: []string{"bots"}})
	if got := text(l); len(l.Gaps) > 0 || !strings.Contains(got, `"work_scheduler":{"monday"`) || strings.Contains(strings.Join(calls(s), "\n"), "3.5 ") {
		t.Errorf("got\n%s\nafter %q", got, calls(s))
	}

	// Other refusals are what they were.
	l, _ = readOld(t, license34.with(old{"3.4/list_agents": "!validation"}), ReadOptions{Version: "3.4", Kinds: []string{"agents", "groups"}})
	if len(l.Gaps) != 1 || l.Has("agents") || l.Gaps[0].Reason != "validation: about validation" {
		t.Errorf("got\n%s", text(l))
	}
	_, s = readOld(t, license34.with(old{"3.4/list_agents": "!authorization"}), ReadOptions{Version: "3.4", Kinds: []string{"agents", "groups"}})
	if len(s.requests()) != 2 {
		t.Errorf("a refusal of another type was asked again: %q", calls(s))
	}
}

// TestReadLegacyValuesOfGroups: what cannot be asked for group by group is a
// gap of its own size.
func TestReadLegacyValuesOfGroups(t *testing.T) {
	o := ReadOptions{Version: "3.4", Kinds: []string{"group_properties"}}
	for _, tt := range []struct {
		why    string
		change old
		has    bool
		gaps   []resource.Gap
	}{
		{"groups are asked for, and are not in the license", nil, true, nil},
		{"without groups there are no values", old{"3.4/list_groups": `[]`}, true, nil},
		{"one group fails alone", old{"3.4/list_group_properties/0": "!not_found"}, true,
			[]resource.Gap{{Kind: "group_properties", ID: "0", Method: "list_group_properties", Reason: "not_found: about not_found"}}},
		{"all fail in one way", old{"3.4/list_group_properties/0": "!authorization", "3.4/list_group_properties/19": "!authorization"}, false,
			[]resource.Gap{{Kind: "group_properties", Method: "list_group_properties", Reason: "authorization: about authorization",
				Scopes: []string{"properties.group.value--all:ro", "properties.group.value--my:ro"}}}},
		{"the groups are not known", old{"3.4/list_groups": "!authorization", "3.4/list_agents": `[]`}, false,
			[]resource.Gap{{Kind: "group_properties", Method: "list_groups", Reason: "authorization: about authorization", Scopes: []string{"groups--all:ro"}}}},
	} {
		o := o
		if _, ok := tt.change["3.4/list_agents"]; ok {
			o.Kinds = append(o.Kinds, "agents") // or nothing at all could be read
		}
		l, _ := readOld(t, license34.with(tt.change), o)
		if l.Has("groups") || l.Has("group_properties") != tt.has {
			t.Errorf("%s: got\n%s", tt.why, text(l))
		}
		if diff := cmp.Diff(tt.gaps, l.Gaps); diff != "" {
			t.Errorf("%s: gaps (-want +got):\n%s", tt.why, diff)
		}
	}
}

func TestReadLegacyRefuses(t *testing.T) {
	s := license32.serve(t, false)
	for _, o := range []ReadOptions{{Version: "9.9"}, {Version: "3.2", Kinds: []string{"tags"}}, {Version: "3.1", Kinds: []string{"agents"}}} {
		if _, err := readFrom(t, s, o); err == nil || len(s.requests()) > 0 {
			t.Errorf("%+v: error %v, %d requests", o, err, len(s.requests()))
		}
	}
	gone := old{}
	for method := range license32 {
		gone[method] = "!unsupported_version"
	}
	_, err := readFrom(t, gone.serve(t, false), ReadOptions{Version: "3.2"})
	if e := wireError(t, err); e.Type != "unsupported_version" {
		t.Errorf("got %v", err)
	}
}

// TestClientsOfVersionsShare: what one client learns of the host the other one
// knows, and both tell how old each version is.
func TestClientsOfVersionsShare(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, n int) {
		if strings.HasPrefix(r.Path, "/v3.2/") {
			w.Header().Set("Deprecation", "2027-02-19")
		} else {
			w.Header().Set("Legacy", "2028-01-01")
		}
		if r.Header.Get("X-Region") != "fra" {
			say(w, 400, `{"error":{"type":"misdirected_request","message":"elsewhere","data":{"region":"fra"}}}`)
			return
		}
		say(w, 200, `[]`)
	})
	newest := connect(t, s.URL, nil)
	c, err := newest.At("3.2")
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []*Client{c, newest, c} {
		if _, err := client.Call(t.Context(), "list_agents", nil); err != nil {
			t.Fatal(err)
		}
	}
	var paths []string
	for _, r := range s.requests() {
		paths = append(paths, strings.Split(r.Path, "/")[1]+" "+r.Header.Get("X-Region"))
	}
	if diff := cmp.Diff([]string{"v3.2 ", "v3.2 fra", "v3.5 fra", "v3.2 fra"}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := []Lifecycle{{"3.2", "deprecation", "2027-02-19"}, {"3.5", "legacy", "2028-01-01"}}
	if diff := cmp.Diff([][]Lifecycle{want, want}, [][]Lifecycle{c.Lifecycle(), newest.Lifecycle()}); diff != "" {
		t.Errorf("lifecycle (-want +got):\n%s", diff)
	}
	if _, err := newest.At("3.2/.."); err == nil {
		t.Error("a version with a path is one")
	}
}

// TestScopesOfVersions: a refusal names the scopes that the version wants.
func TestScopesOfVersions(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, _ int) { sayError(w, 403, "authorization") })
	newest := connect(t, s.URL, nil)
	for version, want := range map[string]string{"3.2": "webhooks--all:rw", "3.3": "webhooks.configuration:rw", "3.5": "webhooks.configuration:rw"} {
		c, err := newest.At(version)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Call(t.Context(), "unregister_webhook", resource.Of("webhook_id", "w"))
		if e := wireError(t, err); len(e.Scopes) == 0 || e.Scopes[0] != want {
			t.Errorf("%s: %v", version, e.Scopes)
		}
	}
}
