package cli

import (
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
)

// invocation is a command line taken apart. urfave/cli stops looking for flags
// at the first argument and knows global flags only before the command, so
// flags are sorted here and handed to it in the one order it understands.
type invocation struct {
	command *command
	help    bool // show help: the command's, or the program's if it is nil
	globals []string
	flags   []string
	args    []string
}

// parseArgs takes a command line (without the program's name) apart. Flags may
// stand anywhere; "--" ends them, and "-" is an argument or a flag's value.
// What makes no sense is an error, and the rest is taken apart all the same.
func parseArgs(line []string, all []*command) (*invocation, error) {
	p := &argParser{rest: line, commands: all, table: globalFlags()}
	var wrong error
	ended := false
	for len(p.rest) > 0 {
		take, arg := p.argument, p.next()
		switch {
		case ended:
		case arg == "--":
			ended = true
			continue
		case len(arg) > 1 && arg[0] == '-':
			take = p.flag
		}
		if err := take(arg); wrong == nil {
			wrong = err
		}
	}
	switch {
	case wrong != nil, p.help:
	case p.command == nil:
		wrong = usagef("run lcsync help for the list of commands", "no command given")
	default:
		wrong = p.command.checkArgs(p.args)
	}
	return &p.invocation, wrong
}

// global returns the last value that is given for a global flag, "" for none.
func (inv *invocation) global(name string) string {
	for _, g := range slices.Backward(inv.globals) {
		if n, value, has := strings.Cut(g, "="); n == "--"+name && has {
			return value
		} else if n == "--"+name {
			return "true"
		}
	}
	return ""
}

type argParser struct {
	invocation
	rest     []string
	commands []*command
	table    []ucli.Flag // global flags
	asked    bool        // the word help was given instead of a command
}

func (p *argParser) next() string {
	arg := p.rest[0]
	p.rest = p.rest[1:]
	return arg
}

// argument takes the command's name, and then its arguments.
func (p *argParser) argument(arg string) error {
	if p.command != nil {
		p.args = append(p.args, arg)
		return nil
	}
	if arg == "help" && !p.asked {
		p.asked, p.help = true, true
		return nil
	}
	if p.command = findCommand(p.commands, arg); p.command == nil {
		return usagef(suggestCommand(arg, p.commands), "unknown command %q", arg)
	}
	return nil
}

func suggestCommand(name string, all []*command) string {
	var names []string
	for _, c := range all {
		names = append(names, c.names()...)
	}
	if near := suggest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "run lcsync help for the list of commands"
}

// flag takes a flag and its value.
func (p *argParser) flag(arg string) error {
	name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if name == "h" || name == "help" {
		p.help = true
		return nil
	}
	if name == "version" && p.command == nil {
		return p.argument("version")
	}
	f, own := p.find(name)
	if f == nil {
		return p.unknown(strings.SplitN(arg, "=", 2)[0], name)
	}
	if !isBool(f) && !hasValue {
		if len(p.rest) == 0 || p.isFlag(p.rest[0]) {
			return usagef("write --"+f.Names()[0]+" "+placeholder(f)+", or --"+f.Names()[0]+"="+placeholder(f), "%s needs a value", arg)
		}
		value, hasValue = p.next(), true
	}
	canonical := "--" + f.Names()[0]
	if hasValue {
		canonical += "=" + value
	}
	if own {
		p.flags = append(p.flags, canonical)
	} else {
		p.globals = append(p.globals, canonical)
	}
	return nil
}

// find returns the flag with the name, and whether it is the command's own.
func (p *argParser) find(name string) (f ucli.Flag, own bool) {
	if p.command != nil {
		if f := flagNamed(p.command.flags, name); f != nil {
			return f, true
		}
	}
	return flagNamed(p.table, name), false
}

// flagNamed returns the flag with the name, nil if there is none.
func flagNamed(flags []ucli.Flag, name string) ucli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// isFlag tells whether a word is a known flag, and so hardly the value of the
// flag before it.
func (p *argParser) isFlag(word string) bool {
	if len(word) < 2 || word[0] != '-' {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	f, _ := p.find(name)
	return f != nil || name == "help"
}

// unknown refuses a flag. Its value is not repeated: it may be a token.
func (p *argParser) unknown(shown, name string) error {
	if name == "token" {
		return usagef("set LCSYNC_TOKEN, give --token-file FILE, or describe a profile in lcsync.yaml",
			"a token is never an argument: every user of this machine could see it")
	}
	known, where, help := p.table, "", "lcsync help"
	if p.command != nil {
		known, where, help = slices.Concat(known, p.command.flags), " for "+p.command.name, "lcsync help "+p.command.name
	}
	var names []string
	for _, f := range known {
		names = append(names, f.Names()...)
	}
	if near := suggest(name, names); near != "" {
		return usagef("did you mean --"+near+"?", "unknown flag %s%s", shown, where)
	}
	if p.command == nil && slices.ContainsFunc(p.commands, func(c *command) bool { return flagNamed(c.flags, name) != nil }) {
		return usagef("flags of a command stand after its name", "unknown flag %s before the command", shown)
	}
	return usagef("run "+help+" for the list of flags", "unknown flag %s%s", shown, where)
}

func isBool(f ucli.Flag) bool {
	_, ok := f.(*ucli.BoolFlag)
	return ok
}

// placeholder returns what a flag's usage text calls its value: the word in
// back quotes.
func placeholder(f ucli.Flag) string {
	if d, ok := f.(ucli.DocGenerationFlag); ok {
		if parts := strings.SplitN(d.GetUsage(), "`", 3); len(parts) == 3 {
			return parts[1]
		}
	}
	return "VALUE"
}

// suggest returns the hint for a misspelled name, "" if nothing is near: the
// nearest candidate, or the only one that the name is the beginning of.
func suggest(name string, candidates []string) string {
	near := resource.Suggest(name, candidates)
	if near == "" {
		for _, c := range candidates {
			if len(name) < 2 || !strings.HasPrefix(c, name) {
				continue
			}
			if near != "" {
				return ""
			}
			near = c
		}
	}
	return near
}
