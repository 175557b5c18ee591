package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/manual"
)

// TestHelp holds every help text to what a terminal shows and a user needs.
func TestHelp(t *testing.T) {
	all := commands()
	for _, c := range append(all, nil) {
		name := "the program"
		if c != nil {
			name = c.name
		}
		text := helpFor(c, all).Help
		for _, line := range strings.Split(text, "\n") {
			if utf8.RuneCountInString(line) > manual.Width || strings.TrimRight(line, " ") != line {
				t.Errorf("%s: line too wide or with spaces at its end: %q", name, line)
			}
		}
		if !strings.Contains(text, "\nexamples:\n  ") || !strings.Contains(text, "lcsync "+strings.Fields(name)[0]) && c != nil {
			t.Errorf("%s: no examples", name)
		}
		if c == nil {
			continue
		}
		if c.brief == "" || strings.ToLower(c.brief[:1]) != c.brief[:1] || strings.HasSuffix(c.brief, ".") {
			t.Errorf("%s: the brief %q should start in lower case and have no full stop", name, c.brief)
		}
		for _, line := range c.examples {
			checkExample(t, all, line)
		}
	}
}

// checkExample holds an example against the command line it shows.
func checkExample(t *testing.T, all []*command, line string) {
	if strings.HasPrefix(line, "#") {
		return
	}
	for _, part := range strings.Split(line, "|") {
		words := strings.Fields(strings.ReplaceAll(part, "'", ""))
		for len(words) > 0 && strings.Contains(words[0], "=") {
			words = words[1:] // variables
		}
		if len(words) == 0 || words[0] != "lcsync" {
			continue
		}
		for i, w := range words {
			if strings.HasPrefix(w, ">") {
				words = words[:i]
				break
			}
		}
		s := &session{commands: all}
		if parsed, err := argv.Parse(words[1:], globalFlags(s), s.choose); err != nil || s.command.checkArgs(parsed.Args) != nil {
			t.Errorf("example %q: %v", line, err)
		}
	}
}

// TestFlagsDoNotClash finds flags that a command and the program both have;
// only sandbox may, whose license has a token and client ids of its own.
func TestFlagsDoNotClash(t *testing.T) {
	for _, c := range commands() {
		seen := map[string]bool{}
		for _, f := range c.flags {
			for _, n := range f.Names() {
				if seen[n] {
					t.Errorf("%s has --%s twice", c.name, n)
				}
				seen[n] = true
			}
		}
		if c.name == "sandbox" {
			continue
		}
		for _, f := range globalFlags(&session{}) {
			for _, n := range f.Names() {
				if seen[n] {
					t.Errorf("%s has --%s, which is a global flag", c.name, n)
				}
			}
		}
	}
}
