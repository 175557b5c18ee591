package cli

import (
	"context"
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/screen"
)

// helpWidth is how wide help is written.
const helpWidth = 80

func newHelpCmd() *command {
	return &command{
		name:     "help",
		args:     "[COMMAND]",
		brief:    "show help on the program or on a command",
		about:    "Prints what --help prints: without an argument the commands, the global flags and the exit codes, otherwise what one command does and takes.",
		examples: []string{"lcsync help", "lcsync help export"},
		action: func(_ context.Context, s *session, _ *ucli.Context) (result, error) {
			if len(s.args) == 0 {
				return helpFor(nil, s.commands), nil
			}
			c := findCommand(s.commands, s.args[0])
			if c == nil {
				return nil, usagef(suggestCommand(s.args[0], s.commands), "unknown command %q", s.args[0])
			}
			return helpFor(c, s.commands), nil
		},
	}
}

// help is the help on the program or on one command.
type help struct {
	Help string `json:"help"`
}

// Text prints the help.
func (h help) Text(p *page) { p.printf("%s", h.Help) }

// helpFor returns the help on a command, or on the program if it is nil.
func helpFor(c *command, all []*command) help {
	var h helpText
	if c == nil {
		h.program(all)
	} else {
		h.command(c)
	}
	return help{h.String()}
}

// helpText is a help as it is written.
type helpText struct{ strings.Builder }

func (h *helpText) program(all []*command) {
	h.paragraph("lcsync keeps the configuration of a LiveChat license in a YAML file.")
	h.paragraph("\nusage: lcsync [global flags] COMMAND [flags] [arguments]")
	h.paragraph("\ncommands:")
	for _, c := range all {
		if !c.hidden {
			h.entry(c.name, c.brief)
		}
	}
	h.flags("global flags, before or after the command", globalFlags(&session{}))
	h.paragraph("\nEach global flag can also be set in the environment: --state-dir as LCSYNC_STATE_DIR, " +
		"but --client-id as LCSYNC_CLIENT_IDS, with commas between several. " +
		"The token is never an argument: it comes from LCSYNC_TOKEN, --token-file or a profile. " +
		"With an account id it is a personal access token, without one an OAuth token.")
	h.examples([]string{
		"# Try everything without an account", "lcsync demo",
		"# Keep a license in a file", "lcsync export -o acme.yaml",
		"# What does a command do?", "lcsync help export",
	})
	h.paragraph("\nexit codes:")
	for _, e := range exitCodes {
		h.entry(fmt.Sprint(int(e.code)), e.meaning)
	}
}

func (h *helpText) command(c *command) {
	h.paragraph(c.name + ": " + c.brief)
	h.paragraph("\nusage: " + c.usage())
	if len(c.aliases) > 0 {
		h.paragraph("also called: " + strings.Join(c.aliases, ", "))
	}
	for _, p := range strings.Split(strings.TrimSpace(c.about), "\n") {
		h.paragraph("\n" + p)
	}
	if len(c.flags) > 0 {
		h.flags("flags", c.flags)
	}
	h.examples(c.examples)
	h.paragraph("\nGlobal flags and exit codes: lcsync help")
}

func (h *helpText) examples(lines []string) {
	h.WriteString("\nexamples:\n  " + strings.Join(lines, "\n  ") + "\n")
}

func (h *helpText) flags(title string, flags []ucli.Flag) {
	h.paragraph("\n" + title + ":")
	for _, f := range flags {
		names := "--" + strings.Join(f.Names(), ", -")
		if _, short, has := strings.Cut(names, ", "); has {
			names = short + ", --" + f.Names()[0]
		}
		if !argv.IsBool(f) {
			names += " " + argv.Placeholder(f)
		}
		h.entry(names, strings.ReplaceAll(argv.Usage(f), "`", ""))
	}
}

// entryIndent is the column where explanations start.
const entryIndent = 26

// entry writes a name and what it is, side by side.
func (h *helpText) entry(name, text string) {
	left := "  " + name
	if len(left)+2 > entryIndent {
		h.WriteString(left + "\n")
		left = ""
	}
	for _, line := range screen.Wrap(text, helpWidth-entryIndent) {
		fmt.Fprintf(h, "%-*s%s\n", entryIndent, left, line)
		left = ""
	}
}

// paragraph writes a text; a line break before it stays.
func (h *helpText) paragraph(text string) {
	if strings.HasPrefix(text, "\n") {
		h.WriteByte('\n')
	}
	h.WriteString(strings.Join(screen.Wrap(strings.TrimSpace(text), helpWidth), "\n") + "\n")
}
