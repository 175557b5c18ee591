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
		brief: "print the script with which a shell completes lcsync's command lines",
		about: `SHELL is bash, zsh, fish or powershell. Commands, flags, kinds, profiles, runs and the words that a flag takes are completed; everything else is taken for a file. Load the script where the shell starts, such as in ~/.bashrc.`,
		examples: []string{
			"source <(lcsync completion bash)",
			"lcsync completion fish > ~/.config/fish/completions/lcsync.fish",
		},
		action: func(_ context.Context, s *session, _ *ucli.Context) (result, error) {
			script := completion.Script(s.args[0])
			if script == "" {
				return nil, usagef("use "+resource.Words(completion.Shells), "there is no completion for %q", s.args[0])
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

// newCompleteCmd is what the scripts call.
func newCompleteCmd() *command {
	return &command{
		name:   "__complete",
		hidden: true,
		args:   "[WORD…]",
		brief:  "print what the last word of a command line may be, for completion scripts",
		about:  `Prints a candidate a line, with a tab and what it is behind it; :files stands for names of files.`,
		flags:  []ucli.Flag{&ucli.StringFlag{Name: "current", Usage: "the word `TEXT` is being typed behind the others"}},
		examples: []string{
			"lcsync __complete --current=ex",
			"lcsync __complete --current=--p -- export",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			return s.complete(s.args, c.String("current")), nil
		},
	}
}

// candidates are what a word may be.
type candidates struct{ completion.Candidates }

// Text prints a candidate a line.
func (c *candidates) Text(p *page) { p.printf("%s", c.String()) }

// someKinds is what the help calls the value of --only and --skip.
const someKinds = "KIND,…"

// complete finds what the last word of a line may be. The line belongs to a
// session of its own, which shares the places of files with this one.
func (s *session) complete(words []string, last string) *candidates {
	of := &session{commands: s.commands, places: s.places}
	w := argv.Typing(words, last, globalFlags(of), of.choose)
	for _, g := range w.Given { // where profiles and runs are
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

// values adds what goes by a name in the help, or the words that a flag takes.
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
		profiles, _ := s.Load() // there is nothing to tell an error on
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
