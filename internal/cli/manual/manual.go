// Package manual writes the help on the program and on its commands, in columns
// that fit a terminal.
package manual

import (
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/screen"
)

// Width is how wide help is written.
const Width = 80

// Command is what there is to say of a command.
type Command struct {
	Name, Brief, Usage string
	Aliases            []string
	About              string // paragraphs, one a line
	Flags              []ucli.Flag
	Examples           []string // "# what for" lines and command lines
}

// Entry is a name and what it is.
type Entry struct{ Name, Text string }

// Program is what there is to say of the program.
type Program struct {
	Commands, ExitCodes []Entry
	Flags               []ucli.Flag
}

// Text is the help on the program.
func (p Program) Text() string {
	var h text
	h.paragraph("lcsync keeps the configuration of a LiveChat license in a YAML file.")
	h.paragraph("\nusage: lcsync [global flags] COMMAND [flags] [arguments]")
	h.entries("commands", p.Commands)
	h.flags("global flags, before or after the command", p.Flags)
	h.paragraph("\nEach global flag can also be set in the environment: --state-dir as LCSYNC_STATE_DIR, " +
		"but --client-id as LCSYNC_CLIENT_IDS, with commas between several. " +
		"The token is never an argument: it comes from LCSYNC_TOKEN, --token-file or a profile. " +
		"With an account id it is a personal access token, without one an OAuth token.")
	h.examples([]string{
		"# Try everything without an account", "lcsync demo",
		"# Keep a license in a file", "lcsync export -o acme.yaml",
		"# What does a command do?", "lcsync help export",
	})
	h.entries("exit codes", p.ExitCodes)
	return h.String()
}

// Text is the help on the command.
func (c Command) Text() string {
	var h text
	h.paragraph(c.Name + ": " + c.Brief)
	h.paragraph("\nusage: " + c.Usage)
	if len(c.Aliases) > 0 {
		h.paragraph("also called: " + strings.Join(c.Aliases, ", "))
	}
	for _, p := range strings.Split(strings.TrimSpace(c.About), "\n") {
		h.paragraph("\n" + p)
	}
	if len(c.Flags) > 0 {
		h.flags("flags", c.Flags)
	}
	h.examples(c.Examples)
	h.paragraph("\nGlobal flags and exit codes: lcsync help")
	return h.String()
}

// text is a help as it is written.
type text struct{ strings.Builder }

func (h *text) entries(title string, entries []Entry) {
	h.paragraph("\n" + title + ":")
	for _, e := range entries {
		h.entry(e.Name, e.Text)
	}
}

func (h *text) examples(lines []string) {
	h.WriteString("\nexamples:\n  " + strings.Join(lines, "\n  ") + "\n")
}

func (h *text) flags(title string, flags []ucli.Flag) {
	entries := make([]Entry, len(flags))
	for i, f := range flags {
		names := "--" + strings.Join(f.Names(), ", -")
		if _, short, has := strings.Cut(names, ", "); has {
			names = short + ", --" + f.Names()[0]
		}
		if !argv.IsBool(f) {
			names += " " + argv.Placeholder(f)
		}
		entries[i] = Entry{names, strings.ReplaceAll(argv.Usage(f), "`", "")}
	}
	h.entries(title, entries)
}

// entryIndent is the column where explanations start.
const entryIndent = 26

// entry writes a name and what it is, side by side.
func (h *text) entry(name, about string) {
	left := "  " + name
	if len(left)+2 > entryIndent {
		h.WriteString(left + "\n")
		left = ""
	}
	for _, line := range screen.Wrap(about, Width-entryIndent) {
		fmt.Fprintf(h, "%-*s%s\n", entryIndent, left, line)
		left = ""
	}
}

// paragraph writes a text; a line break before it stays.
func (h *text) paragraph(words string) {
	if strings.HasPrefix(words, "\n") {
		h.WriteByte('\n')
	}
	h.WriteString(strings.Join(screen.Wrap(strings.TrimSpace(words), Width), "\n") + "\n")
}
