package cli

import "lcsync/internal/cli/argv"

// session is one run of one command. A command takes its parts, and hands each
// on to whoever needs it: whom it talks to, where its files are, and how a
// license is reached.
type session struct {
	*terminal
	places
	settings
	env      *Env
	commands []*command
	command  *command // nil as long as none is chosen
	args     []string
	conn     *connection // nil as long as no license is worked on
	streamed bool        // the command has printed its JSON document itself
	decided  bool        // what is done was decided earlier: flags that select do not go with it
}

// canSkip tells whether the command takes --skip.
func (s *session) canSkip() bool {
	return s.command != nil && !s.decided && argv.Named(s.command.flags, "skip") != nil
}
