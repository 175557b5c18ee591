package cli

import (
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/screen"
)

// helpWidth is how wide help is written.
const helpWidth = 80

// help is the help on the program or on one command.
type help struct {
	Help string `json:"help"`
}

// Text prints the help.
func (h help) Text(p *page) { p.printf("%s", h.Help) }

// helpFor returns the help on a command, or on the program if it is nil.
func helpFor(c *command, all []*command) help {
	var b strings.Builder
	if c == nil {
		programHelp(&b, all)
	} else {
		commandHelp(&b, c)
	}
	return help{b.String()}
}

func programHelp(b *strings.Builder, all []*command) {
	b.WriteString("lcsync keeps the configuration of a LiveChat license in a YAML file.\n\n")
	b.WriteString("usage: lcsync [global flags] COMMAND [flags] [arguments]\n\ncommands:\n")
	for _, c := range all {
		entry(b, c.name, c.brief)
	}
	b.WriteString("\nglobal flags, before or after the command:\n")
	flagsHelp(b, globalFlags())
	paragraph(b, "\nEach global flag can also be set in the environment: --state-dir as LCSYNC_STATE_DIR, "+
		"but --client-id as LCSYNC_CLIENT_IDS, with commas between several. "+
		"The token is never an argument: it comes from LCSYNC_TOKEN, --token-file or a profile. "+
		"With an account id it is a personal access token, without one an OAuth token.")
	b.WriteString("\nexamples:\n")
	examples(b, []string{
		"# Try everything without an account", "lcsync demo",
		"# Keep a license in a file", "lcsync export -o acme.yaml",
		"# What does a command do?", "lcsync help export",
	})
	b.WriteString("\nexit codes:\n")
	for _, e := range exitCodes {
		entry(b, fmt.Sprint(int(e.code)), e.meaning)
	}
}

// exitCodes documents the exit codes.
var exitCodes = []struct {
	code    ExitCode
	meaning string
}{
	{Done, "done; in sync"},
	{Failed, "failed"},
	{Different, "differences found"},
	{Incomplete, "incomplete: something could not be read or changed"},
	{Unauthorized, "authentication refused, or nothing could be read"},
	{BadInput, "input invalid, or a decision is needed; nothing was sent"},
	{Changed, "the license changed since the plan was made"},
	{Usage, "the command line is wrong"},
	{Panicked, "lcsync crashed"},
	{Interrupted, "interrupted"},
}

func commandHelp(b *strings.Builder, c *command) {
	paragraph(b, c.name+": "+c.brief)
	b.WriteString("\nusage: " + c.usage() + "\n")
	if len(c.aliases) > 0 {
		b.WriteString("also called: " + strings.Join(c.aliases, ", ") + "\n")
	}
	for _, p := range strings.Split(strings.TrimSpace(c.about), "\n") {
		if p != "" {
			b.WriteByte('\n')
			paragraph(b, p)
		}
	}
	if len(c.flags) > 0 {
		b.WriteString("\nflags:\n")
		flagsHelp(b, c.flags)
	}
	b.WriteString("\nexamples:\n")
	examples(b, c.examples)
	b.WriteString("\nGlobal flags and exit codes: lcsync help\n")
}

func examples(b *strings.Builder, lines []string) {
	for _, l := range lines {
		b.WriteString("  " + l + "\n")
	}
}

func flagsHelp(b *strings.Builder, flags []ucli.Flag) {
	for _, f := range flags {
		var names []string
		for _, n := range f.Names() {
			if len(n) == 1 {
				names = append([]string{"-" + n}, names...)
			} else {
				names = append(names, "--"+n)
			}
		}
		left := strings.Join(names, ", ")
		if !isBool(f) {
			left += " " + placeholder(f)
		}
		entry(b, left, strings.ReplaceAll(f.(ucli.DocGenerationFlag).GetUsage(), "`", ""))
	}
}

// entryIndent is the column where explanations start.
const entryIndent = 26

// entry writes a name and what it is, side by side.
func entry(b *strings.Builder, name, text string) {
	left := "  " + name
	if len(left)+2 > entryIndent {
		b.WriteString(left + "\n")
		left = ""
	}
	for i, line := range screen.Wrap(text, helpWidth-entryIndent) {
		if i > 0 {
			left = ""
		}
		fmt.Fprintf(b, "%-*s%s\n", entryIndent, left, line)
	}
}

func paragraph(b *strings.Builder, text string) {
	for strings.HasPrefix(text, "\n") {
		b.WriteByte('\n')
		text = text[1:]
	}
	for _, line := range screen.Wrap(text, helpWidth) {
		b.WriteString(line + "\n")
	}
}
