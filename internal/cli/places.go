package cli

import (
	"context"
	"io"

	"lcsync/internal/config"
)

// places is where a run finds files and keeps them.
type places struct {
	config.Places
	state  string // as the user named the state directory, "" for the usual one
	stdin  io.Reader
	stdout *terminal         // that "-" is written to
	step   func(name string) // see Env.Step
	ctx    context.Context   // of the run, whose end ends the reading of files
}

func placesOf(ctx context.Context, env *Env, stdout *terminal) places {
	return places{Places: config.Places{Dir: env.Dir, Environ: env.Environ}, stdin: env.Stdin, stdout: stdout, step: env.Step, ctx: ctx}
}

// abs resolves a path that the user gave.
func (p places) abs(path string) string { return p.Abs(path) }

// stateDir returns the directory for what must outlive a run. It need not
// exist yet.
func (p places) stateDir() (string, error) {
	if p.state != "" {
		return p.abs(p.state), nil
	}
	if dir := p.StateDir(); dir != "" {
		return dir, nil
	}
	return "", inputf("give --state-dir DIR", "there is no home directory to keep state in")
}
