package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// simulate does in memory what a plan says, change after change in the order
// of their needs, with what the server does by itself. It knows nothing of how
// plans are made. It returns an error if the plan cannot be run.
func simulate(live *resource.License, p *Plan) (*resource.License, error) {
	order, err := inOrder(p)
	if err != nil {
		return nil, err
	}
	s := &server{rows: map[string][]*resource.Object{}, ids: map[resource.Ref]resource.Value{}, of: map[*resource.Object]*resource.Object{}}
	out := live.Clone()
	for _, k := range live.Kinds() {
		rows := out.Rows(k.Name)
		for i, l := range live.Rows(k.Name) {
			s.of[l] = rows[i]
		}
		s.rows[k.Name] = rows
	}
	for i, ch := range order {
		k := ch.kind()
		if ch.Action == Create && k.ServerID != "" {
			s.ids[resource.Ref{Kind: ch.Kind, Key: ch.Key}] = resourcetest.ServerID(k, 90_000+i)
		}
	}
	for _, ch := range order {
		if err := s.run(ch); err != nil {
			return nil, fmt.Errorf("%s: %w", ch.ID, err)
		}
	}
	for kind, rows := range s.rows {
		k := resource.Lookup(kind)
		for _, r := range rows {
			k.DropVolatile(r)
			k.Canonical(r)
		}
		k.SortRows(rows)
		out.SetRows(kind, rows)
	}
	return out, nil
}

// inOrder returns the changes to make so that each comes after what it needs
// and waits for.
func inOrder(p *Plan) ([]*Change, error) {
	byID := map[string]*Change{}
	for _, ch := range p.Changes {
		if byID[ch.ID] != nil {
			return nil, fmt.Errorf("two changes are called %s", ch.ID)
		}
		byID[ch.ID] = ch
	}
	var out []*Change
	state := map[*Change]int{}
	var visit func(ch *Change) error
	visit = func(ch *Change) error {
		switch state[ch] {
		case 1:
			return fmt.Errorf("%s waits for itself", ch.ID)
		case 2:
			return nil
		}
		state[ch] = 1
		for _, id := range slices.Concat(ch.DependsOn, ch.StartsAfter) {
			next := byID[id]
			if next == nil || next.Blocked != "" {
				return fmt.Errorf("%s waits for %s, which is not made", ch.ID, id)
			}
			if err := visit(next); err != nil {
				return err
			}
		}
		state[ch] = 2
		out = append(out, ch)
		return nil
	}
	for _, ch := range p.Todo() {
		if err := visit(ch); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type server struct {
	rows map[string][]*resource.Object
	of   map[*resource.Object]*resource.Object // row of the plan → row of the server
	ids  map[resource.Ref]resource.Value
}

func (s *server) run(ch *Change) error {
	k := ch.kind()
	after := s.resolved(k, ch.After)
	switch ch.Action {
	case Create:
		s.create(k, after, s.ids[resource.Ref{Kind: ch.Kind, Key: ch.Key}])
	case Update:
		row := s.of[ch.Before]
		if row == nil || !slices.Contains(s.rows[k.Name], row) {
			if k.Values == nil {
				return fmt.Errorf("the object is gone")
			}
			s.create(k, after, nil) // lost with its definition, set anew
			break
		}
		for _, name := range ch.Write {
			if v := after.Get(name); v != nil {
				row.Set(name, v)
			} else {
				row.Delete(name)
			}
		}
	case Replace:
		if k.Create == nil || k.Delete == nil {
			return fmt.Errorf("cannot be replaced")
		}
		s.remove(k, s.of[ch.Before])
		s.create(k, after, ch.Before.Get("id"))
	case Delete:
		s.remove(k, s.of[ch.Before])
	}
	if ch.Move != nil {
		return s.move(k, ch, after)
	}
	return nil
}

// resolved returns a row with ids in the place of Refs, the keys of maps too.
func (s *server) resolved(k *resource.Kind, row *resource.Object) *resource.Object {
	return k.MapRefs(row, func(_ *resource.RefTo, _ string, v resource.Value) resource.Value {
		if r, ok := v.(resource.Ref); ok {
			if id := s.ids[r]; id != nil {
				return id
			}
			return nil // left out of a soft list, see below
		}
		return v
	})
}

func (s *server) create(k *resource.Kind, row *resource.Object, id resource.Value) {
	if id != nil && k.ServerID != "" {
		row.Set(k.ServerID, id)
	}
	if m := k.Members; m != nil {
		for member, priority := range row.Object(m.Field).All() {
			for _, r := range s.rows[m.Of] {
				if r.String("id") == member && !hasGroup(r.List(m.List), id) {
					r.Set(m.List, append(r.List(m.List), resource.Of("id", id, "priority", priority)))
				}
			}
		}
	}
	s.rows[k.Name] = slices.DeleteFunc(s.rows[k.Name], func(o *resource.Object) bool {
		return k.ServerID == "" && k.JoinKey(o) == k.JoinKey(row) // writing a value again
	})
	s.rows[k.Name] = append(s.rows[k.Name], row)
}

func hasGroup(l resource.List, group resource.Value) bool {
	return slices.ContainsFunc(l, func(v resource.Value) bool { return resource.Equal(resource.MemberOf(v, "id"), group) })
}

// remove deletes a row and what goes with it.
func (s *server) remove(k *resource.Kind, row *resource.Object) {
	drop := func(kind string, gone func(o *resource.Object) bool) {
		s.rows[kind] = slices.DeleteFunc(slices.Clone(s.rows[kind]), gone)
	}
	drop(k.Name, func(o *resource.Object) bool { return o == row })
	for _, v := range k.ValueKinds() {
		drop(v.Name, func(o *resource.Object) bool { return v.ValueKey(o) == k.DefinitionKey(row) })
	}
	if k.Members == nil {
		return
	}
	id := row.Get("id")
	for _, other := range resource.Kinds() {
		for _, o := range s.rows[other.Name] {
			for _, name := range o.Names() {
				o.Set(name, without(other.Field(name), o.Get(name), k.Name, id))
			}
		}
	}
	drop("group_properties", func(o *resource.Object) bool { return resource.Equal(o.Get("group"), id) })
}

// without takes the references to a deleted object out of lists.
func without(f *resource.Field, v resource.Value, kind string, id resource.Value) resource.Value {
	if f == nil {
		return v
	}
	refers := func(f *resource.Field) bool { return f != nil && f.Ref != nil && slices.Contains(f.Ref.Kinds, kind) }
	switch v := v.(type) {
	case resource.List:
		return slices.DeleteFunc(slices.Clone(v), func(e resource.Value) bool {
			if o, ok := e.(*resource.Object); ok {
				return refers(f.Member(f.Key)) && resource.Equal(o.Get(f.Key), id)
			}
			return refers(f) && resource.Equal(e, id)
		})
	case *resource.Object:
		for _, name := range v.Names() {
			v.Set(name, without(f.Member(name), v.Get(name), kind, id))
		}
	}
	return v
}

func (s *server) move(k *resource.Kind, ch *Change, after *resource.Object) error {
	row := after
	if ch.Before != nil {
		row = s.of[ch.Before]
	}
	rows := slices.DeleteFunc(slices.Clone(s.rows[k.Name]), func(o *resource.Object) bool { return o == row })
	before := ch.Move.Before
	if r, ok := before.(resource.Ref); ok {
		before = s.ids[r]
	}
	at := len(rows)
	if before != "" {
		if at = slices.IndexFunc(rows, func(o *resource.Object) bool { return resource.Equal(k.IDOf(o), before) }); at < 0 {
			return fmt.Errorf("goes before %v, which is not there", ch.Move.Before)
		}
	}
	s.rows[k.Name] = slices.Insert(rows, at, row)
	return nil
}
