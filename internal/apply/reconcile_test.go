package apply

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// was is a call of the journal about the change of a case.
type was struct {
	step   string
	status Status // "" is a call without an outcome
	age    time.Duration
	id     resource.Value
}

const (
	lately  = 10 * time.Second
	longAgo = 5 * time.Minute // reads lag no longer than two
)

// resumption is a change of a run that did not finish, what the journal tells
// of it, and the rows of its kind as they are now.
type resumption struct {
	name   string
	change *diff.Change
	trail  []was
	live   []*resource.Object
	want   string // what is left, see left
	begun  string // the same where the rest is planned anew, "" if it is equal
}

func aTag(name string, groups ...any) *resource.Object {
	return resource.Of("name", name, "group_ids", resource.List(groups))
}

func hook(id, url string) *resource.Object {
	o := webhook(id, url)
	o.Set("owner_client_id", "app")
	return o
}

func aGroup(id int64, name string) *resource.Object {
	o := resource.Of("name", name, "language_code", "en")
	if id != 0 {
		o.Set("id", id)
	}
	return o
}

// resume finds out what is left, of one change alone.
func resume(c resumption, begun bool) *Remainder {
	now := time.Unix(1e9, 0)
	var entries []journal.Entry
	for _, w := range c.trail {
		entries = told(entries, c.change.ID, w.step, now.Add(-w.age), w.status, w.id)
	}
	before, live := &resource.License{}, &resource.License{}
	before.SetRows(c.change.Kind, nil)
	if c.change.Before != nil {
		before.SetRows(c.change.Kind, []*resource.Object{c.change.Before})
	}
	live.SetRows(c.change.Kind, c.live)
	return Reconcile(UnfinishedRun{Plan: plan(c.change), Entries: entries, Before: before, Live: live,
		Now: now, Propagation: 2 * time.Minute, Begun: begun})
}

// told adds a call to what a journal tells: its intent, and its outcome unless
// the status is "".
func told(entries []journal.Entry, change, step string, at time.Time, status Status, id resource.Value) []journal.Entry {
	call := int64(len(entries) + 1)
	entries = append(entries, journal.Entry{Intent: &journal.Intent{Call: call, Time: at, Step: step, Changes: []string{change}}})
	if status == "" {
		return entries
	}
	return append(entries, journal.Entry{Outcome: &journal.Outcome{Call: call, Results: []journal.Result{
		{Change: change, Status: string(status), ServerID: resource.Text(id)}}}})
}

// left tells in a line what a remainder comes to.
func left(r *Remainder) string {
	if r.Wait > 0 {
		return fmt.Sprint("wait ", r.Wait)
	}
	var out []string
	for _, d := range r.Done {
		out = append(out, strings.TrimSpace("done "+d.ServerID))
	}
	for _, ch := range r.Plan.Changes {
		text := string(ch.Action)
		if len(ch.Write) > 0 {
			text += " " + strings.Join(ch.Write, ",")
		}
		out = append(out, text)
	}
	for _, c := range r.Conflicts {
		out = append(out, "conflict: "+c.Reason)
	}
	if len(r.Notices) > 0 {
		out = append(out, "notice")
	}
	return strings.Join(out, "; ")
}

const nothing = "" // nothing is left, and nothing was done

func TestReconcile(t *testing.T) {
	var cases []resumption
	for _, more := range [][]resumption{creations(), updates(), deletions(), replacements(), definitions()} {
		cases = append(cases, more...)
	}
	for _, c := range cases {
		t.Run(string(c.change.Action)+"/"+c.change.Kind+"/"+c.name, func(t *testing.T) {
			if got := left(resume(c, false)); got != c.want {
				t.Errorf("as planned: got %q, want %q", got, c.want)
			}
			want := c.begun
			if want == "" {
				want = c.want
			}
			if want == "-" {
				want = nothing
			}
			if got := left(resume(c, true)); got != want {
				t.Errorf("what was begun: got %q, want %q", got, want)
			}
		})
	}
	t.Logf("%d cases, each in two modes", len(cases))
}

func creations() []resumption {
	group := create("groups", "Sales", aGroup(0, "Sales"))
	bot := create("bots", "B", resource.Of("name", "B", "owner_client_id", "app"))
	live := func(o ...*resource.Object) []*resource.Object { return o }
	botLive := resource.Of("id", "b1", "name", "B", "owner_client_id", "app")
	oneTag := create("tags", "t", aTag("t", int64(1)))
	return []resumption{
		{"not begun", group, nil, nil, "create", "-"},
		{"refused", group, []was{{"creating", Failed, lately, nil}}, nil, "create", "-"},
		{"done and there", group, []was{{"creating", Done, lately, int64(7)}}, live(aGroup(7, "Sales")), "done 7", ""},
		{"done and there, renamed since", group, []was{{"creating", Done, lately, int64(7)}}, live(aGroup(7, "Shop")), "done 7", ""},
		{"done, does not show yet", group, []was{{"creating", Done, lately, int64(7)}}, nil, "wait 1m50s", ""},
		{"done, another of that name shows", group, []was{{"creating", Done, lately, int64(7)}}, live(aGroup(8, "Sales")), "wait 1m50s", ""},
		{"done, removed since", group, []was{{"creating", Done, longAgo, int64(7)}}, nil, "done 7", ""},
		{"open, there", group, []was{{"creating", "", lately, nil}}, live(aGroup(7, "Sales")), "done 7", ""},
		{"open, does not show yet", group, []was{{"creating", "", lately, nil}}, nil, "wait 1m50s", ""},
		{"unknown, does not show yet", group, []was{{"creating", Unknown, lately, nil}}, nil, "wait 1m50s", ""},
		{"open, never came to be", group, []was{{"creating", "", longAgo, nil}}, nil, "create", "-"},
		{"open, another of that name is there", group, []was{{"creating", "", longAgo, nil}},
			live(resource.Of("id", int64(7), "name", "Sales", "language_code", "pl")), "conflict: another one of that name exists now", "-"},
		{"unknown and then found", group, []was{{"creating", Unknown, lately, nil}, {"creating", Done, lately, int64(7)}}, live(aGroup(7, "Sales")), "done 7", ""},
		{"found and then refused, as it was there", group, []was{{"creating", Done, lately, int64(7)}, {"creating", Failed, lately, nil}}, live(aGroup(7, "Sales")), "done 7", ""},
		{"open, there, its secret lost", bot, []was{{"creating", "", lately, nil}}, live(botLive), "done b1; notice", ""},
		{"done, there, its secret kept", bot, []was{{"creating", Done, lately, "b1"}}, live(botLive), "done b1", ""},
		{"by name, done and there", oneTag, []was{{"creating", Done, lately, nil}}, live(aTag("t", int64(1))), "done", ""},
		{"by name, done, does not show yet", oneTag, []was{{"creating", Done, lately, nil}}, nil, "wait 1m50s", ""},
		{"by name, open, there", oneTag, []was{{"creating", "", lately, nil}}, live(aTag("t", int64(1))), "done t", ""},
	}
}

func updates() []resumption {
	old := aGroup(7, "Sales")
	rename := update("groups", "7", old, "name", "Shop")
	live := func(o ...*resource.Object) []*resource.Object { return o }
	return []resumption{
		{"not begun", rename, nil, live(old), "update name", "-"},
		{"not begun, as wanted by now", rename, nil, live(aGroup(7, "Shop")), "done 7", ""},
		{"not begun, changed by others", rename, nil, live(aGroup(7, "Store")), "conflict: it was changed", "-"},
		{"not begun, gone", rename, nil, nil, "conflict: it no longer exists", "-"},
		{"open, as it was", rename, []was{{"updating", "", lately, nil}}, live(old), "update name", "-"},
		{"open, as wanted", rename, []was{{"updating", "", lately, nil}}, live(aGroup(7, "Shop")), "done 7", ""},
		{"done, as wanted", rename, []was{{"updating", Done, lately, int64(7)}}, live(aGroup(7, "Shop")), "done 7", ""},
		{"done, shows as it was", rename, []was{{"updating", Done, lately, int64(7)}}, live(old), "update name", "-"},
		{"refused", rename, []was{{"updating", Failed, lately, nil}}, live(old), "update name", "-"},
		{"begun, gone", rename, []was{{"updating", "", lately, nil}}, nil, "conflict: it no longer exists", "-"},
	}
}

func deletions() []resumption {
	old := aGroup(7, "Sales")
	gone := remove("groups", "7", old)
	live := func(o ...*resource.Object) []*resource.Object { return o }
	return []resumption{
		{"not begun", gone, nil, live(old), "delete", "-"},
		{"not begun, gone", gone, nil, nil, "done", ""},
		{"not begun, changed by others", gone, nil, live(aGroup(7, "Store")), "conflict: it was changed", "-"},
		{"open, there", gone, []was{{"deleting", "", lately, nil}}, live(old), "delete", "-"},
		{"open, gone", gone, []was{{"deleting", "", lately, nil}}, nil, "done", ""},
		{"done, gone", gone, []was{{"deleting", Done, lately, nil}}, nil, "done", ""},
		{"done, still shows", gone, []was{{"deleting", Done, lately, nil}}, live(old), "wait 1m50s", ""},
		{"done, shows for too long", gone, []was{{"deleting", Done, longAgo, nil}}, live(old), "done", ""},
		{"refused", gone, []was{{"deleting", Failed, lately, nil}}, live(old), "delete", "-"},
	}
}

func replacements() []resumption {
	old, next := hook("h1", "a"), hook("", "b")
	first := replace(old, next, false) // the new one first
	last := replace(old, next, true)
	live := func(o ...*resource.Object) []*resource.Object { return o }
	return []resumption{
		{"not begun", first, nil, live(old), "replace", "-"},
		{"not begun, gone", first, nil, nil, "conflict: it no longer exists", "-"},
		{"not begun, changed by others", first, nil, live(hook("h1", "c")), "conflict: it was changed", "-"},
		{"open, both there", first, []was{{"creating", "", lately, nil}}, live(old, hook("h2", "b")), "delete", ""},
		{"open, the old one alone", first, []was{{"creating", "", lately, nil}}, live(old), "wait 1m50s", ""},
		{"open, the old one alone for long", first, []was{{"creating", "", longAgo, nil}}, live(old), "replace", "-"},
		{"new one done, both there", first, []was{{"creating", Done, lately, "h2"}}, live(old, hook("h2", "b")), "delete", ""},
		{"new one done, does not show yet", first, []was{{"creating", Done, lately, "h2"}}, live(old), "wait 1m50s", ""},
		{"both done", first, []was{{"creating", Done, lately, "h2"}, {"deleting", Done, lately, nil}}, live(hook("h2", "b")), "done h2", ""},
		{"both done, the old one still shows", first, []was{{"creating", Done, lately, "h2"}, {"deleting", Done, lately, nil}}, live(old, hook("h2", "b")), "wait 1m50s", ""},
		{"the old one's end open, gone", first, []was{{"creating", Done, lately, "h2"}, {"deleting", "", lately, nil}}, live(hook("h2", "b")), "done h2", ""},
		{"the old one's end open, there", first, []was{{"creating", Done, lately, "h2"}, {"deleting", "", lately, nil}}, live(old, hook("h2", "b")), "delete", ""},
		{"old first, open, there", last, []was{{"deleting", "", lately, nil}}, live(old), "replace", "-"},
		{"old first, open, gone", last, []was{{"deleting", "", lately, nil}}, nil, "create", ""},
		{"old first, gone", last, []was{{"deleting", Done, lately, nil}}, nil, "create", ""},
		{"old first, gone, still shows", last, []was{{"deleting", Done, lately, nil}}, live(old), "wait 1m50s", ""},
		{"old first, new one open, there", last, []was{{"deleting", Done, lately, nil}, {"creating", "", lately, nil}}, live(hook("h2", "b")), "done h2", ""},
		{"old first, new one open, neither there", last, []was{{"deleting", Done, lately, nil}, {"creating", "", lately, nil}}, nil, "wait 1m50s", ""},
		{"old first, new one never came to be", last, []was{{"deleting", Done, longAgo, nil}, {"creating", "", longAgo, nil}}, nil, "create", ""},
		{"old first, new one refused", last, []was{{"deleting", Done, longAgo, nil}, {"creating", Failed, longAgo, nil}}, nil, "create", ""},
		{"old first, both done", last, []was{{"deleting", Done, lately, nil}, {"creating", Done, lately, "h2"}}, live(hook("h2", "b")), "done h2", ""},
	}
}

func definition(description string) *resource.Object {
	return resource.Of("owner_client_id", "app", "name", "p", "type", "int", "description", description)
}

func published(description string) *resource.Object {
	o := definition(description)
	o.Set("public_access", resource.List{"read"})
	return o
}

func definitions() []resumption {
	old, next := definition("old"), definition("new")
	ch := &diff.Change{ID: "properties/app/p", Kind: "properties", Key: "app/p", Action: diff.Replace, Before: old, After: next, DeleteFirst: true}
	public := &diff.Change{ID: "properties/app/p", Kind: "properties", Key: "app/p", Action: diff.Create, After: published("new")}
	live := func(o ...*resource.Object) []*resource.Object { return o }
	removed, made := was{"deleting", Done, lately, nil}, was{"creating", Done, lately, nil}
	return []resumption{
		{"not begun", ch, nil, live(old), "replace", "-"},
		{"open, as it was", ch, []was{{"deleting", "", lately, nil}}, live(old), "replace", "-"},
		{"open, gone", ch, []was{{"deleting", "", lately, nil}}, nil, "create", ""},
		{"removed", ch, []was{removed}, nil, "create", ""},
		{"new one open, neither shows", ch, []was{removed, {"creating", "", lately, nil}}, nil, "wait 1m50s", ""},
		{"new one open, there", ch, []was{removed, {"creating", "", lately, nil}}, live(next), "done", ""},
		{"new one never came to be", ch, []was{{"deleting", Done, longAgo, nil}, {"creating", "", longAgo, nil}}, nil, "create", ""},
		{"both done", ch, []was{removed, made}, live(next), "done", ""},
		{"both done, shows as it was", ch, []was{removed, made}, live(old), "wait 1m50s", ""},
		{"both done, does not show yet", ch, []was{removed, made}, nil, "wait 1m50s", ""},
		{"made, not published", public, []was{made}, live(next), "update public_access", "-"},
		{"made, publication open", public, []was{made, {"publishing", "", lately, nil}}, live(next), "update public_access", "-"},
		{"open, made, not published", public, []was{{"creating", "", lately, nil}}, live(next), "update public_access", "-"},
		{"open, published", public, []was{{"creating", "", lately, nil}}, live(published("new")), "done", ""},
		{"publication open, published", public, []was{made, {"publishing", "", lately, nil}}, live(published("new")), "done", ""},
		{"made and published", public, []was{made, {"publishing", Done, lately, nil}}, live(published("new")), "done", ""},
	}
}

// TestAClockThatWasAhead: what was sent was sent before the license was looked
// at, whatever the clock said then.
func TestAClockThatWasAhead(t *testing.T) {
	now := time.Unix(1e9, 0)
	live := &resource.License{}
	live.SetRows("groups", nil)
	for _, tt := range []struct {
		looked time.Duration // how long ago
		want   time.Duration
	}{{0, 2 * time.Minute}, {30 * time.Second, 90 * time.Second}, {5 * time.Minute, 0}} {
		r := Reconcile(UnfinishedRun{Plan: plan(create("groups", "Sales", aGroup(0, "Sales"))), Before: &resource.License{}, Live: live,
			Entries: told(nil, "groups/Sales", "creating", now.Add(24*time.Hour), "", nil),
			Now:     now, Since: now.Add(-tt.looked), Propagation: 2 * time.Minute})
		if r.Wait != tt.want {
			t.Errorf("looked %v ago: wait %v, want %v", tt.looked, r.Wait, tt.want)
		}
	}
}

// TestWhatReconcileFindsIsJournalled: with the call that nobody answered and the
// id, so that undo knows it.
func TestWhatReconcileFindsIsJournalled(t *testing.T) {
	now := time.Unix(1e9, 0)
	live := &resource.License{}
	live.SetRows("groups", []*resource.Object{aGroup(7, "Sales")})
	p := plan(create("groups", "Sales", aGroup(0, "Sales")))
	entries := told(nil, "groups/Sales", "creating", now.Add(-lately), "", nil)
	r := Reconcile(UnfinishedRun{Plan: p, Before: &resource.License{}, Live: live, Entries: entries, Now: now, Propagation: time.Minute})
	if len(r.Found) != 1 || r.Found[0].Call != 1 {
		t.Fatalf("found %+v", r.Found)
	}
	made := Made(p, append(entries, journal.Entry{Outcome: &r.Found[0]}))
	if made["groups/Sales"] != resource.Value(int64(7)) {
		t.Errorf("made %v", made)
	}

	live.SetRows("groups", nil)
	entries = told(nil, "groups/Sales", "creating", now.Add(-longAgo), "", nil)
	r = Reconcile(UnfinishedRun{Plan: p, Before: &resource.License{}, Live: live, Entries: entries, Now: now, Propagation: time.Minute})
	if len(r.Found) != 1 || len(Made(p, append(entries, journal.Entry{Outcome: &r.Found[0]}))) != 0 {
		t.Errorf("what never showed may have been made: %+v", r.Found)
	}
}
