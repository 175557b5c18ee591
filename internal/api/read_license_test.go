package api

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

// answers is a license as raw answers, by method or method/ID, where ID is the
// owner_client_id or id of the call. "!type" is an error, "500" and the like a
// bare status, anything that is missing is refused with "authorization".
type answers map[string]string

func (a answers) with(more answers) answers {
	out := maps.Clone(a)
	maps.Copy(out, more)
	return out
}

func (a answers) of(r request) string {
	for _, id := range []string{r.Args.String("owner_client_id"), r.Args.String("id")} {
		if body, ok := a[r.Method+"/"+id]; ok {
			return body
		}
	}
	if body, ok := a[r.Method]; ok {
		return body
	}
	return "!authorization"
}

func (a answers) serve(t testing.TB, shuffle bool) *server {
	return serve(t, func(w http.ResponseWriter, r request, n int) {
		body := a.of(r)
		switch e, isError := strings.CutPrefix(body, "!"); {
		case isError:
			sayError(w, 400, e)
		case body == "drop":
			drop(w)
		case len(body) == 3 && body[0] >= '4' && body[0] <= '5':
			status := 0
			_, _ = fmt.Sscan(body, &status)
			w.WriteHeader(status)
		default:
			if v, err := resource.ParseJSON([]byte(body)); err == nil && shuffle {
				body = resource.JSON(shuffled(v))
			}
			say(w, 200, body)
		}
	})
}

// shuffled returns a value with its outermost list, and the members of its
// objects, in another order.
func shuffled(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.List:
		out := append(resource.List{}, v...)
		rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		for i := range out {
			if o, ok := out[i].(*resource.Object); ok {
				out[i] = shuffled(o)
			}
		}
		return out
	case *resource.Object:
		names := v.Names()
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		out := &resource.Object{}
		for _, n := range names {
			m := v.Get(n)
			if o, ok := m.(*resource.Object); ok {
				m = shuffled(o)
			}
			out.Set(n, m)
		}
		return out
	}
	return v
}

// everything is a small license of every kind, as the vendor's samples show it.
var everything = answers{
	"list_groups": `[{"id":19,"name":"Sports","language_code":"en","routing_status":"offline"},{"id":0,"name":"General","language_code":"en","routing_status":"offline"}]`,
	"list_agents": `[
		{"id":"smith@example.com","account_id":"acc-2","name":"Smith","role":"normal","avatar_path":"https://example.com/s.png","login_status":"accepting chats",
		 "summaries":["weekly_summary","daily_summary"],"groups":[{"id":19,"priority":"first"},{"id":0,"priority":"last"}],"last_logout":"2026-01-01","new_in_4_0":{"a":1}},
		{"id":"owner@example.com","account_id":"acc-1","name":"Owner","role":"owner","avatar":null,"login_status":"accepting chats","mobile":"","suspended":false}]`,
	"list_bots": `[
		{"id":"bot2","name":"Zed","avatar":"z.png","groups":[],"timezone":"Europe/Warsaw","work_scheduler":{"schedule":[{"day":"tuesday","enabled":true,"start":"08:00","end":"16:00"},{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]}},
		{"id":"bot1","name":"Abe","avatar":"a.png","max_chats_count":3,"only_in_list":"kept"}]`,
	"get_bot/bot1":               `{"id":"bot1","name":"Abe","avatar_path":"b.png","default_group_priority":"normal","owner_client_id":"mine","groups":[{"id":19,"priority":"normal"}]}`,
	"get_bot/bot2":               `{"id":"bot2","name":"Zed","default_group_priority":"last","owner_client_id":"theirs","work_scheduler":{"schedule":[]}}`,
	"list_bot_templates/mine":    `[{"id":"tpl","name":"Template","avatar":"t.png"}]`,
	"list_tags":                  `[{"name":"vip","group_ids":[19,0],"author_id":"","created_at":"2020"},{"name":"late","group_ids":[]}]`,
	"list_auto_accesses":         `[{"id":"r2","next_id":"","access":{"groups":[0]},"conditions":{"domain":{"values":[{"value":"x"}]}}},{"id":"r1","next_id":"r2","description":"first","access":{"groups":[19]},"conditions":{"url":{"values":[{"value":"y"}]}}}]`,
	"list_properties/mine":       `{"color":{"type":"string","access":{"license":{"agent":["read","write"]}}},"error":{"type":"string","access":{"chat":{"agent":["read"]}}}}`,
	"list_webhooks/mine":         `[{"id":"w2","action":"incoming_chat","url":"https://example.com/2","type":"license","owner_client_id":"mine"},{"id":"w1","action":"incoming_chat","url":"https://example.com/1","type":"bot","secret_key":"shown-by-mistake"}]`,
	"get_license_webhooks_state": `{"license_webhooks_enabled":true}`,
	"list_license_properties":    `{"mine":{"color":"red"},"core":{"x":1},"foreign":{"y":"blue"}}`,
	"list_groups_properties":     `[{"id":19,"properties":{"mine":{"size":3}}},{"id":0,"properties":{}}]`,
	"list_routing_statuses":      `[{"agent_id":"smith@example.com","status":"accepting_chats"}]`,
	"list_channels":              `[{"channel_type":"code","channel_subtype":"","first_activity_timestamp":"2017"}]`,
	"get_product_source":         `{"source_id":"s","source_type":"t","source_url":"u"}`,
}

// text writes a license in a form that is easily compared: kinds with a row a
// line, then what else there is.
func text(l *resource.License) string {
	var b strings.Builder
	for _, k := range l.Kinds() {
		fmt.Fprintf(&b, "%s\n", k.Name)
		for _, row := range l.Rows(k.Name) {
			fmt.Fprintf(&b, "  %s\n", resource.JSON(row))
		}
	}
	fmt.Fprintf(&b, "owner %s %s, clients %v\n", l.Owner, l.AccountID, l.ClientIDs)
	for _, g := range l.Gaps {
		fmt.Fprintf(&b, "gap %+v\n", g)
	}
	for _, n := range l.Notices {
		fmt.Fprintf(&b, "notice %s\n", n)
	}
	for _, k := range resource.Names() {
		if f := l.Unreadable[k]; len(f) > 0 {
			fmt.Fprintf(&b, "unreadable in %s: %v\n", k, f)
		}
	}
	if len(l.Secrets) > 0 {
		fmt.Fprintf(&b, "secrets %v\n", l.Secrets)
	}
	return b.String()
}

// read reads a license from a test server of its own.
func read(t *testing.T, a answers, o ReadOptions) (*resource.License, *server, error) {
	t.Helper()
	s := a.serve(t, false)
	l, err := Read(t.Context(), connect(t, s.URL, nil), o)
	return l, s, err
}

func mustRead(t *testing.T, a answers, o ReadOptions) (*resource.License, *server) {
	t.Helper()
	l, s, err := read(t, a, o)
	if err != nil {
		t.Fatal(err)
	}
	return l, s
}
