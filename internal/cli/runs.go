package cli

import (
	"context"
	"fmt"
	"io"
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
		args:  "[ACTION] [RUN]",
		brief: "list what apply did on this machine, show a run, give one up, or forget old ones",
		about: `Without an argument, lists the runs in the state directory, the newest first. A run that did not finish is finished by the same command that began it, or by lcsync apply --resume RUN; one that unregistered old webhooks, by lcsync migrate-live alone. A run is unverified if what it made had not shown when it ended: the next command waits for that.
lcsync runs show RUN prints what a run was going to do and what became of it. A RUN may be shortened.
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
				return showRun(s, store, s.args[1])
			case s.args[0] == "abandon" && len(s.args) == 2:
				return abandonRun(ctx, s, store, c.Bool("yes"))
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

func listRuns(store *journal.Store) (result, error) {
	all, err := store.Runs()
	if err != nil {
		return nil, err
	}
	l := runList{Runs: []runLine{}}
	for _, r := range all {
		line := runLine{ID: r.ID, Started: r.Started, Owner: r.Owner, Host: r.Host, Command: r.Command, Finished: r.Finished, Results: map[string]int{}}
		for _, last := range r.Results() {
			line.Results[last.Status]++
		}
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
func (l runList) Text(w io.Writer, st style) error {
	if len(l.Runs) == 0 {
		_, err := fmt.Fprintln(w, "no runs")
		return err
	}
	t := table{head: []string{"RUN", "LICENSE", "END", "CHANGES"}}
	for _, r := range l.Runs {
		end := r.Finished
		switch {
		case r.Damage != "":
			end = "damaged"
		case end == "":
			end = "unfinished"
		}
		t.add(r.Damage, r.ID, r.Owner, end, tally(r.Results))
	}
	return t.write(w, st)
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

func abandonRun(ctx context.Context, s *session, store *journal.Store, yes bool) (result, error) {
	id, err := runs.Abandon(store, s.args[1], s.env.Clock.Now(), func(question string) (bool, error) {
		if yes {
			return true, nil
		}
		return s.confirm(ctx, "run", question)
	})
	if err != nil {
		return nil, err
	}
	return runAbandoned{id}, nil
}

// Text says which run was given up.
func (r runAbandoned) Text(w io.Writer, _ style) error {
	_, err := fmt.Fprintf(w, "run %s is given up\n", r.Run)
	return err
}

// runsPruned is what was forgotten.
type runsPruned struct {
	Removed []string `json:"removed"`
}

func pruneRuns(store *journal.Store, keep int) (result, error) {
	removed, err := store.Prune(keep)
	if removed == nil {
		removed = []string{}
	}
	return &runsPruned{removed}, err
}

// Text says how many runs were forgotten.
func (r *runsPruned) Text(w io.Writer, _ style) error {
	_, err := fmt.Fprintf(w, "%s forgotten\n", count(len(r.Removed), "run"))
	return err
}
