package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

const wholeLicense = `groups
  {"id":0,"name":"General","language_code":"en"}
  {"id":19,"name":"Sports","language_code":"en"}
agents
  {"id":"owner@example.com","account_id":"acc-1","name":"Owner","role":"owner","avatar":"","login_status":"accepting chats","mobile":"","groups":[],"email_subscriptions":[],"suspended":false}
  {"id":"smith@example.com","account_id":"acc-2","name":"Smith","role":"normal","avatar":"https://example.com/s.png","login_status":"accepting chats","mobile":"","groups":[{"id":0,"priority":"last"},{"id":19,"priority":"first"}],"email_subscriptions":["daily_summary","weekly_summary"],"new_in_4_0":{"a":1}}
bot_templates
  {"id":"tpl","owner_client_id":"mine","name":"Template","avatar":"t.png"}
bots
  {"id":"bot1","name":"Abe","avatar":"b.png","max_chats_count":3,"default_group_priority":"normal","groups":[{"id":19,"priority":"normal"}],"work_scheduler":{},"owner_client_id":"mine","only_in_list":"kept"}
  {"id":"bot2","name":"Zed","avatar":"z.png","max_chats_count":6,"default_group_priority":"last","groups":[],"work_scheduler":{"timezone":"Europe/Warsaw","schedule":[]},"owner_client_id":"theirs"}
tags
  {"name":"late","group_ids":[]}
  {"name":"vip","group_ids":[0,19],"author_id":"","created_at":"2020"}
auto_accesses
  {"id":"r1","description":"first","access":{"groups":[19]},"conditions":{"url":{"values":[{"value":"y"}]}}}
  {"id":"r2","description":"","access":{"groups":[0]},"conditions":{"domain":{"values":[{"value":"x"}]}}}
properties
  {"name":"color","owner_client_id":"mine","type":"string","access":{"license":{"agent":["read","write"]}}}
  {"name":"error","owner_client_id":"mine","type":"string","access":{"chat":{"agent":["read"]}}}
webhooks
  {"id":"w1","action":"incoming_chat","owner_client_id":"mine","secret_key":{"$secret":"webhooks/mine/incoming_chat/BOT"},"type":"bot","url":"https://example.com/1"}
  {"id":"w2","action":"incoming_chat","owner_client_id":"mine","secret_key":{"$secret":"webhooks/mine/incoming_chat/LICENSE"},"type":"license","url":"https://example.com/2"}
webhooks_state
  {"owner_client_id":"mine","license_webhooks_enabled":true}
license_properties
  {"namespace":"core","name":"x","value":1}
  {"namespace":"foreign","name":"y","value":"blue"}
  {"namespace":"mine","name":"color","value":"red"}
group_properties
  {"group":19,"namespace":"mine","name":"size","value":3}
channels
  {"channel_type":"code","channel_subtype":"","first_activity_timestamp":"2017"}
product_source
  {"source_id":"s","source_type":"t","source_url":"u"}
owner owner@example.com acc-1, clients [mine]
notice client id foreign, found in license_properties, could not be read: authorization: about authorization
notice client id theirs, found in bots, could not be read: authorization: about authorization
unreadable in agents: [job_title max_chats_count notifications work_scheduler]
unreadable in bot_templates: [max_chats_count default_group_priority job_title]
unreadable in bots: [job_title]
unreadable in webhooks: [additional_data]
secrets map[webhooks/mine/incoming_chat/BOT:shown-by-mistake]
`

// named puts words in the place of the digests of secrets' names.
func named(l *resource.License) string {
	s := text(l)
	for i, word := range []string{"BOT", "LICENSE"} {
		if rows := l.Rows("webhooks"); i < len(rows) {
			name, _ := rows[i].Get("secret_key").(resource.Secret)
			s = strings.ReplaceAll(s, string(name), "webhooks/mine/incoming_chat/"+word)
		}
	}
	return s
}

func TestReadEverything(t *testing.T) {
	want := strings.Replace(wholeLicense, "unreadable in auto_accesses: []\n", "", 1)
	l, s := mustRead(t, everything, ReadOptions{Discover: true})
	if diff := cmp.Diff(want, named(l)); diff != "" {
		t.Errorf("license (-want +got):\n%s", diff)
	}
	for _, r := range s.requests() {
		if r.Method == "list_routing_statuses" {
			t.Error("an opt-in kind was read without being asked for")
		}
		if id := r.Args.String("owner_client_id"); id == "core" || id == "" && r.Args.Has("owner_client_id") {
			t.Errorf("%s was called for the client id %q", r.Method, id)
		}
	}
}

// The same license gives the same result whatever the concurrency and the
// order of lists and members.
func TestReadIsDeterministic(t *testing.T) {
	doubled := everything.with(answers{
		"list_tags":          `[{"name":"vip","group_ids":[0,19]},{"name":"vip","group_ids":[3]},{"name":"late","group_ids":[]},{"name":"late","group_ids":[]}]`,
		"list_auto_accesses": `[{"id":"r1","next_id":"r2"},{"id":"r2","next_id":""},{"id":"r1","next_id":"r9"},{"id":"r3","next_id":"gone"}]`,
		"get_bot/bot2":       "!internal",
		"list_groups":        "!authorization",
	})
	var first string
	for range 6 {
		for _, n := range []int{1, 3, 64} {
			s := doubled.serve(t, true)
			l, err := Read(t.Context(), connect(t, s.URL, nil), ReadOptions{Concurrency: n, ClientIDs: []string{"mine", "nobodys"}, Discover: true})
			if err != nil {
				t.Fatal(err)
			}
			got := text(l)
			if first == "" {
				first = got
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Fatalf("with concurrency %d (-first +this):\n%s", n, diff)
			}
		}
	}
	for _, want := range []string{"notice tag late was returned more than once", "notice tag vip", "notice auto access r1", "gap {Kind:groups ", "ID:bot2", "ClientID:nobodys"} {
		if !strings.Contains(first, want) {
			t.Errorf("%q is missing in\n%s", want, first)
		}
	}
}

func TestReadAsksForFields(t *testing.T) {
	_, s := mustRead(t, everything, ReadOptions{ClientIDs: []string{"mine"}})
	got := map[string]string{}
	for _, r := range s.requests() {
		got[r.Method+"/"+r.Args.String("id")] = r.Body
	}
	want := map[string]string{
		"list_groups/":                `{}`,
		"list_agents/":                `{"fields":["job_title","mobile","max_chats_count","groups","notifications","email_subscriptions","work_scheduler","suspended","awaiting_approval"]}`,
		"list_bots/":                  `{"all":true,"fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		"get_bot/bot1":                `{"id":"bot1","fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		"get_bot/bot2":                `{"id":"bot2","fields":["max_chats_count","job_title","groups","work_scheduler","timezone"]}`,
		"list_bot_templates/":         `{"owner_client_id":"mine"}`,
		"list_tags/":                  `{}`,
		"list_auto_accesses/":         `{}`,
		"list_properties/":            `{"owner_client_id":"mine"}`,
		"list_webhooks/":              `{"owner_client_id":"mine"}`,
		"get_license_webhooks_state/": `{"owner_client_id":"mine"}`,
		"list_license_properties/":    `{}`,
		"list_groups_properties/":     `{"group_ids":[]}`,
		"list_channels/":              `{}`,
		"get_product_source/":         `{}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestReadSelectedKinds(t *testing.T) {
	l, s := mustRead(t, everything, ReadOptions{Kinds: []string{"routing_statuses", "tags"}})
	if got := text(l); !strings.HasPrefix(got, "tags\n") || !strings.Contains(got, "routing_statuses\n  {\"agent_id\"") {
		t.Errorf("got\n%s", got)
	}
	if n := len(s.requests()); n != 2 || s.requests()[0].Path != "/v3.5/configuration/action/list_tags" || s.requests()[1].Path != "/v3.5/agent/action/list_routing_statuses" {
		if n != 2 {
			t.Errorf("%d requests", n)
		}
	}
	if _, _, err := read(t, everything, ReadOptions{Kinds: []string{"tag"}}); err == nil {
		t.Error("an unknown kind was accepted")
	}
	if l, _ := mustRead(t, everything, ReadOptions{Kinds: []string{}}); len(l.Kinds()) != 0 {
		t.Error("no kinds is not every kind")
	}
}

func TestReadFatal(t *testing.T) {
	all := func(body string) answers {
		a := answers{}
		for m := range everything {
			a[m] = body
		}
		return a
	}
	t.Run("authentication ends it at once", func(t *testing.T) {
		_, s, err := read(t, all("!authentication"), ReadOptions{Concurrency: 1})
		if we := wireError(t, err); we.Class != wire.Authentication {
			t.Errorf("%v", err)
		}
		if n := len(s.requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
	t.Run("authentication refused half-way", func(t *testing.T) {
		_, _, err := read(t, everything.with(answers{"list_tags": "!authentication"}), ReadOptions{})
		if we := wireError(t, err); we.Class != wire.Authentication {
			t.Errorf("%v", err)
		}
	})
	t.Run("nothing may be read", func(t *testing.T) {
		_, _, err := read(t, answers{}, ReadOptions{ClientIDs: []string{"mine"}})
		if we := wireError(t, err); we.Class != wire.RefusedScope || we.Method != "list_groups" {
			t.Errorf("%v", err)
		}
		if !strings.Contains(err.Error(), "no part of the license could be read") {
			t.Errorf("%v", err)
		}
	})
	t.Run("another server altogether", func(t *testing.T) {
		_, _, err := read(t, all(`{"hello":"world"}`), ReadOptions{Kinds: []string{"tags", "groups"}})
		if err == nil || !strings.Contains(err.Error(), "no part of the license could be read") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a host that cannot be reached is not tried call by call", func(t *testing.T) {
		clock := newClock()
		c := connect(t, "http://"+closedPort(t), func(o *Options) { o.Clock = clock })
		_, err := Read(t.Context(), c, ReadOptions{Concurrency: 1})
		if we := wireError(t, err); we.Status != 0 || !strings.Contains(err.Error(), c.Host()) {
			t.Errorf("%v", err)
		}
		if took := clock.Now().Sub(newClock().Now()); took > impatience {
			t.Errorf("took %v", took)
		}
	})
	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, func(w http.ResponseWriter, _ request, _ int) { cancel(); say(w, 200, `[]`) })
		if _, err := Read(ctx, connect(t, s.URL, nil), ReadOptions{Concurrency: 2}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestReadConcurrencyIsALimit(t *testing.T) {
	for _, limit := range []int{1, 4} {
		var now, most atomic.Int64
		s := serve(t, func(w http.ResponseWriter, r request, _ int) {
			n := now.Add(1)
			defer now.Add(-1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			body := everything.of(r)
			if strings.HasPrefix(body, "!") {
				sayError(w, 400, body[1:])
				return
			}
			say(w, 200, body)
		})
		if _, err := Read(t.Context(), connect(t, s.URL, nil), ReadOptions{Concurrency: limit, Discover: true}); err != nil {
			t.Fatal(err)
		}
		if n := most.Load(); n > int64(limit) {
			t.Errorf("%d calls at a time, limit %d", n, limit)
		}
	}
}

func TestReadProgress(t *testing.T) {
	s := everything.serve(t, false)
	var seen [][2]int
	_, err := Read(t.Context(), connect(t, s.URL, nil), ReadOptions{Discover: true, Progress: func(done, total int) { seen = append(seen, [2]int{done, total}) }})
	if err != nil {
		t.Fatal(err)
	}
	n := len(s.requests())
	if last := seen[len(seen)-1]; last != [2]int{n, n} || len(seen) != n {
		t.Errorf("ended with %v after %d reports of %d calls", last, len(seen), n)
	}
	if !slices.IsSortedFunc(seen, func(a, b [2]int) int { return a[0] - b[0] }) {
		t.Errorf("progress went back: %v", seen)
	}
}

// direct is an API without a network; before, if set, runs ahead of each call.
type direct struct {
	answers
	before func(method string, args *resource.Object)
}

func (d *direct) Call(_ context.Context, method string, args *resource.Object) (resource.Value, error) {
	if d.before != nil {
		d.before(method, args)
	}
	body := d.of(request{Method: method, Args: args})
	if strings.HasPrefix(body, "!") {
		return nil, &wire.Error{Method: method, Type: body[1:], Class: wire.RefusedScope}
	}
	return resource.ParseJSON([]byte(body))
}

func (d *direct) Batch(context.Context, string, []*resource.Object) ([]wire.Outcome, error) {
	return nil, errors.New("reading sends no batches")
}

// Any implementation of wire.API will do, not only the client.
func TestReadThroughAnotherAPI(t *testing.T) {
	l, err := Read(t.Context(), &direct{answers: everything}, ReadOptions{Discover: true, Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"mine"}, l.ClientIDs); diff != "" {
		t.Errorf("client ids (-want +got):\n%s", diff)
	}
}

// list_agents does not end before the calls that a bot's details lead to have
// begun: there is no barrier between the waves of calls.
func TestReadHasNoBarriers(t *testing.T) {
	license := everything.with(answers{"list_license_properties": `{}`, "list_groups_properties": `[]`})
	deepest := make(chan struct{})
	d := &direct{license, func(method string, _ *resource.Object) {
		switch method {
		case "list_agents":
			<-deepest
		case "list_bot_templates":
			close(deepest) // once: only one bot reveals a client id
		}
	}}
	d.answers["get_bot/bot2"] = `{"id":"bot2","owner_client_id":"core"}`
	if _, err := Read(t.Context(), d, ReadOptions{Discover: true, Concurrency: 2}); err != nil {
		t.Fatal(err)
	}
}

func TestPlatformNamespacesAreNoClientIDs(t *testing.T) {
	var namespaces []string
	for _, place := range []string{"license", "group", "chat", "thread", "event"} {
		for _, p := range resource.DefaultProperties(place) {
			namespaces = append(namespaces, p.Namespace)
		}
	}
	slices.Sort(namespaces)
	namespaces = slices.Compact(namespaces)
	_, s := mustRead(t, everything, ReadOptions{ClientIDs: namespaces, Candidates: namespaces, Discover: true})
	for _, r := range s.requests() {
		if id := r.Args.String("owner_client_id"); resource.DefaultNamespace(id) {
			t.Errorf("%s was called for the namespace %q", r.Method, id)
		}
	}
}
