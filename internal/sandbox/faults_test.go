package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// outcome is what a client sees of a call, in a word.
func (c *client) outcome(method, body string) string {
	c.t.Helper()
	res, data, err := c.send("POST", path(method), body)
	switch {
	case res == nil && err != nil:
		return "dropped"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated"
	case err != nil:
		c.t.Fatal(err)
	case strings.HasPrefix(string(data), byteOrderMark):
		return "marked"
	case res.StatusCode == http.StatusOK:
		return "ok"
	case strings.HasPrefix(string(data), `{"error":"`):
		return "text " + res.Status[:3]
	case !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json"):
		return "page " + res.Status[:3]
	}
	word, _, _ := strings.Cut(errorOf(decode(c.t, data)), ":")
	if after := res.Header.Get("Retry-After"); after != "" {
		word += " " + after
	}
	return word
}

func TestFaults(t *testing.T) {
	const rename = `{"id":"ann@example.com","name":"Anna"}`
	for _, tc := range []struct {
		fault, want string
		done        bool
	}{
		{"update_agent=429", "too_many_requests 1", false},
		{"update_agent=500", "internal", false},
		{"update_agent=503", "page 503", false},
		{"update_agent=drop-before", "dropped", false},
		{"update_agent=drop-after", "dropped", true},
		{"update_agent=truncate", "truncated", true},
		{"update_agent=403-html", "page 403", false},
		{"update_agent=error-text", "text 500", false},
		{"update_agent=502-after", "page 502", true},
		{"update_agent=503-after", "page 503", true},
		{"update_agent=bom", "marked", true},
		{"update_agent=misdirect", "misdirected_request", false},
		{"update_agent=delay=3s", "ok", true},
		{"*=500", "internal", false},
		{"list_bots=500", "ok", true},
		{"update_agent=500@2", "ok", true},
		{"update_agent=500@1,2", "internal", false},
		{"update_agent=500%100", "internal", false},
		{"update_agent=500%0", "ok", true},
	} {
		clock := newClock()
		c := startSeeded(t, Options{Clock: clock, Faults: []string{tc.fault}})
		began := clock.Now()
		if got := c.outcome("update_agent", rename); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.fault, got, tc.want)
		}
		if done := strings.Contains(string(c.l.State()), "Anna"); done != tc.done {
			t.Errorf("%s: took effect %v", tc.fault, done)
		}
		if slow := clock.Now().Sub(began) == 3*time.Second; slow != strings.Contains(tc.fault, "delay") {
			t.Errorf("%s: took %s", tc.fault, clock.Now().Sub(began))
		}
		if n := len(c.l.Calls()); n != 1 {
			t.Errorf("%s: %d calls in the log", tc.fault, n)
		}
	}
}

// TestPagesAreLogged with their status, and without an error of the API's.
func TestPagesAreLogged(t *testing.T) {
	c := startSeeded(t, Options{Faults: []string{"list_bots=502-after@1", "list_bots=403-html@2", "list_bots=error-text@3"}})
	for range 3 {
		c.outcome("list_bots", "{}")
	}
	want := []Call{{"list_bots", "3.5", 502, 1, ""}, {"list_bots", "3.5", 403, 1, ""}, {"list_bots", "3.5", 500, 1, ""}}
	if diff := cmp.Diff(want, c.l.Calls()); diff != "" {
		t.Error(diff)
	}
	starts(t, "a refused call", c.refused("update_agent", `{"id":"z@example.com"}`), "not_found")
}

func TestFaultsCountCalls(t *testing.T) {
	c := startSeeded(t, Options{Faults: []string{"list_bots=500@2", "*=429@4", "list_tags=drop-before@1"}})
	var got []string
	for _, method := range []string{"list_bots", "list_agents", "list_bots", "list_bots", "list_tags", "list_tags"} {
		got = append(got, method+" "+c.outcome(method, "{}"))
	}
	want := []string{
		"list_bots ok", "list_agents ok", "list_bots internal", "list_bots too_many_requests 1", "list_tags dropped", "list_tags ok",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	logged := []Call{
		{"list_bots", "3.5", 200, 1, ""}, {"list_agents", "3.5", 200, 1, ""}, {"list_bots", "3.5", 500, 1, "internal"},
		{"list_bots", "3.5", 429, 1, "too_many_requests"}, {"list_tags", "3.5", 0, 1, ""}, {"list_tags", "3.5", 200, 1, ""},
	}
	if diff := cmp.Diff(logged, c.l.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsByChance(t *testing.T) {
	run := func(seed int64) string {
		c := start(t, Options{Faults: []string{"*=500%30"}, FaultSeed: seed})
		var b strings.Builder
		for range 200 {
			b.WriteByte(c.outcome("list_channels", "{}")[0])
		}
		return b.String()
	}
	first := run(1)
	if first != run(1) {
		t.Error("the same seed gave other faults")
	}
	if first == run(2) {
		t.Error("another seed gave the same faults")
	}
	if n := strings.Count(first, "i"); n < 40 || n > 80 {
		t.Errorf("%d of 200 calls failed, want about 60", n)
	}
}

func TestFaultInABatch(t *testing.T) {
	c := startSeeded(t, Options{Faults: []string{"batch_update_agents=item-429@1"}})
	body := `{"requests":[{"id":"ann@example.com","name":"1"},{"id":"bob@example.com","name":"2"}]}`
	want := `{"responses":[{},{"error":{"message":"Too many requests","type":"too_many_requests"}}]}`
	if got := compact(c.ok("batch_update_agents", body)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := c.ok("get_agent", `{"id":"bob@example.com"}`).(map[string]any)["name"]; got != "Bob" {
		t.Errorf("the refused item took effect: %v", got)
	}
	if got := compact(c.ok("batch_update_agents", body)); got != `{"responses":[{},{}]}` {
		t.Errorf("the second time: %s", got)
	}
}

func TestMisdirectOnce(t *testing.T) {
	c := start(t, Options{Faults: []string{"*=misdirect"}})
	_, data, _ := c.send("POST", path("list_bots"), "{}")
	if got := compact(decode(t, data)); !strings.Contains(got, `"region":"fra"`) {
		t.Errorf("got %s", got)
	}
	if got := c.with("X-Region", "fra").outcome("list_bots", "{}"); got != "ok" {
		t.Errorf("the region named is served with %s", got)
	}
	if got := c.outcome("list_bots", "{}"); got != "ok" {
		t.Errorf("calls under way are served with %s", got)
	}
}

func TestUnavailableAgentAPI(t *testing.T) {
	c := start(t, Options{Faults: []string{"list_routing_statuses=503"}})
	if got := c.outcome("list_routing_statuses", "{}"); got != "service_unavailable" {
		t.Errorf("got %s", got)
	}
}
