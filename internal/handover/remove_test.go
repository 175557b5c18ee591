package handover

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// answers is an older version that gives prepared answers, in order.
type answers struct {
	t     *testing.T
	give  []any // an answer as JSON, or an error
	calls []string
	stop  context.CancelFunc // ends the context with the first call
}

func (a *answers) Call(_ context.Context, method string, args *resource.Object) (resource.Value, error) {
	a.calls = append(a.calls, method+" "+resource.JSON(args))
	if a.stop != nil {
		a.stop()
	}
	if len(a.give) == 0 {
		a.t.Fatalf("a call too many: %s", a.calls)
	}
	next := a.give[0]
	a.give = a.give[1:]
	if err, ok := next.(error); ok {
		return nil, err
	}
	v, err := resource.ParseJSON([]byte(next.(string)))
	if err != nil {
		a.t.Fatal(err)
	}
	return v, nil
}

func (a *answers) Batch(context.Context, string, []*resource.Object) ([]wire.Outcome, error) {
	a.t.Fatal("old versions have no batches")
	return nil, nil
}

func TestRemove(t *testing.T) {
	const (
		unregister = `unregister_webhook {"webhook_id":"w1"}`
		clearing   = `update_bot {"id":"b1","webhooks":{"url":"https://bot.example/","actions":[],"secret_key":"s3"}}`
		get        = `get_bot {"bot_agent_id":"b1"}`
		before     = `{"bot_agent":{"id":"b1","webhooks":{"url":"https://bot.example/","secret_key":"s3","actions":[{"name":"incoming_event"}]}}}`
	)
	old := license(t, map[string]string{"bots": `[{"id":"b1","webhooks":{"url":"https://bot.example/","actions":[{"name":"incoming_event"}]}}]`})
	own := old.Rows("bots")[0].Object("webhooks")
	own.Set("secret_key", resource.Secret("bots/b1/webhooks"))
	refused := &wire.Error{Method: "update_bot", Type: "validation", Message: "no", Class: wire.Permanent, Status: 400}
	lost := &wire.Error{Method: "unregister_webhook", Message: "no answer", Class: wire.Ambiguous}
	gone := &wire.Error{Method: "unregister_webhook", Type: "not_found", Class: wire.Permanent, Status: 404}
	for _, tt := range []struct {
		why, kind string
		give      []any
		stop      bool
		secret    bool
		want      Outcome
		calls     []string
	}{
		{"a webhook goes", "webhooks", []any{`{}`}, false, true, Outcome{Status: Removed}, []string{unregister}},
		{"a refusal is told", "webhooks", []any{refused}, false, true, Outcome{Status: Failed, Why: "update_bot: validation: no"}, []string{unregister}},
		{"what is not there is gone", "webhooks", []any{gone}, false, true, Outcome{Status: Removed}, []string{unregister}},
		{"without an answer nothing is known", "webhooks", []any{lost}, false, true, Outcome{Status: Unknown, Why: "unregister_webhook: no answer"}, []string{unregister}},
		{"an interrupt ends it", "webhooks", []any{lost}, true, true, Outcome{Status: Unknown, Why: "interrupted"}, []string{unregister}},
		{"a bot is read back", "bots", []any{before, `{}`, `{"bot_agent":{"id":"b1"}}`}, false, true, Outcome{Status: Removed}, []string{get, clearing, get}},
		{"with no actions left", "bots", []any{before, `{}`, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[]}}}`}, false, true,
			Outcome{Status: Removed}, []string{get, clearing, get}},
		{"what does not show at once is waited for", "bots", []any{before, `{}`, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[{"name":"incoming_event"}]}}}`, `{"bot_agent":{"id":"b1"}}`}, false, true,
			Outcome{Status: Removed}, []string{get, clearing, get, get}},
		{"one that keeps them is left to hands", "bots", []any{before, `{}`, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[{"name":"incoming_event"}]}}}`, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[{"name":"incoming_event"}]}}}`, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[{"name":"incoming_event"}]}}}`}, false, true,
			Outcome{Status: Stays, Why: "the bot still has them; " + byHand}, []string{get, clearing, get, get, get}},
		{"as is one that refuses", "bots", []any{before, refused, `{"bot_agent":{"id":"b1","webhooks":{"url":"u","actions":[{"name":"incoming_event"}]}}}`}, false, true,
			Outcome{Status: Stays, Why: "update_bot: validation: no; " + byHand}, []string{get, clearing, get}},
		{"what reads back counts, whatever was answered", "bots", []any{before, refused, `{"bot_agent":{"id":"b1"}}`}, false, true, Outcome{Status: Removed}, []string{get, clearing, get}},
		{"what cannot be read back is not known", "bots", []any{before, `{}`, lost}, false, true, Outcome{Status: Unknown, Why: "unregister_webhook: no answer"}, []string{get, clearing, get}},
		{"a refusal counts if nothing can be read back", "bots", []any{before, refused, lost}, false, true, Outcome{Status: Failed, Why: "update_bot: validation: no"}, []string{get, clearing, get}},
		{"a bot that has something else inside by now keeps all of it", "bots", []any{`{"bot_agent":{"id":"b1","webhooks":{"url":"https://bot.example/","secret_key":"s3","actions":[{"name":"incoming_event"},{"name":"incoming_chat"}]}}}`}, false, true,
			Outcome{Status: Stays, Why: changedSince}, []string{get}},
		{"as does one with another address", "bots", []any{`{"bot_agent":{"id":"b1","webhooks":{"url":"https://new.example/","secret_key":"s3","actions":[{"name":"incoming_event"}]}}}`}, false, true,
			Outcome{Status: Stays, Why: changedSince}, []string{get}},
		{"or with another secret", "bots", []any{`{"bot_agent":{"id":"b1","webhooks":{"url":"https://bot.example/","secret_key":"s4","actions":[{"name":"incoming_event"}]}}}`}, false, true,
			Outcome{Status: Stays, Why: changedSince}, []string{get}},
		{"or one that cannot be read", "bots", []any{lost}, false, true,
			Outcome{Status: Stays, Why: "whether it is as it was could not be read: unregister_webhook: no answer"}, []string{get}},
		{"whatever else of the bot changed", "bots", []any{`{"bot_agent":{"name":"New","webhooks":{"secret_key":"s3","actions":[{"name":"incoming_event"}],"url":"https://bot.example/"},"id":"b1"}}`, `{}`, `{"bot_agent":{"id":"b1"}}`}, false, true,
			Outcome{Status: Removed}, []string{get, clearing, get}},
		{"without its secret a bot cannot be updated", "bots", nil, false, false, Outcome{Status: Failed, Why: "the secret bots/b1/webhooks is not known"}, nil},
	} {
		t.Run(tt.kind+": "+tt.why, func(t *testing.T) {
			s := migrate.Succession{Kind: tt.kind, ID: map[string]string{"webhooks": "w1", "bots": "b1"}[tt.kind], Action: "incoming_event"}
			o := Registrations([]migrate.Succession{s}, old)[0]
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			server := &answers{t: t, give: tt.give}
			if tt.stop {
				server.stop = cancel
			}
			side := Side{API: server, Version: "3.2", Secret: func(string) (string, bool) { return "s3", tt.secret },
				Clock: wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), Propagation: 8 * time.Second}
			got, err := side.Remove(ctx, o)
			if (err != nil) != tt.stop {
				t.Fatalf("error %v", err)
			}
			tt.want.Old = o
			if got != tt.want {
				t.Errorf("got %s %q, want %s %q", got.Status, got.Why, tt.want.Status, tt.want.Why)
			}
			if d := cmp.Diff(tt.calls, server.calls); d != "" {
				t.Errorf("calls: -want +got:\n%s", d)
			}
		})
	}
}
