package apply

import (
	"fmt"
	"time"

	"lcsync/internal/resource"
)

// Journal keeps what a run is about to send and what became of it, so that
// after a kill at any instant it is known what may have been done. Both
// methods may be called concurrently, so that the intents of several calls can
// reach the disk together. If one of them fails the run starts nothing more.
type Journal interface {
	// Intent returns once the intent is on disk. It is called before the call
	// is sent; if it fails the call is not sent.
	Intent(Intent) error
	// Outcome is called after the answer, when the secrets that it revealed
	// were saved, and before the call's changes count as ended. A call has a
	// second outcome for those of its changes that were looked for because no
	// answer said what became of them; the later result of a change counts.
	Outcome(Outcome) error
}

// Intent is a call that is about to be sent.
type Intent struct {
	Call int64     `json:"call"` // counts up from 1 in a run
	Time time.Time `json:"time"`
	// Method is the method of one item; a batch goes by its batch form.
	Method string `json:"method"`
	// Changes are the ids of the changes that the call is a step of, Args what
	// it sends for each of them, with secrets as references.
	Changes []string           `json:"changes"`
	Args    []*resource.Object `json:"args"`
	// Step is what the call does: creating, updating, publishing, starting or deleting.
	// Of calls that set values, some of which exist, it is that of the first.
	Step string `json:"step"`
}

// Outcome is what became of a call, or of those of its changes that were
// looked for.
type Outcome struct {
	Call    int64        `json:"call"`
	Time    time.Time    `json:"time"`
	Results []CallResult `json:"results"`
}

// CallResult is what a call did for one change. It says nothing of the steps
// that the change may have after this one.
type CallResult struct {
	Change   string         `json:"change"`
	Status   Status         `json:"status"` // done, failed or unknown
	ServerID resource.Value `json:"server_id,omitempty"`
	Error    string         `json:"error,omitempty"`
}

func (e effect) String() string {
	return [...]string{"creating", "updating", "publishing", "starting", "deleting"}[e]
}

// intend journals a call that is about to be sent.
func (r *run) intend(c *call) error {
	if r.o.Journal == nil {
		return nil
	}
	in := Intent{Call: c.number, Time: r.o.Clock.Now(), Method: c.method, Step: c.step().does.String(),
		Changes: c.changes(), Args: c.sealed}
	return unwritable(r.o.Journal.Intent(in))
}

// resultsOf returns what answers mean for the items of a call.
func (r *run) resultsOf(c *call, answers []answer) []CallResult {
	out := make([]CallResult, len(c.items))
	for i, it := range c.items {
		status, id := judge(it, answers[i])
		out[i] = CallResult{Change: it.task.change.ID, Status: status, ServerID: id}
		switch err := answers[i].err; {
		case status == Done:
		case err == nil:
			out[i].Error = errNoID.Error()
		default:
			out[i].Error = r.secrets.scrub(err.Error())
		}
	}
	return out
}

// record journals what became of a call.
func (r *run) record(c *call, results []CallResult) error {
	if r.o.Journal == nil {
		return nil
	}
	return unwritable(r.o.Journal.Outcome(Outcome{Call: c.number, Time: r.o.Clock.Now(), Results: results}))
}

func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the journal cannot be written: %w", err)
}
