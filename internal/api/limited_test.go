package api

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire"
)

// limited is a sandbox without a network, to be used inside of a bubble of
// synctest, as what takes requests to it and brings the answers back.
type limited struct {
	latency time.Duration // of a request, give or take a quarter of it
	start   time.Time

	mu      sync.Mutex
	dice    *rand.Rand
	license *sandbox.License
	other   answering // instead of the sandbox's own limit
	seen    int
	refused []time.Duration // when, from the start
}

// answering tells with which status a request of a time is answered, and how
// long it should wait if not with success, 0 = not said.
type answering func(now time.Time) (status, after int)

func newLimited(t *testing.T, perSecond float64, latency time.Duration) *limited {
	s := &limited{latency: latency, dice: rand.New(rand.NewPCG(1, 2)), start: time.Now()}
	s.limit(t, perSecond)
	return s
}

// limit makes the server allow so many requests per second from now on, 0 =
// any number.
func (s *limited) limit(t *testing.T, perSecond float64) {
	license, err := sandbox.New(sandbox.Options{Token: testToken, Rate: perSecond})
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.license = license
}

func (s *limited) client(t *testing.T, ceiling float64) *Client {
	return connect(t, "https://example.com", func(o *Options) { o.Clock, o.Transport, o.Rate = wire.System{}, s, ceiling })
}

func (s *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	there := s.latency/4 + time.Duration(s.dice.Int64N(int64(s.latency/2)))
	s.mu.Unlock()
	if err := (wire.System{}).Sleep(r.Context(), there); err != nil {
		return nil, err
	}
	resp := s.answer(r)
	return resp, (wire.System{}).Sleep(r.Context(), s.latency/2)
}

func (s *limited) answer(r *http.Request) *http.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen++
	w := httptest.NewRecorder()
	status, after := 0, 0
	if s.other != nil {
		status, after = s.other(time.Now())
	}
	switch {
	case status == 0:
		s.license.ServeHTTP(w, r)
	case after > 0:
		w.Header().Set("Retry-After", fmt.Sprint(after))
		fallthrough
	default:
		w.WriteHeader(status)
	}
	if w.Code == http.StatusTooManyRequests || w.Code == http.StatusServiceUnavailable {
		s.refused = append(s.refused, time.Since(s.start))
	}
	return w.Result()
}

// run makes n calls, 8 at a time, which must all go well, and returns how long
// they took.
func (s *limited) run(t *testing.T, c *Client, n int) time.Duration {
	var g errgroup.Group
	g.SetLimit(8)
	start := time.Now()
	for i := range n {
		name := fmt.Sprintf("%v %d", start.Sub(s.start), i)
		g.Go(func() error {
			_, err := c.Call(t.Context(), "create_tag", resource.Of("name", name, "group_ids", resource.List{int64(0)}))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	return time.Since(start)
}

// bucket is a limit like the sandbox's own with another size.
func bucket(perSecond, size float64) func(time.Time) answering {
	return func(last time.Time) answering {
		tokens := size
		return func(now time.Time) (int, int) {
			tokens = min(size, tokens+perSecond*now.Sub(last).Seconds())
			last = now
			if tokens < 1 {
				return http.StatusTooManyRequests, int(math.Ceil((1 - tokens) / perSecond))
			}
			tokens--
			return 0, 0
		}
	}
}

// window is a limit of n requests from one full minute, or the like, to the
// next.
func window(n int, every time.Duration) func(time.Time) answering {
	return func(begun time.Time) answering {
		count := 0
		return func(now time.Time) (int, int) {
			if now.Sub(begun) >= every {
				begun, count = now.Truncate(every), 0
			}
			if count++; count > n {
				return http.StatusTooManyRequests, int(math.Ceil(begun.Add(every).Sub(now).Seconds()))
			}
			return 0, 0
		}
	}
}

// silent is a limit that does not say how long to wait, with another status.
func silent(limit func(time.Time) answering, status int) func(time.Time) answering {
	return func(start time.Time) answering {
		allow := limit(start)
		return func(now time.Time) (int, int) {
			if refusal, _ := allow(now); refusal != 0 {
				return status, 0
			}
			return 0, 0
		}
	}
}

// once refuses the nth request, from 0, and no other.
func once(n, status int) func(time.Time) answering {
	return func(time.Time) answering {
		seen := 0
		return func(time.Time) (int, int) {
			if seen++; seen == n+1 {
				return status, 0
			}
			return 0, 0
		}
	}
}
