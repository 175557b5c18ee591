package cli

import (
	"context"
	"io"
	"strings"

	ucli "github.com/urfave/cli/v2"

	acme "lcsync/examples"
	"lcsync/internal/demo"
	"lcsync/internal/sandbox"
)

func newDemoCmd() *command {
	return &command{
		name:  "demo",
		brief: "show export, diff and apply on an embedded license",
		about: `Serves an example license on this machine, exports it, edits the file, compares, applies, and compares again. It needs no account, sends nothing to other machines, and leaves no files behind.`,
		examples: []string{
			"lcsync demo",
			"lcsync demo --json",
		},
		action: func(ctx context.Context, s *session, _ *ucli.Context) (result, error) {
			return runDemo(ctx, s.terminal)
		},
	}
}

// demoResult is the result of the demo.
type demoResult struct {
	Steps []demo.Step `json:"steps"`
	Equal bool        `json:"equal"` // the last comparison found no difference
}

// Text prints nothing: the demo printed its steps while it ran.
func (d *demoResult) Text(*page) {}

func runDemo(ctx context.Context, t *terminal) (result, error) {
	license, err := seedSandbox(t, acme.Acme, "acme.yaml", sandbox.Options{Seed: 1, Clock: t.clock})
	if err != nil {
		return nil, err
	}
	stage := demo.Stage{License: license, Out: t.out, Bold: t.style.Bold, Run: func(ctx context.Context, c demo.Command) int {
		return Run(ctx, &Env{Args: c.Args, Stdin: strings.NewReader(""), Stdout: c.Out, Stderr: c.Out, Environ: c.Environ, Dir: c.Dir, Clock: t.clock})
	}}
	if t.JSON {
		stage.Out = io.Discard
	}
	steps, err := stage.Play(ctx)
	return &demoResult{Steps: steps, Equal: err == nil}, err
}
