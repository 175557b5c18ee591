package session

import (
	"context"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
)

// Command is one command: its help, its flags, and the function that turns
// flags into options and runs it.
type Command struct {
	Name     string
	Aliases  []string
	Alike    []string // names of this command in other tools, for hints
	Args     string   // "FILE", "WANT [OTHER]", "[KIND]"; "…" ends a list
	Brief    string   // one line for the list of commands
	About    string   // paragraphs, one a line
	Examples []string // "# what for" lines and command lines
	Flags    []ucli.Flag
	Hidden   bool // not in the list of commands: only completion scripts call it
	Legacy   bool // it also works with API versions before 3.5
	Action   func(ctx context.Context, s *Session, c *ucli.Context) (Result, error)
}

// Result is the result of a command. Text prints it on stdout for people; the
// JSON document holds the members of its JSON form.
type Result interface {
	Text(p *Page)
}

// names returns the command's name and aliases.
func (c *Command) names() []string { return append([]string{c.Name}, c.Aliases...) }

// CheckArgs checks the number of arguments against the usage.
func (c *Command) CheckArgs(args []string) error {
	words := strings.Fields(c.Args)
	least, most := 0, len(words)
	for _, w := range words {
		if !strings.HasPrefix(w, "[") {
			least++
		}
		if strings.HasSuffix(strings.TrimSuffix(w, "]"), "…") {
			most = len(args)
		}
	}
	hint := "usage: " + c.Usage()
	switch {
	case len(args) < least:
		return Usagef(hint, "%s needs %s", c.Name, strings.TrimSuffix(strings.Join(words[len(args):least], " and "), "…"))
	case len(args) > most && most == 0:
		return Usagef(hint, "%s takes no arguments, but got %q", c.Name, args[0])
	case len(args) > most:
		return Usagef(hint, "%s got one argument too many: %q", c.Name, args[most])
	}
	return nil
}

// Usage is the line that shows how the command is called.
func (c *Command) Usage() string {
	u := "lcsync " + c.Name
	if len(c.Flags) > 0 {
		u += " [flags]"
	}
	if c.Args != "" {
		u += " " + c.Args
	}
	return u
}

// FindCommand finds a command by a name or an alias. It returns nil if there is none.
func FindCommand(all []*Command, name string) *Command {
	for _, c := range all {
		if slices.Contains(c.names(), name) {
			return c
		}
	}
	return nil
}

// SuggestCommand is the hint for an unknown command.
func SuggestCommand(name string, all []*Command) string {
	var names []string
	for _, c := range all {
		if slices.Contains(c.Alike, name) {
			return "use lcsync " + c.Name + ": " + c.Brief
		}
		if !c.Hidden {
			names = append(names, c.names()...)
		}
	}
	if near := argv.Suggest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "run lcsync help for the list of commands"
}
