package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// disorder is a license that differs from a file in every way there is, so
// that apply has to make every kind of call.
type disorder struct {
	state   []byte            // of the license
	file    string            // the wanted snapshot
	secrets string            // what it needs
	want    map[string]string // what the license comes to without faults
	writes  map[string]int    // calls and items that takes, by method
	args    []string          // the command line that makes it what it is to be
	mapping string            // what that maps, "" for nothing
}

// ravage makes a disorder.
func ravage(t testing.TB) *disorder {
	w := newWorld(t, sandbox.Options{})
	w.seed()
	var spares []call
	for _, o := range objects() {
		w.calls(o.make)
		for _, c := range o.remove { // the ids are these objects' now
			spares = append(spares, call{c.method, w.named(c.body)})
		}
	}
	spares = append(spares, w.twins()...)
	spares = append(spares, w.ranked()...)
	if err := w.export("before.yaml"); err != nil {
		t.Fatal(err)
	}
	w.calls(spares)
	w.calls([]call{
		{"create_group", `{"name":"Odd","agent_priorities":{"cyn@shop.example":"normal"}}`},
		{"create_agent", `{"id":"odd@shop.example","name":"Odd"}`},
		{"create_bot", `{"name":"Odd",` + clients + `}`},
		{"create_bot_template", `{"name":"Odd",` + clients + `}`},
		{"create_tag", `{"name":"odd","group_ids":[0]}`},
		{"add_auto_access", `{"description":"odd","access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"/odd"}]}}}`},
		{"register_property", `{"name":"odd",` + clients + `,"type":"int","access":{"thread":{"agent":["read"]}}}`},
		{"register_webhook", `{"secret_key":"odd",` + clients + `,"action":"tag_deleted","type":"license","url":"https://hooks.shop.example/odd"}`},
		{"update_license_properties", `{"properties":{"` + appOne + `":{"note":"odd"}}}`},
	})
	seen := map[string]bool{}
	for _, c := range changes() {
		if kind := c.kind + c.about; !seen[kind] && (c.want == restored || c.want == replaced) && (c.about == "" || c.kind == "webhooks_state") {
			seen[kind] = true
			w.calls(c.calls)
		}
	}
	w.calls(upheaval())
	w.unpublish("known")
	d := &disorder{state: w.license.State(), file: w.read("before.yaml"), secrets: w.read(w.secrets())}
	return d.by(t, append([]string{"apply", "before.yaml", "--prune", "--full-scopes", "--max-delete", "100%", "--self", "cyn@shop.example", "--secrets", "secrets.yaml"}, everything...))
}

// sparing is the disorder for a command that deletes nothing: what is made
// twice stays.
func (d *disorder) sparing(t testing.TB) *disorder {
	return d.by(t, slices.DeleteFunc(slices.Clone(d.args), func(arg string) bool { return arg == "--prune" }))
}

// by is the disorder for a command line.
func (d *disorder) by(t testing.TB, args []string) *disorder {
	t.Helper()
	c := *d
	c.args = args
	calm := c.world(t)
	if code, stdout, stderr := c.apply(calm); code != 0 {
		t.Fatalf("without faults: exit code %d:\n%s%s", code, stdout, stderr)
	}
	c.want, c.writes = calm.meaning(), calm.written()
	return &c
}

// twins makes objects that are alike, and webhooks up to the limit. It returns
// the calls that remove the twins.
func (w *world) twins() (remove []call) {
	for range 2 {
		w.calls([]call{{"add_auto_access", `{"description":"twin","access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"/twin"}]}}}`}})
		remove = append(remove, call{"delete_auto_access", w.named(`{"id":{{new}}}`)})
		w.calls([]call{{"create_bot", `{"name":"Twin",` + clients + `}`}})
		remove = append(remove, call{"delete_bot", w.named(`{"id":{{new}}}`)})
	}
	for _, name := range []string{"second", "third"} {
		w.make(name, "register_webhook", `{"secret_key":"`+name+`",`+clients+`,"action":"routing_status_set","type":"license","url":"https://hooks.shop.example/`+name+`"}`)
	}
	return remove
}

// ranked makes a group without anybody at priority normal, which takes two calls.
// It returns the call that removes it.
func (w *world) ranked() (remove []call) {
	w.make("ranked", "create_group", `{"name":"Ranked","language_code":"en","agent_priorities":{"ada@shop.example":"normal","cyn@shop.example":"last"}}`)
	w.raw("update_group", `{"id":{{ranked}},"agent_priorities":{"ada@shop.example":"first","cyn@shop.example":"last"}}`)
	return []call{{"delete_group", w.named(`{"id":{{ranked}}}`)}}
}

// unpublish makes a published property an unpublished one of another
// definition, which no call can do.
func (w *world) unpublish(name string) {
	w.t.Helper()
	var state map[string]any
	if err := json.Unmarshal(w.license.State(), &state); err != nil {
		w.t.Fatal(err)
	}
	for _, p := range state["properties"].([]any) {
		if p := p.(map[string]any); p["name"] == name {
			p["description"] = "Odd"
			delete(p, "public_access")
		}
	}
	data, err := json.Marshal(state)
	if err == nil {
		err = w.license.Load(data)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// upheaval moves a rule, sets values of the platform's properties, and changes
// what can only be replaced: a definition that values go away with, and webhooks, of one action as many as
// there may be.
func upheaval() []call {
	both := `"access":{"license":{"agent":["read","write"]},"group":{"agent":["read","write"]}}`
	return []call{
		{"update_auto_access", `{"id":{{the Alps}},"next_id":{{shop pages}}}`},
		{"unregister_property", `{"name":"motto",` + clients + `}`},
		{"register_property", `{"name":"motto",` + clients + `,"type":"string","description":"Odd",` + both + `}`},
		{"update_license_properties", `{"properties":{"` + appOne + `":{"motto":"Hello","tier":"silver"}}}`},
		{"update_group_properties", `{"group_id":{{sales}},"properties":{"` + appOne + `":{"motto":"Buy here"}}}`},
		{"update_group_properties", `{"group_id":0,"properties":{"` + appOne + `":{"motto":"odd"}}}`},
		{"update_license_properties", `{"properties":{"chats":{"queue.enabled":false}}}`}, // of the platform
		{"update_group_properties", `{"group_id":{{sales}},"properties":{"chats":{"queue.routing_priority":7}}}`},
		{"unregister_webhook", `{"id":{{said}},` + clients + `}`},
		{"register_webhook", `{"secret_key":"odd",` + clients + `,"action":"incoming_event","type":"bot","url":"https://hooks.shop.example/said","description":"Odd"}`},
		{"unregister_webhook", `{"id":{{third}},` + clients + `}`},
		{"register_webhook", `{"secret_key":"odd",` + clients + `,"action":"routing_status_set","type":"license","url":"https://hooks.shop.example/third","description":"Odd"}`},
	}
}

// named puts ids in the places of names.
func (w *world) named(body string) string {
	for name, id := range w.ids {
		if s, ok := id.(string); ok {
			body = strings.ReplaceAll(body, "{{"+name+"}}", `"`+s+`"`)
		} else {
			body = strings.ReplaceAll(body, "{{"+name+"}}", fmt.Sprint(id))
		}
	}
	return body
}

// world serves the disorder with faults.
func (d *disorder) world(t testing.TB, faults ...string) *world {
	return d.worldOf(t, sandbox.Options{Faults: faults})
}

// worldOf serves the disorder by a server that may be odd.
func (d *disorder) worldOf(t testing.TB, o sandbox.Options) *world {
	o.Seed = 8 // ids are made from it: new ones must not be those of the file
	w := newWorld(t, o)
	if err := w.license.Load(d.state); err != nil {
		t.Fatal(err)
	}
	// Hundreds of runs that sync every line are as good on a disk in memory:
	// it is processes that die here, not machines.
	if dir, err := os.MkdirTemp("/dev/shm", "lcsync-*"); err == nil {
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		w.dir = dir
	}
	d.files(w)
	return w
}

// files writes what the command line needs.
func (d *disorder) files(w *world) {
	w.t.Helper()
	for name, text := range map[string]string{"before.yaml": d.file, "secrets.yaml": d.secrets, "map.yaml": d.mapping} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (d *disorder) apply(w *world) (code int, stdout, stderr string) { return w.lcsync(d.args...) }

// written counts the items of the calls that write, by method, refused ones
// left out.
func (w *world) written() map[string]int {
	out := map[string]int{}
	for _, c := range w.license.Calls() {
		if !strings.HasPrefix(c.Method, "list_") && !strings.HasPrefix(c.Method, "get_") {
			out[c.Method] += max(c.Items, 1)
		}
	}
	return out
}

// TestFaultsNeverDouble applies with every kind of fault in every kind of call
// that writes. However often a run fails, the next one goes on from there, and
// in the end the license is what it would have been: nothing twice, nothing
// missing.
func TestFaultsNeverDouble(t *testing.T) {
	d := ravage(t)
	if len(d.writes) < 25 {
		t.Errorf("only %d kinds of calls are tried: %v", len(d.writes), d.writes)
	}
	every := func(what string) []string {
		var faults []string
		for method := range d.writes {
			faults = append(faults, method+"="+what)
		}
		slices.Sort(faults)
		return faults
	}
	type trial struct {
		name   string
		faults []string
	}
	var trials []trial
	for _, what := range []string{"429@1", "500@1", "503@1", "drop-before@1", "drop-after@1", "truncate@1",
		"502-after@1", "503-after@1", "403-html@1", "error-text@1", "429@1,2,3,4,5,6,7", "500@1,2,3,4,5,6,7", "drop-before@1,2,3,4,5,6,7", "misdirect@1"} {
		trials = append(trials, trial{what, every(what)})
	}
	for method := range d.writes {
		for _, what := range []string{"drop-after", "503-after"} {
			trials = append(trials, trial{method + "=" + what + "@1", []string{method + "=" + what + "@1"}})
		}
		if strings.HasPrefix(method, "batch_") {
			trials = append(trials, trial{method + "=item-429@1", []string{method + "=item-429@1"}})
		}
	}
	for _, what := range []string{"drop-after%10", "truncate%15", "503%20", "503-after%10"} {
		trials = append(trials, trial{"*=" + what, []string{"*=" + what}})
	}
	for _, tr := range trials {
		t.Run(tr.name, func(t *testing.T) {
			t.Parallel()
			if err := d.endures(d.world(t, tr.faults...)); err != nil {
				t.Error(err)
			}
		})
	}
}

// endures applies until a run succeeds, and compares what came of it.
func (d *disorder) endures(w *world) error {
	var said []string
	for n := 1; ; n++ {
		code, stdout, stderr := d.apply(w)
		said = append(said, fmt.Sprintf("run %d: exit code %d:\n%s%s", n, code, stdout, stderr))
		if code == 0 {
			break
		}
		if code != 3 && !(code == 4 && strings.Contains(stderr, "reading the license")) || n == 8 {
			return fmt.Errorf("%s", strings.Join(said, "\n"))
		}
	}
	if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
		return fmt.Errorf("the license is not what it is without faults (-without +with):\n%s\n%s", diff, strings.Join(said, "\n"))
	}
	return nil
}
