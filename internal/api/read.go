package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// ReadOptions say what to read of a license.
type ReadOptions struct {
	Kinds       []string // by name; nil = every kind that is not opt-in
	ClientIDs   []string // client ids to read the per-client kinds for; what cannot be read of them is a gap
	Candidates  []string // client ids to try like those that answers reveal; see Discover
	Concurrency int      // calls at a time, default DefaultConcurrency
	// Discover also tries client ids that answers reveal. That one of them is
	// refused is a notice: most belong to other organizations.
	Discover bool
	// WithReadOnly keeps the rows that nobody can set (Kind.ReadOnlyRow).
	WithReadOnly bool
	// Version is that of w, "" = resource.APIVersion. Of one before that the
	// kinds of resource.Legacy are read, and rows have its shapes.
	Version string
	// Newer is a client for resource.APIVersion, for what Version refuses to
	// show. What cannot be had from either is a gap.
	Newer wire.API
	// Notes also reads what brings new objects into service (Kind.Start), for
	// kinds that the license has any objects of, and notes it with the objects.
	// That it cannot be read is a notice.
	Notes bool
	// Progress, if set, is told how many of the calls known so far are done.
	// It is called from one goroutine.
	Progress func(done, total int)
}

// Read reads a license through w, which must be safe for concurrent use and
// leave its answers to the caller. What it returns depends on what the server
// holds alone, whatever the concurrency and the order of lists.
//
// What cannot be read is a gap of the license, not an error. Errors are:
// refused authentication, a context that ended, an unknown kind, a host that
// cannot be reached, and a license of which nothing at all could be read; all
// but the third wrap the *wire.Error or the context's error.
//
// Calls start as soon as what they need is known: lists and calls for given
// client ids at once, calls for a row with its list, calls for a client id
// with the answer that reveals it.
func Read(ctx context.Context, w wire.API, o ReadOptions) (*resource.License, error) {
	r, err := newReader(w, o)
	if err != nil {
		return nil, err
	}
	if err := r.run(ctx); err != nil {
		return nil, fmt.Errorf("reading the license: %w", err)
	}
	if err := r.nothing(); err != nil {
		return nil, fmt.Errorf("nothing could be read of the license: %w", err)
	}
	l := r.assemble()
	if !o.WithReadOnly {
		l.DropReadOnly()
	}
	return l, nil
}

// reader is one reading. Only the goroutine that called Read touches it;
// workers get a task and fill it in.
type reader struct {
	api      wire.API
	opts     ReadOptions
	all      []*resource.Kind // that the version has
	kinds    []*resource.Kind // the wanted ones
	tasks    []*task          // every call, in the order they became known
	next     int              // tasks from here on have not started
	clients  map[string]bool  // client ids that were given (true) or revealed (false)
	answered bool             // the host answered at least once
}

// task is one call and what came of it.
type task struct {
	kind   *resource.Kind
	read   int              // index into kind.Reads
	client string           // of PerClient reads
	row    *resource.Object // of PerRow reads: the row to complete, or to ask about
	of     *resource.Kind   // the kind of row
	hidden []string         // fields that the server would not show in their newer shape
	newer  bool             // reads just those fields, through resource.APIVersion

	rows     []*resource.Object
	odd      []resource.Odd // what of the answer is no row, sorted
	doubles  []string       // keys of objects that the answer had more than once
	entries  int            // of an answer that is a bare list
	nulls    []string       // members of rows that the answer had as null
	masked   []string       // members that were left out as they look secret
	err      error
	panicked *wire.Panic
}

func (t *task) spec() *resource.Read { return &t.kind.Reads[t.read] }

func newReader(w wire.API, o ReadOptions) (*reader, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	r := &reader{api: w, opts: o, clients: map[string]bool{}}
	if o.Version == resource.APIVersion {
		r.opts.Version = ""
	}
	if r.all = resource.KindsAt(o.Version); r.all == nil {
		return nil, fmt.Errorf("unknown version %q", o.Version)
	}
	for _, name := range o.Kinds {
		if r.kind(name) == nil {
			return nil, fmt.Errorf("unknown kind %q", name)
		}
	}
	for _, k := range r.all {
		if o.Kinds == nil && !k.OptIn || slices.Contains(o.Kinds, k.Name) {
			r.kinds = append(r.kinds, k)
		}
	}
	for _, k := range slices.Concat(r.kinds, r.sources()) {
		for i := range k.Reads {
			if k.Reads[i].Per == resource.Once {
				r.tasks = append(r.tasks, &task{kind: k, read: i})
			}
		}
	}
	// The longest chains of calls first, so that they end first.
	slices.SortStableFunc(r.tasks, func(a, b *task) int { return len(b.kind.Reads) - len(a.kind.Reads) })
	for _, id := range o.ClientIDs {
		r.addClient(id, true)
	}
	for _, id := range o.Candidates {
		r.addClient(id, false)
	}
	return r, nil
}

// kind returns a kind of the version by its name, nil if it has none.
func (r *reader) kind(name string) *resource.Kind {
	i := slices.IndexFunc(r.all, func(k *resource.Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return r.all[i]
}

// sources returns the kinds that are not wanted, but whose rows calls for
// wanted ones are made for.
func (r *reader) sources() []*resource.Kind {
	var out []*resource.Kind
	for _, k := range r.kinds {
		for i := range k.Reads {
			if of := r.kind(k.Reads[i].Of); of != nil && !slices.Contains(r.kinds, of) && !slices.Contains(out, of) {
				out = append(out, of)
			}
		}
	}
	return out
}

// addClient plans the per-client calls for a client id, once. The platform's
// own namespaces are nobody's client ids.
func (r *reader) addClient(id string, given bool) {
	if _, known := r.clients[id]; known || id == "" || resource.DefaultNamespace(id) {
		return
	}
	r.clients[id] = given
	for _, k := range r.kinds {
		for i := range k.Reads {
			if k.Reads[i].Per == resource.PerClient {
				r.tasks = append(r.tasks, &task{kind: k, read: i, client: id})
			}
		}
	}
}

// run makes all calls, those that turn up on the way included.
func (r *reader) run(ctx context.Context) error {
	calls, cancel := context.WithCancel(ctx)
	defer cancel()
	g, calls := errgroup.WithContext(calls)
	g.SetLimit(r.opts.Concurrency)
	results := make(chan *task, r.opts.Concurrency)
	var fatal error
	for running, done := 0, 0; running > 0 || fatal == nil && r.next < len(r.tasks); {
		for fatal == nil && running < r.opts.Concurrency && r.next < len(r.tasks) {
			t := r.tasks[r.next]
			r.next++
			running++
			g.Go(func() error {
				t.panicked = wire.Guard(func() { t.perform(calls, r.through(t)) })
				results <- t
				return nil
			})
		}
		t := <-results
		if t.panicked != nil {
			panic(t.panicked)
		}
		running--
		done++
		if fatal == nil {
			if fatal = r.take(ctx, t); fatal != nil {
				cancel()
			}
		}
		if r.opts.Progress != nil && fatal == nil {
			r.opts.Progress(done, len(r.tasks))
		}
	}
	if err := g.Wait(); fatal == nil {
		fatal = err
	}
	return fatal
}

// take looks at what came of a call and plans what follows from it. Its error
// ends the reading.
func (r *reader) take(ctx context.Context, t *task) error {
	var failed *wire.Error
	switch {
	case t.err == nil:
		r.answered = true
		r.follow(t)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(t.err, new(silent)) && !r.answered:
		return t.err // the other calls would only take as long to find out
	case errors.As(t.err, &failed):
		r.answered = r.answered || failed.Status != 0
		if failed.Class == wire.Authentication {
			return t.err
		}
	}
	return nil
}

// follow plans the calls that an answer makes possible.
func (r *reader) follow(t *task) {
	if t.newer {
		return
	}
	if t.spec().Per != resource.PerRow {
		r.followNotes(t)
		r.followRows(t)
		r.followHidden(t)
	}
	if r.opts.Discover {
		for _, id := range t.reveals() {
			r.addClient(id, false)
		}
	}
}

// followRows plans the calls for each row of a list.
func (r *reader) followRows(t *task) {
	for _, k := range r.kinds {
		for i := range k.Reads {
			if read := &k.Reads[i]; read.Per != resource.PerRow || read.Of != t.kind.Name && (read.Of != "" || k != t.kind) {
				continue
			}
			for _, row := range t.rows {
				next := &task{kind: k, read: i, client: t.client, row: row, of: t.kind}
				if k == t.kind {
					next.hidden = t.hidden // the list has found out
				}
				r.tasks = append(r.tasks, next)
			}
		}
	}
}

// reveals returns the client ids that the rows of an answer name.
func (t *task) reveals() []string {
	field := t.spec().Reveals
	if field == "" {
		return nil
	}
	var ids []string
	for _, row := range t.rows {
		if id := row.String(field); id != "" {
			ids = append(ids, id)
		}
	}
	return sorted(ids)
}
