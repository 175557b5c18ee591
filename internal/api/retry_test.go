package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

func TestWhatIsRepeated(t *testing.T) {
	busy := func(w http.ResponseWriter) { sayError(w, 429, "too_many_requests") }
	wait := func(w http.ResponseWriter) { w.Header().Set("Retry-After", "3600"); busy(w) }
	unavailable := func(w http.ResponseWriter) { sayError(w, 503, "service_unavailable") }
	gateway := func(w http.ResponseWriter) { say(w, 503, "<html>503</html>") }
	internal := func(w http.ResponseWriter) { sayError(w, 500, "internal") }
	notFound := func(w http.ResponseWriter) { sayError(w, 404, "not_found") }
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(200)
		_, _ = w.Write([]byte(`{"id":`))
	}
	type step = func(http.ResponseWriter)
	tests := []struct {
		name, method string
		steps        []step // then success
		requests     int
		class        wire.Class
		fails        bool
	}{
		{"busy, a create", "create_group", []step{busy, busy}, 3, 0, false},
		{"busy more often than there are tries", "create_group", []step{busy, busy, busy, busy}, 5, 0, false},
		{"unavailable more often than there are tries", "create_group", []step{unavailable, unavailable, unavailable, unavailable}, 5, 0, false},
		{"a gateway's 503, a create", "create_group", []step{gateway}, 1, wire.Ambiguous, true},
		{"a gateway's 503, a read", "list_groups", []step{gateway, gateway, gateway, gateway}, 5, 0, false},
		{"a gateway's 503, an update", "update_group", []step{gateway, gateway, gateway, gateway}, 5, 0, false},
		{"gone after a gateway's 503", "delete_group", []step{gateway, notFound}, 2, 0, false},
		{"internal, a read", "list_groups", []step{internal}, 2, 0, false},
		{"internal, an update", "update_group", []step{internal}, 2, 0, false},
		{"internal, a create", "create_group", []step{internal}, 1, wire.Ambiguous, true},
		{"a secret is never reset twice", "reset_bot_secret", []step{internal}, 1, wire.Ambiguous, true},
		{"dropped, a read", "list_groups", []step{drop}, 2, 0, false},
		{"dropped, an update", "update_group", []step{drop}, 2, 0, false},
		{"dropped, a create", "create_group", []step{drop}, 1, wire.Ambiguous, true},
		{"cut short, a read", "list_groups", []step{cut}, 2, 0, false},
		{"cut short, a create", "create_group", []step{cut}, 1, wire.Ambiguous, true},
		{"a method nobody knows is not repeated", "create_everything", []step{internal}, 1, wire.Ambiguous, true},
		{"a read of an older version is", "get_bot_agents", []step{internal}, 2, 0, false},
		{"validation", "update_group", []step{func(w http.ResponseWriter) { sayError(w, 400, "validation") }}, 1, wire.Permanent, true},
		{"gone after an ambiguous delete", "delete_group", []step{internal, notFound}, 2, 0, false},
		{"gone after a dropped delete", "delete_agent", []step{drop, notFound}, 2, 0, false},
		{"gone after a busy delete is an error", "delete_group", []step{busy, notFound}, 2, wire.Permanent, true},
		{"gone at once is an error", "delete_group", []step{notFound}, 1, wire.Permanent, true},
		{"not found after an ambiguous update is an error", "update_group", []step{internal, notFound}, 2, wire.Permanent, true},
		{"internal, a read, for an hour", "list_groups", []step{func(w http.ResponseWriter) { w.Header().Set("Retry-After", "3600"); internal(w) }}, 1, wire.Retryable, true},
		{"internal, an update, too often", "update_group", []step{internal, internal, internal, internal}, 4, wire.Ambiguous, true},
		{"internal, a read, too often", "list_groups", []step{internal, busy, internal, internal, busy, internal}, 6, wire.Retryable, true},
		{"refused after an ambiguous update leaves it open", "update_group", []step{internal, wait}, 2, wire.Ambiguous, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) {
				if n < len(tt.steps) {
					tt.steps[n](w)
					return
				}
				say(w, 200, `{}`)
			})
			_, err := connect(t, s.URL, func(o *Options) { o.Retries = 3 }).Call(t.Context(), tt.method, nil)
			if (err != nil) != tt.fails {
				t.Fatalf("error: %v", err)
			}
			if tt.fails && wireError(t, err).Class != tt.class {
				t.Errorf("class %v, want %v", wireError(t, err).Class, tt.class)
			}
			if n := len(s.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}

func TestRetryBounds(t *testing.T) {
	for _, tt := range []struct{ retries, requests int }{{0, 1 + DefaultRetries}, {1, 2}, {-1, 1}} {
		t.Run(fmt.Sprint(tt.retries), func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { sayError(w, 500, "internal") })
			clock := newClock()
			_, err := connect(t, s.URL, func(o *Options) { o.Retries, o.Clock = tt.retries, clock }).Call(t.Context(), "list_tags", nil)
			if we := wireError(t, err); we.Class != wire.Retryable {
				t.Errorf("class %v", we.Class)
			}
			if n := len(s.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			for i, d := range clock.Slept() {
				middle := min(500*time.Millisecond<<i, 20*time.Second)
				if d < middle/2 || d > middle*3/2+time.Nanosecond {
					t.Errorf("wait %d is %v, want %v ± half", i, d, middle)
				}
			}
		})
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		status       int
		want         time.Duration
	}{
		{"seconds", "7", 429, 7 * time.Second},
		{"date", "Fri, 02 Jan 2026 03:04:35 GMT", 429, 30 * time.Second},
		{"longer than a minute", "170", 429, 170 * time.Second},
		{"by who cannot now", "7", 503, 7 * time.Second},
		{"by who failed", "7", 500, 7 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) {
				if n == 0 {
					w.Header().Set("Retry-After", tt.header)
					w.WriteHeader(tt.status)
					return
				}
				say(w, 200, `[]`)
			})
			clock := newClock()
			c := connect(t, s.URL, func(o *Options) { o.Clock = clock })
			if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]time.Duration{tt.want}, clock.Slept()); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

// What most calls of a client fail with is not repeated for ever.
func TestRetryBudget(t *testing.T) {
	well := func(w http.ResponseWriter) { say(w, 200, `[]`) }
	internal := func(w http.ResponseWriter) { sayError(w, 500, "internal") }
	invalid := func(w http.ResponseWriter) { sayError(w, 400, "validation") }
	const calls = 200
	for _, tt := range []struct {
		name     string
		answer   func(w http.ResponseWriter, n int)
		requests int // calls and what is repeated of them
		fail     int
	}{
		{"all is well", func(w http.ResponseWriter, _ int) { well(w) }, calls, 0},
		{"nothing works", func(w http.ResponseWriter, _ int) { internal(w) }, calls + retryBudget, calls},
		{"every other request fails", func(w http.ResponseWriter, n int) {
			if n%2 == 0 {
				internal(w)
				return
			}
			well(w)
		}, 2 * calls, 0},
		{"refused for good reasons", func(w http.ResponseWriter, _ int) { invalid(w) }, calls, calls},
		{"back after an outage", func(w http.ResponseWriter, n int) {
			if n < 100+retryBudget {
				internal(w)
				return
			}
			well(w)
		}, calls + retryBudget, 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) { tt.answer(w, n) })
			c := connect(t, s.URL, nil)
			failed := 0
			for range calls {
				if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
					failed++
					wireError(t, err)
				}
			}
			if n := len(s.requests()); n != tt.requests || failed != tt.fail {
				t.Errorf("%d requests and %d failed calls, want %d and %d", n, failed, tt.requests, tt.fail)
			}
		})
	}
}

// Without a retry budget a call has its one try, and its error stays what it was.
func TestRetryBudgetUsedUp(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { sayError(w, 500, "internal") })
	c := connect(t, s.URL, nil)
	for c.budget.draw() {
		continue
	}
	_, err := c.Call(t.Context(), "update_group", nil)
	if we := wireError(t, err); we.Class != wire.Ambiguous || len(s.requests()) != 1 {
		t.Errorf("%d requests, then %v: %v", len(s.requests()), we.Class, err)
	}
}

func TestCanceled(t *testing.T) {
	t.Run("before sending", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := connect(t, s.URL, nil).Call(ctx, "create_group", nil)
		var we *wire.Error
		if !errors.Is(err, context.Canceled) || errors.As(err, &we) {
			t.Errorf("want the bare context error, got %v", err)
		}
		if len(s.requests()) != 0 {
			t.Error("the call was sent")
		}
	})
	for method, wantOpen := range map[string]bool{"create_group": true, "update_group": true, "list_groups": false} {
		t.Run("while waiting for "+method, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			release := make(chan struct{})
			s := serve(t, func(http.ResponseWriter, request, int) { cancel(); <-release })
			defer close(release)
			_, err := connect(t, s.URL, nil).Call(ctx, method, nil)
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("want the context's error, got %v", err)
			}
			var we *wire.Error
			if open := errors.As(err, &we) && we.Class == wire.Ambiguous; open != wantOpen {
				t.Errorf("outcome open: %v, want %v (%v)", open, wantOpen, err)
			}
		})
	}
}
