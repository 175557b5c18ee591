package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/sandbox"
)

// mailbox is a webhook that leaves out messages that it has, by their
// Idempotency-Key. Each path is an address of its own.
type mailbox struct {
	mu   sync.Mutex
	keys map[string]string // texts by path and key
	got  map[string][]string
	odd  []string // what no honest sender does
}

func (m *mailbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	defer m.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	old, known := m.keys[r.URL.Path+" "+key]
	switch {
	case key == "":
		m.odd = append(m.odd, "no key: "+string(body))
	case known && old != string(body):
		m.odd = append(m.odd, "one key, two texts: "+old+"\n"+string(body))
	case !known:
		m.keys[r.URL.Path+" "+key] = string(body)
		m.got[r.URL.Path] = append(m.got[r.URL.Path], string(body))
	}
}

// told are the lines of all messages to a path, without their heads.
func (m *mailbox) told(path string) (lines []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, text := range m.got[path] {
		lines = append(lines, strings.Split(text, "\n")[1:]...)
	}
	return lines
}

// lastBreath is an instant at which a check is killed: a call or a step, or one of
// its messages.
type lastBreath struct {
	death
	message int // the number of a message; when says whether it arrived
	second  int // of the next check, which is killed, too, when the message arrived
	undone  bool
}

func (l lastBreath) String() string {
	name := l.death.String()
	if l.message > 0 {
		name = fmt.Sprintf("message %d %s", l.message, l.when)
	}
	if l.second > 0 {
		name += fmt.Sprintf(", then message %d", l.second)
	}
	if l.undone {
		name += ", undone before the next check"
	}
	return name
}

// TestKilledDrift kills a check at each call, each write of a file and each
// message, and runs the same command again. A receiver that leaves out messages
// that it has is told of each difference once, and once more when it is gone; the
// history has each event once.
func TestKilledDrift(t *testing.T) {
	calm := newMourned(t)
	whole := calm.api.runs(calm.world, never, 0, calm.args...)
	if whole.code != 2 {
		t.Fatalf("without a kill: %s", whole)
	}
	calm.ends(t, lastBreath{}, []end{whole})
	calls, messages := calm.api.count, calm.post.count
	if len(whole.steps) < 10 || messages != 2 {
		t.Fatalf("%d messages, steps %q", messages, whole.steps)
	}
	var all []lastBreath
	for n := range calls {
		all = append(all, lastBreath{death: death{call: n + 1, when: beforeEffect}}, lastBreath{death: death{call: n + 1, when: beforeAnswer}})
	}
	for n := range len(whole.steps) {
		for second := range 3 {
			all = append(all, lastBreath{death: death{step: n + 1}, second: second}, lastBreath{death: death{step: n + 1}, second: second, undone: true})
		}
	}
	for n := range messages {
		for _, when := range []moment{beforeEffect, beforeAnswer} {
			for second := range 4 {
				at := lastBreath{death: death{when: when}, message: n + 1, second: second}
				undone := at
				undone.undone = true
				all = append(all, at, undone)
			}
		}
	}
	var killed atomic.Int64
	side(t, sampled(all), func(t *testing.T, at lastBreath) {
		m := newMourned(t)
		if m.dies(t, at) {
			killed.Add(1)
		}
	})
	t.Logf("killed at %d of %d instants; there are %d calls, %d steps and %d messages", killed.Load(), len(all), calls, len(whole.steps), messages)
}

// mourned is a license with two differences that two destinations were told of,
// of which one is gone again, and a third one that is new.
type mourned struct {
	*world
	api, post *deadly
	box       *mailbox
	args      []string
}

func newMourned(t *testing.T) *mourned {
	m := &mourned{world: newWorld(t, sandbox.Options{}), box: &mailbox{keys: map[string]string{}, got: map[string][]string{}}}
	m.api, m.post = &deadly{license: m.license}, &deadly{license: m.box}
	m.api.idle, m.post.idle = sync.NewCond(&m.api.mu), sync.NewCond(&m.post.mu)
	m.listen(m.api)
	server := httptest.NewUnstartedServer(m.post)
	server.Config.SetKeepAlivesEnabled(false) // the child would wait for a kept connection
	server.Start()
	t.Cleanup(server.Close)
	m.args = []string{"drift", "acme.yaml", "--only-new", "--propagation", "0s", "--concurrency", "1", "--metrics", "lcsync.prom",
		"--notify", server.URL + "/one", "--notify", server.URL + "/two"}
	m.seed()
	if err := m.export("acme.yaml"); err != nil {
		t.Fatal(err)
	}
	m.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	m.raw("create_tag", `{"name":"spare","group_ids":[0]}`)
	if code, stdout, stderr := m.check(m.args...); code != 2 {
		t.Fatalf("the check before: %s", inProcess(code, stdout, stderr))
	}
	m.raw("update_agent", `{"id":"bob@shop.example","job_title":"Adviser 1"}`)
	m.raw("update_agent", `{"id":"cyn@shop.example","job_title":"Boss"}`)
	m.post.count = 0
	return m
}

// dies kills a check, and runs the same command again and once more.
func (m *mourned) dies(t *testing.T, at lastBreath) (killed bool) {
	var said []end
	switch {
	case at.message > 0:
		said = append(said, m.post.runs(m.world, at.when, at.message, m.args...))
	case at.step > 0:
		said = append(said, m.runs(at.step, m.args...))
	default:
		said = append(said, m.api.runs(m.world, at.when, at.call, m.args...))
	}
	if killed = said[0].code == -1; !killed {
		t.Errorf("it was not killed: %s", said[0])
	}
	if at.undone {
		m.raw("update_agent", `{"id":"cyn@shop.example","job_title":"Adviser 2"}`)
	}
	if at.second > 0 {
		said = append(said, m.post.runs(m.world, beforeAnswer, at.second, m.args...))
	}
	for range 2 {
		code, stdout, stderr := m.check(m.args...)
		said = append(said, inProcess(code, stdout, stderr))
	}
	if last := said[len(said)-1]; last.code != 2 || last.stdout+last.stderr != "" || said[len(said)-2].code != 2 {
		t.Errorf("the last check tells something: %s", last)
	}
	m.ends(t, at, said)
	return killed
}

// ends checks what was told and what the history has in the end.
func (m *mourned) ends(t *testing.T, at lastBreath, said []end) {
	t.Helper()
	const bob, spare, cyn = "agent bob@shop.example: job_title changed", "added by hand: tag spare", "agent cyn@shop.example: job_title changed"
	want := []string{bob, spare, cyn, "no longer: " + bob}
	fail := func(what string, got any) {
		t.Errorf("%s:\n%s\n%v", what, got, said)
	}
	for _, path := range []string{"/one", "/two"} {
		got := m.box.told(path)
		if at.undone && !slices.Contains(got, cyn) {
			got = append(got, cyn, "no longer: "+cyn)
		}
		if at.undone && slices.Index(got, "no longer: "+cyn) > slices.Index(got, cyn) {
			got = slices.DeleteFunc(got, func(l string) bool { return l == "no longer: "+cyn })
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" {
			fail(path+" was not told each once (-want +got)", diff)
		}
	}
	if m.box.odd != nil {
		fail("the receiver wonders", strings.Join(m.box.odd, "\n"))
	}
	_, stdout, _ := m.check("drift", "history", "acme.yaml", "--json")
	var doc struct {
		Histories []struct{ Events []struct{ Event, ID string } }
	}
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil || len(doc.Histories) != 1 {
		t.Fatalf("the history: %v\n%s", err, stdout)
	}
	var events []string
	for _, e := range doc.Histories[0].Events {
		events = append(events, e.Event+" "+e.ID)
	}
	happened := []string{"appeared agents/bob@shop.example#job_title", "appeared tags/spare", "appeared agents/cyn@shop.example#job_title", "gone agents/bob@shop.example#job_title"}
	if at.undone && slices.Contains(events, "gone agents/cyn@shop.example#job_title") {
		happened = append(happened, "gone agents/cyn@shop.example#job_title")
	} else if at.undone {
		happened = slices.Delete(happened, 2, 3)
	}
	if diff := cmp.Diff(happened, events); diff != "" {
		fail("the history has not each event once (-want +got)", diff)
	}
}
