package argv

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/resource"
)

// Named returns the flag with the name, nil if there is none.
func Named(flags []ucli.Flag, name string) ucli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// IsBool tells whether a flag needs no value.
func IsBool(f ucli.Flag) bool {
	_, ok := f.(*ucli.BoolFlag)
	return ok
}

// Placeholder returns what a flag's usage text calls its value: the word in
// back quotes.
func Placeholder(f ucli.Flag) string {
	if parts := strings.SplitN(Usage(f), "`", 3); len(parts) == 3 {
		return parts[1]
	}
	return "VALUE"
}

// Usage returns what the help says of a flag.
func Usage(f ucli.Flag) string {
	d, _ := f.(ucli.DocGenerationFlag)
	return d.GetUsage()
}

// choice is the value of a flag that is one of a few words.
type choice struct {
	value string
	of    []string
}

func (c *choice) String() string { return c.value }

// Set sets the value.
func (c *choice) Set(value string) error {
	if !slices.Contains(c.of, value) {
		return fmt.Errorf("it is none of %s", strings.Join(c.of, ", "))
	}
	c.value = value
	return nil
}

// Choice is a flag whose value is one of some words; value is the default.
func Choice(name, value, usage string, of ...string) *ucli.GenericFlag {
	return &ucli.GenericFlag{Name: name, Value: &choice{value, of}, Usage: usage}
}

// Choices returns the words that a flag takes, nil if it takes others.
func Choices(f ucli.Flag) []string {
	if g, ok := f.(*ucli.GenericFlag); ok {
		return g.Value.(*choice).of
	}
	return nil
}

// form says what values a flag takes.
func form(f ucli.Flag) string {
	switch f.(type) {
	case *ucli.DurationFlag:
		return "give a number and its unit, such as 30s or 2m"
	case *ucli.IntFlag, *ucli.Int64Flag:
		return "give a whole number"
	case *ucli.Float64Flag:
		return "give a number, such as 5 or 0.5"
	case *ucli.BoolFlag:
		return "give true or false, or nothing for true"
	}
	return "use " + resource.Words(Choices(f))
}

// Set gives the flags of the context their values from the command line, and
// then those that are not on it from variables; variable returns the name and the
// value of the variable of a flag, "" for none. All are set that can be; the
// first that cannot is the error.
func (l *Line) Set(c *ucli.Context, variable func(f ucli.Flag) (name, value string)) (wrong error) {
	for _, g := range l.Given {
		name := g.Flag.Names()[0]
		if err := c.Set(name, g.Value); err != nil {
			wrong = cmp.Or(wrong, errorf(form(g.Flag), "invalid value %q for --%s", g.Value, name))
		}
	}
	for _, f := range l.Flags {
		flag := f.Names()[0]
		name, value := variable(f)
		if value == "" || c.IsSet(flag) {
			continue
		}
		if err := c.Set(flag, value); err != nil {
			wrong = cmp.Or(wrong, errorf(form(f), "%s=%q is no value for --%s", name, value, flag))
		}
	}
	return wrong
}
