package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestReadSilentHost reads from a host that takes every connection and never
// answers: the first call that has given up speaks for all of them.
func TestReadSilentHost(t *testing.T) {
	var asked atomic.Int64
	host := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // or the server would not see the client go
		<-r.Context().Done()
	}))
	defer host.Close()
	const limit = 2
	c := connect(t, host.URL, func(o *Options) { o.Timeout = 20 * time.Millisecond })
	_, err := Read(t.Context(), c, ReadOptions{Concurrency: limit})
	if err == nil || !strings.Contains(err.Error(), "no answer from "+c.Host()) {
		t.Errorf("got %v", err)
	}
	if n := asked.Load(); n > limit*(1+lateAgain) {
		t.Errorf("asked %d times", n)
	}
}
