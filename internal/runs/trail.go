package runs

import (
	"encoding/json"
	"fmt"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// journalled writes what apply tells of its calls into a run.
type journalled struct{ run *journal.Run }

// Intent journals a call that is about to be sent.
func (j journalled) Intent(in apply.Intent) error {
	args, err := json.Marshal(in.Args)
	if err != nil {
		return fmt.Errorf("write the intent: %w", err)
	}
	return j.run.Intent(journal.Intent{Call: in.Call, Time: in.Time, Method: in.Method, Changes: in.Changes, Args: args, Step: in.Step})
}

// Outcome journals what became of a call.
func (j journalled) Outcome(out apply.Outcome) error {
	results := make([]journal.Result, len(out.Results))
	for i, r := range out.Results {
		results[i] = journal.Result{Change: r.Change, Status: string(r.Status), ServerID: resource.Text(r.ServerID), Error: r.Error}
	}
	return j.run.Outcome(journal.Outcome{Call: out.Call, Time: out.Time, Results: results})
}

// trail returns what a journal tells of a run, as apply knows it.
func trail(rec *journal.Record, plan *diff.Plan) apply.Trail {
	kinds := map[string]*resource.Kind{}
	for _, ch := range plan.Changes {
		kinds[ch.ID] = resource.Lookup(ch.Kind)
	}
	var out apply.Trail
	at := map[int64]int{}
	for _, e := range rec.Entries {
		switch {
		case e.Intent != nil:
			at[e.Intent.Call] = len(out)
			out = append(out, apply.TrailCall{Intent: apply.Intent{Call: e.Intent.Call, Time: e.Intent.Time, Method: e.Intent.Method,
				Changes: e.Intent.Changes, Step: e.Intent.Step}, Results: map[string]apply.CallResult{}})
		case e.Outcome != nil:
			i, ok := at[e.Outcome.Call]
			if !ok {
				continue
			}
			for _, r := range e.Outcome.Results {
				out[i].Results[r.Change] = apply.CallResult{Change: r.Change, Status: apply.Status(r.Status),
					ServerID: readID(kinds[r.Change], r.ServerID), Error: r.Error}
			}
		}
	}
	return out
}

// readID reads a server id back that a journal holds as text.
func readID(k *resource.Kind, text string) resource.Value {
	if k == nil || text == "" {
		return nil
	}
	if f := k.Field(k.ServerID); f != nil && f.Type == resource.Int {
		if v, err := resource.ParseNumber(text); err == nil {
			return v
		}
	}
	return text
}
