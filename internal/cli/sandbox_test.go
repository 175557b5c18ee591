package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/cli/session"
	"lcsync/internal/rehearsal"
	"lcsync/internal/sandbox"
	"lcsync/internal/snapshot"
)

// TestSandboxServes runs the command and checks its first line, a response, and
// its end.
func TestSandboxServes(t *testing.T) {
	for _, args := range [][]string{{"sandbox"}, {"sandbox", "--json"}} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		env, _, stderr := testEnv(t, args...)
		read, write := io.Pipe()
		env.Stdout = write
		ended := make(chan int, 1)
		go func() { ended <- Run(ctx, env) }()

		line, err := bufio.NewReader(read).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		url := strings.TrimSpace(strings.TrimPrefix(line, "url: "))
		if len(args) > 1 {
			var doc struct{ URL string }
			if err := json.Unmarshal([]byte(line), &doc); err != nil {
				t.Fatal(err)
			}
			url = doc.URL
		}
		if body := get(t, url+"/_sandbox/state?as=snapshot"); !strings.HasPrefix(body, "lcsync: 1\n") || !strings.Contains(body, "owner: owner@example.com") {
			t.Errorf("the state as a snapshot is %q", body)
		}
		cancel()
		if code := <-ended; code != 0 || stderr.Len() > 0 {
			t.Errorf("exit code %d, stderr %q; being stopped is how it ends", code, stderr)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSeedIsKept checks that a served snapshot is returned unchanged.
func TestSeedIsKept(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "seed.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc, findings := snapshot.Decode(data, "seed.yaml")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	state, err := rehearsal.StateOf(doc.License)
	if err != nil {
		t.Fatal(err)
	}
	license, err := sandbox.New(sandbox.Options{Clock: newClock()})
	if err != nil {
		t.Fatal(err)
	}
	if err := license.Load(state); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&rehearsal.License{License: license})
	defer server.Close()
	if d := cmp.Diff(string(data), get(t, server.URL+"/_sandbox/state?as=snapshot")); d != "" {
		t.Errorf("-seed +state:\n%s", d)
	}
	if calls := license.Calls(); len(calls) > 0 {
		t.Errorf("asking for the state is no call, but the log has %v", calls)
	}
	if body := get(t, server.URL+"/_sandbox/state"); body != string(append(license.State(), '\n')) {
		t.Error("without ?as=snapshot the raw state must come")
	}
}

// TestSeedByName serves a snapshot as people write them: groups by name and
// without ids, members on the group's side or on both, fields left out, notes of one's own.
func TestSeedByName(t *testing.T) {
	doc, findings := snapshot.Decode([]byte(`
lcsync: 1
api_version: "3.5"
groups:
  - name: Sales
    agent_priorities:
      ann@acme.example: first
  - id: 4
    name: Support
    agent_priorities:
      ann@acme.example: last
agents:
  - id: ann@acme.example
    name: Ann
    our_own_note: x
    groups:
      - id: Support
        priority: last
group_properties:
  - id: Sales
    properties: {app: {colour: red}}
tags:
  - name: vip
    group_ids: [Sales]
`), "f")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	state, err := rehearsal.StateOf(doc.License)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(state, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"groups": []any{
			map[string]any{"id": 5.0, "name": "Sales"},
			map[string]any{"id": 4.0, "name": "Support"},
		},
		"agents": []any{map[string]any{
			"id": "ann@acme.example", "name": "Ann",
			"groups": []any{map[string]any{"id": 4.0, "priority": "last"}, map[string]any{"id": 5.0, "priority": "first"}},
		}},
		"group_properties": []any{map[string]any{"id": 5.0, "properties": map[string]any{"app": map[string]any{"colour": "red"}}}},
		"tags":             []any{map[string]any{"name": "vip", "group_ids": []any{5.0}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if !bytes.Contains(state, []byte(`"Sales"`)) {
		t.Error("lost a group")
	}
}

// TestSeedOfPart serves a file with references to objects that it does not
// have, like one of `export --only`.
func TestSeedOfPart(t *testing.T) {
	license, err := seedSandbox(&session.Console{}, []byte(`
lcsync: 1
api_version: "3.5"
agents:
  - id: ann@acme.example
    name: Ann
    groups:
      - id: 19
        priority: last
`), "f", sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(license.State(), []byte(`"id": 19`)) {
		t.Errorf("the membership is lost: %s", license.State())
	}
}
