package session

import (
	"context"
	"io"

	"lcsync/internal/config"
)

// Places says where a run reads and writes files.
type Places struct {
	config.Places
	State  string // as the user named the state directory, "" for the usual one
	stdin  io.Reader
	stdout *Console          // for output to "-"
	Step   func(name string) // see Env.Step
	Ctx    context.Context   // of the run; its end stops reads of files
}

// PlacesOf returns the places of a run with a context. stdout gets what is written to "-".
func PlacesOf(ctx context.Context, env *Env, stdout *Console) Places {
	return Places{Places: config.Places{Dir: env.Dir, Environ: env.Environ}, stdin: env.Stdin, stdout: stdout, Step: env.Step, Ctx: ctx}
}

// StateDir returns the state directory, which may not exist yet.
func (p Places) StateDir() (string, error) {
	if p.State != "" {
		return p.Abs(p.State), nil
	}
	if dir := p.Places.StateDir(); dir != "" {
		return dir, nil
	}
	return "", Inputf("pass --state-dir DIR", "there is no home directory for the state directory")
}
