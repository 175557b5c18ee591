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

// demoed is what a demo showed.
type demoed struct {
	Steps []demo.Step `json:"steps"`
	Equal bool        `json:"equal"` // the last comparison found no difference
}

// Text prints nothing: the demo has spoken as it went.
func (d *demoed) Text(*page) {}

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
	return &demoed{Steps: steps, Equal: err == nil}, err
}
