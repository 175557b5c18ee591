package apply

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// TestHold: what is held back is not sent, with the reason; the rest goes on,
// also that of the same batch.
func TestHold(t *testing.T) {
	f, o := &fake{}, options()
	var mu sync.Mutex
	var asked []string
	o.Hold = func(_ context.Context, ch *diff.Change, made map[string]resource.Value) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, ch.ID+" "+resource.Text(made["groups/Sales"]))
		switch ch.Key {
		case "b":
			return "not now", nil
		case "old":
			return "", errors.New("cannot look")
		}
		return "", nil
	}
	o.Concurrency = 1
	report, err := Run(t.Context(), plan(create("groups", "Sales", aGroup(0, "Sales")),
		create("agents", "a", agent("a")), create("agents", "b", agent("b")), create("agents", "c", agent("c")),
		remove("tags", "old", tag("old"), "groups/Sales"), create("tags", "new", tag("new"), "agents/b")), f, o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"groups/Sales: done", "agents/a: done", "agents/b: skipped", "agents/c: done", "tags/old: skipped", "tags/new: skipped"}
	if d := cmp.Diff(want, statuses(report)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	for id, why := range map[string]string{"agents/b": "not now", "tags/old": "cannot look", "tags/new": "needs agents/b, which was skipped"} {
		if got := resultOf(report, id).Detail; got != why {
			t.Errorf("%s: %q, want %q", id, got, why)
		}
	}
	if sent := f.args("create_agent"); len(sent) != 2 || strings.Contains(strings.Join(sent, ""), `"b"`) || f.calls("delete_tag") != 0 {
		t.Errorf("sent %v", f.methods())
	}
	if !slices.Contains(asked, "tags/old 1") {
		t.Errorf("what it depends on was not told: %q", asked)
	}
}

// TestHoldInterrupted: what was not decided when the run was interrupted is not
// sent.
func TestHoldInterrupted(t *testing.T) {
	f, o := &fake{}, options()
	ctx, cancel := context.WithCancel(t.Context())
	o.Hold = func(context.Context, *diff.Change, map[string]resource.Value) (string, error) {
		cancel()
		return "", ctx.Err()
	}
	report, err := Run(ctx, plan(create("tags", "a", tag("a"))), f, o)
	if got := resultOf(report, "tags/a"); !errors.Is(err, context.Canceled) || got.Status != Skipped || got.Detail != "interrupted" || len(f.log) > 0 {
		t.Errorf("%v, %+v, sent %v", err, got, f.log)
	}
}

// olderHooks are those that a bot of 3.2 has inside.
func olderHooks() *resource.Object {
	return resource.Of("id", "b1", "name", "B", "url", "https://bot.example/", "secret_key", resource.Secret("bots/b1/webhooks"),
		"actions", resource.List{resource.Of("name", "incoming_event")})
}

// TestReadsBackWhatIsInDoubt: where the vendor leaves open whether a call does
// what it is for, what reads back counts, whatever was answered; and nothing that
// waits for the change is sent before that.
func TestReadsBackWhatIsInDoubt(t *testing.T) {
	const kind, byHand = "3.2/bot_webhooks", "to be done by hand: remove them in the bot's application; otherwise they stop when the vendor shuts down the version"
	refused := refuse(wire.Permanent, "validation", "no")
	for _, tt := range []struct {
		why    string
		answer *wire.Error
		shows  int // reads that show it still
		gap    bool
		want   Status
		detail string
		next   time.Duration // when the next one is sent
	}{
		{"it is gone at once", nil, 0, false, Done, "", 0},
		{"it takes a while to show", nil, 3, false, Done, "", 3500 * time.Millisecond},
		{"the server keeps it", nil, 1000, false, Kept, byHand, 2 * time.Minute},
		{"it is refused and still there", refused, 1000, false, Failed, byHand, 0},
		{"it is refused and gone", refused, 0, false, Done, "it was refused: m: validation: no; found it deleted", 0},
		{"nothing can be read", nil, 0, true, Unverified, "it could not be read back: no", 2 * time.Minute},
	} {
		t.Run(tt.why, func(t *testing.T) {
			o, reads := options(), 0
			started := o.Clock.Now()
			var sent []string
			f := &fake{hook: func(method string, args *resource.Object) (resource.Value, *wire.Error) {
				sent = append(sent, method+" "+resource.JSON(args)+" "+o.Clock.Now().Sub(started).String())
				if method == "3.2/update_bot" {
					return nil, tt.answer
				}
				return nil, nil
			}}
			r := &reader{live: func(name string) []*resource.Object {
				if reads++; name != kind || reads > tt.shows {
					return nil
				}
				return []*resource.Object{olderHooks()}
			}}
			if tt.gap {
				r.gaps = []resource.Gap{{Kind: kind, Reason: "no"}}
			}
			o.Read, o.Secret = r.read, func(string) (string, bool) { return "s3", true }
			after := remove("3.2/webhooks", "w1", resource.Of("webhook_id", "w1"))
			after.StartsAfter = []string{kind + "/b1"}
			report, err := Run(t.Context(), plan(remove(kind, "b1", olderHooks()), after), f, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := resultOf(report, kind+"/b1"); got.Status != tt.want || got.Detail != tt.detail {
				t.Errorf("got %s %q, want %s %q", got.Status, got.Detail, tt.want, tt.detail)
			}
			want := []string{`3.2/update_bot {"id":"b1","webhooks":{"url":"https://bot.example/","actions":[],"secret_key":"s3"}} 0s`,
				`3.2/unregister_webhook {"webhook_id":"w1"} ` + tt.next.String()}
			if d := cmp.Diff(want, sent); d != "" {
				t.Errorf("sent: -want +got:\n%s", d)
			}
		})
	}
}

// TestOlderIntents: the journal says through which version a call is made.
func TestOlderIntents(t *testing.T) {
	o, j := options(), &kept{}
	o.Journal = j
	row := resource.Of("id", "w1", "owner_client_id", "app", "url", "u")
	if _, err := Run(t.Context(), plan(remove("3.3/webhooks", "w1", row)), &fake{}, o); err != nil {
		t.Fatal(err)
	}
	in := j.intents[0]
	got := in.Method + " " + strings.Join(in.Changes, " ") + " " + string(in.Args)
	if want := `3.3/unregister_webhook 3.3/webhooks/w1 [{"id":"w1","owner_client_id":"app"}]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// kept is a journal that keeps the intents.
type kept struct{ intents []journal.Intent }

func (k *kept) Intent(in journal.Intent) error {
	k.intents = append(k.intents, in)
	return nil
}

func (k *kept) Outcome(journal.Outcome) error { return nil }
