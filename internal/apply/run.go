package apply

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// grace is how long calls that are under way may go on after an interrupt.
const grace = 10 * time.Second

// run is one execution of a plan.
type run struct {
	ctx   context.Context // ends when no new call is to be started
	calls context.Context // of the calls themselves
	api   wire.API
	o     Options

	results  []Result
	todo     []*task          // that can be sent, as planned
	tasks    map[string]*task // by change id
	moved    map[string]*task // tasks that move, by kind/server id
	before   *resource.Index  // the license that the plan was made from
	claims   *claims          // whose the live objects are
	trees    map[string]*tree // of linked kinds that the license has none of
	wide     bool             // several calls may be under way at once
	tallies  tallies
	secrets  vault
	saving   sync.Mutex // held while a secret is saved
	notices  []string
	verified bool

	scheduler   *scheduler // while one is at work
	counting    bool       // whether tasks that end are progress
	done, total int
	sent        int64        // calls
	requests    atomic.Int64 // all that were sent, reads and repeats among them
	rehearsal   bool         // nothing can be read, and all is taken to go well
	stopped     bool
	err         error
}

// Run executes the changes of a plan that are not blocked. It returns an error
// only if the context was cancelled, the token was refused or the journal could
// not be written; then too the report says what became of each change.
func Run(ctx context.Context, p *diff.Plan, w wire.API, o Options) (*Report, error) {
	return newRun(ctx, p, w, o).all(p)
}

func newRun(ctx context.Context, p *diff.Plan, w wire.API, o Options) *run {
	o = o.withDefaults()
	return &run{ctx: ctx, api: w, o: o, wide: o.Concurrency > 1, trees: map[string]*tree{}, tallies: tallies{}, results: make([]Result, len(p.Changes)),
		tasks: map[string]*task{}, moved: map[string]*task{},
		before: resource.NewIndex(o.Before), claims: newClaims(o.Before)}
}

// all goes through every stage of a run.
func (r *run) all(p *diff.Plan) (*Report, error) {
	started := r.o.Clock.Now()
	calls, end := r.interruptible(r.ctx)
	defer end()
	r.calls = calls

	r.counting = true
	r.build(p)
	r.plantTrees()
	r.connect(r.todo)
	r.execute(r.todo)
	r.trees = nil
	r.counting = false
	r.offline()
	r.verify()
	return r.report(started), r.outcome()
}

// build makes a task and a result of every change.
func (r *run) build(p *diff.Plan) {
	r.total = len(p.Todo())
	for i, c := range p.Changes {
		res := &r.results[i]
		*res = Result{ID: c.ID, Kind: c.Kind, Key: c.Key, Action: c.Action}
		if c.Blocked != "" {
			res.Status, res.Detail = Blocked, c.Blocked
			continue
		}
		t, problem := newTask(c, res)
		if problem != "" {
			res.Status, res.Error = Failed, problem
			r.done++
			r.o.Progress(r.done, r.total, c.ID)
			continue
		}
		t.index = i
		r.todo = append(r.todo, t)
		r.tasks[c.ID] = t
		if c.Move != nil && t.id != nil {
			r.moved[c.Kind+"/"+resource.Text(t.id)] = t
		}
		if t.id != nil {
			res.ServerID = resource.Text(t.id)
		}
	}
}

// stage tells of what comes after the last change.
func (r *run) stage(what string) { r.o.Progress(r.total, r.total, what) }

// once adds a notice that is not there yet.
func (r *run) once(text string) {
	if !slices.Contains(r.notices, text) {
		r.notices = append(r.notices, text)
	}
}

// read reads kinds of the license.
func (r *run) read(kinds []string) (*resource.License, error) {
	live, err := r.o.Read(r.counted(r.ctx), kinds)
	if err == nil && live == nil {
		live = &resource.License{}
	}
	return live, err
}

// counted returns a context whose requests are counted.
func (r *run) counted(ctx context.Context) context.Context {
	return wire.OnSend(ctx, func([]int) error {
		r.requests.Add(1)
		return nil
	})
}

func (r *run) notice(format string, args ...any) {
	r.notices = append(r.notices, fmt.Sprintf(format, args...))
}

// outcome is the error of the run as a whole.
func (r *run) outcome() error {
	if r.err != nil {
		return r.err
	}
	return r.ctx.Err()
}

func (r *run) report(started time.Time) *Report {
	for i := range r.results {
		r.results[i].Error = r.secrets.redact(r.results[i].Error)
		r.results[i].Detail = r.secrets.redact(r.results[i].Detail)
	}
	notices := make([]string, len(r.notices))
	for i := range notices {
		notices[i] = r.secrets.redact(r.notices[i])
	}
	return &Report{FormatVersion: FormatVersion, Results: r.results, Counts: count(r.results), Notices: notices,
		Requests: int(r.requests.Load()), Verified: r.verified, Interrupted: r.ctx.Err() != nil, Elapsed: r.o.Clock.Now().Sub(started)}
}
