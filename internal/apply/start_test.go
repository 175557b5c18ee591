package apply

import (
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// noted is a change that creates a bot whose routing status is noted.
func noted(name, status string) *diff.Change {
	return create("bots", name, resource.Of("name", name, "owner_client_id", "c", "routing_status", status))
}

func TestBotsInService(t *testing.T) {
	for _, tt := range []struct {
		why     string
		changes []*diff.Change
		class   wire.Class // of what set_routing_status answers, 0 if it succeeds
		refuse  bool
		methods []string
		args    []string // of set_routing_status
		result  Result   // of bots/B: status and detail
		notice  string
	}{
		{"after it was created", []*diff.Change{noted("B", "accepting_chats")}, 0, false,
			[]string{"batch create_bot", "set_routing_status"}, []string{`{"agent_id":"bot1","status":"accepting_chats"}`}, Result{Status: Done}, ""},
		{"what a new one has anyway is not set, and nobody need be told", []*diff.Change{noted("B", "offline")}, 0, false,
			[]string{"batch create_bot"}, nil, Result{Status: Done}, ""},
		{"nothing is noted", []*diff.Change{create("bots", "B", resource.Of("name", "B"))}, 0, false,
			[]string{"batch create_bot"}, nil, Result{Status: Done}, "1 new bot is offline, and the same command does not change that: add a row for bot1 to routing_statuses in the file, then run lcsync apply"},
		{"an update does not set it", []*diff.Change{update("bots", "B", resource.Of("id", "bot7", "name", "B"), "name", "B2", "routing_status", "accepting_chats")}, 0, false,
			[]string{"batch update_bot"}, nil, Result{Status: Done}, ""},
		{"refused", []*diff.Change{noted("B", "accepting_chats")}, wire.Permanent, true,
			[]string{"batch create_bot", "set_routing_status"}, []string{`{"agent_id":"bot1","status":"accepting_chats"}`},
			Result{Status: Failed, Detail: "it was created, but its routing status was not set to accepting_chats"},
			"1 new bot is offline, and the same command does not change that: add a row for bot1 to routing_statuses in the file, then run lcsync apply"},
		{"not answered", []*diff.Change{noted("B", "accepting_chats")}, wire.Ambiguous, true,
			[]string{"batch create_bot", "set_routing_status"}, []string{`{"agent_id":"bot1","status":"accepting_chats"}`},
			Result{Status: Unknown, Detail: "it was created; its routing status may have been set to accepting_chats"}, ""},
	} {
		t.Run(strings.ReplaceAll(tt.why, " ", "_"), func(t *testing.T) {
			f := &fake{}
			f.hook = func(method string, _ *resource.Object) (resource.Value, *wire.Error) {
				if tt.refuse && method == "set_routing_status" {
					return nil, refuse(tt.class, "validation", "no")
				}
				return nil, nil
			}
			for _, c := range tt.changes { // what is updated is what differs
				if c.Action == diff.Update {
					c.Write = []string{"name"}
				}
			}
			o := options()
			o.Concurrency, o.NoVerify = 1, true
			o.SaveSecrets = func([]NewSecret) error { return nil }
			r := mustRun(t, plan(tt.changes...), f, o)
			same(t, tt.why, f.methods(), tt.methods)
			same(t, "what is sent", f.args("set_routing_status"), tt.args)
			for _, args := range f.args("create_bot") {
				if strings.Contains(args, "routing_status") {
					t.Errorf("create_bot is sent %s", args)
				}
			}
			got := resultOf(r, "bots/B")
			same(t, "the result", Result{Status: got.Status, Detail: got.Detail}, tt.result)
			same(t, "notices", strings.Join(r.Notices, "; "), tt.notice)
			var b strings.Builder
			if err := r.Text(&b, Style{}); err != nil {
				t.Fatal(err)
			}
			same(t, "advice to repeat the command", strings.Contains(b.String(), "run the same command again"), got.Status == Unknown)
		})
	}
}

// TestResumeBeforeService: a bot that a killed run created and did not bring into
// service is left to be, also where the rest is planned anew.
func TestResumeBeforeService(t *testing.T) {
	now := time.Unix(1e9, 0)
	for _, tt := range []struct {
		why    string
		status string // noted
		steps  map[string]Status
		gone   bool
		left   string
	}{
		{"killed between the calls", "accepting_chats", map[string]Status{"creating": Done}, false, "update bots/B"},
		{"the second one was not answered", "accepting_chats", map[string]Status{"creating": Done, "starting": Unknown}, false, "update bots/B"},
		{"the first one was not answered, and took effect", "accepting_chats", map[string]Status{"creating": Unknown}, false, "update bots/B"},
		{"both were made", "accepting_chats", map[string]Status{"creating": Done, "starting": Done}, false, ""},
		{"a new one is offline anyway", "offline", map[string]Status{"creating": Done}, false, ""},
		{"somebody deleted it", "accepting_chats", map[string]Status{"creating": Done}, true, ""},
	} {
		for _, begun := range []bool{false, true} {
			ch := noted("B", tt.status)
			live := &resource.License{}
			live.SetRows("bots", nil)
			if !tt.gone {
				live.Append("bots", resource.Of("id", "bot7", "name", "B", "owner_client_id", "c"))
			}
			var entries []journal.Entry
			for _, step := range []string{"creating", "starting"} {
				status, made := tt.steps[step]
				if !made {
					continue
				}
				if status == Unknown {
					status = ""
				}
				entries = told(entries, ch.ID, step, now.Add(-time.Hour), status, "bot7")
			}
			u := UnfinishedRun{Plan: plan(ch), Entries: entries, Before: &resource.License{}, Live: live, Now: now, Propagation: time.Minute, Begun: begun}
			rest := Reconcile(u)
			var left []string
			for _, c := range rest.Plan.Changes {
				left = append(left, string(c.Action)+" "+c.ID)
			}
			same(t, tt.why, strings.Join(left, ", "), tt.left)
			if tt.left == "" {
				continue
			}
			f := &fake{}
			o := options()
			o.NoVerify = true
			r := mustRun(t, rest.Plan, f, o)
			same(t, tt.why, f.methods(), []string{"set_routing_status"})
			same(t, tt.why, f.args("set_routing_status"), []string{`{"agent_id":"bot7","status":"accepting_chats"}`})
			same(t, tt.why, statuses(r), []string{"bots/B: done"})
			// The same is left if nothing came of that either.
			again := Reconcile(UnfinishedRun{Plan: rest.Plan, Before: live, Live: live, Now: now, Propagation: time.Minute, Begun: begun})
			same(t, "and again", len(again.Plan.Changes), 1)
		}
	}
}
