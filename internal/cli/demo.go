package cli

import (
	"context"
	"io"
	"strings"

	ucli "github.com/urfave/cli/v2"

	acme "lcsync/examples"
	"lcsync/internal/cli/session"
	"lcsync/internal/demo"
	"lcsync/internal/sandbox"
)

func newDemoCmd() *session.Command {
	return &session.Command{
		Name:  "demo",
		Brief: "show export, diff and apply on an embedded license",
		About: `Serves an example license on this machine, exports it, edits the file, compares, applies, and compares again. It needs no account, sends nothing to other machines, and leaves no files behind.`,
		Examples: []string{
			"lcsync demo",
			"lcsync demo --json",
		},
		Action: func(ctx context.Context, s *session.Session, _ *ucli.Context) (session.Result, error) {
			return runDemo(ctx, s.Console)
		},
	}
}

// demoResult is the result of the demo.
type demoResult struct {
	Steps []demo.Step `json:"steps"`
	Equal bool        `json:"equal"` // the last comparison found no difference
}

// Text prints nothing: the demo printed its steps while it ran.
func (d *demoResult) Text(*session.Page) {}

func runDemo(ctx context.Context, t *session.Console) (session.Result, error) {
	license, err := seedSandbox(t, acme.Acme, "acme.yaml", sandbox.Options{Seed: 1, Clock: t.Clock})
	if err != nil {
		return nil, err
	}
	stage := demo.Stage{License: license, Out: t.Out, Bold: t.Style.Bold, Run: func(ctx context.Context, c demo.Command) int {
		return Run(ctx, &session.Env{Args: c.Args, Stdin: strings.NewReader(""), Stdout: c.Out, Stderr: c.Out, Environ: c.Environ, Dir: c.Dir, Clock: t.Clock})
	}}
	if t.JSON {
		stage.Out = io.Discard
	}
	steps, err := stage.Play(ctx)
	return &demoResult{Steps: steps, Equal: err == nil}, err
}
