package cli

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
}
