package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

// As many calls as it takes to fill a big license, against servers whose limit
// nobody told or that the user knows: close to what the limit alone demands,
// and next to no refusal.
func TestPaceUnderALimit(t *testing.T) {
	const calls = 940
	for _, latency := range []time.Duration{20 * time.Millisecond, 100 * time.Millisecond} {
		for _, limit := range []float64{1, 5, 50, 0} {
			for _, ceiling := range slices.Compact([]float64{0, limit}) {
				inBubble(t, fmt.Sprintf("limit %v, ceiling %v, latency %v", limit, ceiling, latency), func(t *testing.T) {
					s := newLimited(t, limit, latency)
					took := s.run(t, s.client(t, ceiling), calls)
					least, slack := latency*calls/8, 1.15
					if limit > 0 {
						least = max(least, time.Duration((calls-limit)/limit*float64(time.Second)))
					} else {
						slack = 1.05 // for beginning with two at once
					}
					ratio := took.Seconds() / least.Seconds()
					t.Logf("%v, %.3f times the least; %d refused", took, ratio, len(s.refused))
					if ratio > slack || len(s.refused) > 10 {
						t.Errorf("took %v, %.2f times the least; refusals after %v", took, ratio, s.refused)
					}
				})
			}
		}
	}
}

// A limit that changes on the way is found again.
func TestPaceFollowsTheLimit(t *testing.T) {
	for _, tt := range []struct {
		name           string
		before, after  float64
		finding, calls int // until the new limit must be known, and from then on
	}{
		{"lowered", 20, 5, 200, 500},
		{"raised", 5, 20, 1300, 700},
		{"lifted", 5, 0, 3500, 500},
		{"appears", 0, 5, 200, 500},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			s := newLimited(t, tt.before, 20*time.Millisecond)
			c := s.client(t, 0)
			s.run(t, c, 600)
			s.limit(t, tt.after)
			s.run(t, c, tt.finding)
			took := s.run(t, c, tt.calls)
			least := time.Duration(tt.calls) * s.latency / 8
			if tt.after > 0 {
				least = time.Duration(float64(tt.calls) / tt.after * float64(time.Second))
			}
			t.Logf("%v, %.3f times the least; refusals after %v", took, took.Seconds()/least.Seconds(), s.refused)
			if took > least*115/100 || len(s.refused) > 20 {
				t.Errorf("took %v, at least %v are needed; refusals after %v", took, least, s.refused)
			}
		})
	}
}

// Servers limit in other ways, too.
func TestPaceUnderOtherLimits(t *testing.T) {
	for _, tt := range []struct {
		name    string
		limit   func(time.Time) answering
		calls   int
		seconds float64 // that it takes at most
		refused int
	}{
		{"nothing in store", bucket(5, 1), 940, 940 / 5 * 1.3, 10},
		{"a minute's worth in store", bucket(5, 300), 1500, 1200 / 5 * 1.15, 25},
		{"without Retry-After", silent(bucket(5, 5), 429), 940, 187 * 1.15, 10},
		{"unavailable is what it says", silent(bucket(5, 5), 503), 940, 187 * 1.15, 10},
		{"one request in five seconds", bucket(0.2, 1), 100, 500 * 1.15, 10},
		{"300 a minute", window(300, time.Minute), 1500, 4*60 + 60, 25},
		{"ten a second", window(10, time.Second), 1500, 150 * 1.15, 10},
		{"busy once, early", once(3, 503), 1500, 30, 1},
		{"busy once, late", once(300, 503), 1500, 8, 1},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			s := newLimited(t, 0, 20*time.Millisecond)
			s.other = tt.limit(s.start)
			took := s.run(t, s.client(t, 0), tt.calls)
			t.Logf("%v; refusals after %v", took, s.refused)
			if took.Seconds() > tt.seconds || len(s.refused) > tt.refused {
				t.Errorf("took %v, want %vs; refusals after %v", took, tt.seconds, s.refused)
			}
		})
	}
}

// While the server has asked to be left alone nobody sends anything, and
// afterwards all who waited go one by one.
func TestPaceAfterAHold(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		p := newPacer(wire.System{}, 10)
		start := time.Now()
		p.slow(start, true, 5*time.Second)
		p.slow(start, true, 2*time.Second) // shortens nothing
		apart := p.speed.apart()
		var mu sync.Mutex
		var wg sync.WaitGroup
		var went []time.Duration
		for range 200 {
			wg.Go(func() {
				if err := p.wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				went = append(went, time.Since(start))
			})
		}
		wg.Wait()
		if went[0] != 5*time.Second {
			t.Errorf("the first went after %v", went[0])
		}
		for i := range went[1:] {
			if d := went[i+1] - went[i]; d > apart || d < grain {
				t.Fatalf("request %d came %v after the one before; at first they are %v apart", i+1, d, apart)
			}
		}
	})
}

// Who gives up leaves the queue at once, and takes nobody's turn.
func TestPaceCanceled(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(t, 0, time.Millisecond)
		c := s.client(t, 2)
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
				_, err := c.Call(own, "list_tags", nil)
				if err == nil {
					return
				}
				if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 10*time.Second {
					t.Errorf("after %v: %v", took, err)
				}
				mu.Lock()
				defer mu.Unlock()
				canceled++
			})
		}
		wg.Wait()
		if s.seen+canceled != 300 || canceled < 150 {
			t.Errorf("%d were sent, %d canceled", s.seen, canceled)
		}
		if took, want := time.Since(start).Seconds(), float64(s.seen-1)/2; math.Abs(took-want) > 1 {
			t.Errorf("%d requests took %vs, want %vs", s.seen, took, want)
		}
	})
}

// A burst of callers beyond all measure costs many refusals, but no call.
func TestPaceOfManyCallers(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(t, 5, 20*time.Millisecond)
		c := s.client(t, 0)
		var wg sync.WaitGroup
		for range 400 {
			wg.Go(func() {
				if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		t.Logf("%v; %d refused", time.Since(s.start), len(s.refused))
		if took := time.Since(s.start); took > 79*time.Second*115/100 || len(s.refused) > 10 {
			t.Errorf("took %v; refusals after %v", took, s.refused)
		}
	})
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
	quarter := 250 * time.Millisecond
	if diff := cmp.Diff([]time.Duration{quarter, quarter, quarter, quarter}, clock.Slept()); diff != "" {
		t.Errorf("five requests at four a second (-want +got):\n%s", diff)
	}
}

// inBubble runs a test on a clock of its own.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	if name == "" {
		synctest.Test(t, test)
		return
	}
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}
