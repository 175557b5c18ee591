package cli

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"lcsync/internal/sandbox"
)

// slow is a license that responds late to the first call that writes.
type slow struct {
	license *sandbox.License
	once    sync.Once
	reached chan struct{} // closed when that call arrives
	goOn    chan struct{} // it is answered when this is closed
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.Path, "/list_") && !strings.Contains(r.URL.Path, "/get_") && !strings.Contains(r.URL.Path, "/v2/") {
		s.once.Do(func() {
			close(s.reached)
			<-s.goOn
		})
	}
	s.license.ServeHTTP(w, r)
}

// TestTwoProcesses: while one process works on a license, another one reports
// that and does nothing. Processes on different licenses do not affect each
// other.
func TestTwoProcesses(t *testing.T) {
	d := ravage(t)
	w, other := d.world(t), d.world(t)
	other.dir = w.dir // and so the state directory, too
	s := &slow{license: w.license, reached: make(chan struct{}), goOn: make(chan struct{})}
	w.listen(s)
	other.listen(other.license)

	first := w.process(0, d.narrow(true)...)
	if err := first.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-s.reached
	calls := len(w.license.Calls())
	for name, second := range map[string]end{"a process": w.runs(0, d.narrow(true)...), "the same process": inProcess(d.apply(w))} {
		holder := fmt.Sprintf("locked by process %d ", first.cmd.Process.Pid)
		if second.code != 1 || !strings.Contains(second.stderr, holder) || !strings.Contains(second.stderr, "lcsync apply") {
			t.Errorf("%s: want exit code 1 and %q: %s", name, holder, second)
		}
	}
	for _, c := range w.license.Calls()[calls:] {
		if !strings.HasPrefix(c.Method, "list_") && !strings.HasPrefix(c.Method, "get_") && c.Method != "info" {
			t.Errorf("%s was called beside the process that has the lock", c.Method)
		}
	}
	if e := other.runs(0, d.narrow(true)...); e.code != 0 {
		t.Errorf("another license: %s", e)
	}
	close(s.goOn)
	if e := first.wait(); e.code != 0 {
		t.Errorf("the first: %s", e)
	}
	if e := w.runs(0, d.narrow(true)...); e.code != 0 {
		t.Errorf("the second, again: %s", e)
	}
	for _, w := range []*world{w, other} {
		if err := d.fulfilled(w); err != nil {
			t.Error(err)
		}
	}
}

func inProcess(code int, stdout, stderr string) end {
	return end{code: code, stdout: stdout, stderr: stderr}
}
