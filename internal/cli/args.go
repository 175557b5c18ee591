package cli

import (
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"
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
func parseArgs(line []string, all []*command) (*invocation, error) {
	p := &argParser{rest: line, commands: all, table: globalFlags()}
	for len(p.rest) > 0 {
		arg := p.next()
		var err error
		switch {
		case arg == "--":
			err = p.takeAll()
		case len(arg) > 1 && arg[0] == '-':
			err = p.flag(arg)
		default:
			err = p.argument(arg)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.done()
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

// takeAll takes everything after "--" as arguments.
func (p *argParser) takeAll() error {
	for len(p.rest) > 0 {
		if err := p.argument(p.next()); err != nil {
			return err
		}
	}
	return nil
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
	byName := func(f ucli.Flag) bool { return slices.Contains(f.Names(), name) }
	if p.command != nil {
		if i := slices.IndexFunc(p.command.flags, byName); i >= 0 {
			return p.command.flags[i], true
		}
	}
	if i := slices.IndexFunc(p.table, byName); i >= 0 {
		return p.table[i], false
	}
	return nil, false
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
	var names []string
	for _, f := range p.table {
		names = append(names, f.Names()...)
	}
	where, help := "", "lcsync help"
	if p.command != nil {
		where, help = " for "+p.command.name, "lcsync help "+p.command.name
		for _, f := range p.command.flags {
			names = append(names, f.Names()...)
		}
	}
	if near := suggest(name, names); near != "" {
		return usagef("did you mean --"+near+"?", "unknown flag %s%s", shown, where)
	}
	if p.command == nil && slices.ContainsFunc(p.commands, func(c *command) bool { return hasFlag(c, name) }) {
		return usagef("flags of a command stand after its name", "unknown flag %s before the command", shown)
	}
	return usagef("run "+help+" for the list of flags", "unknown flag %s%s", shown, where)
}

func hasFlag(c *command, name string) bool {
	return slices.ContainsFunc(c.flags, func(f ucli.Flag) bool { return slices.Contains(f.Names(), name) })
}

func (p *argParser) done() (*invocation, error) {
	if p.help {
		return &p.invocation, nil
	}
	if p.command == nil {
		return nil, usagef("run lcsync help for the list of commands", "no command given")
	}
	return &p.invocation, p.command.checkArgs(p.args)
}

// wantsJSON tells whether a command line that cannot be taken apart asks for
// JSON all the same.
func wantsJSON(line []string) bool {
	for _, arg := range line {
		switch arg {
		case "--json", "-json", "--json=true":
			return true
		case "--":
			return false
		}
	}
	return false
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
