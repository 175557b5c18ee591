package cli

import (
	"context"
	"lcsync/internal/cli/argv"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"
)

// command is one command: its help, its flags, and the function that turns
// flags into options and runs it.
type command struct {
	name     string
	aliases  []string
	alike    []string // names of this command in other tools, for hints
	args     string   // "FILE", "WANT [OTHER]", "[KIND]"; "…" ends a list
	brief    string   // one line for the list of commands
	about    string   // paragraphs, one a line
	examples []string // "# what for" lines and command lines
	flags    []ucli.Flag
	hidden   bool // not in the list of commands: only completion scripts call it
	legacy   bool // it also works with API versions before 3.5
	action   func(ctx context.Context, s *session, c *ucli.Context) (result, error)
}

// result is the result of a command. Text prints it on stdout for people; the
// JSON document holds the members of its JSON form.
type result interface {
	Text(p *page)
}

// names returns the command's name and aliases.
func (c *command) names() []string { return append([]string{c.name}, c.aliases...) }

// checkArgs checks the number of arguments against the usage.
func (c *command) checkArgs(args []string) error {
	words := strings.Fields(c.args)
	least, most := 0, len(words)
	for _, w := range words {
		if !strings.HasPrefix(w, "[") {
			least++
		}
		if strings.HasSuffix(strings.TrimSuffix(w, "]"), "…") {
			most = len(args)
		}
	}
	hint := "usage: " + c.usage()
	switch {
	case len(args) < least:
		return usagef(hint, "%s needs %s", c.name, strings.TrimSuffix(strings.Join(words[len(args):least], " and "), "…"))
	case len(args) > most && most == 0:
		return usagef(hint, "%s takes no arguments, but got %q", c.name, args[0])
	case len(args) > most:
		return usagef(hint, "%s got one argument too many: %q", c.name, args[most])
	}
	return nil
}

func (c *command) usage() string {
	u := "lcsync " + c.name
	if len(c.flags) > 0 {
		u += " [flags]"
	}
	if c.args != "" {
		u += " " + c.args
	}
	return u
}

func findCommand(all []*command, name string) *command {
	for _, c := range all {
		if slices.Contains(c.names(), name) {
			return c
		}
	}
	return nil
}

// suggestCommand is the hint for an unknown command.
func suggestCommand(name string, all []*command) string {
	var names []string
	for _, c := range all {
		if slices.Contains(c.alike, name) {
			return "use lcsync " + c.name + ": " + c.brief
		}
		if !c.hidden {
			names = append(names, c.names()...)
		}
	}
	if near := argv.Suggest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "run lcsync help for the list of commands"
}
