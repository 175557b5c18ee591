package cli

import "lcsync/internal/cli/argv"

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
	streamed  bool        // the command has printed its JSON document itself
	planFixed bool        // the plan was made earlier, so flags that select do not apply
}

// canSkip tells whether the command takes --skip.
func (s *session) canSkip() bool {
	return s.command != nil && !s.planFixed && argv.Named(s.command.flags, "skip") != nil
}
