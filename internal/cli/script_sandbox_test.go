package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/rehearsal"
	"lcsync/internal/sandbox"
	"lcsync/internal/snapshot"
	"lcsync/internal/wire/wiretest"
)

// scriptSandboxed is an embedded license that a script started.
type scriptSandboxed struct {
	*wiretest.Server
	license *sandbox.License
	token   string

	mu      sync.Mutex
	answers map[string]scriptAnswer // by METHOD or METHOD/ID
}

// scriptAnswer is what a sandbox says instead of its own answer.
type scriptAnswer struct {
	status int
	body   string
}

// ServeHTTP gives the answers that a script has set, and the license's own
// otherwise.
func (b *scriptSandboxed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var args struct {
		OwnerClientID any `json:"owner_client_id"`
		ID            any `json:"id"`
	}
	_ = json.Unmarshal(body, &args)
	method := path.Base(r.URL.Path)
	b.mu.Lock()
	answer, ok := b.answers[method]
	for _, id := range []any{args.OwnerClientID, args.ID} {
		if a, found := b.answers[fmt.Sprintf("%s/%v", method, id)]; found {
			answer, ok = a, true
		}
	}
	b.mu.Unlock()
	if !ok {
		(&rehearsal.License{License: b.license}).ServeHTTP(w, r)
		return
	}
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}

// scriptSandboxAnswer sets what a method is answered with.
func scriptSandboxAnswer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 && (len(args) != 3 || args[2] != "0") {
		ts.Fatalf("usage: sandbox-answer NAME METHOD STATUS FILE")
	}
	box := sandboxNamed(ts, args)
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	box.mu.Lock()
	defer box.mu.Unlock()
	delete(box.answers, args[1])
	if status != 0 {
		box.answers[args[1]] = scriptAnswer{status, ts.ReadFile(args[3])}
	}
}

// scriptSandbox starts an embedded license: sandbox NAME FLAG…, with the flags
// of lcsync sandbox (and --seed-state FILE for a raw state, --seed-odd
// FILE for one that no method would take).
func scriptSandbox(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts)
	if neg || len(args) == 0 {
		ts.Fatalf("usage: sandbox NAME FLAG…")
	}
	name := args[0]
	app := &ucli.App{
		Name: "sandbox", HideHelp: true, Writer: io.Discard, ErrWriter: io.Discard, DisableSliceFlagSeparator: true,
		Flags:          append(behaviourFlags(), &ucli.StringFlag{Name: "seed"}, &ucli.StringFlag{Name: "seed-state"}, &ucli.StringFlag{Name: "seed-odd"}),
		ExitErrHandler: func(*ucli.Context, error) {},
		Action: func(c *ucli.Context) error {
			license, err := sandbox.New(behaviour(c, s.clock, int64(1+len(s.sandboxes))))
			if err != nil {
				return err
			}
			if file := c.String("seed-state"); file != "" {
				if err := license.Load([]byte(ts.ReadFile(file))); err != nil {
					return err
				}
			}
			if file := c.String("seed-odd"); file != "" {
				if err := license.LoadUnchecked([]byte(ts.ReadFile(file))); err != nil {
					return err
				}
			}
			if file := c.String("seed"); file != "" {
				doc, findings := snapshot.Decode([]byte(ts.ReadFile(file)), file)
				if err := findings.Err(); err != nil {
					return err
				}
				state, err := rehearsal.StateOf(doc.License)
				if err != nil {
					return err
				}
				if err := license.LoadUnchecked(state); err != nil {
					return err
				}
			}
			box := &scriptSandboxed{license: license, token: c.String("token"), answers: map[string]scriptAnswer{}}
			box.Server = wiretest.Serve(box)
			s.sandboxes[name] = box
			return nil
		},
	}
	ts.Check(app.Run(append([]string{"sandbox"}, args[1:]...)))
	box := s.sandboxes[name]
	for _, prefix := range []string{"LCSYNC", strings.ToUpper(name)} {
		ts.Setenv(prefix+"_URL", box.URL)
		ts.Setenv(prefix+"_TOKEN", box.token)
	}
}

func sandboxNamed(ts *testscript.TestScript, args []string) *scriptSandboxed {
	if len(args) == 0 {
		ts.Fatalf("which sandbox?")
	}
	box := scriptOf(ts).sandboxes[args[0]]
	if box == nil {
		ts.Fatalf("no sandbox %q", args[0])
	}
	return box
}

func scriptSandboxCalls(ts *testscript.TestScript, _ bool, args []string) {
	for _, c := range sandboxNamed(ts, args).license.Calls() {
		fmt.Fprintf(ts.Stdout(), "%s items=%d status=%d %s\n", c.Method, c.Items, c.Status, c.Error)
	}
}

func scriptSandboxState(ts *testscript.TestScript, _ bool, args []string) {
	fmt.Fprintf(ts.Stdout(), "%s\n", sandboxNamed(ts, args).license.State())
}

// scriptSandboxCall makes a raw call: sandbox-call NAME METHOD JSON, or
// VERSION/METHOD for one of an older version. With "!" it must be refused.
func scriptSandboxCall(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: sandbox-call NAME METHOD JSON")
	}
	box := sandboxNamed(ts, args)
	api := "configuration"
	version, method, older := strings.Cut(args[1], "/")
	if !older {
		version, method = "3.5", args[1]
	}
	if strings.Contains(method, "routing_status") {
		api = "agent"
	}
	req, err := http.NewRequest(http.MethodPost, box.URL+"/v"+version+"/"+api+"/action/"+method, strings.NewReader(args[2]))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+box.token)
	answer, err := box.RoundTrip(req)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if (answer.StatusCode >= 300) != neg {
		ts.Fatalf("%s: status %d: %s", args[1], answer.StatusCode, body)
	}
}
