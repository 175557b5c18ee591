package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

func groupRef(name string) resource.List {
	return resource.List{resource.Ref{Kind: "groups", Key: name}}
}

func TestACreateWhoseAnswerIsLostIsFound(t *testing.T) {
	w := newWorld()
	w.lose = losing(after, "create_group")
	o, d := w.options(), &diary{}
	o.Journal = d
	r := mustRun(t, plan(
		create("groups", "Sales", resource.Of("name", "Sales", "agent_priorities", resource.Of("a@x", "normal"))),
		create("tags", "vip", resource.Of("name", "vip", "group_ids", groupRef("Sales")), "groups/Sales"),
	), w, o)
	same(t, "calls", w.methods(), []string{"create_group", "create_tag"})
	same(t, "the tag has the id", w.args("create_tag"), []string{`{"name":"vip","group_ids":[1]}`})
	got := resultOf(r, "groups/Sales")
	same(t, "result", []string{string(got.Status), got.ServerID, got.Detail, got.Error}, []string{"done", "1", "no response received; found the created group (id 1)", ""})
	same(t, "journal", d.lines, []string{"intent 1 creating groups/Sales", "outcome 1 unknown", "outcome 1 done 1", "intent 2 creating tags/vip", "outcome 2 done vip"})
}

func TestALostBatchIsFoundItemByItem(t *testing.T) {
	w := newWorld()
	w.lose = func(_ string, args *resource.Object) fault {
		if args.String("id") == "b@x" {
			return before
		}
		return none
	}
	r := mustRun(t, plan(create("agents", "a@x", agent("a@x")), create("agents", "b@x", agent("b@x")), create("agents", "c@x", agent("c@x"))), lossy{w}, w.options())
	same(t, "statuses", statuses(r), []string{"agents/a@x: done", "agents/b@x: unknown", "agents/c@x: done"})
	same(t, "sent once", len(w.log), 1)
	same(t, "one read serves all", w.reads["agents"], 6)
	same(t, "what is missing says so", resultOf(r, "agents/b@x").Detail, "not found within 10s")
}

func TestEqualObjectsAreFoundAsTwo(t *testing.T) {
	for _, first := range []int{1, 3} {
		w := newWorld()
		w.put("webhooks", func() *resource.Object { o := webhook("old", "u"); o.Delete("secret_key"); return o }())
		w.lose = losing(after, "register_webhook")
		w.late = func(row *resource.Object) int {
			if row.String("id") == "new2" {
				return first
			}
			return 0
		}
		r := mustRun(t, plan(create("webhooks", "1", webhook("", "u")), create("webhooks", "2", webhook("", "u"))), w, w.options())
		ids := []string{r.Results[0].ServerID, r.Results[1].ServerID}
		slices.Sort(ids)
		same(t, "ids", ids, []string{"new1", "new2"})
		same(t, "sent once each", len(w.log), 2)
	}
}

func TestWhatIsFoundLate(t *testing.T) {
	for _, tt := range []struct {
		late   int
		settle time.Duration
		status Status
		sleeps []time.Duration
	}{
		{1, 0, Done, []time.Duration{0}},
		{4, 0, Done, []time.Duration{0, 5e8, 1e9, 2e9}},
		{6, 0, Done, []time.Duration{0, 5e8, 1e9, 2e9, 4e9, 25e8}},
		{99, 0, Unknown, []time.Duration{0, 5e8, 1e9, 2e9, 4e9, 25e8}},
		{3, time.Second, Done, []time.Duration{0, 5e8, 5e8}},
		{1, -1, Unknown, nil},
	} {
		w := newWorld()
		w.lose = losing(after, "create_group")
		w.late = func(*resource.Object) int { return tt.late }
		o := w.options()
		o.Settle = tt.settle
		r := mustRun(t, plan(create("groups", "G", resource.Of("name", "G"))), w, o)
		same(t, fmt.Sprintf("%+v: status", tt), statuses(r), []string{"groups/G: " + string(tt.status)})
		same(t, fmt.Sprintf("%+v: pauses", tt), o.Clock.(patient).Slept(), tt.sleeps)
		same(t, "never sent again", len(w.log), 1)
	}
}

func TestWhatIsNotAdopted(t *testing.T) {
	gap := func(o *Options) {
		o.Before.Gaps = []resource.Gap{{Kind: "groups", Partial: true, Reason: "narrow scope"}}
	}
	for _, tt := range []struct {
		why    string
		kind   string
		there  *resource.Object // before the run
		sneak  *resource.Object // what turns up meanwhile
		edit   func(o *Options)
		detail string
	}{
		{"an equal object that was there before", "groups", resource.Of("id", int64(9), "name", "N"), nil, nil, "not found within 10s"},
		{"a new group of that name with other content", "groups", nil, resource.Of("id", int64(9), "name", "N", "language_code", "fr"), nil,
			"there is a new group of that name (id 9), but it differs from what was sent"},
		{"a new tag of that name with other content", "tags", nil, resource.Of("name", "N", "group_ids", resource.List{int64(7)}), nil,
			"there is a new tag of that name, but it differs from what was sent"},
		{"without a pre-image", "groups", nil, resource.Of("id", int64(9), "name", "N", "language_code", "en"), func(o *Options) { o.Before = nil }, ""},
		{"with a pre-image that may lack some", "groups", nil, resource.Of("id", int64(9), "name", "N", "language_code", "en"), gap, ""},
	} {
		w := newWorld()
		if tt.there != nil {
			tt.there.Set("language_code", "en")
			w.put(tt.kind, tt.there)
		}
		o := w.options()
		if tt.sneak != nil {
			w.put(tt.kind, tt.sneak)
		}
		if tt.edit != nil {
			tt.edit(&o)
		}
		w.lose = losing(before, "create_group", "create_tag")
		row := resource.Of("name", "N", "language_code", "en")
		if tt.kind == "tags" {
			row = tag("N")
		}
		r := mustRun(t, plan(create(tt.kind, "N", row)), w, o)
		same(t, tt.why, []string{string(r.Results[0].Status), r.Results[0].Detail}, []string{"unknown", tt.detail})
		same(t, "never sent again", len(w.log), 1)
	}
}

func TestTheSecretOfAnAdoptedBotIsLost(t *testing.T) {
	w := newWorld()
	w.lose = losing(after, "create_bot", "create_bot_template")
	o := w.options()
	o.SaveSecrets = func([]NewSecret) error { t.Error("a secret that never came was saved"); return nil }
	o.Concurrency = 1
	r := mustRun(t, plan(create("bots", "B", resource.Of("name", "B", "owner_client_id", "c")),
		create("bot_templates", "T", resource.Of("name", "T", "owner_client_id", "d"), "bots/B")), w, o)
	same(t, "statuses", statuses(r), []string{"bots/B: done", "bot_templates/T: done"})
	for i, call := range []string{`reset_bot_secret {"id":"new1","owner_client_id":"c"}`, `reset_bot_template_secret {"id":"new2","owner_client_id":"d"}`} {
		if d := r.Results[i].Detail; !strings.Contains(d, call) {
			t.Errorf("%q does not say %s", d, call)
		}
		if !slices.ContainsFunc(r.Notices, func(n string) bool {
			return strings.Contains(n, "is lost with the response") && strings.Contains(n, call)
		}) {
			t.Errorf("%q do not say %s", r.Notices, call)
		}
	}
}

func TestWritesThatAreSeenToHaveWorked(t *testing.T) {
	sales := resource.Of("id", int64(5), "name", "Sales")
	for _, tt := range []struct {
		why    string
		change *diff.Change
		fault  fault
		want   Status
		detail string
	}{
		{"an update", update("groups", "Sales", sales, "name", "Trade"), after, Done, "no response received; found it as sent"},
		{"an update that never came there", update("groups", "Sales", sales, "name", "Trade"), before, Unknown, "not found within 10s"},
		{"a deletion", remove("groups", "Sales", sales), after, Done, "no response received; found it deleted"},
		{"a deletion that never came there", remove("groups", "Sales", sales), before, Unknown, "not found within 10s"},
	} {
		w := newWorld()
		w.put("groups", sales.Clone())
		w.lose = losing(tt.fault, "update_group", "delete_group")
		r := mustRun(t, plan(tt.change, create("tags", "t", tag("t"), "groups/Sales")), w, w.options())
		same(t, tt.why, []string{string(r.Results[0].Status), r.Results[0].Detail}, []string{string(tt.want), tt.detail})
		same(t, tt.why+": dependants", r.Results[1].Status == Done, tt.want == Done)
	}
}

func TestReplacementsGoOnAfterAdoption(t *testing.T) {
	w := newWorld()
	old := webhook("w1", "old")
	w.put("webhooks", old.Clone())
	o := w.options()
	w.lose = losing(after, "register_webhook", "unregister_webhook")
	r := mustRun(t, plan(replacing("webhooks", "w", old, webhook("", "new"), false)), w, o)
	same(t, "status", statuses(r), []string{"webhooks/w: done"})
	same(t, "what is left", w.names("webhooks", "id"), "new1")

	w = newWorld()
	def := resource.Of("name", "p", "owner_client_id", "c", "type", "string")
	w.put("properties", def.Clone())
	o = w.options()
	w.lose = losing(after, "register_property", "unregister_property")
	r = mustRun(t, plan(replacing("properties", "c/p", def, resource.Of("name", "p", "owner_client_id", "c", "type", "int"), true)), w, o)
	same(t, "a key that was freed by the run is no other's", statuses(r), []string{"properties/c/p: done"})
	r = mustRun(t, plan(replacing("properties", "c/p", def, def, true)), w, o)
	same(t, "what a late read may show is no proof", statuses(r), []string{"properties/c/p: unknown"})
}

func TestRulesWaitForTheOneBeforeThem(t *testing.T) {
	w := newWorld()
	w.put("auto_accesses", resource.Of("id", "z", "description", "z"))
	o := w.options()
	w.lose = losing(after, "add_auto_access")
	w.late = func(row *resource.Object) int { return map[string]int{"b": 3}[row.String("description")] }
	r := mustRun(t, plan(ordering([]string{"z"}, []string{"a", "b", "c", "z"}, map[string]bool{"z": true})...), w, o)
	if !r.OK() {
		t.Error(r.Results)
	}
	// ordering puts c before id-z, which the world does not have: at the end.
	same(t, "order", w.names("auto_accesses", "description"), "z a b c")
	same(t, "one at a time", w.most, 1)
}

func TestAMovedRuleIsFoundByItsPlace(t *testing.T) {
	at := resource.NewIndex(func() *resource.License {
		l := &resource.License{}
		l.SetRows("auto_accesses", []*resource.Object{resource.Of("id", "a"), resource.Of("id", "b")})
		return l
	}())
	for _, tt := range []struct {
		id, next string
		want     bool
	}{{"a", "b", true}, {"b", "", true}, {"a", "", false}, {"b", "a", false}, {"x", "", false}} {
		same(t, tt.id+" before "+tt.next, at.Precedes(resource.Lookup("auto_accesses"), tt.id, tt.next), tt.want)
	}
}

func TestTheRestGoesOnWhileOneIsLookedFor(t *testing.T) {
	w := newWorld()
	w.lose = losing(after, "create_group")
	tagged := make(chan struct{})
	w.enter = func(_ context.Context, method string, _ []*resource.Object) {
		if method == "update_tag" {
			close(tagged)
		}
	}
	w.put("tags", tag("u"))
	w.reading = func(string) { <-tagged }
	o := w.options()
	o.Concurrency = 2
	r := mustRun(t, plan(create("groups", "G", resource.Of("name", "G")), create("tags", "t", tag("t")),
		update("tags", "u", tag("u"), "group_ids", resource.List{int64(1)})), w, o)
	if !r.OK() {
		t.Error(r.Results)
	}
}

// TestASearchHoldsNoSlot: with one call at a time, others go on while one is
// searched for.
func TestASearchHoldsNoSlot(t *testing.T) {
	w := newWorld()
	w.lose = losing(after, "create_group")
	w.late = func(row *resource.Object) int { return map[string]int{"G": 4}[row.String("name")] }
	o := w.options()
	o.Concurrency = 1
	var ended []string
	o.Progress = func(_, _ int, what string) { ended = append(ended, what) }
	r := mustRun(t, plan(create("groups", "G", resource.Of("name", "G")), create("tags", "t", tag("t"))), w, o)
	if !r.OK() {
		t.Error(r.Results)
	}
	same(t, "what ended", ended[:2], []string{"tags/t", "groups/G"})
}

func TestCancellingEndsTheLooking(t *testing.T) {
	w := newWorld()
	w.lose = losing(before, "create_group")
	ctx, cancel := context.WithCancel(t.Context())
	w.reading = func(string) { cancel() }
	r, err := Run(ctx, plan(create("groups", "G", resource.Of("name", "G"))), w, w.options())
	if err == nil || !r.Interrupted {
		t.Error("not interrupted")
	}
	same(t, "result", []string{string(r.Results[0].Status), r.Results[0].Detail}, []string{"unknown", ""})
	same(t, "no read", w.reads["groups"], 0)
}

func TestReadsThatFailOrAreRefused(t *testing.T) {
	w := newWorld()
	w.lose = losing(after, "create_group")
	n := 0
	o := w.options()
	o.Read = func(ctx context.Context, kinds []string) (*resource.License, error) {
		if n++; n < 3 {
			return nil, refuse(wire.Retryable, "internal", "")
		}
		return w.read(ctx, kinds)
	}
	r := mustRun(t, plan(create("groups", "G", resource.Of("name", "G"))), w, o)
	same(t, "a read that fails is repeated", statuses(r), []string{"groups/G: done"})

	o.Read = func(context.Context, []string) (*resource.License, error) {
		return nil, refuse(wire.Authentication, "authentication", "")
	}
	r, err := Run(t.Context(), plan(create("groups", "H", resource.Of("name", "H"))), w, o)
	same(t, "a refused token ends it", statuses(r), []string{"groups/H: unknown"})
	if err == nil {
		t.Error("a refused token is no error")
	}
}
