package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// sent is one call that the fake got.
type sent struct {
	Method string
	Items  []*resource.Object
}

// fake is an API with as much state as the tests need: what it was sent, and
// what hook answers.
type fake struct {
	mu     sync.Mutex
	log    []sent
	flying int
	most   int // calls at once, at the most
	nextID int

	// hook answers an item; nil values are filled in with an id and a secret.
	hook func(method string, args *resource.Object) (resource.Value, *wire.Error)
	// whole answers a call as such, before any item is looked at.
	whole func(method string, items []*resource.Object) error
	// enter is called without a lock while the call is under way.
	enter func(ctx context.Context, method string, items []*resource.Object)
}

func (f *fake) begin(ctx context.Context, method string, items []*resource.Object) error {
	f.mu.Lock()
	f.flying++
	f.mu.Unlock()
	if err := wire.Sending(ctx, nil); err != nil {
		return refuse(wire.Retryable, "", err.Error())
	}
	f.mu.Lock()
	f.most = max(f.most, f.flying)
	f.log = append(f.log, sent{method, items})
	f.mu.Unlock()
	if f.enter != nil {
		f.enter(ctx, method, items)
	}
	if ctx.Err() != nil {
		return &wire.Error{Method: method, Class: wire.Ambiguous, Message: "interrupted", Err: ctx.Err()}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.whole != nil {
		return f.whole(method, items)
	}
	return nil
}

func (f *fake) end() { f.mu.Lock(); f.flying--; f.mu.Unlock() }

func (f *fake) item(method string, args *resource.Object) (resource.Value, *wire.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hook != nil {
		if v, err := f.hook(method, args); v != nil || err != nil {
			return v, err
		}
	}
	switch method {
	case "create_group":
		f.nextID++
		return resource.Of("id", int64(f.nextID)), nil
	case "create_bot", "create_bot_template":
		f.nextID++
		return resource.Of("id", fmt.Sprint("bot", f.nextID), "secret", fmt.Sprint("s3cret", f.nextID)), nil
	case "register_webhook", "add_auto_access":
		f.nextID++
		return resource.Of("id", fmt.Sprint("new", f.nextID)), nil
	}
	return nil, nil
}

func (f *fake) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	defer f.end()
	if err := f.begin(ctx, method, []*resource.Object{args}); err != nil {
		return nil, err
	}
	v, err := f.item(method, args)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (f *fake) Batch(ctx context.Context, method string, items []*resource.Object) ([]wire.Outcome, error) {
	defer f.end()
	if err := f.begin(ctx, "batch "+method, items); err != nil {
		return nil, err
	}
	out := make([]wire.Outcome, len(items))
	for i := range items {
		out[i].Answer, out[i].Err = f.item(method, items[i])
	}
	return out, nil
}

// methods returns what was called, in order.
func (f *fake) methods() []string {
	var out []string
	for _, s := range f.log {
		out = append(out, s.Method)
	}
	return out
}

// calls returns how often a method was called, by itself or as a batch.
func (f *fake) calls(method string) int {
	n := 0
	for _, m := range f.methods() {
		if m == method || m == "batch "+method {
			n++
		}
	}
	return n
}

// args returns the items sent to a method as JSON.
func (f *fake) args(method string) []string {
	var out []string
	for _, s := range f.log {
		if strings.TrimPrefix(s.Method, "batch ") == method {
			for _, it := range s.Items {
				out = append(out, resource.JSON(it))
			}
		}
	}
	return out
}

func refuse(class wire.Class, typ, message string) *wire.Error {
	return &wire.Error{Method: "m", Class: class, Type: typ, Message: message}
}

// patient is a clock whose grace period lasts until the end of the context.
type patient struct{ *wiretest.Clock }

func (p patient) Sleep(ctx context.Context, d time.Duration) error {
	if d == grace {
		<-ctx.Done()
	}
	return p.Clock.Sleep(ctx, d)
}

func options() Options { return Options{Clock: patient{wiretest.NewClock(time.Unix(1e9, 0))}} }

func create(kind, key string, after *resource.Object, needs ...string) *diff.Change {
	return &diff.Change{ID: kind + "/" + key, Kind: kind, Key: key, Action: diff.Create, After: after, DependsOn: needs}
}

func update(kind, key string, before *resource.Object, pairs ...any) *diff.Change {
	after := before.Clone()
	c := &diff.Change{ID: kind + "/" + key, Kind: kind, Key: key, Action: diff.Update, Before: before, After: after}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		c.Fields = append(c.Fields, diff.FieldChange{Path: name, Before: before.Get(name), After: pairs[i+1]})
		c.Write = append(c.Write, name)
		after.Set(name, pairs[i+1])
	}
	return c
}

func remove(kind, key string, before *resource.Object, needs ...string) *diff.Change {
	return &diff.Change{ID: kind + "/" + key, Kind: kind, Key: key, Action: diff.Delete, Before: before, DependsOn: needs}
}

func agent(id string, pairs ...any) *resource.Object {
	o := resource.Of("id", id, "name", "Agent "+id)
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func tag(name string) *resource.Object {
	return resource.Of("name", name, "group_ids", resource.List{})
}

func plan(changes ...*diff.Change) *diff.Plan { return &diff.Plan{Changes: changes} }

// statuses returns "id: status" of every result.
func statuses(r *Report) []string {
	var out []string
	for _, res := range r.Results {
		out = append(out, res.ID+": "+string(res.Status))
	}
	return out
}

func resultOf(r *Report, id string) Result {
	i := slices.IndexFunc(r.Results, func(x Result) bool { return x.ID == id })
	return r.Results[i]
}

// reader is a Read over a license, with a log of what was asked for.
type reader struct {
	live  func(kind string) []*resource.Object
	asked [][]string
	gaps  []resource.Gap
}

func (r *reader) read(_ context.Context, kinds []string) (*resource.License, error) {
	r.asked = append(r.asked, kinds)
	l := &resource.License{Gaps: r.gaps}
	for _, k := range kinds {
		if slices.ContainsFunc(r.gaps, func(g resource.Gap) bool { return g.Kind == k }) {
			continue
		}
		l.SetRows(k, r.live(k))
	}
	return l, nil
}
