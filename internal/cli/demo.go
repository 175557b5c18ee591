package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	acme "lcsync/examples"
	"lcsync/internal/sandbox"
)

func newDemoCmd() *command {
	return &command{
		name:  "demo",
		brief: "show export, diff and apply on an embedded license",
		about: `Serves a made-up license on this machine, exports it, edits the file, compares, applies, and shows that both are equal again. It needs no account, sends nothing to anyone and leaves nothing behind.`,
		examples: []string{
			"lcsync demo",
			"lcsync demo --json",
		},
		action: func(ctx context.Context, s *session, _ *ucli.Context) (result, error) {
			return runDemo(ctx, s.terminal)
		},
	}
}

// demo is one showing: a license, a directory, and what was done so far.
type demo struct {
	t     *terminal
	out   io.Writer
	dir   string
	url   string
	steps []demoStep
}

// demoStep is one command of the demo and what it ended with.
type demoStep struct {
	Title    string   `json:"title"`
	Command  string   `json:"command"`
	ExitCode ExitCode `json:"exit_code"`
}

// demoed is what a demo showed.
type demoed struct {
	Steps []demoStep `json:"steps"`
	Equal bool       `json:"equal"` // the last comparison found no difference
}

// Text prints nothing: the demo has spoken as it went.
func (d *demoed) Text(*page) {}

func runDemo(ctx context.Context, t *terminal) (result, error) {
	d := &demo{t: t, out: t.out}
	if t.JSON {
		d.out = io.Discard
	}
	var err error
	if d.dir, err = os.MkdirTemp("", "lcsync-demo-"); err != nil {
		return nil, fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer os.RemoveAll(d.dir)
	stop, err := d.serve()
	if err != nil {
		return nil, err
	}
	defer stop()
	if err := d.play(ctx); err != nil {
		return &demoed{Steps: d.steps}, err
	}
	return &demoed{Steps: d.steps, Equal: true}, nil
}

// serve starts the license on this machine alone.
func (d *demo) serve() (stop func(), err error) {
	license, err := seedSandbox(d.t, acme.Acme, "acme.yaml", sandbox.Options{Seed: 1, Clock: d.t.clock})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the demo's license: %w", err)
	}
	server := &http.Server{Handler: license, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	d.url = "http://" + listener.Addr().String()
	return func() { _ = server.Close() }, nil
}

// play goes through the story.
func (d *demo) play(ctx context.Context) error {
	d.say(`A made-up license is served on this machine; what follows are real commands.
LCSYNC_URL and LCSYNC_TOKEN point to it, and it ends with this demo.`)
	for _, step := range []struct {
		title, args string
		ends        ExitCode
		first       func() error
	}{
		{title: "Write the whole license to a file.", args: "export -o acme.yaml --client-id " + demoClient},
		{title: "The file and the license are the same.", args: "diff acme.yaml"},
		{first: d.edit, title: "What would have to be done? Nothing is sent yet.", args: "diff --prune --allow-application acme.yaml", ends: Different},
		{title: "Do it. Secrets come from a file of their own.", args: "apply --yes --quiet --prune --allow-application --secrets secrets.yaml acme.yaml"},
		{title: "The license is what the file says.", args: "diff --prune acme.yaml"},
	} {
		if step.first != nil {
			if err := step.first(); err != nil {
				return err
			}
		}
		if err := d.run(ctx, step.title, step.args, step.ends); err != nil {
			return err
		}
	}
	d.say(`
That was it. Next: lcsync export --help, or README.md for a license of your own.`)
	return nil
}

func (d *demo) say(text string) { fmt.Fprintln(d.out, text) }

// run shows a command, runs it and checks its exit code.
func (d *demo) run(ctx context.Context, title, args string, want ExitCode) error {
	line := "lcsync " + args
	fmt.Fprintf(d.out, "\n%s\n  $ %s\n", d.t.style.Bold(title), line)
	var out bytes.Buffer
	code := ExitCode(Run(ctx, &Env{
		Args: strings.Fields(line), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Environ: []string{"HOME=" + d.dir, "LCSYNC_URL=" + d.url, "LCSYNC_TOKEN=" + demoToken, "LCSYNC_STATE_DIR=" + d.dir},
		Dir:     d.dir, Clock: d.t.clock,
	}))
	for _, l := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		fmt.Fprintln(d.out, strings.TrimRight("  "+l, " "))
	}
	d.steps = append(d.steps, demoStep{title, line, code})
	if code != want {
		return fmt.Errorf("the demo went wrong: %s ended with exit code %d", line, code)
	}
	return nil
}

const (
	demoToken  = "dal:sandbox"
	demoClient = "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60"
	// demoSecrets has the secret of the webhook that the edit replaces.
	demoSecrets = "webhooks/" + demoClient + "/incoming_chat/f50e55b6: a-key-of-your-own\n"
	// demoEdits says how acme.AcmeEdited differs from what the demo exports.
	demoEdits = `  - a new group, Returns desk, and Mei in it
  - Ben takes Friday mornings, and ten chats at once
  - a new bot, Night watch
  - the tag old-catalogue is gone
  - checkout and basket come before the German shop
  - the CRM has a new address`
)

// edit puts the edited file in the place of the exported one.
func (d *demo) edit() error {
	d.say("\n" + d.t.style.Bold("Edit acme.yaml:"))
	d.say(demoEdits)
	for name, data := range map[string][]byte{"acme.yaml": acme.AcmeEdited, "secrets.yaml": []byte(demoSecrets)} {
		if err := os.WriteFile(filepath.Join(d.dir, name), data, 0o600); err != nil {
			return fmt.Errorf("edit the demo's file: %w", err)
		}
	}
	return nil
}
