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
		{"busy for longer than the budget", "create_group", []step{busy, busy, busy, busy}, 4, wire.Retryable, true},
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
		{"busy after an ambiguous update leaves it open", "update_group", []step{internal, busy, busy, busy}, 4, wire.Ambiguous, true},
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
		want         time.Duration
	}{
		{"seconds", "7", 7 * time.Second},
		{"date", "Fri, 02 Jan 2026 03:04:35 GMT", 30 * time.Second},
		{"an hour is too long", "3600", time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) {
				if n == 0 {
					w.Header().Set("Retry-After", tt.header)
					sayError(w, 429, "too_many_requests")
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
