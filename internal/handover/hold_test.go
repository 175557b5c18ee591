package handover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire/wiretest"
)

// TestHold: an old webhook is deleted if its work is done by others right now.
func TestHold(t *testing.T) {
	made := map[string]resource.Value{"webhooks/app/chat_deactivated/https://a.example/": "n1"}
	with := func(kind, rows string) map[string]string {
		live := online()
		live["webhooks"] = `[{"id":"n1",` + closed[1:] + `,{"id":"n3",` + inside[1:] + `]`
		live[kind] = rows
		return live
	}
	there, off := with("webhooks_state", "["+switched+"]"), with("webhooks_state", strings.Replace("["+switched+"]", "true", "false", 1))
	gone := with("webhooks", "[]")
	bot := func(change func(row *resource.Object)) func(*resource.License) {
		return func(l *resource.License) { change(l.Rows("3.2/bot_webhooks")[0]) }
	}
	for _, tt := range []struct {
		why, change string
		made        map[string]resource.Value
		reads       []map[string]string // the last one repeats
		odd         func(*resource.License)
		want        string
		took        time.Duration
		looks       int
	}{
		{"its successor is registered and will be sent", "3.2/webhooks/w1", made, []map[string]string{there}, nil, "", 0, 1},
		{"its successor is switched off by now", "3.2/webhooks/w1", made, []map[string]string{off}, nil, "the license webhooks of app are not enabled", 0, 1},
		{"its successor takes a while to show", "3.2/webhooks/w1", made, []map[string]string{gone, gone, there}, nil, "", 10 * time.Second, 3},
		{"its successor does not show", "3.2/webhooks/w1", made, []map[string]string{gone}, nil, "its successor chat_deactivated is not registered", 20 * time.Second, 5},
		{"one that the plan did not make is not waited for", "3.2/webhooks/w1", nil, []map[string]string{gone}, nil, "its successor chat_deactivated is not registered", 0, 1},
		{"changes of the current version are let through", "webhooks/app/chat_deactivated/https://a.example/", nil, nil, nil, "", 0, 0},
		{"a bot is as it was", "3.2/bot_webhooks/b1", nil, []map[string]string{there}, nil, "", 0, 1},
		{"whatever else of the bot changed", "3.2/bot_webhooks/b1", nil, []map[string]string{there}, bot(func(o *resource.Object) { o.Set("name", "New") }), "", 0, 1},
		{"it has something else inside by now", "3.2/bot_webhooks/b1", nil, []map[string]string{there},
			bot(func(o *resource.Object) {
				o.Set("actions", append(o.List("actions"), resource.Of("name", "incoming_chat")))
			}), changedSince, 0, 1},
		{"it has another address", "3.2/bot_webhooks/b1", nil, []map[string]string{there},
			bot(func(o *resource.Object) { o.Set("url", "https://new.example/") }), changedSince, 0, 1},
		{"it has another secret", "3.2/bot_webhooks/b1", nil, []map[string]string{there},
			func(l *resource.License) { l.Secrets["bots/b1/webhooks"] = "s4" }, changedSince, 0, 1},
		{"it has nothing inside any more", "3.2/bot_webhooks/b1", nil, []map[string]string{there},
			func(l *resource.License) { l.SetRows("3.2/bot_webhooks", nil) }, "", 0, 1},
		{"it cannot be read", "3.2/bot_webhooks/b1", nil, []map[string]string{there},
			func(l *resource.License) {
				l.Gaps = append(l.Gaps, resource.Gap{Kind: "3.2/bot_webhooks", ID: "b1", Reason: "refused"})
			},
			"whether it is as it was could not be read: refused", 0, 1},
	} {
		t.Run(tt.why, func(t *testing.T) {
			h, plan := handedOver(t, both(t, online()), successions, false, diff.Options{})
			clock := wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
			looks := 0
			hold := h.Hold(func(context.Context, []string) (*resource.License, error) {
				live := both(t, tt.reads[min(looks, len(tt.reads)-1)])
				if looks++; tt.odd != nil {
					tt.odd(live)
				}
				return live, nil
			}, clock, 20*time.Second)
			started := clock.Now()
			why, err := hold(t.Context(), change(plan, tt.change), tt.made)
			got := []any{why, err, clock.Now().Sub(started), looks}
			if d := cmp.Diff([]any{tt.want, error(nil), tt.took, tt.looks}, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func change(p *diff.Plan, id string) *diff.Change {
	for _, ch := range p.Changes {
		if ch.ID == id {
			return ch
		}
	}
	return nil
}

// TestHoldLooksAgain: a look at the license counts for 30 s, and for what it was
// made for.
func TestHoldLooksAgain(t *testing.T) {
	live := online()
	live["webhooks"] = `[{"id":"n1",` + closed[1:] + `,{"id":"n2",` + access[1:] + `,{"id":"n3",` + inside[1:] + `]`
	h, plan := handedOver(t, both(t, live), successions, false, diff.Options{})
	clock := wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	var looked []string
	hold := h.Hold(func(_ context.Context, kinds []string) (*resource.License, error) {
		looked = append(looked, clock.Now().Format("05 ")+strings.Join(kinds, " "))
		now := both(t, live)
		if !slices.Contains(kinds, "3.2/bot_webhooks") {
			now.Remove("3.2/bot_webhooks")
		}
		return now, nil
	}, clock, 20*time.Second)
	for _, at := range []struct {
		id    string
		pause time.Duration
	}{{"3.2/webhooks/w1", 0}, {"3.2/webhooks/w2", 20 * time.Second}, {"3.2/webhooks/w3", 12 * time.Second}, {"3.2/bot_webhooks/b1", 0}} {
		if err := clock.Sleep(t.Context(), at.pause); err != nil {
			t.Fatal(err)
		}
		if why, err := hold(t.Context(), change(plan, at.id), nil); why != "" || err != nil {
			t.Errorf("%s is held: %s %v", at.id, why, err)
		}
	}
	want := []string{"00 webhooks webhooks_state", "32 webhooks webhooks_state", "32 routing_statuses webhooks webhooks_state 3.2/bot_webhooks"}
	if d := cmp.Diff(want, looked); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestHoldRecalls what was made for each, though one look serves several.
func TestHoldRecalls(t *testing.T) {
	h, plan := handedOver(t, both(t, online()), successions, false, diff.Options{})
	made := map[string]resource.Value{}
	for _, ch := range plan.Changes {
		if ch.Action == diff.Create {
			ch.After.Set("additional_data", resource.List{"chat_properties"})
			made[ch.ID] = "n" + ch.After.String("url")
		}
	}
	for _, row := range h.want.Rows("webhooks") {
		row.Set("additional_data", resource.List{"chat_properties"})
	}
	live := online()
	live["webhooks"] = `[{"id":"nhttps://a.example/",` + closed[1:] + `,{"id":"nhttps://b.example/",` + access[1:] + `]`
	looks := 0
	hold := h.Hold(func(context.Context, []string) (*resource.License, error) {
		looks++
		now := both(t, live)
		now.Unreadable = map[string][]string{"webhooks": {"additional_data"}}
		return now, nil
	}, wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), time.Minute)
	for _, id := range []string{"3.2/webhooks/w1", "3.2/webhooks/w2"} {
		ch := change(plan, id)
		if why, err := hold(t.Context(), ch, map[string]resource.Value{ch.DependsOn[0]: made[ch.DependsOn[0]]}); why != "" || err != nil {
			t.Errorf("%s is held: %s %v", id, why, err)
		}
	}
	if looks != 1 {
		t.Errorf("%d looks", looks)
	}
}

// TestHoldFails: without a look at the license nothing goes.
func TestHoldFails(t *testing.T) {
	h, plan := handedOver(t, both(t, online()), successions, false, diff.Options{})
	clock := wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	broken := errors.New("broken")
	hold := h.Hold(func(context.Context, []string) (*resource.License, error) { return nil, broken }, clock, time.Minute)
	if _, err := hold(t.Context(), change(plan, "3.2/webhooks/w1"), nil); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// TestRecall: what was just made is known to have what it was made with, though
// the license shows of nothing that it has it.
func TestRecall(t *testing.T) {
	now := &resource.License{Unreadable: map[string][]string{"webhooks": {"additional_data"}}}
	now.SetRows("webhooks", []*resource.Object{resource.Of("id", "n1", "url", "u"), resource.Of("id", "n2", "url", "v")})
	plan := &diff.Plan{Changes: []*diff.Change{{ID: "webhooks/a", Kind: "webhooks", Action: diff.Create,
		After: resource.Of("url", "sent", "additional_data", resource.List{"chat_properties"})}}}
	recall(now, plan, map[string]resource.Value{"webhooks/a": "n2"})
	got := []string{resource.JSON(now.Rows("webhooks")[0]), resource.JSON(now.Rows("webhooks")[1])}
	if d := cmp.Diff([]string{`{"id":"n1","url":"u"}`, `{"id":"n2","url":"v","additional_data":["chat_properties"]}`}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
