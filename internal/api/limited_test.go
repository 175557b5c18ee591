package api

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"lcsync/internal/wire"
)

// limiter is how a server limits requests: allow tells how long a request of a
// time comes too early, 0 if it is taken.
type limiter interface {
	allow(now time.Time) time.Duration
}

// tokens is a bucket of size tokens that is refilled at a rate per second.
type tokens struct {
	rate, size, left float64
	last             time.Time
}

func bucketOf(rate, size float64) limiter { return &tokens{rate: rate, size: size, left: size} }

func (l *tokens) allow(now time.Time) time.Duration {
	if !l.last.IsZero() {
		l.left = min(l.size, l.left+l.rate*now.Sub(l.last).Seconds())
	}
	if l.last = now; l.left < 1-1e-6 {
		return time.Duration((1 - l.left) / l.rate * float64(time.Second))
	}
	l.left--
	return 0
}

// fixed takes n requests from one multiple of a time to the next.
type fixed struct {
	n, count int
	every    time.Duration
	begun    time.Time
}

func (l *fixed) allow(now time.Time) time.Duration {
	const off = 370 // ‰ of the time into which a run falls at its start
	begin := now.Add(l.every * off / 1000).Truncate(l.every).Add(-l.every * off / 1000)
	if !begin.Equal(l.begun) {
		l.begun, l.count = begin, 0
	}
	if l.count == l.n {
		return begin.Add(l.every).Sub(now)
	}
	l.count++
	return 0
}

// sliding takes n requests in any span of a time.
type sliding struct {
	n    int
	span time.Duration
	took []time.Time
}

func (l *sliding) allow(now time.Time) time.Duration {
	for len(l.took) > 0 && now.Sub(l.took[0]) >= l.span {
		l.took = l.took[1:]
	}
	if len(l.took) == l.n {
		return l.took[0].Add(l.span).Sub(now)
	}
	l.took = append(l.took, now)
	return 0
}

// changing is another limit once it has taken n requests.
type changing struct {
	before, after limiter
	n, took       int
}

func (l *changing) allow(now time.Time) time.Duration {
	limit := l.before
	if l.took >= l.n {
		limit = l.after
	}
	d := limit.allow(now)
	if d == 0 {
		l.took++
	}
	return d
}

// limited is a server without a network, to be used inside of a bubble of
// synctest: what takes requests to it and brings the answers back.
type limited struct {
	latency time.Duration // of a request, give or take 2 %
	limit   limiter       // nil = none
	status  int           // of a refusal
	told    bool          // refusals say how long to wait, in whole seconds
	answers func(r *http.Request) (status int, body string)

	mu      sync.Mutex
	dice    *rand.Rand
	seen    int
	refused int
	sent    []time.Time // when the requests arrived
}

func newLimited(limit limiter, latency time.Duration) *limited {
	return &limited{latency: latency, limit: limit, status: http.StatusTooManyRequests, dice: rand.New(rand.NewPCG(1, 2))}
}

func (s *limited) client(t testing.TB, ceiling float64) *Client {
	return connect(t, "https://example.com", func(o *Options) { o.Clock, o.Transport, o.Rate = wire.System{}, s, ceiling })
}

// RoundTrip makes half of its way, is answered, and makes the other half.
func (s *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	there := s.latency/2 + time.Duration((s.dice.Float64()-0.5)*0.04*float64(s.latency))
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
	s.sent = append(s.sent, time.Now())
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r}
	body := "{}"
	var wait time.Duration
	if s.limit != nil {
		wait = s.limit.allow(time.Now())
	}
	switch {
	case wait > 0:
		s.refused++
		resp.StatusCode, body = s.status, ""
		if s.told {
			resp.Header.Set("Retry-After", fmt.Sprint(math.Ceil(wait.Seconds())))
		}
	case s.answers != nil:
		resp.StatusCode, body = s.answers(r)
	}
	resp.Body = io.NopCloser(strings.NewReader(body))
	return resp
}

// makeCalls makes n calls, 8 at a time, and returns how many failed.
func makeCalls(t testing.TB, c *Client, n int) (failed int) {
	var g errgroup.Group
	g.SetLimit(DefaultConcurrency)
	var mu sync.Mutex
	for range n {
		g.Go(func() error {
			if _, err := c.Call(t.Context(), "create_group", nil); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failed++; failed == 1 {
					t.Error(err)
				}
			}
			return nil
		})
	}
	_ = g.Wait()
	return failed
}

// inBubble runs a test on a clock of its own.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	if name == "" {
		synctest.Test(t, test)
		return
	}
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}
