// Package session has what the commands share: the terminal with its pages,
// notices, questions and progress, the places of files, the flags that lead to a
// license, the connection to it, and the exit codes.
package session

import (
	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
)

// Session is one run of one command. It has the terminal, the places of files,
// and the settings to reach a license; a command passes each part to the
// functions that need it.
type Session struct {
	*Console
	Places
	Settings
	Env       *Env
	Commands  []*Command
	Command   *Command // nil before one is chosen
	Args      []string
	Conn      *Connection // nil before connect
	Version   string      // of lcsync
	Streamed  bool        // the command has printed its JSON document itself
	PlanFixed bool        // the plan was made earlier, so flags that select do not apply
}

// CanSkip tells whether the command takes --skip.
func (s *Session) CanSkip() bool {
	return s.Command != nil && !s.PlanFixed && argv.Named(s.Command.Flags, "skip") != nil
}

// Choose chooses the command and returns its flags.
func (s *Session) Choose(name string) ([]ucli.Flag, error) {
	if s.Command = FindCommand(s.Commands, name); s.Command == nil {
		return nil, Usagef(SuggestCommand(name, s.Commands), "unknown command %q", name)
	}
	return s.Command.Flags, nil
}
