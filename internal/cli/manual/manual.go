// Package manual writes the help for lcsync and for its commands, in columns
// that fit a terminal.
package manual

import (
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/screen"
)

// Width is the width of the help in columns.
const Width = 80

// Command is the content of the help for a command.
type Command struct {
	Name, Brief, Usage string
	Aliases            []string
	About              string // paragraphs, one a line
	Flags              []ucli.Flag
	Examples           []string // "# what for" lines and command lines
}

// Entry is a name with its description.
type Entry struct{ Name, Text string }

// Program is the content of the help for lcsync.
type Program struct {
	Commands, ExitCodes []Entry
	Flags               []ucli.Flag
}

// Text returns the help for lcsync.
func (p Program) Text() string {
	var h text
	h.paragraph("lcsync keeps the configuration of a LiveChat license in a YAML file.")
	h.paragraph("\nusage: lcsync [global flags] COMMAND [flags] [arguments]")
	h.entries("commands", p.Commands)
	h.flags("global flags, before or after the command", p.Flags)
	h.paragraph("\nEach global flag can also be set in the environment, such as --state-dir with LCSYNC_STATE_DIR. " +
		"Set --client-id with LCSYNC_CLIENT_IDS, with commas between several ids.")
	h.paragraph("\nSet the token with LCSYNC_TOKEN, --token-file or a profile; it cannot be an argument. " +
		"With an account id, lcsync uses it as a personal access token, else as an OAuth token.")
	h.examples([]string{
		"# Try lcsync without an account", "lcsync demo",
		"# Export a license to a file", "lcsync export -o acme.yaml",
		"# Describe a command", "lcsync help export",
	})
	h.entries("exit codes", p.ExitCodes)
	return h.String()
}

// Text returns the help for the command.
func (c Command) Text() string {
	var h text
	h.paragraph(c.Name + ": " + c.Brief)
	h.paragraph("\nusage: " + c.Usage)
	if len(c.Aliases) > 0 {
		h.paragraph("alias: " + strings.Join(c.Aliases, ", "))
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

// text builds a help text.
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

// entryIndent is the column where descriptions start.
const entryIndent = 26

// entry writes a name and its description side by side.
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

// paragraph writes a text. If it begins with a line break, an empty line comes
// first.
func (h *text) paragraph(words string) {
	if strings.HasPrefix(words, "\n") {
		h.WriteByte('\n')
	}
	h.WriteString(strings.Join(screen.Wrap(strings.TrimSpace(words), Width), "\n") + "\n")
}
