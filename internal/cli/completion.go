package cli

import (
	"context"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/completion"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

func newCompletionCmd() *command {
	return &command{
		name:  "completion",
		args:  "SHELL",
		brief: "print the completion script of a shell",
		about: `SHELL is bash, zsh, fish or powershell. The script completes commands, flags, kinds, profiles, runs and the values of flags; everything else it completes as a file. Load it when the shell starts, for example in ~/.bashrc.`,
		examples: []string{
			"source <(lcsync completion bash)",
			"lcsync completion fish > ~/.config/fish/completions/lcsync.fish",
		},
		action: func(_ context.Context, s *session, _ *ucli.Context) (result, error) {
			script := completion.Script(s.args[0])
			if script == "" {
				return nil, usagef("use "+resource.Words(completion.Shells), "there is no completion script for %q", s.args[0])
			}
			return shellScript{script}, nil
		},
	}
}

// shellScript is the script of a shell.
type shellScript struct {
	Script string `json:"script"`
}

// Text prints the script.
func (c shellScript) Text(p *page) { p.printf("%s", c.Script) }

// newCompleteCmd is the command that completion scripts call.
func newCompleteCmd() *command {
	return &command{
		name:   "__complete",
		hidden: true,
		args:   "[WORD…]",
		brief:  "print the completions of a word, for completion scripts",
		about:  `Prints one candidate per line, followed by a tab and its description. :files stands for file names.`,
		flags:  []ucli.Flag{&ucli.StringFlag{Name: "current", Usage: "complete `TEXT`, the word after the others"}},
		examples: []string{
			"lcsync __complete --current=ex",
			"lcsync __complete --current=--p -- export",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			return s.complete(s.args, c.String("current")), nil
		},
	}
}

// candidates are the possible completions of a word.
type candidates struct{ completion.Candidates }

// Text prints one candidate per line.
func (c *candidates) Text(p *page) { p.printf("%s", c.String()) }

// someKinds is what the help calls the value of --only and --skip.
const someKinds = "KIND,…"

// complete finds the candidates for the last word of a command line. It parses
// the line into a session of its own, which shares the places of files with
// this one.
func (s *session) complete(words []string, last string) *candidates {
	of := &session{commands: s.commands, places: s.places}
	w := argv.Typing(words, last, globalFlags(of), of.choose)
	for _, g := range w.Given { // they say where profiles and runs are
		switch g.Flag.Names()[0] {
		case "config":
			of.File = g.Value
		case "state-dir":
			of.state = g.Value
		}
	}
	all := &candidates{}
	kind, _, single := strings.Cut(w.Text, "/")
	switch {
	case w.Flag != nil && single && argv.Placeholder(w.Flag) == someKinds && len(w.Args) > 0:
		of.keys(all, resource.Lookup(kind), w.Args[0])
	case w.Flag != nil:
		of.values(all, argv.Placeholder(w.Flag), argv.Choices(w.Flag))
	case w.IsFlag:
		for _, f := range w.Flags {
			all.Add(strings.ReplaceAll(argv.Usage(f), "`", ""), "--"+f.Names()[0])
		}
	case of.command == nil:
		of.values(all, "COMMAND", nil)
	default:
		if takes := strings.Fields(of.command.args); len(takes) > 0 {
			of.values(all, strings.Trim(takes[min(w.Argument, len(takes)-1)], "[…]"), nil)
		}
	}
	all.Starting(w.Before, w.Text)
	return all
}

// values adds the values of a placeholder in the help, or the choices of a
// flag.
func (s *session) values(all *candidates, what string, choices []string) {
	switch what {
	case "COMMAND":
		for _, c := range s.commands {
			if !c.hidden {
				all.Add(c.brief, c.name)
			}
		}
	case "KIND", someKinds:
		for _, k := range resource.Kinds() {
			all.Add(k.Doc, k.Name)
		}
	case "SHELL":
		all.Add("", completion.Shells...)
	case "ACTION":
		all.Add("", "show", "abandon", "prune")
	case "PROFILE":
		profiles, _ := s.Load() // completion has no place to report an error
		all.Add("", profiles.Names()...)
	case "RUN":
		store, err := s.openJournal()
		if err != nil {
			return
		}
		found, _ := store.Runs()
		for _, r := range found {
			all.Add(strings.Join(r.Command, " "), r.ID)
		}
	default:
		if all.Add("", choices...); choices == nil {
			all.Add("", completion.Files)
		}
	}
}

// keys adds the objects of a kind in a file, as --only takes them.
func (s *session) keys(all *candidates, k *resource.Kind, file string) {
	if file == stdio {
		return
	}
	data, err := s.readInput(file)
	if err != nil || k == nil {
		return
	}
	doc, _ := snapshot.Decode(data, file)
	if doc == nil {
		return
	}
	for _, row := range doc.License.Rows(k.Name) {
		all.Add(row.String("name"), k.Name+"/"+strings.ReplaceAll(k.KeyOf(row), ",", `\,`))
	}
}
