package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lcsync/internal/wire"
)

// mute is a host that takes every request and then says nothing more. The
// first of its requests it may answer.
type mute struct {
	asked   atomic.Int64
	answers int64  // requests that are answered with {}
	begins  string // what it says before it falls silent, "" for no answer at all
}

func (s *mute) RoundTrip(r *http.Request) (*http.Response, error) {
	n := s.asked.Add(1)
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	body := io.NopCloser(strings.NewReader("{}"))
	switch {
	case n <= s.answers:
	case s.begins != "":
		body = io.NopCloser(io.MultiReader(strings.NewReader(s.begins), stuck{r.Context()}))
	default:
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: r}, nil
}

// stuck is the rest of an answer that does not come.
type stuck struct{ ctx context.Context }

func (s stuck) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

// toMute runs a test in a bubble, with a client of a silent host.
func toMute(t *testing.T, host *mute, test func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, connect(t, "https://silent.example", func(o *Options) {
			o.Clock, o.Transport, o.Timeout = wire.System{}, host, 30*time.Second
		}))
	})
}

func TestServerThatNeverAnswers(t *testing.T) {
	for _, tt := range []struct {
		method   string
		answered int64
		requests int64
		class    wire.Class
	}{
		{"create_group", 0, 1, wire.Ambiguous},
		{"update_group", 0, 1, wire.Ambiguous},
		{"list_groups", 0, 1, wire.Retryable},
		{"create_group", 1, 1, wire.Ambiguous},
		{"update_group", 1, 1 + lateAgain, wire.Ambiguous},
		{"list_groups", 1, 1 + lateAgain, wire.Retryable},
	} {
		host := &mute{answers: tt.answered}
		toMute(t, host, func(t *testing.T, c *Client) {
			if tt.answered > 0 {
				if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
					t.Fatal(err)
				}
			}
			_, err := c.Call(t.Context(), tt.method, nil)
			if we := wireError(t, err); we.Class != tt.class || !strings.Contains(err.Error(), "no response from "+c.Host()) {
				t.Errorf("%s: %v: %v", tt.method, we.Class, err)
			}
			if n := host.asked.Load() - tt.answered; n != tt.requests {
				t.Errorf("%s after %d answers: %d requests, want %d", tt.method, tt.answered, n, tt.requests)
			}
		})
	}
}

// The timeout is for the whole answer, however promptly it begins.
func TestTimeoutCoversTheBody(t *testing.T) {
	toMute(t, &mute{begins: `{"id":`}, func(t *testing.T, c *Client) {
		start := time.Now()
		_, err := c.Call(t.Context(), "create_group", nil)
		if we := wireError(t, err); we.Class != wire.Ambiguous || !strings.Contains(err.Error(), "no response") {
			t.Errorf("%v: %v", we.Class, err)
		}
		if took := time.Since(start); took > c.opts.Timeout+time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestReadSilentHost reads from a host that takes every request and never
// answers: the first call that has given up speaks for all of them.
func TestReadSilentHost(t *testing.T) {
	host := &mute{}
	toMute(t, host, func(t *testing.T, c *Client) {
		const limit = 2
		start := time.Now()
		_, err := Read(t.Context(), c, ReadOptions{Concurrency: limit})
		if err == nil || !strings.Contains(err.Error(), "no response from "+c.Host()) {
			t.Errorf("got %v", err)
		}
		if n := host.asked.Load(); n > limit {
			t.Errorf("asked %d times", n)
		}
		if took := time.Since(start); took > c.opts.Timeout+time.Second {
			t.Errorf("took %v with a timeout of %v", took, c.opts.Timeout)
		}
	})
}
