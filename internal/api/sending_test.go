package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

// A request is announced when its turn has come, not when the call is made: under
// a limit that is minutes later.
func TestAnnouncedWhenSent(t *testing.T) {
	for name, limit := range map[string]limiter{"a limit": bucketOf(1, 1), "a window": &fixed{n: 10, every: time.Minute}} {
		inBubble(t, name, func(t *testing.T) {
			s := newLimited(limit, 20*time.Millisecond)
			c := s.client(t, 0)
			announced := map[time.Time]int{}
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range 100 {
				ctx := wire.OnSend(t.Context(), func([]int) error {
					mu.Lock()
					defer mu.Unlock()
					announced[time.Now()]++
					return nil
				})
				wg.Go(func() {
					if _, err := c.Call(ctx, "create_group", nil); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			n := 0
			for at, k := range announced {
				n += k
				arrived := 0
				for _, sent := range s.sent {
					if d := sent.Sub(at); d >= 0 && d <= s.latency {
						arrived++
					}
				}
				if arrived < k {
					t.Errorf("%d were announced at %v, %d arrived then", k, at, arrived)
				}
			}
			if n != s.seen {
				t.Errorf("%d requests were announced, %d sent", n, s.seen)
			}
		})
	}
}

// Each request of a batch is announced with the items that are in it.
func TestAnnouncedItems(t *testing.T) {
	busy := map[string]string{"b": "too_many_requests"}
	s := serve(t, func(w http.ResponseWriter, r request, n int) {
		switch n {
		case 0:
			sayError(w, 429, "too_many_requests")
		case 1:
			respond(w, r, busy)
		case 2:
			sayError(w, 500, "internal")
		default:
			respond(w, r, nil)
		}
	})
	var announced [][]int
	sent := 0
	ctx := wire.OnSend(t.Context(), func(items []int) error {
		if n := len(s.requests()); n != sent {
			t.Errorf("announced when %d requests had been sent, want %d", n, sent)
		}
		announced = append(announced, items)
		sent++
		return nil
	})
	if got, err := connect(t, s.URL, nil).Batch(ctx, "update_agent", members(3)); err != nil || summary(got) != "a b c" {
		t.Errorf("%s, %v", summary(got), err)
	}
	if diff := cmp.Diff([][]int{{0, 1, 2}, {0, 1, 2}, {1}, {1}}, announced); diff != "" {
		t.Errorf("announced (-want +got):\n%s", diff)
	}
}

// A request whose announcement fails is not sent.
func TestNotAnnounced(t *testing.T) {
	full := errors.New("no space left")
	for _, tt := range []struct {
		method string
		before int // requests that were announced, with an answer that leaves it open
		class  wire.Class
	}{
		{"create_group", 0, wire.Retryable},
		{"update_group", 1, wire.Ambiguous},
		{"list_groups", 1, wire.Retryable},
	} {
		t.Run(fmt.Sprint(tt.method, " after ", tt.before), func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { sayError(w, 500, "internal") })
			c := connect(t, s.URL, nil)
			announced := 0
			ctx := wire.OnSend(t.Context(), func([]int) error {
				if announced++; announced > tt.before {
					return full
				}
				return nil
			})
			_, err := c.Call(ctx, tt.method, nil)
			if we := wireError(t, err); !errors.Is(err, full) || we.Class != tt.class {
				t.Errorf("%v: %v", we.Class, err)
			}
			if n := len(s.requests()); n != tt.before || announced != tt.before+1 {
				t.Errorf("%d requests, %d announced", n, announced)
			}
			if _, err := c.Call(t.Context(), "create_tag", nil); len(s.requests()) != tt.before+1 {
				t.Errorf("the next call was not sent: %v", err)
			}
		})
	}
}

// The time that announcing takes counts for nothing in the limit, not even if
// it holds up a probe.
func TestSlowAnnouncements(t *testing.T) {
	for _, d := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond} {
		inBubble(t, d.String(), func(t *testing.T) {
			s := newLimited(bucketOf(20, 20), 20*time.Millisecond)
			c := s.client(t, 0)
			ctx := wire.OnSend(t.Context(), func([]int) error {
				return wire.System{}.Sleep(context.Background(), d)
			})
			start := time.Now()
			var wg sync.WaitGroup
			for range DefaultConcurrency {
				wg.Go(func() {
					for range 50 {
						if _, err := c.Call(ctx, "create_group", nil); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if took := time.Since(start); took > 19*time.Second*5/4 || s.refused > 60 {
				t.Errorf("took %v, %d refused", took, s.refused)
			}
		})
	}
}

// A call that is interrupted before anything of it was sent has the bare error of
// its context, also if its announcement was under way.
func TestInterruptedBeforeSending(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
	ctx, cancel := context.WithCancel(t.Context())
	ctx = wire.OnSend(ctx, func([]int) error { cancel(); return nil })
	_, err := connect(t, s.URL, nil).Call(ctx, "create_group", nil)
	var we *wire.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &we) {
		t.Errorf("want the bare context error, got %v", err)
	}
	if len(s.requests()) != 0 {
		t.Error("the call was sent")
	}
}
