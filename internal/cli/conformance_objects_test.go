package cli

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// object is an object that a test creates or removes by hand. collateral lists
// what else the removal changes in the license.
type object struct {
	kind       string
	make       []call
	remove     []call
	collateral []string
}

// objects lists, for every kind whose objects can be created and deleted, one
// that nothing else in the seeded license needs.
func objects() []object {
	return []object{
		{kind: "groups", collateral: []string{"agents", "group_properties"}, // every group has values of the platform's properties
			make:   []call{{"create_group", `{"name":"Spare","language_code":"en","agent_priorities":{"cyn@shop.example":"normal"}}`}},
			remove: []call{{"delete_group", `{"id":{{new}}}`}}},
		{kind: "agents",
			make:   []call{{"create_agent", `{"id":"dot@shop.example","name":"Dot","job_title":"New","groups":[{"id":{{sales}},"priority":"last"}]}`}},
			remove: []call{{"delete_agent", `{"id":"dot@shop.example"}`}}},
		{kind: "bots",
			make:   []call{{"create_bot", `{"name":"Spare","default_group_priority":"first","max_chats_count":8,"groups":[{"id":{{sales}},"priority":"last"}],"work_scheduler":` + hours + `,` + clients + `}`}},
			remove: []call{{"delete_bot", `{"id":{{new}}}`}}},
		{kind: "bot_templates",
			make:   []call{{"create_bot_template", `{"name":"Spare","avatar":"https://cdn.shop.example/s.png",` + clients + `}`}},
			remove: []call{{"delete_bot_template", `{"id":{{new}},` + clients + `}`}}},
		{kind: "tags",
			make:   []call{{"create_tag", `{"name":"spare","group_ids":[{{sales}}]}`}},
			remove: []call{{"delete_tag", `{"name":"spare"}`}}},
		{kind: "auto_accesses",
			make:   []call{{"add_auto_access", `{"description":"spare","access":{"groups":[{{care}}]},"conditions":{"url":{"values":[{"value":"/spare","exact_match":false}]}},"next_id":{{not careers}}}`}},
			remove: []call{{"delete_auto_access", `{"id":{{new}}}`}}},
		{kind: "properties",
			make:   []call{{"register_property", `{"name":"spare",` + clients + `,"type":"int","access":{"thread":{"agent":["read"]}},"range":{"from":1,"to":3}}`}},
			remove: []call{{"unregister_property", `{"name":"spare",` + clients + `}`}}},
		{kind: "webhooks",
			make:   []call{{"register_webhook", `{"secret_key":"spare",` + clients + `,"action":"tag_created","type":"license","url":"https://hooks.shop.example/spare"}`}},
			remove: []call{{"unregister_webhook", `{"id":{{new}},` + clients + `}`}}},
		{kind: "license_properties",
			make:   []call{{"update_license_properties", `{"properties":{"` + appOne + `":{"score":7}}}`}},
			remove: []call{{"delete_license_properties", `{"properties":{"` + appOne + `":["score"]}}`}}},
		{kind: "group_properties",
			make:   []call{{"update_group_properties", `{"group_id":{{care}},"properties":{"` + appOne + `":{"motto":"Spare"}}}`}},
			remove: []call{{"delete_group_properties", `{"id":{{care}},"properties":{"` + appOne + `":["motto"]}}`}}},
	}
}

// TestObjectsComeAndGo removes an object by hand and checks that apply creates
// it again. It also creates one by hand and checks that it is listed, kept, and
// pruned.
func TestObjectsComeAndGo(t *testing.T) {
	for _, mode := range raced(modes()) {
		for _, o := range objects() {
			t.Run(mode.name+"/removed/"+o.kind, func(t *testing.T) {
				t.Parallel()
				if err := newWorld(t, mode.options, mode.global...).removed(o); err != nil {
					t.Error(err)
				}
			})
			t.Run(mode.name+"/made/"+o.kind, func(t *testing.T) {
				t.Parallel()
				if err := newWorld(t, mode.options, mode.global...).made(o); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func (w *world) calls(calls []call) {
	w.t.Helper()
	for _, c := range calls {
		if o, ok := w.raw(c.method, c.body).(map[string]any); ok && o["id"] != nil {
			w.ids["new"] = o["id"]
		}
	}
	w.settle()
}

func (w *world) removed(o object) error {
	w.seed()
	w.calls(o.make)
	before := w.state()
	if err := w.export("before.yaml"); err != nil {
		return err
	}
	w.calls(o.remove)
	plan, err := w.diff("before.yaml", 2)
	if err != nil {
		return err
	}
	var got []string
	for _, ch := range plan.Changes {
		if !slices.Contains(o.collateral, ch.Kind) && ch.Kind != "routing_statuses" {
			got = append(got, ch.Kind+" "+ch.Action)
		}
	}
	if d := cmp.Diff([]string{o.kind + " create"}, got); d != "" {
		return fmt.Errorf("diff of a removed object (-want +got):\n%s", d)
	}
	code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml", "--secrets", w.secrets()}, everything...)...)
	if code != 0 {
		return fmt.Errorf("apply: exit code %d:\n%s%s", code, stdout, stderr)
	}
	if d := cmp.Diff(w.comparable(before, o), w.comparable(w.state(), o)); d != "" {
		return fmt.Errorf("the object did not come back (-before +after):\n%s", d)
	}
	_, err = w.diff("before.yaml", 0)
	return err
}

// born are members that the server sets for a new object.
var born = regexp.MustCompile(`,?"(created_at|author_id|account_id|awaiting_approval|id|secret|secret_key|agent_id)":("[^"]*"|[0-9]+|true|false)`)

// comparable returns a state without the members that a new object cannot get
// back.
func (w *world) comparable(state map[string]string, o object) map[string]string {
	out := map[string]string{}
	for kind, text := range state {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			b, _ := json.Marshal(v)
			out[kind] = string(b)
			continue
		}
		lines := make([]string, len(list))
		for i, e := range list {
			b, _ := json.Marshal(e)
			lines[i] = born.ReplaceAllString(string(b), "")
		}
		if kind != "auto_accesses" {
			slices.Sort(lines)
		}
		out[kind] = strings.Join(lines, "\n")
	}
	return out
}

func (w *world) made(o object) error {
	w.seed()
	before := w.state()
	if err := w.export("before.yaml"); err != nil {
		return err
	}
	w.calls(o.make)
	plan, err := w.diff("before.yaml", 0)
	if err != nil {
		return err
	}
	if len(plan.Unmanaged) != 1 || plan.Unmanaged[0].Kind != o.kind {
		return fmt.Errorf("want one unmanaged object of %s, got %+v", o.kind, plan.Unmanaged)
	}
	if plan, err = w.diff("before.yaml", 2, "--prune", "--allow-application"); err != nil {
		return err
	}
	n := 0
	for _, ch := range plan.Changes {
		if ch.Kind == o.kind && ch.Action == "delete" {
			n++
		} else if !slices.Contains(o.collateral, ch.Kind) {
			return fmt.Errorf("pruning one of %s would also change %+v", o.kind, ch)
		}
	}
	if n != 1 {
		return fmt.Errorf("want one deletion, got %+v", plan.Changes)
	}
	code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml", "--prune"}, everything...)...)
	merges := slices.Contains(w.global, "64")
	if code != 0 && !(code == 3 && merges && strings.Contains(stdout, "server kept")) {
		return fmt.Errorf("apply --prune: exit code %d:\n%s%s", code, stdout, stderr)
	}
	if d := cmp.Diff(before, w.state()); d != "" {
		return fmt.Errorf("the license is not as it was (-before +after):\n%s", d)
	}
	return nil
}

// TestObjectsAreAllTried checks that the list has every kind of the registry.
func TestObjectsAreAllTried(t *testing.T) {
	var tried []string
	for _, o := range objects() {
		tried = append(tried, o.kind)
	}
	for _, k := range resource.Kinds() {
		if k.Create != nil && k.Delete != nil && !slices.Contains(tried, k.Name) {
			t.Errorf("no object of %s comes and goes", k.Name)
		}
	}
}

// TestConformanceNoticesAMissingField is the negative control of the suite:
// without a field in the registry, the case of the field fails. It is not
// parallel, because all tests share the registry.
func TestConformanceNoticesAMissingField(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range changes() {
		k := resource.Lookup(c.kind)
		root, _, _ := strings.Cut(strings.SplitN(c.path, "[", 2)[0], ".")
		f := k.Field(root)
		if f == nil || tried[c.kind+root] || c.want == unreadable || c.want == recreated {
			continue
		}
		tried[c.kind+root] = true
		t.Run(c.kind+"/"+root, func(t *testing.T) {
			saved := k.Fields
			defer func() { k.Fields = saved }()
			k.Fields = slices.DeleteFunc(slices.Clone(saved), func(f resource.Field) bool { return f.Name == root })
			if fails(newWorld(t, modes()[0].options), c) == nil {
				t.Errorf("without %s.%s in the registry its case still passes", c.kind, root)
			}
		})
	}
}

// fails runs a case. A crash of lcsync on a broken registry also counts as a
// failure.
func fails(w *world, c change) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return conform(w, c)
}
