package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
)

func newRunsCmd() *command {
	return &command{
		name:  "runs",
		args:  "[ACTION] [RUN]",
		brief: "list what apply did on this machine, show a run, or forget old ones",
		about: `Without an argument, lists the runs in the state directory, the newest first. A run that did not finish is finished by the same command that began it, or by lcsync apply --resume RUN; one that unregistered old webhooks, by lcsync migrate-live alone.
lcsync runs show RUN prints what a run was going to do and what became of it. A RUN may be shortened.
lcsync runs prune --keep N forgets all but the newest N runs; those that did not finish stay.`,
		flags: []ucli.Flag{
			&ucli.IntFlag{Name: "keep", Usage: "with prune: keep the newest `N` runs"},
		},
		examples: []string{
			"lcsync runs",
			"lcsync runs show 20261120T2245",
			"lcsync runs prune --keep 50",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			store, err := s.openJournal()
			if err != nil {
				return nil, err
			}
			switch {
			case len(s.args) == 0:
				return listRuns(store)
			case s.args[0] == "show" && len(s.args) == 2:
				return showRun(s, store, s.args[1])
			case s.args[0] == "prune" && len(s.args) == 1:
				if !c.IsSet("keep") || c.Int("keep") < 0 {
					return nil, usagef("lcsync runs prune --keep 50", "prune needs --keep N")
				}
				return pruneRuns(store, c.Int("keep"))
			}
			return nil, usagef("lcsync help runs", "runs takes nothing, show RUN, or prune --keep N")
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
		maps.Copy(line.Results, r.Results)
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

// tally writes counts by status: "3 done, 1 failed".
func tally(counts map[string]int) string {
	text := ""
	for _, status := range []apply.Status{apply.Done, apply.Failed, apply.Unknown, apply.Blocked} {
		if n := counts[string(status)]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%d %s", n, status)
		}
	}
	return text
}

// runShown is one run: its plan, and what became of each change.
type runShown struct {
	Run     runLine                   `json:"run"`
	Plan    *planned                  `json:"plan"`
	Changes map[string]journal.Result `json:"changes"`
	Open    []string                  `json:"open"` // changes that were sent, without an answer
}

func showRun(s *session, store *journal.Store, id string) (result, error) {
	rec, err := store.Load(id)
	if err != nil {
		return nil, inputf("lcsync runs lists them", "%s", err)
	}
	plan := &diff.Plan{}
	if err := json.Unmarshal(rec.Plan, plan); err != nil {
		return nil, fmt.Errorf("read the plan of run %s: %w", rec.ID, err)
	}
	r := &runShown{Plan: newPlanned(s, plan), Changes: rec.Results(), Open: []string{},
		Run: runLine{ID: rec.ID, Started: rec.Started, Owner: rec.Owner, Host: rec.Host, Command: rec.Command, Finished: rec.Finished}}
	for _, in := range rec.Open() {
		r.Open = append(r.Open, in.Changes...)
	}
	slices.Sort(r.Open)
	return r, nil
}

// Text prints the plan and then each change's result.
func (r *runShown) Text(w io.Writer, st style) error {
	end := r.Run.Finished
	if end == "" {
		end = "unfinished"
	}
	if _, err := fmt.Fprintf(w, "run %s of %s on %s: %s\n\n", r.Run.ID, r.Run.Owner, r.Run.Host, end); err != nil {
		return err
	}
	if others := len(r.Changes) + len(r.Open); len(r.Plan.Changes) > 0 || others == 0 {
		if err := r.Plan.Text(w, st); err != nil {
			return err
		}
	}
	blocked := map[string]bool{}
	var ids []string
	for _, ch := range r.Plan.Changes {
		ids = append(ids, ch.ID)
		blocked[ch.ID] = ch.Blocked != ""
	}
	// What was unregistered from an older version is in no plan.
	others := slices.Concat(slices.Collect(maps.Keys(r.Changes)), r.Open)
	slices.Sort(others)
	for _, id := range slices.Compact(others) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		res, known := r.Changes[id]
		text := "not sent"
		switch {
		case known:
			text = res.Status
			if res.Error != "" {
				text += ": " + res.Error
			}
		case slices.Contains(r.Open, id):
			text = "sent, and not answered"
		case blocked[id]:
			text = "not possible"
		}
		for _, l := range wrap(id+": "+text, helpWidth) {
			if _, err := fmt.Fprintln(w, l); err != nil {
				return err
			}
		}
	}
	return nil
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
