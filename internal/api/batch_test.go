package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// members returns n items with ids a, b, c…
func members(n int) []*resource.Object {
	items := make([]*resource.Object, n)
	for i := range items {
		items[i] = resource.Of("id", string(rune('a'+i)))
	}
	return items
}

// idsOf returns the ids of the items of a batch request.
func idsOf(r request) string {
	var ids strings.Builder
	for _, v := range r.Args.List("requests") {
		ids.WriteString(v.(*resource.Object).String("id"))
	}
	return ids.String()
}

// respond answers a batch item by item: with the error that is given for an
// id, and with {"did": id} otherwise.
func respond(w http.ResponseWriter, r request, failing map[string]string) {
	var parts []string
	for _, id := range strings.Split(idsOf(r), "") {
		part := fmt.Sprintf(`{"did":%q}`, id)
		if e, ok := failing[id]; ok {
			part = fmt.Sprintf(`{"error":{"type":%q,"message":"m"}}`, e)
		}
		parts = append(parts, part)
	}
	say(w, 200, `{"responses":[`+strings.Join(parts, ",")+`]}`)
}

// summary writes outcomes as "a b !type/class": what was done and what failed.
func summary(outcomes []wire.Outcome) string {
	var parts []string
	for _, o := range outcomes {
		switch a, _ := o.Answer.(*resource.Object); {
		case o.Err != nil:
			parts = append(parts, "!"+o.Err.Type+"/"+o.Err.Class.String())
		case a != nil:
			parts = append(parts, a.String("did"))
		default:
			parts = append(parts, "-")
		}
	}
	return strings.Join(parts, " ")
}

func TestBatch(t *testing.T) {
	type round = func(w http.ResponseWriter, r request)
	items := func(failing map[string]string) round {
		return func(w http.ResponseWriter, r request) { respond(w, r, failing) }
	}
	busy, internal := map[string]string{"b": "too_many_requests"}, map[string]string{"b": "internal"}
	whole := func(status int, e string) round {
		return func(w http.ResponseWriter, _ request) { sayError(w, status, e) }
	}
	body := func(s string) round { return func(w http.ResponseWriter, _ request) { say(w, 200, s) } }
	tests := []struct {
		name, method string
		rounds       []round // then success
		sent         []string
		want         string
		class        wire.Class // of the batch's error, if want is ""
	}{
		{"all go well", "create_agent", nil, []string{"abc"}, "a b c", 0},
		{"an item is invalid", "create_agent", []round{items(map[string]string{"b": "validation"})}, []string{"abc"}, "a !validation/permanent c", 0},
		{"an item of an older spelling", "create_agent", []round{items(map[string]string{"a": "already_exist"})}, []string{"abc"}, "!already_exists/permanent b c", 0},
		{"busy items are sent again alone", "create_agent", []round{items(busy), items(busy)}, []string{"abc", "b", "b"}, "a b c", 0},
		{"several busy items keep their order", "create_agent", []round{items(map[string]string{"a": "too_many_requests", "c": "service_unavailable"})}, []string{"abc", "ac"}, "a b c", 0},
		{"an item busy for longer than there are tries", "create_agent", []round{items(busy), items(busy), items(busy), items(busy)}, []string{"abc", "b", "b", "b", "b"}, "a b c", 0},
		{"an item busy for too long", "create_agent", slices.Repeat([]round{items(busy)}, enough), []string{"abc", "b", "b", "b", "b", "b", "b", "b", "b", "b"}, "a !too_many_requests/retryable c", 0},
		{"an item ambiguous for too long", "update_agent", slices.Repeat([]round{items(internal)}, 4), []string{"abc", "b", "b", "b"}, "a !internal/ambiguous c", 0},
		{"an ambiguous create is not sent again", "create_agent", []round{items(internal)}, []string{"abc"}, "a !internal/ambiguous c", 0},
		{"an ambiguous update is", "update_agent", []round{items(internal)}, []string{"abc", "b"}, "a b c", 0},
		{"gone after an ambiguous delete", "delete_agent", []round{items(internal), items(map[string]string{"b": "not_found"})}, []string{"abc", "b"}, "a - c", 0},
		{"gone at once", "delete_agent", []round{items(map[string]string{"b": "not_found"})}, []string{"abc"}, "a !not_found/permanent c", 0},
		{"gone after a batch that got lost", "delete_agent", []round{func(w http.ResponseWriter, _ request) { drop(w) }, items(map[string]string{"a": "not_found"})}, []string{"abc", "abc"}, "- b c", 0},
		{"the scope is missing", "delete_bot", []round{items(map[string]string{"c": "authorization"})}, []string{"abc"}, "a b !authorization/refused scope", 0},
		{"the whole batch is busy", "create_agent", []round{whole(429, "too_many_requests")}, []string{"abc", "abc"}, "a b c", 0},
		{"the whole batch is refused", "create_agent", []round{whole(400, "validation")}, []string{"abc"}, "", wire.Permanent},
		{"the whole batch is ambiguous, a create", "create_agent", []round{whole(500, "internal")}, []string{"abc"}, "", wire.Ambiguous},
		{"the whole batch is ambiguous, an update", "update_agent", []round{whole(500, "internal")}, []string{"abc", "abc"}, "a b c", 0},
		{"too few responses, a create", "create_agent", []round{body(`{"responses":[{}]}`)}, []string{"abc"}, "", wire.Ambiguous},
		{"too few responses, an update", "update_agent", []round{body(`{"responses":[{}]}`)}, []string{"abc", "abc"}, "a b c", 0},
		{"no responses", "create_agent", []round{body(`{}`)}, []string{"abc"}, "", wire.Ambiguous},
		{"responses of another form", "create_agent", []round{body(`{"responses":{"a":1}}`)}, []string{"abc"}, "", wire.Ambiguous},
		{"no answer at all", "create_agent", []round{body(``)}, []string{"abc"}, "", wire.Ambiguous},
		{"an item's error of an odd form", "create_agent", []round{body(`{"responses":[{"did":"a"},{"error":"no"},{"error":{"message":"m"}}]}`)}, []string{"abc"}, "a !/permanent !/permanent", 0},
		{"items without payload", "update_agent", []round{body(`{"responses":[{},null,{}]}`)}, []string{"abc"}, " - ", 0},
		{"the rest fails as a whole", "create_agent", []round{items(busy), whole(500, "internal")}, []string{"abc", "b"}, "a !internal/ambiguous c", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r request, n int) {
				if r.Method != resource.BatchMethod(tt.method) {
					t.Errorf("called %s", r.Method)
				}
				if n < len(tt.rounds) {
					tt.rounds[n](w, r)
					return
				}
				respond(w, r, nil)
			})
			got, err := connect(t, s.URL, func(o *Options) { o.Retries = 3 }).Batch(t.Context(), tt.method, members(3))
			if tt.want == "" {
				if we := wireError(t, err); we.Class != tt.class || got != nil {
					t.Errorf("class %v with %d outcomes, want %v", we.Class, len(got), tt.class)
				}
			} else if err != nil {
				t.Fatal(err)
			} else if diff := cmp.Diff(tt.want, summary(got)); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			var sent []string
			for _, r := range s.requests() {
				sent = append(sent, idsOf(r))
			}
			if diff := cmp.Diff(tt.sent, sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			for _, o := range got {
				if o.Err != nil && o.Err.Method != tt.method {
					t.Errorf("the error of an item is about %s", o.Err.Method)
				}
			}
		})
	}
}

func TestBatchItemScopes(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, _ int) { respond(w, r, map[string]string{"a": "authorization"}) })
	got, err := connect(t, s.URL, nil).Batch(t.Context(), "create_bot", members(1))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"agents-bot--my:rw"}, got[0].Err.Scopes); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

func TestBatchWithoutACall(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, _ int) { respond(w, r, nil) })
	c := connect(t, s.URL, nil)
	if got, err := c.Batch(t.Context(), "create_agent", nil); err != nil || len(got) != 0 {
		t.Errorf("no items: %v, %v", got, err)
	}
	_, err := c.Batch(t.Context(), "create_group", members(1))
	if we := wireError(t, err); we.Class != wire.Permanent {
		t.Errorf("a method without a batch form: %v", err)
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// What is known of items must not be lost because the caller goes away while
// others wait for their turn.
func TestBatchCanceledBetweenRounds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, r request, _ int) {
		respond(w, r, map[string]string{"b": "too_many_requests"})
	})
	c := connect(t, s.URL, func(o *Options) { o.Clock = &cancelingClock{newClock(), cancel} })
	got, err := c.Batch(ctx, "create_agent", members(3))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("a !too_many_requests/retryable c", summary(got)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("the test did not cancel")
	}
}

// cancelingClock cancels when someone wants to sleep.
type cancelingClock struct {
	*wiretest.Clock
	cancel context.CancelFunc
}

func (c *cancelingClock) Sleep(ctx context.Context, _ time.Duration) error {
	c.cancel()
	return ctx.Err()
}
