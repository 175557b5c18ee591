package cli

import (
	"cmp"
	"slices"
	"strings"

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
	for _, f := range r.fates {
		text := f.Change + ": " + f.Status
		if why := cmp.Or(f.Error, f.Note); why != "" {
			text += ": " + why
		}
		p.printf("%s\n", strings.Join(screen.Wrap(text, helpWidth), "\n"))
	}
	if counts := tally(r.Run.Results); counts != "" {
		p.printf("%s\n", counts)
	}
}
