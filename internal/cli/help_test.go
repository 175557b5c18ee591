package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/manual"
	"lcsync/internal/cli/session"
)

// TestHelp checks that every help text fits a terminal and has what a user
// needs.
func TestHelp(t *testing.T) {
	all := commands()
	for _, c := range append(all, nil) {
		name := "the program"
		if c != nil {
			name = c.Name
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
		if c.Brief == "" || strings.ToLower(c.Brief[:1]) != c.Brief[:1] || strings.HasSuffix(c.Brief, ".") {
			t.Errorf("%s: the brief %q should start in lower case and have no full stop", name, c.Brief)
		}
		for _, line := range c.Examples {
			checkExample(t, all, line)
		}
	}
}

// checkExample checks that the command line of an example is valid.
func checkExample(t *testing.T, all []*session.Command, line string) {
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
		s := &session.Session{Commands: all}
		if parsed, err := argv.Parse(words[1:], session.GlobalFlags(s), s.Choose); err != nil || s.Command.CheckArgs(parsed.Args) != nil {
			t.Errorf("example %q: %v", line, err)
		}
	}
}

// TestFlagsDoNotClash finds command flags that are also global flags. Only
// sandbox may have such flags, because its license has its own token and client
// ids.
func TestFlagsDoNotClash(t *testing.T) {
	for _, c := range commands() {
		seen := map[string]bool{}
		for _, f := range c.Flags {
			for _, n := range f.Names() {
				if seen[n] {
					t.Errorf("%s has --%s twice", c.Name, n)
				}
				seen[n] = true
			}
		}
		if c.Name == "sandbox" {
			continue
		}
		for _, f := range session.GlobalFlags(&session.Session{}) {
			for _, n := range f.Names() {
				if seen[n] {
					t.Errorf("%s has --%s, which is a global flag", c.Name, n)
				}
			}
		}
	}
}
