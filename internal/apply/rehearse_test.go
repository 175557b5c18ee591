package apply

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// requestLines writes requests as text, one a line.
func requestLines(requests []Request) string {
	var b strings.Builder
	for _, r := range requests {
		b.WriteString(r.Method + " " + resource.JSON(r.Body) + "\n")
	}
	return b.String()
}

func TestRehearsal(t *testing.T) {
	got, err := Rehearse(plan(
		create("agents", "a@x", agent("a@x", "groups", in("Sales"))), create("agents", "b@x", agent("b@x")),
		newGroup("Sales", "a@x", "c@x"),
		update("agents", "c@x", agent("c@x", "groups", in(int64(0))), "groups", in(int64(0), "Sales")),
		create("tags", "vip", resource.Of("name", "vip", "group_ids", groupRef("Sales")), "groups/Sales"),
		create("webhooks", "w", webhook("", "u"), "tags/vip"),
	), Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "requests", requestLines(got), `batch_create_agents {"requests":[{"id":"a@x","name":"Agent a@x","groups":[]},{"id":"b@x","name":"Agent b@x"}]}
create_group {"name":"Sales","agent_priorities":{"a@x":"normal","c@x":"normal"}}
create_tag {"name":"vip","group_ids":["<groups/Sales>"]}
register_webhook {"owner_client_id":"c","action":"incoming_chat","type":"license","url":"u","secret_key":"***"}
`)
	same(t, "changes of the batch", got[0].Changes, []string{"agents/a@x", "agents/b@x"})
	same(t, "items of the batch", got[0].Items, 2)
}

func TestRehearsalSaysWhatCannotBeSent(t *testing.T) {
	got, err := Rehearse(plan(create("tags", "t", tag("t")), update("webhooks", "w", webhook("w1", "u"), "url", "v")), Options{})
	if err == nil || err.Error() != "webhooks/w cannot be sent: the API cannot update a webhook" {
		t.Error(err)
	}
	same(t, "the rest", len(got), 1)
}

// copyist records what is sent, in the way that a rehearsal does.
type copyist struct {
	*world
	mu   sync.Mutex
	sent []Request
}

func (c *copyist) begin(_ context.Context, method string, items []*resource.Object) {
	body := items[0]
	if name, ok := strings.CutPrefix(method, "batch "); ok {
		requests := resource.List{}
		for _, it := range items {
			requests = append(requests, it)
		}
		method, body = resource.BatchMethod(name), resource.Of("requests", requests)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, Request{Method: method, Body: body.Clone()})
}

// anyID matches ids that the world gives, and what stands for them.
var anyID = regexp.MustCompile(`"<[^"]*>"|"new\d+"|\b50\d\d\b`)

func TestARehearsalIsWhatIsSent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := randomPlan(rt)
		w := newWorld()
		w.n = 5000
		for _, c := range p.Changes {
			if c.Before != nil {
				w.put(c.Kind, c.Before.Clone())
			}
		}
		c := &copyist{world: w}
		w.enter = c.begin
		o := w.options()
		o.Concurrency, o.BatchSize = 1, rapid.IntRange(1, 5).Draw(rt, "batch")
		o.Secret = func(string) (string, bool) { return resource.Mask, true }
		if _, err := Run(context.Background(), p, w, o); err != nil {
			rt.Fatal(err)
		}
		got, err := Rehearse(p, Options{BatchSize: o.BatchSize})
		if err != nil {
			rt.Fatal(err)
		}
		rehearsed, sent := requestLines(got), requestLines(c.sent)
		if anyID.ReplaceAllString(rehearsed, "ID") != anyID.ReplaceAllString(sent, "ID") {
			rt.Fatalf("rehearsed:\n%s\nsent:\n%s", rehearsed, sent)
		}
	})
}

func TestRehearsingLeavesThePlanAlone(t *testing.T) {
	p := mixed()
	before := resource.JSON(p.Changes[6].After)
	if _, err := Rehearse(p, Options{}); err != nil {
		t.Fatal(err)
	}
	same(t, "the plan", resource.JSON(p.Changes[6].After), before)
	if p.Changes[6].Action != diff.Replace {
		t.Error("another change was meant")
	}
}

func TestLeastTime(t *testing.T) {
	for _, tt := range []struct {
		n    int
		rate float64
		want time.Duration
	}{{0, 5, 0}, {1, 5, 0}, {11, 5, 2 * time.Second}, {100, 0, 0}, {2, 0.5, 2 * time.Second}} {
		same(t, "time", LeastTime(tt.n, tt.rate), tt.want)
	}
}
