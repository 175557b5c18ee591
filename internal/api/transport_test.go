package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"lcsync/internal/wire"
)

// closedPort is the address of a port that nobody listens on.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// dialError makes every connection fail with err.
func dialError(err error) http.RoundTripper {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}}
}

// Nothing was sent to a host that cannot be reached. One that has never answered
// is tried for a few seconds, whatever the retries: it may be about to start.
func TestUnreachableHost(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error // nil: nobody listens
	}{
		{"refused", nil},
		{"no such name", &net.DNSError{Err: "no such host", Name: "h", IsNotFound: true}},
		{"the name server fails", &net.DNSError{Err: "server misbehaving", Name: "h", IsTemporary: true}},
		{"the name server is silent", &net.DNSError{Err: "i/o timeout", Name: "h", IsTimeout: true}},
		{"no route", syscall.EHOSTUNREACH},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := closedPort(t)
			clock := newClock()
			c := connect(t, "http://"+addr, func(o *Options) {
				o.Clock, o.Retries, o.Timeout = clock, -1, 2*time.Second
				if tt.err != nil {
					o.Transport = dialError(tt.err)
				}
			})
			_, err := c.Call(t.Context(), "create_group", nil)
			we := wireError(t, err)
			if we.Class != wire.Retryable || we.Status != 0 {
				t.Errorf("nothing was sent, but class is %v, status %d", we.Class, we.Status)
			}
			if !strings.Contains(err.Error(), "cannot connect to "+addr+": ") {
				t.Errorf("the error does not name the host: %v", err)
			}
			var tried time.Duration
			for _, d := range clock.Slept() {
				tried += d
			}
			if tried > impatience || tried < impatience/2 || len(clock.Slept()) > 8 {
				t.Errorf("tried again after %v", clock.Slept())
			}
		})
	}
}

// A host that swallows packets: whether the dialer gives up or not, the error
// comes within about the timeout, and says that nothing was sent.
func TestHostThatSwallowsPackets(t *testing.T) {
	for _, patience := range []time.Duration{10 * time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			clock := wire.System{} // which is the bubble's
			var dials sync.WaitGroup
			dead := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				dials.Add(1)
				defer dials.Done()
				_ = clock.Sleep(context.Background(), patience)
				return nil, os.ErrDeadlineExceeded
			}}
			c := connect(t, "https://example.com", func(o *Options) {
				o.Clock, o.Transport, o.Timeout = clock, dead, 0
			})
			start := time.Now()
			_, err := Read(t.Context(), c, ReadOptions{Concurrency: 1})
			if we := wireError(t, err); we.Class != wire.Retryable || !strings.Contains(err.Error(), "cannot connect to example.com: ") {
				t.Errorf("%v: %v", we.Class, err)
			}
			if took := time.Since(start); took > c.opts.Timeout+time.Second {
				t.Errorf("took %v with a timeout of %v", took, c.opts.Timeout)
			}
			synctest.Wait() // every dial has begun
			dials.Wait()
		})
	}
}

func TestTLSHandshakeFailure(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
	_, err := connect(t, strings.Replace(s.URL, "http:", "https:", 1), nil).Call(t.Context(), "create_group", nil)
	if we := wireError(t, err); we.Class != wire.Retryable {
		t.Errorf("nothing was sent, but class is %v", we.Class)
	}
}

// A listener that accepts nothing: the request may be on its way in the
// kernel, so that a write is ambiguous.
func TestListenerThatNeverReads(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := connect(t, "http://"+l.Addr().String(), func(o *Options) { o.Timeout = 500 * time.Millisecond })
	_, err = c.Call(t.Context(), "create_group", nil)
	if we := wireError(t, err); we.Class != wire.Ambiguous || errors.Is(err, t.Context().Err()) && t.Context().Err() != nil {
		t.Errorf("%v: %v", we.Class, err)
	}
}

func TestRedirectIsRefused(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"list_groups", "create_group"} {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) {
				w.Header().Set("Location", other.URL+"/steal?secret=hidden-in-query")
				w.WriteHeader(status)
			})
			_, err := connect(t, s.URL, nil).Call(t.Context(), method, nil)
			we := wireError(t, err)
			if we.Class != wire.Permanent || !strings.Contains(err.Error(), "redirected the request to "+other.URL) {
				t.Errorf("%d: %v: %v", status, we.Class, err)
			}
			if strings.Contains(err.Error(), "hidden-in-query") {
				t.Errorf("the error shows more than the host: %v", err)
			}
			if n := len(s.requests()); n != 1 {
				t.Errorf("%d: %d requests", status, n)
			}
		}
	}
	if n := len(other.requests()); n != 0 {
		t.Fatalf("the other host got %d requests", n)
	}
}

func TestRedirectOnTheSameHostIsRefused(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(307)
	})
	_, err := connect(t, s.URL, nil).Call(t.Context(), "create_group", nil)
	if we := wireError(t, err); we.Class != wire.Permanent {
		t.Errorf("class %v", we.Class)
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestResponseLimit(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r request, _ int) {
		n := 100
		if r.Method == "list_tags" {
			n = 98 // with its quotes just as long as allowed
		}
		say(w, 200, `"`+strings.Repeat("x", n)+`"`)
	})
	for method, want := range map[string]wire.Class{"list_groups": wire.Permanent, "update_group": wire.Ambiguous, "create_group": wire.Ambiguous} {
		before := len(s.requests())
		_, err := connect(t, s.URL, func(o *Options) { o.MaxResponse = 100 }).Call(t.Context(), method, nil)
		if we := wireError(t, err); we.Class != want {
			t.Errorf("%s: class %v, want %v", method, we.Class, want)
		}
		if n := len(s.requests()) - before; n != 1 {
			t.Errorf("%s: %d requests; a longer answer does not get shorter", method, n)
		}
	}
	if _, err := connect(t, s.URL, func(o *Options) { o.MaxResponse = 100 }).Call(t.Context(), "list_tags", nil); err != nil {
		t.Errorf("an answer as long as the limit: %v", err)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, n int) {
		if n%2 == 1 {
			say(w, 404, `{"error":{"type":"not_found","message":"m"}}`)
			return
		}
		say(w, 200, `{}`)
	})
	c := connect(t, s.URL, nil)
	for range 6 {
		_, _ = c.Call(t.Context(), "get_group", nil)
	}
	opened := map[string]bool{}
	for _, r := range s.requests() {
		opened[r.From] = true
	}
	if len(opened) != 1 {
		t.Errorf("%d connections for 6 calls in a row", len(opened))
	}
}
