package api

import (
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lcsync/internal/wire"
)

// down is a limited server that takes no connections until a time.
type down struct {
	*limited
	until time.Time
}

func (s *down) RoundTrip(r *http.Request) (*http.Response, error) {
	if time.Now().Before(s.until) {
		return nil, syscall.ECONNREFUSED
	}
	return s.limited.RoundTrip(r)
}

// A server may be busy for minutes, whatever the retries; then calls fail, all of
// them at once, and only now and then is it tried again.
func TestPatience(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(free{time.Now().Add(time.Hour)}, 20*time.Millisecond)
		c, start := s.client(t, 0), time.Now()
		c.opts.Retries = 0
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := c.Call(t.Context(), "create_group", nil)
				if we := wireError(t, err); we.Class != wire.Retryable || we.Status != 429 || !strings.Contains(we.Message, "; gave up after ") {
					t.Errorf("%v: %v", we.Class, we)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took < patience-2*longestPause || took > patience || s.seen > 90 {
			t.Errorf("%d requests in %v", s.seen, took)
		}
		before := s.seen
		for range 100 {
			_, err := c.Call(t.Context(), "create_group", nil)
			wireError(t, err)
		}
		if s.seen > before {
			t.Errorf("%d requests were sent that cannot help", s.seen-before)
		}
		_ = wire.System{}.Sleep(t.Context(), time.Hour)
		makeCalls(t, c, 100)
	})
}

// A server that asks for more time than there is ends it at once.
func TestRetryAfterIsTooLong(t *testing.T) {
	for _, status := range []int{429, 503} {
		inBubble(t, "", func(t *testing.T) {
			s := newLimited(free{time.Now().Add(time.Hour)}, 20*time.Millisecond)
			s.told, s.status = true, status
			c, start := s.client(t, 0), time.Now()
			for i := range 10 {
				_, err := c.Call(t.Context(), "create_group", nil)
				if we := wireError(t, err); i == 0 && status == 503 {
					continue // that one is ambiguous
				} else if we.Class != wire.Retryable || !strings.Contains(we.Error(), "the server asks to wait 1h0m0s, which is too long") {
					t.Errorf("%v: %v", we.Class, we)
				}
			}
			if took := time.Since(start); took > time.Second || s.seen != 1 {
				t.Errorf("%d requests in %v", s.seen, took)
			}
			_ = wire.System{}.Sleep(t.Context(), time.Hour)
			makeCalls(t, c, 8)
		})
	}
}

// A server that starts anew refuses connections for a while. Nothing was sent, so
// that no call fails; but a host that never answered is not waited for.
func TestServerDown(t *testing.T) {
	for _, tt := range []struct {
		answered bool
		out      time.Duration
		fails    bool
	}{{true, 3 * time.Second, false}, {true, time.Minute, false}, {true, 10 * time.Minute, true}, {false, 2 * time.Second, false}, {false, time.Minute, true}} {
		inBubble(t, "", func(t *testing.T) {
			s := &down{limited: newLimited(nil, 20*time.Millisecond)}
			c := connect(t, "https://example.com", func(o *Options) { o.Clock, o.Transport, o.Retries = wire.System{}, s, -1 })
			if tt.answered {
				makeCalls(t, c, 8)
			}
			start := time.Now()
			s.until = start.Add(tt.out)
			if !tt.fails {
				makeCalls(t, c, 150)
				if took := time.Since(start); took > tt.out*17/10+2*time.Second {
					t.Errorf("back after %v, the calls took %v", tt.out, took)
				}
				return
			}
			_, err := c.Call(t.Context(), "create_group", nil)
			if we := wireError(t, err); we.Class != wire.Retryable || !strings.Contains(we.Error(), "cannot connect to example.com: connection refused; gave up after ") {
				t.Errorf("%v: %v", we.Class, we)
			}
			if took := time.Since(start); took > patience || !tt.answered && took > impatience {
				t.Errorf("took %v", took)
			}
		})
	}
}

// That a server was busy for once, or unavailable for a minute, is no limit for
// long. One that limits by being unavailable is found out all the same.
func TestUnavailable(t *testing.T) {
	const unavailable = `{"error":{"type":"service_unavailable","message":"m"}}`
	for _, nth := range []int{3, 300} {
		inBubble(t, "", func(t *testing.T) {
			s := newLimited(nil, 20*time.Millisecond)
			s.answers = func(*http.Request) (int, string) {
				if s.seen == nth {
					return 429, ""
				}
				return 200, "{}"
			}
			c, start := s.client(t, 0), time.Now()
			makeCalls(t, c, 1500)
			if took := time.Since(start); took > 15*time.Second {
				t.Errorf("busy at request %d: took %v", nth, took)
			}
		})
	}
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(nil, 20*time.Millisecond)
		start := time.Now()
		s.answers = func(*http.Request) (int, string) {
			if at := time.Since(start); at > 100*time.Millisecond && at < time.Minute {
				return 503, unavailable
			}
			return 200, "{}"
		}
		makeCalls(t, s.client(t, 0), 1000)
		if took := time.Since(start); took > 90*time.Second {
			t.Errorf("out for a minute: took %v", took)
		}
	})
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(bucketOf(5, 5), 20*time.Millisecond)
		s.status = 503
		start := time.Now()
		c := s.client(t, 0)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 30 {
					if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took > 48*time.Second*5/4 || s.refused > 50 {
			t.Errorf("a limit of 5/s: took %v, %d refused", took, s.refused)
		}
	})
}

// That the account server cannot be reached is nothing to the license's host.
func TestAccountServerDown(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		s := newLimited(nil, 20*time.Millisecond)
		both := hosts{"example.com": s, "accounts.example.com": &down{limited: s, until: time.Now().Add(time.Hour)}}
		c := connect(t, "https://example.com", func(o *Options) {
			o.Clock, o.Transport, o.AccountsURL = wire.System{}, both, "https://accounts.example.com"
		})
		makeCalls(t, c, 8)
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Identity(t.Context()); err == nil || time.Since(start) > impatience {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
		})
		makeCalls(t, c, 80)
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v", took)
		}
		wg.Wait()
	})
}

// hosts are transports by host.
type hosts map[string]http.RoundTripper

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) { return h[r.URL.Host].RoundTrip(r) }
