package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// fault is what happens to a call besides what was asked for.
type fault int

const (
	none   fault = iota
	before       // the call is lost on its way there
	after        // its answer is lost on its way back
)

// world is a license that calls change, by the registry alone, and that can
// be read again. Its answers can be lost.
type world struct {
	fake
	mu    sync.Mutex
	rows  map[string][]*resource.Object
	n     int
	reads map[string]int

	// lose tells what happens to one item; late tells of a row from which read
	// of its kind on it is listed; reading is called before a read.
	lose    func(method string, args *resource.Object) fault
	late    func(row *resource.Object) int
	reading func(kind string)
}

func newWorld() *world {
	w := &world{rows: map[string][]*resource.Object{}, reads: map[string]int{}}
	w.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
		f := none
		if w.lose != nil {
			f = w.lose(method, args)
		}
		if f == before {
			return nil, refuse(wire.Ambiguous, "", "timeout")
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		v, err := w.do(method, args)
		if f == after {
			return nil, refuse(wire.Ambiguous, "", "timeout")
		}
		return v, err
	}
	return w
}

func (w *world) do(method string, args *resource.Object) (resource.Value, *wire.Error) {
	for _, k := range resource.Kinds() {
		switch {
		case k.Create != nil && k.Create.Method == method && k.Create.Args == nil:
			return w.create(k, args), nil
		case k.Update != nil && k.Update.Method == method && k.Update.Args == nil:
			row := w.find(k, args)
			for name, v := range args.All() {
				row.Set(name, v)
			}
			return resource.Of(), nil
		case k.Delete != nil && k.Delete.Method == method && k.Delete.Args == nil:
			row := w.find(k, args)
			w.rows[k.Name] = slices.DeleteFunc(w.rows[k.Name], func(o *resource.Object) bool { return o == row })
			return resource.Of(), nil
		}
	}
	return resource.Of(), nil
}

func (w *world) create(k *resource.Kind, args *resource.Object) resource.Value {
	row := args.Clone()
	answer := &resource.Object{}
	if k.ServerID != "" {
		w.n++
		var id resource.Value = int64(w.n)
		if k.RandomID {
			id = fmt.Sprint("new", w.n)
		}
		row.Set(k.ServerID, id)
		answer.Set(k.ServerID, id)
	}
	for _, name := range []string{"secret_key", "agent_priorities", "next_id"} {
		row.Delete(name)
	}
	for _, name := range k.Create.Reveals {
		if name != k.ServerID {
			answer.Set(name, "s3cret")
		}
	}
	w.place(k, row, args.Get("next_id"))
	return answer
}

// place puts a row before another one, or at the end.
func (w *world) place(k *resource.Kind, row *resource.Object, next resource.Value) {
	at := len(w.rows[k.Name])
	if i := slices.IndexFunc(w.rows[k.Name], func(o *resource.Object) bool { return next != nil && resource.Equal(o.Get("id"), next) }); i >= 0 {
		at = i
	}
	w.rows[k.Name] = slices.Insert(w.rows[k.Name], at, row)
}

func (w *world) find(k *resource.Kind, args *resource.Object) *resource.Object {
	for _, o := range w.rows[k.Name] {
		if k.NameOf(o) == k.NameOf(args) {
			return o
		}
	}
	return &resource.Object{}
}

// put gives the world an object that was always there.
func (w *world) put(kind string, row *resource.Object) {
	w.rows[kind] = append(w.rows[kind], row)
}

// license is all there is, as a pre-image.
func (w *world) license() *resource.License {
	l := &resource.License{}
	for _, k := range resource.Kinds() {
		l.SetRows(k.Name, w.rows[k.Name])
	}
	return l.Clone()
}

func (w *world) read(ctx context.Context, kinds []string) (*resource.License, error) {
	if w.reading != nil {
		w.reading(kinds[0])
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &resource.License{}
	for _, name := range kinds {
		w.reads[name]++
		l.SetRows(name, nil)
		for _, row := range w.rows[name] {
			if w.late == nil || w.reads[name] >= w.late(row) {
				l.Append(name, row.Clone())
			}
		}
	}
	return l, nil
}

// options are those of a run that can look for what became of its calls.
func (w *world) options() Options {
	o := options()
	o.Read, o.Before, o.NoVerify, o.Secret = w.read, w.license(), true, hush
	return o
}

// losing loses every answer to a method.
func losing(f fault, methods ...string) func(string, *resource.Object) fault {
	return func(method string, _ *resource.Object) fault {
		if slices.Contains(methods, method) {
			return f
		}
		return none
	}
}

// names returns one field of every row of a kind.
func (w *world) names(kind, field string) string {
	var out []string
	for _, row := range w.rows[kind] {
		out = append(out, resource.Text(row.Get(field)))
	}
	return strings.Join(out, " ")
}

// lossy loses the answers of whole batches.
type lossy struct{ *world }

func (l lossy) Batch(ctx context.Context, method string, items []*resource.Object) ([]wire.Outcome, error) {
	if _, err := l.world.Batch(ctx, method, items); err != nil {
		return nil, err
	}
	return nil, refuse(wire.Ambiguous, "", "timeout")
}
