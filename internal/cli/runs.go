package cli

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
	"lcsync/internal/journal"
	"lcsync/internal/runs"
)

func newRunsCmd() *command {
	return &command{
		name:  "runs",
		alike: []string{"history", "list", "log", "ls"},
		args:  "[ACTION] [RUN]",
		brief: "list what apply did on this machine, show a run, give one up, or forget old ones",
		about: `Without an argument, lists the runs in the state directory, the newest first. A run that did not finish is finished by the same command that began it, or by lcsync apply --resume RUN; one that unregistered old webhooks, by lcsync migrate-live alone. A run is unverified if what it made had not shown when it ended: the next command waits for that.
lcsync runs show RUN prints what a run was going to do and what became of it. For RUN any part of an id will do that no other run has.
lcsync runs abandon RUN gives up a run that did not finish, or that cannot be read. What it has done stays as it is and can be undone; nobody goes on with the rest.
lcsync runs prune --keep N forgets all but the newest N runs; those that did not finish stay.`,
		flags: []ucli.Flag{
			&ucli.IntFlag{Name: "keep", Usage: "with prune: keep the newest `N` runs"},
			&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "with abandon: do not ask"},
		},
		examples: []string{
			"lcsync runs",
			"lcsync runs show 20261120T2245",
			"lcsync runs abandon 20261120T2245",
			"lcsync runs prune --keep 50",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			store, err := s.openJournal()
			if err != nil {
				return nil, err
			}
			switch {
			case len(s.args) == 0:
				return listRuns(store)
			case s.args[0] == "show" && len(s.args) == 2:
				return showRun(store, s.args[1])
			case s.args[0] == "abandon" && len(s.args) == 2:
				return abandonRun(ctx, s.terminal, store, s.args[1], c.Bool("yes"))
			case s.args[0] == "prune" && len(s.args) == 1:
				if !c.IsSet("keep") || c.Int("keep") < 0 {
					return nil, usagef("lcsync runs prune --keep 50", "prune needs --keep N")
				}
				return pruneRuns(store, c.Int("keep"))
			}
			return nil, usagef("lcsync help runs", "runs takes nothing, show RUN, abandon RUN, or prune --keep N")
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
	Finished string         `json:"finished"` // "" = it did not
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

func listRuns(store *journal.Store) (result, error) {
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
func (l runList) Text(p *page) {
	if len(l.Runs) == 0 {
		p.printf("no runs\n")
		return
	}
	t := table{head: []string{"RUN", "STARTED", "COMMAND", "FILE", "LICENSE", "RESULT"}}
	for _, r := range l.Runs {
		command, of := r.command()
		t.add(r.Damage, r.ID, r.Started.UTC().Format("2006-01-02 15:04"), command, of, r.Owner, strings.TrimSpace(r.end()+"  "+tally(r.Results)))
	}
	t.print(p)
}

// command is what began the run, and what file or run it was given.
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

// tally writes counts by status, as apply does: "3 done, 1 failed".
func tally(counts map[string]int) string {
	var parts []string
	for _, status := range []apply.Status{apply.Done, apply.Failed, apply.Skipped, apply.Unknown, apply.Blocked, apply.Kept, apply.Unverified} {
		if n := counts[string(status)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(parts, ", ")
}

// runAbandoned is a run that was given up.
type runAbandoned struct {
	Run string `json:"run"`
}

func abandonRun(ctx context.Context, t *terminal, store *journal.Store, run string, yes bool) (result, error) {
	id, err := runs.Abandon(store, run, t.clock.Now(), func(question string) (bool, error) {
		if yes {
			return true, nil
		}
		return t.confirm(ctx, "run", question)
	})
	if err != nil {
		return nil, err
	}
	return runAbandoned{id}, nil
}

// Text says which run was given up.
func (r runAbandoned) Text(p *page) { p.printf("run %s is given up\n", r.Run) }

// runsPruned is what was forgotten.
type runsPruned struct {
	Removed []string `json:"removed"`
}

func pruneRuns(store *journal.Store, keep int) (result, error) {
	removed, err := store.Prune(keep)
	return &runsPruned{list(removed)}, err
}

// Text says how many runs were forgotten.
func (r *runsPruned) Text(p *page) { p.printf("%s forgotten\n", count(len(r.Removed), "run")) }

// runShown is one run: its plan, and what became of each change.
type runShown struct {
	Run     runLine                   `json:"run"`
	Plan    *planned                  `json:"plan"`
	Changes map[string]journal.Result `json:"changes"`
	Open    []string                  `json:"open"` // changes that were sent, without an answer
	fates   []journal.Result
}

func showRun(store *journal.Store, id string) (result, error) {
	u, err := runs.Load(store, id)
	if err != nil {
		return nil, err
	}
	fates := u.Fates()
	r := &runShown{Run: newRunLine(u.Meta, u.Finished, slices.Values(fates)), Plan: newPlanned(nil, u.Plan), Changes: u.Results(), Open: []string{}, fates: fates}
	for _, in := range u.Record.Open() {
		r.Open = append(r.Open, in.Changes...)
	}
	slices.Sort(r.Open)
	return r, nil
}

// Text prints the plan and then each change's result.
func (r *runShown) Text(p *page) {
	p.printf("run %s of %s on %s: %s\n\n", r.Run.ID, r.Run.Owner, r.Run.Host, r.Run.end())
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
		p.wrapped(text)
	}
	if counts := tally(r.Run.Results); counts != "" {
		p.printf("%s\n", counts)
	}
}
