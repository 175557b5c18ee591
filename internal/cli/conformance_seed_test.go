package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire/wiretest"
)

// The client ids of the test license.
const (
	appOne = "0c5f1a77e2d94b36"
	appTwo = "f4b80d13c6e52a79"
)

// world is an embedded license with the means to call its API by hand and to
// run lcsync on it.
type world struct {
	t       testing.TB
	clock   *wiretest.Clock
	license *sandbox.License
	server  *wiretest.Server
	dir     string
	global  []string // flags for every lcsync
	stale   time.Duration
	columns int            // of stdout, 0 if it is no terminal
	ids     map[string]any // ids of the seeded objects, by the names in the seed
	env     []string       // more of the environment
}

func newWorld(t testing.TB, o sandbox.Options, global ...string) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), dir: t.TempDir(), global: global, stale: o.StaleReads, ids: map[string]any{}}
	o.Clock, o.TokenClientID = w.clock, cmp.Or(o.TokenClientID, appOne)
	if o.Seed == 0 {
		o.Seed = 7
	}
	var err error
	if w.license, err = sandbox.New(o); err != nil {
		t.Fatal(err)
	}
	w.server = wiretest.Serve(w.license)
	return w
}

// raw makes one API call by hand and returns the response. The method may name
// its version: 3.2/get_bot. Names in the body like {{sales}} stand for ids that
// the seed made.
func (w *world) raw(method, body string) any {
	w.t.Helper()
	for name, id := range w.ids {
		b, _ := json.Marshal(id)
		body = strings.ReplaceAll(body, "{{"+name+"}}", string(b))
	}
	api := "configuration"
	if strings.Contains(method, "routing_status") {
		api = "agent"
	}
	version, name, older := strings.Cut(method, "/")
	if !older {
		version, name = "3.5", method
	}
	req, err := http.NewRequest(http.MethodPost, w.server.URL+"/v"+version+"/"+api+"/action/"+name, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer dal:sandbox")
	req.Header.Set("Content-Type", "application/json")
	answer, err := w.server.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if answer.StatusCode >= 300 {
		w.t.Fatalf("%s %s: %s", method, body, data)
	}
	var v any
	if len(bytes.TrimSpace(data)) > 0 {
		if err := json.Unmarshal(data, &v); err != nil {
			w.t.Fatalf("%s: %v", method, err)
		}
	}
	return v
}

// make makes an object by hand and remembers its id under a name.
func (w *world) make(name, method, body string) {
	w.t.Helper()
	o, _ := w.raw(method, body).(map[string]any)
	w.ids[name] = o["id"]
}

// settle waits as long as reads lag behind.
func (w *world) settle() { _ = w.clock.Sleep(context.Background(), w.stale+time.Millisecond) }

// lcsync runs a command line on the license.
func (w *world) lcsync(args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	return w.run(context.Background(), nil, append(args, w.global...)...)
}

// run runs a command line under a context, with a terminal if there is input.
func (w *world) run(ctx context.Context, typed io.Reader, args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	env := &session.Env{Args: append([]string{"lcsync"}, args...), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Environ: w.environ(), Dir: w.dir, Clock: w.clock, Transport: w.server}
	if typed != nil {
		env.Stdin, env.Terminal = typed, session.Terminal{In: true, Err: true}
	}
	if w.columns > 0 {
		env.Terminal.Out, env.Terminal.Width = true, w.columns
	}
	ctx.Done() // a channel of no bubble
	w.clock.Run(testOf(w.t), func() {
		ctx, cancel := context.WithCancel(ctx) // with one of this bubble
		defer cancel()
		code = Run(ctx, env)
	})
	return code, out.String(), errs.String()
}

func (w *world) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// state returns the true state of the license, without the API, as one JSON
// text per kind.
func (w *world) state() map[string]string {
	w.t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(w.license.State(), &all); err != nil {
		w.t.Fatal(err)
	}
	out := map[string]string{}
	for kind, data := range all {
		out[kind] = string(data)
	}
	return out
}

const (
	hours   = `{"timezone":"Europe/Berlin","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"12:00"},{"day":"monday","enabled":true,"start":"13:00","end":"17:00"},{"day":"friday","enabled":false,"start":"09:00","end":"15:00"}]}`
	clients = `"owner_client_id":"` + appOne + `"`
)

// seed sets up a license through raw API calls, with every kind and every
// field.
func (w *world) seed() {
	w.t.Helper()
	for i, who := range []string{"ada", "bob", "cyn"} {
		w.raw("create_agent", fmt.Sprintf(`{"id":"%s@shop.example","name":"%s","role":"normal","avatar":"https://cdn.shop.example/%s.png","login_status":"accepting chats","job_title":"Adviser %d","mobile":"+43 1 555010%d","max_chats_count":%d,"notifications":["incoming_chat","new_visitor"],"email_subscriptions":["daily_summary"],"work_scheduler":%s}`,
			who, strings.ToUpper(who[:1])+who[1:], who, i, i, 3+i, hours))
	}
	w.make("sales", "create_group", `{"name":"Sales","language_code":"en","agent_priorities":{"ada@shop.example":"normal","bob@shop.example":"last"}}`)
	w.make("care", "create_group", `{"name":"Customer care","language_code":"fr","agent_priorities":{"bob@shop.example":"normal","cyn@shop.example":"first"}}`)
	for _, bot := range []string{"Greeter", "Router"} {
		w.make(bot, "create_bot", `{"name":"`+bot+`","avatar":"https://cdn.shop.example/bot.png","max_chats_count":30,"default_group_priority":"first","job_title":"Bot","groups":[{"id":{{sales}},"priority":"first"},{"id":{{care}},"priority":"last"}],"work_scheduler":`+hours+`,`+clients+`}`)
	}
	for _, name := range []string{"Guide", "Helper"} {
		w.make(name, "create_bot_template", `{"name":"`+name+`","avatar":"https://cdn.shop.example/t.png","max_chats_count":9,"default_group_priority":"normal","job_title":"Template",`+clients+`}`)
	}
	w.raw("create_tag", `{"name":"praise","group_ids":[{{sales}}]}`)
	w.raw("create_tag", `{"name":"Refund","group_ids":[{{sales}},{{care}}]}`)
	w.seedRules()
	w.seedApplications()
	w.raw("set_routing_status", `{"agent_id":"ada@shop.example","status":"accepting_chats"}`)
	w.raw("set_routing_status", `{"agent_id":{{Greeter}},"status":"accepting_chats"}`)
	w.settle()
}

func (w *world) seedRules() {
	w.t.Helper()
	rule := func(name, groups, conditions string) {
		w.make(name, "add_auto_access", `{"description":"`+name+`","access":{"groups":`+groups+`},"conditions":`+conditions+`}`)
	}
	rule("shop pages", `[{{sales}}]`, `{"url":{"values":[{"value":"/shop","exact_match":false},{"value":"/cart","exact_match":true}]}}`)
	rule("not careers", `[{{care}}]`, `{"url":{"exclude_values":[{"value":"/careers","exact_match":false}]},"domain":{"values":[{"value":"shop.example","exact_match":true}]}}`)
	rule("other domains", `[{{sales}},{{care}}]`, `{"domain":{"exclude_values":[{"value":"shop.example","exact_match":true}]}}`)
	rule("the Alps", `[{{care}}]`, `{"geolocation":{"values":[{"country":"Switzerland","region":"Uri","city":"Altdorf"},{"country":"Austria","country_code":"AT"}]}}`)
}

func (w *world) seedApplications() {
	w.t.Helper()
	access := `{"chat":{"agent":["read"],"customer":["read","write"]},"license":{"agent":["read","write"]},"group":{"agent":["read"]}}`
	w.raw("register_property", `{"name":"tier",`+clients+`,"type":"string","description":"Tier of the customer","access":`+access+`,"domain":["gold","silver","tin"],"default_value":"tin"}`)
	w.raw("register_property", `{"name":"score",`+clients+`,"type":"int","description":"Score","access":`+access+`,"range":{"from":0,"to":10}}`)
	w.raw("register_property", `{"name":"motto",`+clients+`,"type":"string","description":"Shown above","access":{"license":{"agent":["read","write"]},"group":{"agent":["read","write"]}}}`)
	w.raw("register_property", `{"name":"note",`+clients+`,"type":"string","description":"Note","access":`+access+`}`)
	w.raw("register_property", `{"name":"known",`+clients+`,"type":"bool","description":"Public","access":`+access+`}`)
	w.raw("publish_property", `{"name":"known",`+clients+`,"access_type":["read"]}`)
	w.raw("update_license_properties", `{"properties":{"`+appOne+`":{"tier":"gold","motto":"Hello"}}}`)
	w.raw("update_group_properties", `{"group_id":{{sales}},"properties":{"`+appOne+`":{"motto":"Buy here"}}}`)
	w.raw("update_group_properties", `{"group_id":{{care}},"properties":{"chats":{"queue.routing_priority":3}}}`)
	hook := func(name, body string) {
		w.make(name, "register_webhook", `{"secret_key":"`+name+`-key",`+body+`}`)
	}
	hook("closed", clients+`,"action":"chat_deactivated","type":"license","url":"https://hooks.shop.example/closed","description":"Archive","additional_data":["chat_properties"],"filters":{"chat_presence":{"user_ids":{"values":["ada@shop.example"]},"my_bots":true},"only_my_chats":true,"source_type":["my_client"]}`)
	hook("said", clients+`,"action":"incoming_event","type":"bot","url":"https://hooks.shop.example/said","description":"Words","filters":{"author_type":"customer"}`)
	hook("status", clients+`,"action":"routing_status_set","type":"license","url":"https://hooks.shop.example/status","description":"Who is there","additional_data":["chat_presence_user_ids"],"filters":{"agent_ids":{"values":["ada@shop.example"]}}`)
	w.raw("enable_license_webhooks", `{"owner_client_id":"`+appOne+`"}`)
	w.raw("disable_license_webhooks", `{"owner_client_id":"`+appTwo+`"}`)
}
