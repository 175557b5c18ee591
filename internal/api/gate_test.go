package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

// free is no limit, for a time: until then everything is refused.
type free struct{ from time.Time }

func (l free) allow(now time.Time) time.Duration { return max(l.from.Sub(now), 0) }

func (s *limited) times() []time.Duration {
	var out []time.Duration
	for _, t := range s.sent {
		out = append(out, t.Sub(s.sent[0]))
	}
	return out
}

// While a server refuses, one request at a time is sent: after pauses that grow,
// or when the server asked for it, and each time another call's.
func TestProbes(t *testing.T) {
	for _, told := range []bool{false, true} {
		inBubble(t, "", func(t *testing.T) {
			s := newLimited(free{time.Now().Add(20 * time.Second)}, 20*time.Millisecond)
			s.told = told
			c := s.client(t, 0)
			makeCalls(t, c, 8)
			at := s.times()[8:]
			if told {
				if len(at) != 8 || at[0] < 20*time.Second {
					t.Errorf("after a Retry-After of 20 s requests came after %v", at)
				}
				return
			}
			for i, d := range at[1 : len(at)-7] {
				pause := d - at[i]
				if want := min(firstPause*time.Duration(math.Pow(growth, float64(i+1))*1000)/1000, longestPause); pause < want || pause > want+40*time.Millisecond {
					t.Errorf("pause %d is %v, want %v", i, pause, want)
				}
			}
			if at[len(at)-8] > 35*time.Second {
				t.Errorf("back after 20 s, tried at %v", at)
			}
		})
	}
}

// A call that is refused while others are not fails alone.
func TestRefusedAlone(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(nil, 20*time.Millisecond)
		refused := 0
		s.answers = func(r *http.Request) (int, string) {
			if strings.HasSuffix(r.URL.Path, "/create_bot") {
				refused++
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "{}"
		}
		c := s.client(t, 0)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.Call(t.Context(), "create_bot", nil)
			if we := wireError(t, err); we.Class != wire.Retryable || we.Method != "create_bot" {
				t.Errorf("%v: %v", we.Class, we)
			}
		})
		wg.Go(func() { makeCalls(t, c, 500) })
		wg.Wait()
		if refused != enough {
			t.Errorf("refused %d times", refused)
		}
	})
}

// Whoever gives up leaves the queue at once, and takes nobody's turn. What it
// gets is the bare error of its context, as nothing was sent.
func TestGateCanceled(t *testing.T) {
	for name, tt := range map[string]struct {
		limit   limiter
		ceiling float64
	}{
		"waiting for its turn": {nil, 2},
		"waiting at the gate":  {bucketOf(2, 1), 0},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newLimited(tt.limit, time.Millisecond)
			c := s.client(t, tt.ceiling)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Second, cancel)
			var wg sync.WaitGroup
			canceled := 0
			var mu sync.Mutex
			start := time.Now()
			for i := range 300 {
				wg.Go(func() {
					own := t.Context()
					if i%3 > 0 {
						own = ctx
					}
					_, err := c.Call(own, "create_group", nil)
					if err == nil {
						return
					}
					var we *wire.Error
					if took := time.Since(start); !errors.Is(err, context.Canceled) || errors.As(err, &we) || took != 10*time.Second {
						t.Errorf("after %v: %v", took, err)
					}
					mu.Lock()
					defer mu.Unlock()
					canceled++
				})
			}
			wg.Wait()
			if taken := s.seen - s.refused; taken+canceled != 300 || canceled < 150 {
				t.Errorf("%d were taken, %d canceled", taken, canceled)
			}
			if took := time.Since(start); took > 80*time.Second {
				t.Errorf("%d requests took %v", s.seen, took)
			}
		})
	}
}

// Requests that had passed before the gate was shut shut it no more, but how long
// the server asks to wait counts for all.
func TestLateRefusals(t *testing.T) {
	clock := newClock()
	g := newGate(clock, 0)
	enter := func() *pass {
		p, err := g.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	refusal := func(asked time.Duration) *failure {
		return &failure{Error: &wire.Error{Status: http.StatusTooManyRequests, RetryAfter: asked}, verdict: refused}
	}
	first, second, third := enter(), enter(), enter()
	g.leave(first, true, refusal(2*time.Second))
	g.leave(second, true, refusal(7*time.Second))
	probe := enter()
	g.leave(probe, true, refusal(30*time.Second))
	probe = enter()
	if diff := cmp.Diff([]time.Duration{7 * time.Second, 30 * time.Second}, clock.Slept()); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	g.leave(probe, true, nil)
	if g.leave(third, true, refusal(0)); g.shut {
		t.Error("an old request shut the gate")
	}
}

// A burst of callers beyond all measure costs many refusals, but no call.
func TestManyCallers(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(bucketOf(5, 5), 20*time.Millisecond)
		c, start := s.client(t, 0), time.Now()
		var wg sync.WaitGroup
		for range 400 {
			wg.Go(func() {
				if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took > 79*time.Second*115/100 || s.refused > 395+60 {
			t.Errorf("took %v with %d refusals", took, s.refused)
		}
	})
}

// Time in which nobody calls says nothing of a limit.
func TestIdleTime(t *testing.T) {
	for _, calls := range []int{15, 100} {
		inBubble(t, "", func(t *testing.T) {
			s := newLimited(bucketOf(20, 20), 20*time.Millisecond)
			c := s.client(t, 0)
			makeCalls(t, c, calls)
			_ = wire.System{}.Sleep(t.Context(), 10*time.Minute)
			start := time.Now()
			makeCalls(t, c, 8)
			if took := time.Since(start); took > 2*s.latency {
				t.Errorf("the first calls after a pause took %v", took)
			}
			makeCalls(t, c, 92)
			if took := time.Since(start); took > 4*time.Second*3/2 {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestRateIsACeiling(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `[]`) })
	clock := newClock()
	c := connect(t, s.URL, func(o *Options) { o.Clock, o.Rate = clock, 4 })
	for range 5 {
		if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(slices.Repeat([]time.Duration{250 * time.Millisecond}, 4), clock.Slept()); diff != "" {
		t.Errorf("five requests at four a second (-want +got):\n%s", diff)
	}
}

// A ceiling that is the limit costs nothing, and is not exceeded after a refusal.
func TestCeilingUnderALimit(t *testing.T) {
	for _, limit := range []float64{1, 5, 50} {
		inBubble(t, "", func(t *testing.T) {
			s := newLimited(bucketOf(limit, limit+1), 100*time.Millisecond)
			c, start := s.client(t, limit), time.Now()
			makeCalls(t, c, 200)
			if took := time.Since(start).Seconds(); took > 200/limit*1.02+1 || s.refused > 0 {
				t.Errorf("limit %v: took %vs, %d refused", limit, took, s.refused)
			}
		})
	}
}
