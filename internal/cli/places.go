package cli

import (
	"context"
	"io"

	"lcsync/internal/config"
)

// places says where a run reads and writes files.
type places struct {
	config.Places
	state  string // as the user named the state directory, "" for the usual one
	stdin  io.Reader
	stdout *terminal         // for output to "-"
	step   func(name string) // see Env.Step
	ctx    context.Context   // of the run; its end stops reads of files
}

func placesOf(ctx context.Context, env *Env, stdout *terminal) places {
	return places{Places: config.Places{Dir: env.Dir, Environ: env.Environ}, stdin: env.Stdin, stdout: stdout, step: env.Step, ctx: ctx}
}

// stateDir returns the state directory, which may not exist yet.
func (p places) stateDir() (string, error) {
	if p.state != "" {
		return p.Abs(p.state), nil
	}
	if dir := p.Places.StateDir(); dir != "" {
		return dir, nil
	}
	return "", inputf("pass --state-dir DIR", "there is no home directory for the state directory")
}
