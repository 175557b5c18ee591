package cli

import (
	"context"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/completion"
	"lcsync/internal/cli/plans"
	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

func newCompletionCmd() *session.Command {
	return &session.Command{
		Name:  "completion",
		Args:  "SHELL",
		Brief: "print the completion script of a shell",
		About: `SHELL is bash, zsh, fish or powershell. The script completes commands, flags, kinds, profiles, runs and the values of flags; everything else it completes as a file. Load it when the shell starts, for example in ~/.bashrc.`,
		Examples: []string{
			"source <(lcsync completion bash)",
			"lcsync completion fish > ~/.config/fish/completions/lcsync.fish",
		},
		Action: func(_ context.Context, s *session.Session, _ *ucli.Context) (session.Result, error) {
			script := completion.Script(s.Args[0])
			if script == "" {
				return nil, session.Usagef("use "+resource.Words(completion.Shells), "there is no completion script for %q", s.Args[0])
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
func (c shellScript) Text(p *session.Page) { p.Printf("%s", c.Script) }

// newCompleteCmd is the command that completion scripts call.
func newCompleteCmd() *session.Command {
	return &session.Command{
		Name:   "__complete",
		Hidden: true,
		Args:   "[WORD…]",
		Brief:  "print the completions of a word, for completion scripts",
		About:  `Prints one candidate per line, followed by a tab and its description. :files stands for file names.`,
		Flags:  []ucli.Flag{&ucli.StringFlag{Name: "current", Usage: "complete `TEXT`, the word after the others"}},
		Examples: []string{
			"lcsync __complete --current=ex",
			"lcsync __complete --current=--p -- export",
		},
		Action: func(_ context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			return complete(s, s.Args, c.String("current")), nil
		},
	}
}

// candidates are the possible completions of a word.
type candidates struct{ completion.Candidates }

// Text prints one candidate per line.
func (c *candidates) Text(p *session.Page) { p.Printf("%s", c.String()) }

// someKinds is what the help calls the value of --only and --skip.
const someKinds = "KIND,…"

// complete finds the candidates for the last word of a command line. It parses
// the line into a session of its own, which shares the places of files with
// this one.
func complete(s *session.Session, words []string, last string) *candidates {
	of := &session.Session{Commands: s.Commands, Places: s.Places}
	w := argv.Typing(words, last, session.GlobalFlags(of), of.Choose)
	for _, g := range w.Given { // they say where profiles and runs are
		switch g.Flag.Names()[0] {
		case "config":
			of.File = g.Value
		case "state-dir":
			of.State = g.Value
		}
	}
	all := &candidates{}
	kind, _, single := strings.Cut(w.Text, "/")
	switch {
	case w.Flag != nil && single && argv.Placeholder(w.Flag) == someKinds && len(w.Args) > 0:
		keys(of, all, resource.Lookup(kind), w.Args[0])
	case w.Flag != nil:
		values(of, all, argv.Placeholder(w.Flag), argv.Choices(w.Flag))
	case w.IsFlag:
		for _, f := range w.Flags {
			all.Add(strings.ReplaceAll(argv.Usage(f), "`", ""), "--"+f.Names()[0])
		}
	case of.Command == nil:
		values(of, all, "COMMAND", nil)
	default:
		if takes := strings.Fields(of.Command.Args); len(takes) > 0 {
			values(of, all, strings.Trim(takes[min(w.Argument, len(takes)-1)], "[…]"), nil)
		}
	}
	all.Starting(w.Before, w.Text)
	return all
}

// values adds the values of a placeholder in the help, or the choices of a
// flag.
func values(s *session.Session, all *candidates, what string, choices []string) {
	switch what {
	case "COMMAND":
		for _, c := range s.Commands {
			if !c.Hidden {
				all.Add(c.Brief, c.Name)
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
		store, err := plans.OpenJournal(s.Places)
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
func keys(s *session.Session, all *candidates, k *resource.Kind, file string) {
	if file == session.Stdio {
		return
	}
	data, err := s.ReadInput(file)
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
