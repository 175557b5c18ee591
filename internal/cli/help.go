package cli

import (
	"context"
	"fmt"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/manual"
	"lcsync/internal/cli/session"
)

func newHelpCmd() *session.Command {
	return &session.Command{
		Name:     "help",
		Args:     "[COMMAND]",
		Brief:    "show help for lcsync or for a command",
		About:    `Prints the same text as --help. Without an argument, lists the commands, the global flags and the exit codes. With COMMAND, describes the command, its flags and examples.`,
		Examples: []string{"lcsync help", "lcsync help export"},
		Action: func(_ context.Context, s *session.Session, _ *ucli.Context) (session.Result, error) {
			if len(s.Args) == 0 {
				return helpFor(nil, s.Commands), nil
			}
			c := session.FindCommand(s.Commands, s.Args[0])
			if c == nil {
				return nil, session.Usagef(session.SuggestCommand(s.Args[0], s.Commands), "unknown command %q", s.Args[0])
			}
			return helpFor(c, s.Commands), nil
		},
	}
}

// help is the help for lcsync or for one command.
type help struct {
	Help string `json:"help"`
}

// Text prints the help.
func (h help) Text(p *session.Page) { p.Printf("%s", h.Help) }

// helpFor returns the help for a command, or for lcsync if c is nil.
func helpFor(c *session.Command, all []*session.Command) help {
	if c != nil {
		return help{manual.Command{Name: c.Name, Brief: c.Brief, Usage: c.Usage(), Aliases: c.Aliases, About: c.About, Flags: c.Flags, Examples: c.Examples}.Text()}
	}
	p := manual.Program{Flags: session.GlobalFlags(&session.Session{})}
	for _, c := range all {
		if !c.Hidden {
			p.Commands = append(p.Commands, manual.Entry{Name: c.Name, Text: c.Brief})
		}
	}
	for _, e := range session.ExitCodes {
		p.ExitCodes = append(p.ExitCodes, manual.Entry{Name: fmt.Sprint(int(e.Code)), Text: e.Meaning})
	}
	return help{p.Text()}
}
