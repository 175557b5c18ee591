package cli

import (
	"context"
	"fmt"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/manual"
)

func newHelpCmd() *command {
	return &command{
		name:     "help",
		args:     "[COMMAND]",
		brief:    "show help on the program or on a command",
		about:    "Prints what --help prints: without an argument the commands, the global flags and the exit codes, otherwise what one command does and takes.",
		examples: []string{"lcsync help", "lcsync help export"},
		action: func(_ context.Context, s *session, _ *ucli.Context) (result, error) {
			if len(s.args) == 0 {
				return helpFor(nil, s.commands), nil
			}
			c := findCommand(s.commands, s.args[0])
			if c == nil {
				return nil, usagef(suggestCommand(s.args[0], s.commands), "unknown command %q", s.args[0])
			}
			return helpFor(c, s.commands), nil
		},
	}
}

// help is the help on the program or on one command.
type help struct {
	Help string `json:"help"`
}

// Text prints the help.
func (h help) Text(p *page) { p.printf("%s", h.Help) }

// helpFor returns the help on a command, or on the program if it is nil.
func helpFor(c *command, all []*command) help {
	if c != nil {
		return help{manual.Command{Name: c.name, Brief: c.brief, Usage: c.usage(), Aliases: c.aliases, About: c.about, Flags: c.flags, Examples: c.examples}.Text()}
	}
	p := manual.Program{Flags: globalFlags(&session{})}
	for _, c := range all {
		if !c.hidden {
			p.Commands = append(p.Commands, manual.Entry{Name: c.name, Text: c.brief})
		}
	}
	for _, e := range exitCodes {
		p.ExitCodes = append(p.ExitCodes, manual.Entry{Name: fmt.Sprint(int(e.code)), Text: e.meaning})
	}
	return help{p.Text()}
}
