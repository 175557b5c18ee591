package cli

import (
	"lcsync/internal/cli/argv"

	ucli "github.com/urfave/cli/v2"
)

// session is one run of one command. It has the terminal, the places of files,
// and the settings to reach a license; a command passes each part to the
// functions that need it.
type session struct {
	*terminal
	places
	settings
	env       *Env
	commands  []*command
	command   *command // nil before one is chosen
	args      []string
	conn      *connection // nil before connect
	version   string      // of lcsync
	streamed  bool        // the command has printed its JSON document itself
	planFixed bool        // the plan was made earlier, so flags that select do not apply
}

// canSkip tells whether the command takes --skip.
func (s *session) canSkip() bool {
	return s.command != nil && !s.planFixed && argv.Named(s.command.flags, "skip") != nil
}

// choose chooses the command and returns its flags.
func (s *session) choose(name string) ([]ucli.Flag, error) {
	if s.command = findCommand(s.commands, name); s.command == nil {
		return nil, usagef(suggestCommand(name, s.commands), "unknown command %q", name)
	}
	return s.command.flags, nil
}
