package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lcsync/internal/sandbox"
)

// moment is when the process that makes a call is killed.
type moment string

const (
	never        moment = ""
	beforeEffect moment = "before its effect"
	beforeAnswer moment = "after its effect, before its answer"
)

// deadly serves a license, or something else, and kills the client at one of its
// calls.
type deadly struct {
	license http.Handler

	mu     sync.Mutex
	calls  int           // in progress, including those of a dead process
	idle   *sync.Cond    // signalled when there are none
	armed  chan struct{} // closed when kill is known
	kill   func()
	at     int // the number of the call, from 1
	when   moment
	count  int
	struck string // the method of the call at which the process was killed
}

// deadlyWorld serves the disorder, and returns the server that can kill its
// client.
func (d *disorder) deadlyWorld(t testing.TB, o sandbox.Options) (*world, *deadly) {
	w := d.worldOf(t, o)
	s := &deadly{license: w.license}
	s.idle = sync.NewCond(&s.mu)
	w.listen(s)
	return w, s
}

// ServeHTTP answers a call, or kills the process that made it.
func (s *deadly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls++
	s.count++
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.calls--; s.calls == 0 {
			s.idle.Broadcast()
		}
	}()
	due := s.when != never && s.count == s.at
	armed := s.armed
	if due {
		s.struck = r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	}
	s.mu.Unlock()
	if !due {
		s.license.ServeHTTP(w, r)
		return
	}
	<-armed
	if s.when == beforeAnswer {
		s.license.ServeHTTP(httptest.NewRecorder(), r)
	}
	s.kill()
	panic(http.ErrAbortHandler)
}

// runs runs a command line in a process that is killed at its n-th call.
func (s *deadly) runs(w *world, when moment, n int, args ...string) end {
	w.t.Helper()
	armed := make(chan struct{})
	s.mu.Lock()
	s.at, s.when, s.count, s.armed = n, when, 0, armed
	s.mu.Unlock()
	p := w.process(0, args...)
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	s.kill = func() { _ = p.cmd.Process.Kill() }
	close(armed)
	e := p.wait()
	s.mu.Lock()
	for s.calls > 0 { // other calls of the dead process may still take effect
		s.idle.Wait()
	}
	s.when = never
	s.mu.Unlock()
	return e
}
