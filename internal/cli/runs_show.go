package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"lcsync/internal/journal"
	"lcsync/internal/runs"
	"lcsync/internal/screen"
)

// runShown is one run: its plan, and what became of each change.
type runShown struct {
	Run     runLine                   `json:"run"`
	Plan    *planned                  `json:"plan"`
	Changes map[string]journal.Result `json:"changes"`
	Open    []string                  `json:"open"` // changes that were sent, without an answer
	fates   []journal.Result
}

func showRun(s *session, store *journal.Store, id string) (result, error) {
	u, err := runs.Load(store, id)
	if err != nil {
		return nil, err
	}
	r := &runShown{Plan: newPlanned(s, u.Plan), Changes: u.Results(), Open: []string{}, fates: u.Fates(),
		Run: runLine{ID: u.ID, Started: u.Started, Owner: u.Owner, Host: u.Host, Command: u.Command, Finished: u.Finished, Results: map[string]int{}}}
	for _, in := range u.Record.Open() {
		r.Open = append(r.Open, in.Changes...)
	}
	slices.Sort(r.Open)
	for _, f := range r.fates {
		r.Run.Results[f.Status]++
	}
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
	if len(r.Plan.Changes) > 0 || len(r.fates) == 0 {
		if err := r.Plan.Text(w, st); err != nil {
			return err
		}
	}
	var lines []string
	for _, f := range r.fates {
		text := f.Change + ": " + f.Status
		if why := cmp.Or(f.Error, f.Note); why != "" {
			text += ": " + why
		}
		lines = append(lines, screen.Wrap(text, helpWidth)...)
	}
	if counts := tally(r.Run.Results); counts != "" {
		lines = append(lines, counts)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	return nil
}
