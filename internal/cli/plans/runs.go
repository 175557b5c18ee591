package plans

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// NewRunsCmd returns the command runs.
func NewRunsCmd() *session.Command {
	return &session.Command{
		Name:  "runs",
		Alike: []string{"history", "list", "log", "ls"},
		Args:  "[ACTION] [RUN]",
		Brief: "list the runs on this machine; show, abandon or remove runs",
		About: `Without an argument, lists the runs in the state directory, newest first. RUN is the id of a run, or a part of the id that no other run has.
To finish an unfinished run, repeat the command that started it, or run lcsync apply --resume RUN. Only lcsync migrate-live finishes a run that unregistered old webhooks. A run is unverified if its changes did not show before it ended; the next command waits for them.
lcsync runs show RUN prints the plan of a run and the result of each change.
lcsync runs abandon RUN gives up a run that is unfinished or cannot be read. Its changes stay and can be undone. No command makes the rest of them.
lcsync runs prune --keep N removes all runs except the newest N and the unfinished ones.`,
		Flags: []ucli.Flag{
			&ucli.IntFlag{Name: "keep", Usage: "with prune: keep the newest `N` runs"},
			&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "with abandon: do not ask for confirmation"},
		},
		Examples: []string{
			"lcsync runs",
			"lcsync runs show 20261120T2245",
			"lcsync runs abandon 20261120T2245",
			"lcsync runs prune --keep 50",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			store, err := OpenJournal(s.Places)
			if err != nil {
				return nil, err
			}
			switch {
			case len(s.Args) == 0:
				return listRuns(store)
			case s.Args[0] == "show" && len(s.Args) == 2:
				masks, err := s.Masks()
				if err != nil {
					return nil, err
				}
				return showRun(store, s.Args[1], masks)
			case s.Args[0] == "abandon" && len(s.Args) == 2:
				return abandonRun(ctx, s.Console, store, s.Args[1], c.Bool("yes"))
			case s.Args[0] == "prune" && len(s.Args) == 1:
				if !c.IsSet("keep") || c.Int("keep") < 0 {
					return nil, session.Usagef("lcsync runs prune --keep 50", "prune needs --keep N")
				}
				return pruneRuns(store, c.Int("keep"))
			}
			return nil, session.Usagef("see lcsync help runs", "runs takes no arguments, or show RUN, abandon RUN or prune --keep N")
		},
	}
}

// runList is every run.
type runList struct {
	Runs []runLine `json:"runs"`
}

type runLine struct {
	ID       string         `json:"id"`
	Started  time.Time      `json:"started"`
	Owner    string         `json:"owner,omitempty"`
	Host     string         `json:"host,omitempty"`
	Command  []string       `json:"command,omitempty"`
	Finished string         `json:"finished"` // "" for an unfinished run
	Results  map[string]int `json:"results,omitempty"`
	Damage   string         `json:"damage,omitempty"`
}

func newRunLine(m journal.Meta, finished string, results iter.Seq[journal.Result]) runLine {
	line := runLine{ID: m.ID, Started: m.Started, Owner: m.Owner, Host: m.Host, Command: m.Command, Finished: finished, Results: map[string]int{}}
	for r := range results {
		line.Results[r.Status]++
	}
	return line
}

func listRuns(store *journal.Store) (session.Result, error) {
	all, err := store.Runs()
	if err != nil {
		return nil, err
	}
	l := runList{Runs: []runLine{}}
	for _, r := range all {
		line := newRunLine(r.Meta, r.Finished, maps.Values(r.Results()))
		if r.Blocked > 0 {
			line.Results[string(apply.Blocked)] = r.Blocked
		}
		if r.Err != nil {
			line.Damage = r.Err.Error()
		}
		l.Runs = append(l.Runs, line)
	}
	return l, nil
}

// Text prints a table of the runs.
func (l runList) Text(p *session.Page) {
	if len(l.Runs) == 0 {
		p.Printf("no runs\n")
		return
	}
	t := session.Table{Head: []string{"RUN", "STARTED", "COMMAND", "FILE", "LICENSE", "RESULT"}}
	for _, r := range l.Runs {
		command, of := r.command()
		t.Add(r.Damage, r.ID, r.Started.UTC().Format("2006-01-02 15:04"), command, of, r.Owner, r.outcome())
	}
	t.Print(p)
}

// command returns the command of the run and its arguments.
func (r runLine) command() (name, of string) {
	if len(r.Command) < 2 {
		return "", ""
	}
	return r.Command[1], strings.Join(r.Command[2:], " ")
}

// end says how the run ended.
func (r runLine) end() string {
	if r.Damage != "" {
		return "damaged"
	}
	return cmp.Or(r.Finished, "unfinished")
}

// outcome says how the run ended and what it did. Counts alone say that it was done.
func (r runLine) outcome() string {
	counts := tally(r.Results)
	if r.end() == string(apply.Done) && counts != "" {
		return counts
	}
	return strings.TrimSpace(r.end() + "  " + counts)
}

// tally writes counts by status, like the report of apply: "3 done, 1 failed".
func tally(counts map[string]int) string {
	var parts []string
	for _, status := range []apply.Status{apply.Done, apply.Failed, apply.Skipped, apply.Unknown, apply.Blocked, apply.Kept, apply.Unverified} {
		if n := counts[string(status)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(parts, ", ")
}

// abandonResult is the run that was abandoned.
type abandonResult struct {
	Run string `json:"run"`
}

func abandonRun(ctx context.Context, t *session.Console, store *journal.Store, run string, yes bool) (session.Result, error) {
	id, err := runs.Abandon(store, run, t.Clock.Now(), func(question string) (bool, error) {
		if yes {
			return true, nil
		}
		return t.Confirm(ctx, "run", question)
	})
	if err != nil {
		return nil, err
	}
	return abandonResult{id}, nil
}

// Text says which run was abandoned.
func (r abandonResult) Text(p *session.Page) { p.Printf("abandoned run %s\n", r.Run) }

// pruneResult is the runs that were removed.
type pruneResult struct {
	Removed []string `json:"removed"`
}

func pruneRuns(store *journal.Store, keep int) (session.Result, error) {
	removed, err := store.Prune(keep)
	return &pruneResult{session.NonNil(removed)}, err
}

// Text says how many runs were removed.
func (r *pruneResult) Text(p *session.Page) {
	p.Printf("removed %s\n", session.Count(len(r.Removed), "run"))
}

// runDetails is one run: its plan, and the result of each change.
type runDetails struct {
	Run     runLine                   `json:"run"`
	Plan    *PlanResult               `json:"plan"`
	Changes map[string]journal.Result `json:"changes"`
	Open    []string                  `json:"open"` // changes that were sent without a response
	fates   []journal.Result
}

func showRun(store *journal.Store, id string, masks resource.Masks) (session.Result, error) {
	u, err := runs.Load(store, id)
	if err != nil {
		return nil, err
	}
	masking := u.Plan.Masking(masks)
	shown := func(r journal.Result) journal.Result {
		r.Change, r.Error, r.Note = masking.Text(r.Change), masking.Text(r.Error), masking.Text(r.Note)
		return r
	}
	fates, changes := u.Fates(), map[string]journal.Result{}
	for i, f := range fates {
		fates[i] = shown(f)
	}
	for _, r := range u.Results() {
		r = shown(r)
		changes[r.Change] = r
	}
	r := &runDetails{Run: newRunLine(u.Meta, u.Finished, slices.Values(fates)), Plan: newPlanResult(nil, u.Plan, masks), Changes: changes, Open: []string{}, fates: fates}
	for _, in := range u.Record.Open() {
		r.Open = append(r.Open, masking.Texts(in.Changes)...)
	}
	slices.Sort(r.Open)
	return r, nil
}

// Text prints the plan and then each change's result.
func (r *runDetails) Text(p *session.Page) {
	p.Printf("run %s of %s on %s: %s\n\n", r.Run.ID, r.Run.Owner, r.Run.Host, r.Run.end())
	if len(r.Plan.Changes) > 0 || len(r.fates) == 0 {
		r.Plan.Text(p)
	}
	write := r.Plan.keys()
	for _, f := range r.fates {
		kind, key, _ := strings.Cut(f.Change, "/")
		text := kind + "/" + write(kind, key) + ": " + f.Status
		if why := cmp.Or(f.Error, f.Note); why != "" {
			text += ": " + why
		}
		p.Wrapped(text)
	}
	if counts := tally(r.Run.Results); counts != "" {
		p.Printf("%s\n", counts)
	}
}
