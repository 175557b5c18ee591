// Package demo shows what lcsync does, on a license that exists for that alone.
package demo

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

	acme "lcsync/examples"
)

// Stage is what a demo needs.
type Stage struct {
	License http.Handler // as acme.yaml describes it
	Out     io.Writer    // where it is shown
	Bold    func(string) string
	Run     func(ctx context.Context, c Command) (code int)
}

// Command is a command line of lcsync, with the program's name first, and what
// it is run with.
type Command struct {
	Args    []string
	Dir     string
	Environ []string
	Out     io.Writer
}

// Step is one command of the demo and what it ended with.
type Step struct {
	Title    string `json:"title"`
	Command  string `json:"command"`
	ExitCode int    `json:"exit_code"`
}

// Play gives the demo, and returns its steps as far as it went.
func (s Stage) Play(ctx context.Context) ([]Step, error) {
	d := &demo{Stage: s}
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
	err = d.play(ctx)
	return d.steps, err
}

// demo is a demo on its way: a license, a directory, and what was done so far.
type demo struct {
	Stage
	dir   string
	url   string
	steps []Step
}

// serve starts the license on this machine alone.
func (d *demo) serve() (stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the demo's license: %w", err)
	}
	server := &http.Server{Handler: d.License, ReadHeaderTimeout: 10 * time.Second}
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
		ends        int
		first       func() error
	}{
		{title: "Write the whole license to a file.", args: "export -o acme.yaml --client-id " + client},
		{title: "The file and the license are the same.", args: "diff acme.yaml"},
		{first: d.edit, title: "What would have to be done? Nothing is sent yet.", args: "diff --prune --allow-application acme.yaml", ends: 2},
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

func (d *demo) say(text string) { fmt.Fprintln(d.Out, text) }

// run shows a command, runs it and checks its exit code.
func (d *demo) run(ctx context.Context, title, args string, want int) error {
	line := "lcsync " + args
	fmt.Fprintf(d.Out, "\n%s\n  $ %s\n", d.Bold(title), line)
	var out bytes.Buffer
	code := d.Run(ctx, Command{Args: strings.Fields(line), Dir: d.dir, Out: &out,
		Environ: []string{"HOME=" + d.dir, "LCSYNC_URL=" + d.url, "LCSYNC_TOKEN=" + token, "LCSYNC_STATE_DIR=" + d.dir}})
	for _, l := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		fmt.Fprintln(d.Out, strings.TrimRight("  "+l, " "))
	}
	d.steps = append(d.steps, Step{title, line, code})
	if code != want {
		return fmt.Errorf("the demo went wrong: %s ended with exit code %d", line, code)
	}
	return nil
}

const (
	token  = "dal:sandbox"
	client = "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60"
	// secrets has the secret of the webhook that the edit replaces.
	secrets = "webhooks/" + client + "/incoming_chat/f50e55b6: a-key-of-your-own\n"
	// edits says how acme.AcmeEdited differs from what the demo exports.
	edits = `  - a new group, Returns desk, and Mei in it
  - Ben takes Friday mornings, and ten chats at once
  - a new bot, Night watch
  - the tag old-catalogue is gone
  - checkout and basket come before the German shop
  - the CRM has a new address`
)

// edit puts the edited file in the place of the exported one.
func (d *demo) edit() error {
	d.say("\n" + d.Bold("Edit acme.yaml:"))
	d.say(edits)
	for name, data := range map[string][]byte{"acme.yaml": acme.AcmeEdited, "secrets.yaml": []byte(secrets)} {
		if err := os.WriteFile(filepath.Join(d.dir, name), data, 0o600); err != nil {
			return fmt.Errorf("edit the demo's file: %w", err)
		}
	}
	return nil
}
