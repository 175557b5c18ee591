package cli

import (
	"fmt"
	"strings"
	"testing"

	"lcsync/internal/sandbox"
)

// TestDriftOfMany: 300 agents that were changed alike, or each in its own way,
// are a text that fits on a screen and a document that fits into a mail.
func TestDriftOfMany(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	each := func(method, body string) {
		for i := range 300 {
			w.raw(method, fmt.Sprintf(strings.ReplaceAll(body, "{N}", "%03[1]d"), i))
		}
	}
	each("create_agent", `{"id":"agent-{N}@customer-care.example","name":"Agent {N}","job_title":"Adviser","max_chats_count":8}`)
	if err := w.export("before.yaml"); err != nil {
		t.Fatal(err)
	}
	each("update_agent", `{"id":"agent-{N}@customer-care.example","max_chats_count":5}`)
	for _, command := range [][]string{{"drift", "before.yaml"}, {"diff", "before.yaml"}, {"plan", "before.yaml", "-o", "plan.json"}} {
		_, stdout, stderr := w.lcsync(command...)
		if n := strings.Count(stdout+stderr, "\n"); n > 15 {
			t.Errorf("%v prints %d lines:\n%s", command, n, stdout[:min(2000, len(stdout))])
		}
		if !strings.Contains(stdout, "300 agents: max_chats_count") || !strings.Contains(stdout, "agent-000@customer-care.example, ") {
			t.Errorf("%v does not fold:\n%s", command, stdout[:min(2000, len(stdout))])
		}
		_, stdout, _ = w.lcsync(append([]string{"--json"}, command...)...)
		if len(stdout) > 60_000 {
			t.Errorf("%v has %d bytes of JSON", command, len(stdout))
		}
	}
	// A line names one object if all are asked for, so that they can be searched.
	_, stdout, _ := w.lcsync("drift", "--verbose", "before.yaml")
	if n := strings.Count(stdout, ": max_chats_count was 8, is now 5\n"); n != 300 {
		t.Errorf("--verbose prints %d lines of agents", n)
	}
	each("update_agent", `{"id":"agent-{N}@customer-care.example","job_title":"Adviser {N}"}`)
	_, stdout, _ = w.lcsync("drift", "before.yaml")
	if n := strings.Count(stdout, "\n"); n > 15 {
		t.Errorf("agents that were changed each in its own way are %d lines", n)
	}
}
