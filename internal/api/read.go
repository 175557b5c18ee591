package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// ReadOptions say what to read of a license.
type ReadOptions struct {
	Kinds       []string // by name; nil = every kind that is not opt-in
	ClientIDs   []string // client ids to read the per-client kinds for; what cannot be read of them is a gap
	Candidates  []string // client ids to try like those that answers reveal; see Discover
	Concurrency int      // calls at a time, default DefaultConcurrency
	// Discover also tries client ids found in responses. If the server refuses
	// one, that is a notice: most belong to other organizations.
	Discover bool
	// WithReadOnly keeps the rows that the API cannot set (Kind.ReadOnlyRow).
	WithReadOnly bool
	// Version is that of w, "" = resource.APIVersion. Of one before that the
	// kinds of its edition are read, and rows have its shapes.
	Version string
	// Newer is a client for resource.APIVersion. It reads what Version refuses to
	// show. A field that neither version shows is a gap.
	Newer wire.API
	// Notes also reads the values that activate new objects (Kind.ActivatedBy),
	// for kinds of which the license has objects, and adds them to the objects. If
	// they cannot be read, that is a notice.
	Notes bool
	// Progress, if set, is told how many of the calls known so far are done.
	// It is called from one goroutine.
	Progress func(done, total int)
}

// Read reads a license through w, which must be safe for concurrent use and must
// not keep its results. The result depends only on what the server holds, not on
// the concurrency or the order of lists.
//
// What cannot be read is a gap of the license, not an error. Errors are: refused
// authentication, a context that ended, an unknown kind, an unreachable host, and
// a license of which no part could be read. All but the unknown kind wrap the
// *wire.Error or the context's error.
//
// A call starts as soon as its arguments are known: lists and calls for given
// client ids at once, calls for a row with its list, calls for a client id with
// the response that contains it.
func Read(ctx context.Context, w wire.API, o ReadOptions) (*resource.License, error) {
	r, err := newReader(w, o)
	if err != nil {
		return nil, err
	}
	if err := r.run(ctx); err != nil {
		return nil, fmt.Errorf("reading the license: %w", err)
	}
	r.sortTasks()
	if err := r.nothing(); err != nil {
		return nil, fmt.Errorf("no part of the license could be read: %w", err)
	}
	l := r.assemble()
	if !o.WithReadOnly {
		l.DropReadOnly()
	}
	return l, nil
}

// reader is one reading. Only the goroutine that called Read changes it;
// workers get a task and fill it in.
type reader struct {
	api       wire.API
	opts      ReadOptions
	kinds     []*resource.Kind // the wanted ones
	tasks     []*task          // every call, in the order they became known
	clients   map[string]bool  // client ids that were given (true) or revealed (false)
	answered  bool             // the host answered at least once
	succeeded map[string]bool  // methods of which a call went well
}

func newReader(w wire.API, o ReadOptions) (*reader, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	if o.Version == resource.APIVersion {
		o.Version = ""
	}
	r := &reader{api: w, opts: o, clients: map[string]bool{}, succeeded: map[string]bool{}}
	all := resource.KindsAt(o.Version)
	if all == nil {
		return nil, fmt.Errorf("unknown version %q", o.Version)
	}
	for _, name := range o.Kinds {
		if r.kind(name) == nil {
			return nil, fmt.Errorf("unknown kind %q", name)
		}
	}
	for _, k := range all {
		if o.Kinds == nil && !k.OptIn || slices.Contains(o.Kinds, k.Name) {
			r.kinds = append(r.kinds, k)
		}
	}
	for _, k := range r.kinds {
		for _, of := range append(r.sources(k), k) {
			r.plan(of, resource.Once, "")
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
func (r *reader) kind(name string) *resource.Kind { return resource.LookupAt(r.opts.Version, name) }

// sources returns the other kinds for whose rows a kind is read.
func (r *reader) sources(k *resource.Kind) []*resource.Kind {
	var out []*resource.Kind
	for i := range k.Reads {
		if of := r.kind(k.Reads[i].Of); of != nil {
			out = append(out, of)
		}
	}
	return out
}

// plan adds the calls for a kind that are made once or for a client id, unless
// they are there.
func (r *reader) plan(k *resource.Kind, per resource.Per, client string) {
	if slices.ContainsFunc(r.tasks, func(t *task) bool { return t.kind == k && t.read.Per == per && t.client == client }) {
		return
	}
	for i := range k.Reads {
		if read := &k.Reads[i]; read.Per == per {
			t := newTask(k, read)
			t.client = client
			r.tasks = append(r.tasks, t)
		}
	}
}

// addClient plans the per-client calls for a client id, once. Built-in namespaces
// are not client ids.
func (r *reader) addClient(id string, given bool) {
	if _, known := r.clients[id]; known || id == "" || resource.DefaultNamespace(id) {
		return
	}
	r.clients[id] = given
	for _, k := range r.kinds {
		r.plan(k, resource.PerClient, id)
	}
}

// run makes all calls, those that turn up on the way included.
func (r *reader) run(ctx context.Context) (fatal error) {
	calls, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan *task, r.opts.Concurrency)
	for begun, done := 0, 0; begun > done || fatal == nil && begun < len(r.tasks); {
		if fatal == nil && begun < min(done+r.opts.Concurrency, len(r.tasks)) {
			t := r.tasks[begun]
			begun++
			go func() {
				t.panicked = wire.Guard(func() { t.perform(calls, r.api, r.opts.Newer) })
				results <- t
			}()
			continue
		}
		t := <-results
		done++
		if t.panicked != nil {
			panic(t.panicked)
		}
		if fatal != nil {
			continue
		}
		if fatal = r.take(ctx, t); fatal != nil {
			cancel()
		} else if r.opts.Progress != nil {
			r.opts.Progress(done, len(r.tasks))
		}
	}
	return fatal
}

// take handles the result of a call and plans the calls that follow from it. Its
// error ends the reading.
func (r *reader) take(ctx context.Context, t *task) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case t.err == nil:
		r.answered, r.succeeded[t.read.Method] = true, true
		r.follow(t)
		return nil
	case !r.answered && errors.As(t.err, new(silent)):
		return t.err // the other calls would only take as long to find out
	case t.err.Class == wire.Authentication:
		return t.err
	}
	r.answered = r.answered || t.err.Status != 0
	return nil
}

// follow plans the calls that a response makes possible: for its rows, for the
// values that activate them, and for the client ids in it.
func (r *reader) follow(t *task) {
	if t.read.Per != resource.PerRow {
		r.followRows(t)
		if start := t.kind.ActivatedBy; r.opts.Notes && start != nil && len(t.rows) > 0 && slices.Contains(r.kinds, t.kind) {
			r.plan(r.kind(start.Kind), resource.Once, "")
		}
	}
	if r.opts.Discover {
		for _, id := range t.reveals() {
			r.addClient(id, false)
		}
	}
}

// followRows plans the calls for each row of a list. Those that complete it ask
// for what the list could show.
func (r *reader) followRows(t *task) {
	for _, k := range r.kinds {
		for i := range k.Reads {
			read := &k.Reads[i]
			if read.Per != resource.PerRow || cmp.Or(read.Of, k.Name) != t.kind.Name {
				continue
			}
			for _, row := range t.rows {
				next := newTask(k, read)
				next.client, next.row, next.of = t.client, row, t.kind
				if next.ownRow() && t.hidden != nil {
					next.ask, next.hidden = t.ask, t.hidden
				}
				r.tasks = append(r.tasks, next)
			}
		}
	}
}
