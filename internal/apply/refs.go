package apply

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// resolve returns the row a step is about with every reference replaced by the
// id that its object has by now. Elements of soft lists whose object does not
// exist yet are left out and remembered: see repair.
func (r *run) resolve(t *task, does effect) (*resource.Object, error) {
	row := t.rowFor(does)
	if m := t.kind.Members; m != nil && (does == creating || does == updating && row.Has(m.Field)) {
		var err error
		if row, err = r.withMembers(t, row); err != nil {
			return nil, err
		}
		if does == creating && t.change.Interim != nil {
			t.standIn(row, m.StandIn(row.Object(m.Field)))
		}
	}
	out, missing, err := r.mapped(t.kind, row)
	if does == creating || does == updating {
		t.soft = missing
	}
	return out, err
}

// mapped resolves the references of a row. It returns the fields that lost
// elements, and an error if a reference that cannot be left out has no id.
func (r *run) mapped(k *resource.Kind, row *resource.Object) (*resource.Object, []string, error) {
	return mapRefs(k, row, func(ref resource.Ref) resource.Value {
		if target := r.tasks[refID(ref)]; target != nil && target.exists() {
			return target.id
		}
		return nil
	})
}

// mapRefs is mapped with the ids that idOf tells, nil for what does not exist.
func mapRefs(k *resource.Kind, row *resource.Object, idOf func(resource.Ref) resource.Value) (out *resource.Object, soft []string, err error) {
	out = k.MapRefs(row, func(to *resource.RefTo, path string, v resource.Value) resource.Value {
		ref, ok := v.(resource.Ref)
		if !ok {
			return v
		}
		if id := idOf(ref); id != nil {
			return id
		}
		if to.Soft {
			if root := resource.PathRoot(path); !slices.Contains(soft, root) {
				soft = append(soft, root)
			}
		} else if err == nil {
			err = fmt.Errorf("it refers to %s, which has no id yet", refID(ref))
		}
		return v
	})
	for _, name := range soft {
		if l, ok := out.Get(name).(resource.List); ok {
			out.Set(name, slices.DeleteFunc(slices.Clone(l), resource.HoldsRef))
		}
	}
	return out, soft, err
}

// exists tells whether the object of a task can be referred to: it was there
// before, or its creation is through.
func (t *task) exists() bool {
	if t.id == nil {
		return false
	}
	return t.change.Action == diff.Update || t.state == ended && (t.succeeded() || t.halfMade())
}

// withMembers returns a row with the members that exist. It reports members that
// failed; members that are created later bring their membership along. It is an error
// if none of the existing members can serve.
func (r *run) withMembers(t *task, row *resource.Object) (*resource.Object, error) {
	m := t.kind.Members
	all, ok := row.Get(m.Field).(*resource.Object)
	if !ok {
		return row, nil
	}
	there, lost := &resource.Object{}, []string{}
	had, has := false, false
	for name, priority := range all.All() {
		serves := t.serves(priority)
		had = had || serves
		member := r.member(t.kind, name)
		switch {
		case member == nil || member.change.Action == diff.Update:
			there.Set(name, priority)
		case member.exists():
			there.Set(resource.Text(member.id), priority)
		default:
			if member.state == ended {
				lost = append(lost, member.change.ID+" "+verb(member.result.Status))
			}
			continue
		}
		has = has || serves
	}
	if had && !has {
		return nil, fmt.Errorf("no %s is left: %s", t.servants(), listed(lost))
	}
	if len(lost) > 0 {
		t.result.once("without members that do not exist: " + listed(lost))
	}
	out := row.Clone()
	out.Set(m.Field, there)
	return out, nil
}

// serves tells whether an object can be created with a member of a priority and
// no other: as planned, or by writing that priority in a second call.
func (t *task) serves(priority resource.Value) bool {
	m := t.kind.Members
	return resource.Equal(priority, m.Need) || t.change.Interim != nil && m.Serves(priority)
}

func (t *task) servants() string {
	if t.change.Interim != nil {
		return "member"
	}
	return "member at priority " + t.kind.Members.Need
}

// member returns the task that makes a member known by its id or, as long as
// it has none, its key; nil if the member was there before.
func (r *run) member(k *resource.Kind, name string) *task {
	for _, kind := range slices.Concat([]string{k.Members.Of}, k.Members.Also) {
		if t := r.tasks[kind+"/"+name]; t != nil {
			return t
		}
	}
	return r.tasks[name]
}
