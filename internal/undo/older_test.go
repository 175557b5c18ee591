package undo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// TestOlder: what a run deleted in an older version is made again, and what it
// made in its place goes only after that.
func TestOlder(t *testing.T) {
	const successor, kind = "webhooks/clientA/incoming_chat/https://a.example/1", "3.2/webhooks"
	old := resource.Of("webhook_id", "o1", "action", "incoming_chat", "owner_client_id", "clientA", "url", "https://old.example/", "secret_key", resource.Secret("hush"))
	made := parse(t, `{"webhooks": [`+hook+`]}`).Rows("webhooks")[0]
	run := &diff.Plan{Found: diff.Found{Beside: map[string][]string{}}, Changes: []*diff.Change{
		{ID: successor, Kind: "webhooks", Key: "clientA/incoming_chat/https://a.example/1", Action: diff.Create, After: made},
		{ID: kind + "/o1", Kind: kind, Key: "the old one", Action: diff.Delete, Before: old, DependsOn: []string{successor}},
	}}
	for _, tt := range []struct {
		why     string
		live    func(l *resource.License)
		done    string // of the deletion, if anything
		want    []string
		skipped string
	}{
		{why: "it comes back first", done: "deleted",
			want: []string{successor + " delete, needs " + kind + "/o1", kind + `/o1 create {"action":"incoming_chat","owner_client_id":"clientA","url":"https://old.example/","secret_key":{"$secret":"hush"}}`}},
		{why: "it was not deleted", want: []string{successor + " delete, needs "}},
		{why: "it is there", done: "deleted", live: func(l *resource.License) { l.SetRows(kind, []*resource.Object{old}) }, want: []string{successor + " delete, needs "}},
		{why: "the older version could not be read", done: "deleted", live: func(l *resource.License) { l.Remove(kind) },
			want: []string{successor + " delete, needs "}, skipped: kind + ": the license's 3.2/webhooks were not read"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			live := parse(t, `{"webhooks": [`+hook+`]}`)
			live.ClientIDs = []string{"clientA"}
			live.SetRows(kind, nil)
			if tt.live != nil {
				tt.live(live)
			}
			done := map[string]resource.Value{successor: "w1"}
			if tt.done != "" {
				done[kind+"/o1"] = nil
			}
			before := parse(t, `{"webhooks": []}`)
			before.SetRows(kind, []*resource.Object{old})
			p, back, err := Plan(Run{Plan: run, Done: done, Preimage: before}, live, true, diff.Options{AllowApplication: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, ch := range p.Changes {
				if ch.Action == diff.Create {
					got = append(got, ch.ID+" create "+resource.JSON(ch.After))
				} else {
					got = append(got, ch.ID+" "+string(ch.Action)+", needs "+strings.Join(ch.DependsOn, " "))
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			skipped := ""
			for _, s := range back.Skipped {
				skipped += strings.TrimSpace(s.Kind+" "+s.Key) + ": " + s.Reason
			}
			if skipped != tt.skipped {
				t.Errorf("skipped %q, want %q", skipped, tt.skipped)
			}
			if tt.done != "" && tt.skipped == "" && tt.live == nil {
				lost := []string{"3.2/webhooks/clientA/incoming_chat/https://old.example/: secret_key, unless it is supplied as hush",
					"3.2/webhooks/clientA/incoming_chat/https://old.example/: its webhook_id"}
				if d := cmp.Diff(lost, back.Lost); d != "" {
					t.Errorf("lost: -want +got:\n%s", d)
				}
			}
		})
	}
}

// TestOlderReturned: a bot has others by now, and what an undo brought back is
// not deleted by another.
func TestOlderReturned(t *testing.T) {
	const kind = "3.2/bot_webhooks"
	own := func(url string) *resource.Object {
		return resource.Of("id", "b1", "url", url, "actions", resource.List{resource.Of("name", "incoming_chat")})
	}
	live := parse(t, `{}`)
	live.SetRows(kind, []*resource.Object{own("https://new.example/")})
	run := func(a diff.Action, row *resource.Object) Run {
		ch := &diff.Change{ID: kind + "/b1", Kind: kind, Key: "b1", Action: a, Before: row}
		if a == diff.Create {
			ch.Before, ch.After = nil, row
		}
		return Run{Plan: &diff.Plan{Changes: []*diff.Change{ch}}, Done: map[string]resource.Value{ch.ID: true}, Preimage: parse(t, `{}`)}
	}
	for _, tt := range []struct {
		run  Run
		want string
	}{
		{run(diff.Delete, own("https://old.example/")), "there is another one by now"},
		{run(diff.Create, own("https://new.example/")), "it is there again; lcsync migrate-live deletes it once its successors are sent"},
	} {
		p, back, err := Plan(tt.run, live, true, diff.Options{})
		if err != nil || len(p.Changes) > 0 {
			t.Fatal(p, err)
		}
		if d := cmp.Diff([]diff.Skip{{Kind: kind, Key: "b1", Reason: tt.want}}, back.Skipped); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	}
}
