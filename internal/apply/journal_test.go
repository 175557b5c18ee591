package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// diary is a journal in memory, which may fail at its nth write.
type diary struct {
	mu       sync.Mutex
	intents  []journal.Intent
	outcomes []journal.Outcome
	lines    []string
	writes   int
	failAt   int // counts from 1; 0 never fails
}

func (d *diary) write(line string) error {
	if d.writes++; d.writes == d.failAt {
		return errors.New("no space left")
	}
	d.lines = append(d.lines, line)
	return nil
}

func (d *diary) Intent(in journal.Intent) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.write(fmt.Sprint("intent ", in.Call, " ", in.Step, " ", strings.Join(in.Changes, " "))); err != nil {
		return err
	}
	d.intents = append(d.intents, in)
	return nil
}

func (d *diary) Outcome(out journal.Outcome) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := fmt.Sprint("outcome ", out.Call)
	for _, r := range out.Results {
		line += fmt.Sprint(" ", r.Status)
		if r.ServerID != "" {
			line += " " + r.ServerID
		}
	}
	if err := d.write(line); err != nil {
		return err
	}
	d.outcomes = append(d.outcomes, out)
	return nil
}

func (d *diary) note(line string) { d.mu.Lock(); d.lines = append(d.lines, line); d.mu.Unlock() }

// sealedArgs are the parameters of an intent.
func sealedArgs(in journal.Intent) []*resource.Object {
	v, err := resource.ParseJSON(in.Args)
	if err != nil {
		panic(err)
	}
	args, err := resource.ObjectsOf(v)
	if err != nil {
		panic(err)
	}
	return args
}

// intended tells whether an intent covers an item of a call.
func (d *diary) intended(method string, args *resource.Object) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.intents, func(in journal.Intent) bool {
		sealed := sealedArgs(in)
		return in.Method == strings.TrimPrefix(method, "batch ") &&
			(resource.JSON(merged(sealed)) == resource.JSON(args) ||
				slices.ContainsFunc(sealed, func(a *resource.Object) bool { return resource.JSON(a) == resource.JSON(args) }))
	})
}

func replacing(kind, key string, before, after *resource.Object, deleteFirst bool) *diff.Change {
	return &diff.Change{ID: kind + "/" + key, Kind: kind, Key: key, Action: diff.Replace, Before: before, After: after, DeleteFirst: deleteFirst}
}

// mixed is a plan with every kind of step, one after the other.
func mixed() *diff.Plan {
	changes := []*diff.Change{
		create("agents", "a@x", agent("a@x")), create("agents", "b@x", agent("b@x")),
		create("bots", "B", resource.Of("name", "B", "owner_client_id", "c")),
		create("properties", "c/p", resource.Of("name", "p", "owner_client_id", "c", "type", "int", "public_access", resource.List{"read"})),
		create("license_properties", "c/p", value("c", "p", int64(1))), create("license_properties", "c/q", value("c", "q", int64(2))),
		replacing("webhooks", "c/w", webhook("w1", "old"), webhook("", "new"), false),
		update("tags", "t", tag("t"), "group_ids", resource.List{int64(1)}),
		remove("tags", "gone", tag("gone")),
	}
	needs := ""
	for i, c := range changes {
		if i == 0 || c.Kind != changes[i-1].Kind {
			if needs != "" {
				c.DependsOn = []string{needs}
			}
		} else {
			c.DependsOn = changes[i-1].DependsOn
		}
		if i+1 < len(changes) && changes[i+1].Kind != c.Kind {
			needs = c.ID
		}
	}
	return plan(changes...)
}

func hush(string) (string, bool) { return "hush-hush", true }

func TestIntentsComeBeforeCallsAndOutcomesAfter(t *testing.T) {
	d := &diary{}
	f := &fake{enter: func(_ context.Context, method string, _ []*resource.Object) { d.note("call " + method) }}
	o := options()
	o.Journal, o.Secret = d, hush
	o.SaveSecrets = func(secrets []NewSecret) error {
		for _, s := range secrets {
			d.note("saved " + s.Name)
		}
		return nil
	}
	o.Progress = func(_, _ int, what string) { d.note("ended " + what) }
	o.Concurrency = 1
	if r := mustRun(t, mixed(), f, o); !r.OK() {
		t.Fatal(r.Results)
	}
	same(t, "order", d.lines, strings.Split(`intent 1 creating agents/a@x agents/b@x
call batch create_agent
outcome 1 done a@x done b@x
ended agents/a@x
ended agents/b@x
intent 2 creating bots/B
call batch create_bot
saved bots/bot1
outcome 2 done bot1
ended bots/B
intent 3 creating properties/c/p
call register_property
outcome 3 done
intent 4 publishing properties/c/p
call publish_property
outcome 4 done
ended properties/c/p
intent 5 creating license_properties/c/p license_properties/c/q
call update_license_properties
outcome 5 done done
ended license_properties/c/p
ended license_properties/c/q
intent 6 creating webhooks/c/w
call register_webhook
outcome 6 done new2
intent 7 deleting webhooks/c/w
call unregister_webhook
outcome 7 done w1
ended webhooks/c/w
intent 8 updating tags/t
call update_tag
outcome 8 done t
ended tags/t
intent 9 deleting tags/gone
call delete_tag
outcome 9 done gone
ended tags/gone`, "\n"))
}

func TestIntentsHoldWhatIsSentWithoutSecrets(t *testing.T) {
	d, f := &diary{}, &fake{}
	o := options()
	o.Journal, o.Secret = d, hush
	mustRun(t, plan(create("webhooks", "w", webhook("", "u"))), f, o)
	sealed, err := json.Marshal([]*resource.Object{webhook("", "u")})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "intent", d.intents, []journal.Intent{{Call: 1, Time: o.Clock.Now(), Method: "register_webhook", Changes: []string{"webhooks/w"}, Step: "creating",
		Args: sealed}})
	if !strings.Contains(f.args("register_webhook")[0], "hush-hush") {
		t.Error("the secret was not sent:", f.args("register_webhook"))
	}
}

func TestOutcomesSayWhatIsKnown(t *testing.T) {
	d := &diary{}
	f := &fake{hook: func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		switch args.String("name") {
		case "bad":
			return nil, refuse(wire.Permanent, "validation", "not with hush-hush")
		case "lost":
			return nil, refuse(wire.Ambiguous, "", "timeout")
		case "blank":
			return resource.Of("secret", "x"), nil
		}
		return nil, nil
	}}
	o := options()
	o.Journal, o.Secret = d, hush
	bot := func(name string) *diff.Change { return create("bots", name, resource.Of("name", name), "webhooks/w") }
	r := mustRun(t, plan(bot("good"), bot("bad"), bot("lost"), bot("blank"), create("webhooks", "w", webhook("", "u"))), f, o)
	same(t, "statuses", statuses(r), []string{"bots/good: done", "bots/bad: failed", "bots/lost: unknown", "bots/blank: unknown", "webhooks/w: done"})
	i := slices.IndexFunc(d.outcomes, func(out journal.Outcome) bool { return len(out.Results) == 4 })
	same(t, "results", d.outcomes[i].Results, []journal.Result{{Change: "bots/good", Status: "done", ServerID: "bot2"},
		{Change: "bots/bad", Status: "failed", Error: "m: validation: not with ***"},
		{Change: "bots/lost", Status: "unknown", Error: "m: timeout"},
		{Change: "bots/blank", Status: "unknown", Error: "accepted, but the response has no id"}})
}

func TestAJournalThatFailsStopsTheRun(t *testing.T) {
	for n := 1; ; n++ {
		d := &diary{failAt: n}
		f := &fake{}
		f.enter = func(_ context.Context, method string, items []*resource.Object) {
			for _, it := range items {
				if !d.intended(method, sealedAgain(it)) {
					t.Errorf("write %d fails: %s %s was sent without an intent", n, method, resource.JSON(it))
				}
			}
		}
		o := options()
		o.Journal, o.Secret = d, hush
		r, err := Run(t.Context(), mixed(), f, o)
		if d.writes < n {
			if n < 19 || err != nil || !r.OK() {
				t.Errorf("the run without a fault: %d writes, %v", d.writes, err)
			}
			return
		}
		if err == nil || err.Error() != "the journal cannot be written: no space left" {
			t.Fatalf("write %d fails: error %v", n, err)
		}
		if r.Counts.Failed > 2 || r.Counts.Failed+r.Counts.Skipped+r.Counts.Done != len(r.Results) {
			t.Errorf("write %d fails: %+v", n, r.Counts)
		}
	}
}

// sealedAgain puts the reference in the place of the secret.
func sealedAgain(o *resource.Object) *resource.Object {
	out := o.Clone()
	if out.Has("secret_key") {
		out.Set("secret_key", resource.Secret("webhooks/c/x"))
	}
	return out
}

func TestNothingIsSentWithoutAnIntent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &diary{failAt: rapid.IntRange(0, 30).Draw(rt, "failing write")}
		f := &fake{}
		var without []string
		f.enter = func(_ context.Context, method string, items []*resource.Object) {
			for _, it := range items {
				if !d.intended(method, it) {
					d.note("!")
					without = append(without, method+resource.JSON(it))
				}
			}
		}
		bad := fmt.Sprint(rapid.IntRange(0, 20).Draw(rt, "refused"))
		f.whole = func(_ string, items []*resource.Object) error {
			if slices.ContainsFunc(items, func(it *resource.Object) bool { return it.String("name") == bad }) {
				return refuse(wire.Permanent, "validation", "unreadable")
			}
			return nil
		}
		o := options()
		o.Journal = d
		o.Concurrency, o.BatchSize = rapid.IntRange(1, 6).Draw(rt, "concurrency"), rapid.IntRange(1, 5).Draw(rt, "batch")
		r, _ := Run(context.Background(), randomPlan(rt), f, o)
		if len(without) > 0 {
			rt.Fatalf("sent without an intent: %v", without)
		}
		if d.failAt > 0 && d.writes >= d.failAt && r.Counts.Done+r.Counts.Failed+r.Counts.Skipped != len(r.Results) {
			rt.Fatalf("%+v", r.Counts)
		}
		if d.failAt == 0 && len(d.intents) != len(d.outcomes) {
			rt.Fatalf("%d intents, %d outcomes", len(d.intents), len(d.outcomes))
		}
	})
}

// randomPlan draws changes of many kinds that need and refer to each other.
func randomPlan(rt *rapid.T) *diff.Plan {
	var changes []*diff.Change
	for i := range rapid.IntRange(1, 20).Draw(rt, "changes") {
		name := fmt.Sprint(i)
		var c *diff.Change
		switch rapid.SampledFrom([]string{"agent", "group", "tag", "bot", "value", "rule", "webhook", "update", "delete", "replace"}).Draw(rt, "what") {
		case "agent":
			c = create("agents", name, agent(name, "name", name))
		case "group":
			c = create("groups", name, resource.Of("name", name))
		case "tag":
			c = create("tags", name, resource.Of("name", name, "group_ids", groupsOf(rt, changes)))
		case "bot":
			c = create("bots", name, resource.Of("name", name))
		case "value":
			c = create("license_properties", "ns/"+name, value("ns", name, int64(i)))
		case "rule":
			c = create("auto_accesses", name, resource.Of("description", name, "access", resource.Of("groups", groupsOf(rt, changes))))
			c.Move = &diff.Move{Before: ""}
		case "webhook":
			hook := webhook("", name)
			hook.Delete("secret_key")
			c = create("webhooks", name, hook)
		case "update":
			c = update("groups", name, resource.Of("id", int64(1000+i), "name", "old"), "name", name)
		case "delete":
			c = remove("tags", name, tag(name))
		case "replace":
			c = replacing("properties", "c/"+name, resource.Of("name", name, "owner_client_id", "c"), resource.Of("name", name, "owner_client_id", "c", "type", "int"), true)
		}
		if i > 0 && rapid.IntRange(0, 2).Draw(rt, "needs one") == 0 {
			c.DependsOn = append(c.DependsOn, changes[rapid.IntRange(0, i-1).Draw(rt, "need")].ID)
		}
		changes = append(changes, c)
	}
	return plan(changes...)
}

// groupsOf draws references to groups that the changes create.
func groupsOf(rt *rapid.T, changes []*diff.Change) resource.List {
	out := resource.List{int64(0)}
	for _, c := range changes {
		if c.Kind == "groups" && c.Action == diff.Create && rapid.Bool().Draw(rt, "in "+c.ID) {
			out = append(out, resource.Ref{Kind: c.Kind, Key: c.Key})
		}
	}
	return out
}
