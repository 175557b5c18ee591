// Package argv takes command lines apart, as getopt_long does: flags stand
// anywhere, "--" ends them, short ones combine (-yq), and a value follows its
// flag or is attached to it (-ofile, -o=file, --output=file). urfave/cli v2
// stops at the first argument and knows none of that; the flags themselves, and
// what their values mean, are its own.
package argv

import (
	"fmt"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
)

// Line is a command line taken apart.
type Line struct {
	Command string // the first argument, "" for none
	Args    []string
	Given   []Given     // in the order of the line
	Flags   []ucli.Flag // of the command, and the global ones that it does not redefine
	open    ucli.Flag   // that ends the line and lacks its value
}

// Given is a flag and its value.
type Given struct {
	Flag  ucli.Flag
	Value string
}

// Error is a mistake in a command line, and what to do about it.
type Error struct{ Text, Hint string }

func (e *Error) Error() string { return e.Text }

func errorf(hint, format string, args ...any) error {
	return &Error{fmt.Sprintf(format, args...), hint}
}

// Parse takes a command line without the program's name apart. command returns
// the flags of the command with a name. What makes no sense is an error, and
// the rest is taken apart all the same.
func Parse(words []string, global []ucli.Flag, command func(name string) ([]ucli.Flag, error)) (*Line, error) {
	p := &parser{Line: Line{Flags: global}, rest: words, command: command}
	var wrong error
	ended := false
	for len(p.rest) > 0 {
		take, word := p.argument, p.next()
		switch {
		case ended:
		case word == "--":
			ended = true
			continue
		case len(word) > 1 && word[0] == '-':
			take = p.flag
		}
		if err := take(word); wrong == nil {
			wrong = err
		}
	}
	return &p.Line, wrong
}

type parser struct {
	Line
	rest    []string
	command func(name string) ([]ucli.Flag, error)
}

func (p *parser) next() string {
	word := p.rest[0]
	p.rest = p.rest[1:]
	return word
}

// argument takes the command's name, and then its arguments.
func (p *parser) argument(word string) error {
	if p.Command != "" {
		p.Args = append(p.Args, word)
		return nil
	}
	p.Command = word
	own, err := p.command(word)
	for _, f := range p.Flags {
		if Named(own, f.Names()[0]) == nil {
			own = append(own, f)
		}
	}
	p.Flags = own
	return err
}

// flag takes a flag, or several short ones, and the value.
func (p *parser) flag(word string) error {
	name, value, attached := strings.Cut(strings.TrimLeft(word, "-"), "=")
	if f := Named(p.Flags, name); f != nil {
		return p.give(f, word, value, attached)
	}
	shown, _, _ := strings.Cut(word, "=")
	if strings.HasPrefix(word, "--") {
		return p.unknown(shown, name)
	}
	for i, letter := range word[1:] {
		f := Named(p.Flags, string(letter))
		switch after := word[1+i+len(string(letter)):]; {
		case f == nil && i == 0:
			return p.unknown(shown, name)
		case f == nil:
			return p.unknown("-"+string(letter), string(letter))
		case !IsBool(f) || strings.HasPrefix(after, "="):
			return p.give(f, "-"+string(letter), strings.TrimPrefix(after, "="), after != "")
		}
		p.Given = append(p.Given, Given{f, "true"})
	}
	return nil
}

// give takes a flag with its value, which may be the next word.
func (p *parser) give(f ucli.Flag, shown, value string, attached bool) error {
	switch {
	case attached:
	case IsBool(f):
		value = "true"
	case len(p.rest) == 0 || p.isFlag(p.rest[0]):
		if len(p.rest) == 0 {
			p.open = f
		}
		name := "--" + f.Names()[0]
		return errorf("write "+name+" "+Placeholder(f)+", or "+name+"="+Placeholder(f), "%s needs a value", shown)
	default:
		value = p.next()
	}
	p.Given = append(p.Given, Given{f, value})
	return nil
}

// isFlag tells whether a word is a known flag, and so hardly the value of the
// flag before it.
func (p *parser) isFlag(word string) bool {
	if len(word) < 2 || word[0] != '-' {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	return Named(p.Flags, name) != nil || word[1] != '-' && Named(p.Flags, word[1:2]) != nil
}

// unknown refuses a flag. Its value is not repeated: it may be a token.
func (p *parser) unknown(shown, name string) error {
	if name == "token" {
		return errorf("set LCSYNC_TOKEN, give --token-file FILE, or describe a profile in lcsync.yaml",
			"a token is never an argument: every user of this machine could see it")
	}
	var names []string
	for _, f := range p.Flags {
		names = append(names, f.Names()...)
	}
	where, hint := " for "+p.Command, "run lcsync help "+p.Command+" for the list of flags"
	if p.Command == "" {
		where, hint = " before the command", "flags of a command stand after its name; lcsync help lists the global ones"
	}
	if near := Suggest(name, names); near != "" {
		hint = "did you mean --" + near + "?"
	}
	return errorf(hint, "unknown flag %s%s", shown, where)
}

// Suggest returns the candidate that a misspelled name means, "" if none is
// near: the nearest one, or the only one that the name is the beginning of.
func Suggest(name string, candidates []string) string {
	if near := resource.Suggest(name, candidates); near != "" || len(name) < 2 {
		return near
	}
	begin := slices.DeleteFunc(slices.Clone(candidates), func(c string) bool { return !strings.HasPrefix(c, name) })
	if len(begin) != 1 {
		return ""
	}
	return begin[0]
}
