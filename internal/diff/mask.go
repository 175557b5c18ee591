package diff

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Masking masks what is shown of a plan: secrets in urls, and fields that are
// never shown. The plan itself keeps its values.
type Masking struct {
	plan   *Plan
	masks  resource.Masks
	hidden map[string][]string // values of masked fields, by the id of the change
	hide   func(string) string
}

// Masking returns the masking of a plan. Nil is a plan without changes.
func (p *Plan) Masking(masks resource.Masks) *Masking {
	if p == nil {
		p = &Plan{}
	}
	m := &Masking{plan: p, masks: masks, hidden: map[string][]string{}}
	var all []string
	for _, ch := range p.Changes {
		of := m.of(ch)
		found := slices.Concat(of.Hidden("", ch.Before), of.Hidden("", ch.After))
		for _, f := range ch.Fields {
			found = slices.Concat(found, of.Hidden(f.Path, f.Before), of.Hidden(f.Path, f.After))
		}
		if found != nil {
			m.hidden[ch.ID] = found
			all = append(all, found...)
		}
	}
	for _, o := range p.Observed {
		of := masks.For(o.Kind, o.Key)
		all = slices.Concat(all, of.Hidden(o.Path, o.Live), of.Hidden(o.Path, o.Want))
	}
	slices.Sort(all)
	m.hide = resource.Hider(slices.Compact(all)...).Replace
	return m
}

// of returns the masks of the object of a change.
func (m *Masking) of(ch *Change) resource.MaskedObject {
	return m.masks.For(ch.Kind, ch.Key, ch.kind().NameOf(cmp.Or(ch.Before, ch.After)))
}

// Text masks a text about the plan.
func (m *Masking) Text(text string) string { return resource.MaskURLs(m.hide(text)) }

// Texts masks texts about the plan.
func (m *Masking) Texts(texts []string) []string {
	out := slices.Clone(texts)
	for i := range out {
		out[i] = m.Text(out[i])
	}
	return out
}

// Fields masks differences in an object of the plan.
func (m *Masking) Fields(kind, key string, fields []FieldChange) []FieldChange {
	of := m.masks.For(kind, key)
	if i := slices.IndexFunc(m.plan.Changes, func(ch *Change) bool { return ch.Kind == kind && ch.Key == key }); i >= 0 {
		of = m.of(m.plan.Changes[i])
	}
	return m.fields(of, fields)
}

func (m *Masking) fields(of resource.MaskedObject, fields []FieldChange) []FieldChange {
	out := slices.Clone(fields)
	for i, f := range out {
		out[i] = FieldChange{Path: m.Text(f.Path), Before: of.Value(f.Path, f.Before), After: of.Value(f.Path, f.After)}
	}
	return out
}

// Request masks the body of a request that changes of the plan send.
func (m *Masking) Request(body *resource.Object, changes []string) *resource.Object {
	var hidden []string
	for _, id := range changes {
		hidden = append(hidden, m.hidden[id]...)
	}
	out := resource.Rewrite(body, func(v resource.Value) resource.Value {
		if text := resource.Text(v); text != "" && slices.Contains(hidden, text) {
			return resource.Mask
		}
		if text, is := v.(string); is {
			return resource.MaskURLs(text)
		}
		return v
	})
	return out.(*resource.Object)
}

// Plan returns a copy of the plan that may be shown. It is not a plan to apply.
func (m *Masking) Plan() *Plan {
	out := *m.plan
	out.Changes = mapped(out.Changes, m.change)
	out.Unmanaged = mapped(out.Unmanaged, func(u Item) Item {
		u.Key, u.ID = m.Text(u.Key), m.Text(u.ID)
		return u
	})
	out.Observed = mapped(out.Observed, func(o Observation) Observation {
		of := m.masks.For(o.Kind, o.Key)
		o.Live, o.Want = of.Value(o.Path, o.Live), of.Value(o.Path, o.Want)
		o.Key, o.Path, o.Reason = m.Text(o.Key), m.Text(o.Path), m.Text(o.Reason)
		return o
	})
	out.Skipped = mapped(out.Skipped, func(s Skip) Skip {
		s.Key, s.Reason = m.Text(s.Key), m.Text(s.Reason)
		return s
	})
	out.Gaps = mapped(out.Gaps, func(g resource.Gap) resource.Gap {
		g.ID, g.Reason = m.Text(g.ID), m.Text(g.Reason)
		return g
	})
	out.Ignored = mapped(out.Ignored, func(i Ignored) Ignored {
		i.Key, i.Name, i.Field, i.Reason = m.Text(i.Key), m.Text(i.Name), m.Text(i.Field), m.Text(i.Reason)
		return i
	})
	out.Only, out.Notices = m.Texts(out.Only), m.Texts(out.Notices)
	out.Names = m.names()
	out.Found.Beside = m.lists(out.Found.Beside)
	return &out
}

// change returns a copy of a change that may be shown.
func (m *Masking) change(ch *Change) *Change {
	of, out := m.of(ch), *ch
	out.Before, _ = of.Value("", ch.Before).(*resource.Object)
	out.After, _ = of.Value("", ch.After).(*resource.Object)
	out.Fields = m.fields(of, ch.Fields)
	for _, f := range out.Fields {
		if f.Masked() {
			out.Masked = append(out.Masked, f.Path)
		}
	}
	out.ID, out.Key = m.Text(ch.ID), m.Text(ch.Key)
	out.Reason, out.Stands, out.Blocked = m.Text(ch.Reason), m.Text(ch.Stands), m.Text(ch.Blocked)
	out.DependsOn, out.StartsAfter, out.Loses = m.Texts(ch.DependsOn), m.Texts(ch.StartsAfter), m.Texts(ch.Loses)
	out.Along = mapped(ch.Along, func(a SideEffect) SideEffect {
		a.Key, a.ID, a.Path = m.Text(a.Key), m.Text(a.ID), m.Text(a.Path)
		return a
	})
	out.Refused = mapped(ch.Refused, func(r Refusal) Refusal {
		r.Path, r.Text, r.Hint = m.Text(r.Path), m.Text(r.Text), m.Text(r.Hint)
		return r
	})
	return &out
}

// names masks the names of what ids stand for.
func (m *Masking) names() map[string]map[string]string {
	var out map[string]map[string]string
	for kind, names := range m.plan.Names {
		if out == nil {
			out = map[string]map[string]string{}
		}
		out[kind] = map[string]string{}
		for id, name := range names {
			out[kind][id] = m.Text(name)
		}
	}
	return out
}

func (m *Masking) lists(of map[string][]string) map[string][]string {
	if of == nil {
		return nil
	}
	out := map[string][]string{}
	for id, list := range of {
		out[m.Text(id)] = m.Texts(list)
	}
	return out
}

// mapped returns a list of the same length with fn applied; nil stays nil.
func mapped[T any](l []T, fn func(T) T) []T {
	out := slices.Clone(l)
	for i := range out {
		out[i] = fn(out[i])
	}
	return out
}

// Masked reports whether masking hides all that differs: the sides of any other
// difference are not equal.
func (f FieldChange) Masked() bool { return f.Before != nil && resource.Equal(f.Before, f.After) }
