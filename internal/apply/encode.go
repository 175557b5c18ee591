package apply

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// nextParam is the parameter that places an object of a linked kind before
// another one; "" is the end of the list (P35, add and update auto access).
const nextParam = "next_id"

// errNothing says that a call is not needed now: what it would write is already there,
// and the rest has to wait for objects that do not exist yet.
var errNothing = errors.New("nothing to send")

// message is an encoded step: a method, its parameters and the row that they are
// about, all with references resolved.
type message struct {
	method string
	row    *resource.Object
	sealed *resource.Object // with secrets as references
	args   *resource.Object // with secrets as values: what is sent
}

// encode turns a step into a message. It is called right before it is sent.
func (r *run) encode(t *task, s *step) (*message, error) {
	row, err := r.resolve(t, s.does)
	if err != nil {
		return nil, err
	}
	m := &message{method: s.op.Method, row: row}
	if off, ok := row.Get(s.op.OffField).(bool); s.op.Off != "" && ok && !off {
		m.method = s.op.Off
	}
	m.sealed = arguments(t, s, row)
	if s.does == updating && t.change.Action == diff.Update && r.needless(t, m.sealed) {
		return nil, errNothing
	}
	if t.change.Move != nil && t.lane != "" && (s.does == creating || s.does == updating) {
		next, err := r.place(t)
		if w := r.trees[t.kind.Name]; w != nil {
			next, err = w.place(t), nil
		}
		if err != nil {
			return nil, err
		}
		m.sealed.Set(nextParam, next)
	}
	m.args, err = r.unseal(m.sealed)
	return m, err
}

// foresee encodes the later steps of a replacement before the first one is sent, so
// nothing is deleted that cannot be created again.
func (r *run) foresee(t *task) error {
	if t.change.Action != diff.Replace || t.next > 0 {
		return nil
	}
	for i := range t.steps {
		if t.steps[i].does == creating {
			if _, err := r.encode(t, &t.steps[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// arguments selects what of a row a step sends.
func arguments(t *task, s *step, row *resource.Object) *resource.Object {
	if s.does == starting {
		return t.kind.StartArgs(row, t.id)
	}
	if s.op.Args != nil {
		return s.op.Args(row)
	}
	args := &resource.Object{}
	before := t.change.Before
	for _, name := range s.op.ID {
		// The call identifies the object by its current key, not by the wanted one.
		if v, ok := before.Lookup(name); ok && s.does != creating {
			args.Set(name, v)
		} else if v, ok := row.Lookup(name); ok {
			args.Set(name, v)
		}
	}
	if id := t.kind.ServerID; id != "" && s.does != creating && slices.Contains(s.op.ID, id) && args.Get(id) == nil {
		args.Set(id, t.id)
	}
	switch s.does {
	case creating:
		selectForCreate(t.kind, row, args)
	case updating:
		selectForUpdate(t, row, args)
	}
	return args
}

func selectForCreate(k *resource.Kind, row, args *resource.Object) {
	for name, v := range row.All() {
		if f := k.Field(name); f != nil && v != nil && onCreate(f) && !fixed(f, v) {
			args.Set(name, known(f, name, v, nil))
		}
	}
}

// onCreate tells whether a field goes into a create.
func onCreate(f *resource.Field) bool {
	switch {
	case f.Input == resource.ReadOnly, f.Input == resource.UpdateOnly, f.OnChange == resource.ByPublish, f.OnChange == resource.ByStart:
		return false
	case f.Class == resource.Server:
		return f.Input == resource.CreateOnly || f.Required
	case f.Class == resource.Volatile:
		return f.Input == resource.CreateOnly
	}
	return f.Class == resource.User
}

func selectForUpdate(t *task, row, args *resource.Object) {
	for _, name := range t.updates() {
		v, ok := row.Lookup(name)
		f := t.kind.Field(name)
		switch {
		case !ok:
		case f == nil:
			args.Set(name, v)
		case f.Input == resource.ReadOnly || fixed(f, v):
		case v == nil:
			args.Set(name, f.Clear)
		default:
			args.Set(name, known(f, name, v, t.change.Fields))
		}
	}
}

func fixed(f *resource.Field, v resource.Value) bool {
	s, ok := v.(string)
	return ok && slices.Contains(f.Fixed, s)
}

// known returns a value without the members that the registry does not
// describe, unless one of the changes is about them.
func known(f *resource.Field, path string, v resource.Value, changes []diff.FieldChange) resource.Value {
	switch v := v.(type) {
	case *resource.Object:
		if f.Type != resource.Record {
			return v
		}
		out := &resource.Object{}
		for name, inner := range v.All() {
			at := path + "." + name
			if m := f.Member(name); m != nil {
				out.Set(name, known(m, at, inner, changes))
			} else if concerns(changes, at) {
				out.Set(name, inner)
			}
		}
		return out
	case resource.List:
		e := f.Element()
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = known(&e, path, v[i], changes)
		}
		return out
	}
	return v
}

// concerns tells whether a change is about a path or something inside it.
func concerns(changes []diff.FieldChange, path string) bool {
	for _, c := range changes {
		if p := plainPath(c.Path); p == path || strings.HasPrefix(p, path+".") {
			return true
		}
	}
	return false
}

// plainPath returns a path without its element selectors: groups[19].priority
// is groups.priority.
func plainPath(path string) string {
	var b strings.Builder
	depth := 0
	for _, c := range path {
		switch {
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// needless tells whether an update that lost elements to objects that do not
// exist yet has nothing left to say.
func (r *run) needless(t *task, args *resource.Object) bool {
	if len(t.soft) == 0 || t.change.Move != nil || r.o.Read == nil && !r.rehearsal {
		return false
	}
	for _, name := range t.updates() {
		f := t.kind.Field(name)
		if f == nil {
			return false
		}
		live, has := t.change.Before.Lookup(name)
		if !has || live == nil {
			live = f.Zero()
		}
		if !resource.Equal(args.Get(name), known(f, name, live, nil)) {
			return false
		}
	}
	t.needless = true
	return true
}

// place resolves the place of an object of a linked kind. If the object that should
// follow it was not made, the place is where that one would have been.
func (r *run) place(t *task) (resource.Value, error) {
	at, seen := t, map[*task]bool{}
	for !seen[at] {
		seen[at] = true
		ref, ok := at.change.Move.Before.(resource.Ref)
		if !ok {
			if at.change.Move.Before == nil {
				return "", nil
			}
			return at.change.Move.Before, nil
		}
		anchor := r.tasks[refID(ref)]
		switch {
		case anchor == nil:
			return nil, fmt.Errorf("it goes before %s, which is not in the plan", refID(ref))
		case anchor.id != nil && (anchor.state == ended || anchor.change.Action != diff.Replace):
			return anchor.id, nil
		case anchor.change.Move == nil:
			return nil, fmt.Errorf("it goes before %s, which %s", refID(ref), verb(anchor.result.Status))
		}
		at = anchor
	}
	return nil, errors.New("its place is part of a dependency cycle")
}
