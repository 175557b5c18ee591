package argv_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
)

func global() []ucli.Flag {
	return []ucli.Flag{
		&ucli.BoolFlag{Name: "quiet", Aliases: []string{"q"}},
		&ucli.Float64Flag{Name: "rate"},
		&ucli.DurationFlag{Name: "timeout", Usage: "wait `TIME`"},
	}
}

func command(name string) ([]ucli.Flag, error) {
	if name != "do" {
		return nil, errors.New("unknown command " + name)
	}
	return []ucli.Flag{
		&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "to `FILE`"},
		&ucli.BoolFlag{Name: "dry-run", Usage: "only look"},
		&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}},
		argv.Choice("match", "auto", "by `HOW`", "auto", "id"),
		&ucli.StringSliceFlag{Name: "only"},
	}, nil
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		line  string
		given []string
		args  []string
		fails string
	}{
		{line: "do a b", args: []string{"a", "b"}},
		{line: "do a -o f b --quiet", given: []string{"output=f", "quiet=true"}, args: []string{"a", "b"}},
		{line: "--rate 3 do --output=f", given: []string{"rate=3", "output=f"}},
		{line: "do -o - -", given: []string{"output=-"}, args: []string{"-"}},
		{line: "do -- -o", args: []string{"-o"}},
		{line: "-- do --dry-run", args: []string{"--dry-run"}},
		{line: "do -o -- x", given: []string{"output=--"}, args: []string{"x"}},
		{line: "do --dry-run=false a", given: []string{"dry-run=false"}, args: []string{"a"}},
		{line: "do --dry-run a", given: []string{"dry-run=true"}, args: []string{"a"}},
		{line: "do -output f", given: []string{"output=f"}},
		{line: "do -o=", given: []string{"output="}},
		{line: "do -o=f=g", given: []string{"output=f=g"}},
		{line: "do -of a", given: []string{"output=f"}, args: []string{"a"}},
		{line: "do -yq", given: []string{"yes=true", "quiet=true"}},
		{line: "do -yqof", given: []string{"yes=true", "quiet=true", "output=f"}},
		{line: "do -yo f", given: []string{"yes=true", "output=f"}},
		{line: "do -yq=false", given: []string{"yes=true", "quiet=false"}},
		{line: "-q do -y", given: []string{"quiet=true", "yes=true"}},
		{line: "do --rate -1", given: []string{"rate=-1"}},
		{line: "do -o", fails: "-o needs a value"},
		{line: "do -yo", fails: "-o needs a value"},
		{line: "do -o --dry-run", fails: "-o needs a value"},
		{line: "do -o -yq", fails: "-o needs a value"},
		{line: "-o f do", fails: "unknown flag -o before the command"},
		{line: "do --outptu f", fails: "unknown flag --outptu for do"},
		{line: "do -yx", fails: "unknown flag -x for do"},
		{line: "do -x=hush", fails: "unknown flag -x for do"},
		{line: "dp", fails: "unknown command dp"},
		{line: "do --token=x", fails: "a token is never an argument: every user of this machine could see it"},
	} {
		line, err := argv.Parse(strings.Fields(tt.line), global(), command)
		if err != nil || tt.fails != "" {
			if err == nil || err.Error() != tt.fails {
				t.Errorf("%s: got error %v, want %q", tt.line, err, tt.fails)
			}
			continue
		}
		var given []string
		for _, g := range line.Given {
			given = append(given, g.Flag.Names()[0]+"="+g.Value)
		}
		if d := cmp.Diff([][]string{tt.given, tt.args}, [][]string{given, line.Args}); d != "" {
			t.Errorf("%s: %s", tt.line, d)
		}
	}
}

// TestSet: a value that is none names its flag and the form of its values, and
// does not keep the others from being set.
func TestSet(t *testing.T) {
	for _, tt := range []struct{ line, wrong, hint string }{
		{"do --timeout 30 -y", `invalid value "30" for --timeout`, "give a number and its unit, such as 30s or 2m"},
		{"do --rate lots -y", `invalid value "lots" for --rate`, "give a number, such as 5 or 0.5"},
		{"do --match names -y", `invalid value "names" for --match`, "use auto or id"},
		{"do --quiet=perhaps -y", `invalid value "perhaps" for --quiet`, "give true or false, or nothing for true"},
		{"do -y", `RATE="much" is no value for --rate`, "give a number, such as 5 or 0.5"},
		{"do -y --rate 2", "", ""},
	} {
		line, err := argv.Parse(strings.Fields(tt.line), global(), command)
		if err != nil {
			t.Fatal(err)
		}
		var yes bool
		var got argv.Error
		app := &ucli.App{Flags: line.Flags, HideHelp: true, Action: func(c *ucli.Context) error {
			err := line.Set(c, func(f ucli.Flag) (string, string) {
				if f.Names()[0] == "rate" && !strings.Contains(tt.line, "lots") {
					return "RATE", "much"
				}
				return "", ""
			})
			if wrong := (*argv.Error)(nil); errors.As(err, &wrong) {
				got = *wrong
			}
			yes = c.Bool("yes")
			return nil
		}}
		if err := app.Run([]string{"do"}); err != nil || !yes {
			t.Errorf("%s: %v, yes %v", tt.line, err, yes)
		}
		if tt.line != "do -y" && tt.line != "do -y --rate 2" && got.Text == `RATE="much" is no value for --rate` {
			t.Errorf("%s: the variable was told first", tt.line)
		}
		if got.Text != tt.wrong || got.Hint != tt.hint {
			t.Errorf("%s: got %+v", tt.line, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	for name, want := range map[string]string{"exprot": "export", "ex": "export", "e": "", "pl": "", "nothing": ""} {
		if got := argv.Suggest(name, []string{"export", "plan", "place"}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
