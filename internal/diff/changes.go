package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

const (
	needApplication = "it acts on every license that installed the application; pass --allow-application"
	needReplace     = "it cannot be changed, only unregistered and registered again; pass --replace-properties"
)

// update plans what makes a live object as wanted.
func (c *computation) update(p *pairing, i int, live, want *resource.Object) {
	k := p.kind
	want = c.withoutProblems(p, i, live, want)
	c.keepStrangers(k, live, want)
	c.dropUnset(k, live, want)
	changes := Compare(k, live, want, p.unreadable)
	changes = c.withoutUnknown(k, changes)
	changes = c.observe(p, i, live, want, changes)
	if len(changes) == 0 {
		c.plan.Unchanged[k.Name]++
		return
	}
	var write, replace, publish, blocked []FieldChange
	for _, ch := range changes {
		switch onChange(k, ch) {
		case resource.ByUpdate:
			write = append(write, ch)
		case resource.ByReplace:
			replace = append(replace, ch)
		case resource.ByPublish:
			publish = append(publish, ch)
		case resource.Blocked:
			blocked = append(blocked, ch)
		}
	}
	after := overlay(k, live, want)
	fields := append(write, publish...)
	if len(replace) == 0 {
		fields = c.sift(p, i, live, after, fields)
		publish = slices.DeleteFunc(publish, func(f FieldChange) bool {
			return !slices.ContainsFunc(fields, func(g FieldChange) bool { return g.Path == f.Path })
		})
	}
	switch {
	case len(replace) > 0:
		c.replace(p, i, live, want, changes)
	case len(fields) > 0:
		change := c.add(&Change{ID: k.Name + "/" + p.keys[i], Kind: k.Name, Key: p.keys[i], Action: Update,
			Before: live, After: after, Fields: fields, Write: roots(fields),
			NoRewrite: k.IsDefault(live) && !c.o.ReplaceDefinitions}, p.want[i])
		c.origins[change] = p.origin[i]
		if len(publish) > 0 {
			c.publish(k, change, publish)
		}
		if k.Update == nil && len(fields) > len(publish) {
			change.Blocked = "the API cannot change it"
		}
	}
	if len(blocked) > 0 && len(replace) == 0 {
		c.add(&Change{ID: k.Name + "/" + c.unique(k, p.keys[i]+"#"+blocked[0].Root()), Kind: k.Name, Key: p.keys[i], Action: Update,
			Before: live, After: after, Fields: blocked, Write: roots(blocked),
			Blocked: "it is set when the object is created and cannot be changed"}, nil)
	}
}

func onChange(k *resource.Kind, ch FieldChange) resource.OnChange {
	if f := k.Field(ch.Root()); f != nil {
		return f.OnChange
	}
	return resource.ByUpdate
}

// withoutUnknown drops, on another license, what the registry does not
// describe: it may be that license's own.
func (c *computation) withoutUnknown(k *resource.Kind, changes []FieldChange) []FieldChange {
	if c.plan.SameLicense {
		return changes
	}
	return slices.DeleteFunc(changes, func(ch FieldChange) bool {
		if isKnown(k, ch.Path) {
			return false
		}
		c.notice("%s: %s is not known to lcsync and not compared with another license", k.Name, ch.Root())
		return true
	})
}

// withoutProblems drops the fields whose references lead nowhere, and says so.
// What the license itself has is no problem, and ids of nothing stay, to be
// seen when they would be sent.
func (c *computation) withoutProblems(p *pairing, i int, live, want *resource.Object) *resource.Object {
	want = want.Clone()
	for _, trouble := range p.problems[i] {
		v, has := want.Lookup(trouble.root)
		if has && !trouble.dangling && !resource.Equal(v, live.Get(trouble.root)) {
			want.Delete(trouble.root)
			c.skip(p.kind.Name, p.keys[i], trouble.root+": "+trouble.text)
		}
	}
	return want
}

// observe takes the differences out that the API cannot change: observed
// fields, and values that can be neither set nor left, such as the owner's
// role. On another license such values are that license's own.
func (c *computation) observe(p *pairing, i int, live, want *resource.Object, changes []FieldChange) []FieldChange {
	k := p.kind
	for j := range k.Fields {
		f := &k.Fields[j]
		w, wanted := want.Lookup(f.Name)
		l, has := live.Lookup(f.Name)
		if f.Class != resource.Observed || !wanted || slices.Contains(p.unreadable, f.Name) || !c.plan.SameLicense {
			continue
		}
		if v := or(l, has, f); !resource.Equal(v, or(w, true, f)) {
			c.plan.Observed = append(c.plan.Observed, Observation{k.Name, p.keys[i], f.Name, v, w, "cannot be changed through the API"})
		}
	}
	return slices.DeleteFunc(changes, func(ch FieldChange) bool {
		f := k.Field(ch.Path)
		if f == nil || !isFixed(f, ch.Before) && !isFixed(f, ch.After) {
			return false
		}
		if c.plan.SameLicense {
			c.plan.Observed = append(c.plan.Observed, Observation{k.Name, p.keys[i], ch.Path, ch.Before, ch.After,
				fmt.Sprintf("the %s %s can be neither given nor taken through the API", f.Name, strings.Join(f.Fixed, ", "))})
		}
		return true
	})
}

func isFixed(f *resource.Field, v resource.Value) bool {
	s, ok := v.(string)
	return ok && slices.Contains(f.Fixed, s)
}

// overlay returns the live row with the wanted fields in place of its own,
// each top-level field whole. What the server fills in by itself stays.
func overlay(k *resource.Kind, live, want *resource.Object) *resource.Object {
	out := live.Clone()
	for name, w := range want.All() {
		f := k.Field(name)
		if f != nil && f.Class != resource.User {
			continue
		}
		out.Set(name, sent(f, live.Object(name), w))
	}
	if k.Whole {
		for _, ch := range unwanted(k, live, want, nil) {
			out.Delete(ch.Path)
		}
	}
	k.FillRequired(out)
	k.Canonical(out)
	return out
}

// sent returns what a request says of a field that a wanted value was given
// for: a record is whole, with what the server filled in by itself.
func sent(f *resource.Field, live *resource.Object, w resource.Value) resource.Value {
	w = resource.CloneValue(w)
	if f == nil {
		return w
	}
	if cleared, ok := f.Clear.(*resource.Object); w == nil && ok {
		w = cleared.Clone()
	}
	if o, ok := w.(*resource.Object); ok {
		for i := range f.Fields {
			m := &f.Fields[i]
			if v, has := live.Lookup(m.Name); m.ServerFills && has && !o.Has(m.Name) {
				o.Set(m.Name, v)
			}
		}
	}
	return f.Complete(w)
}

// publish plans the publication of a definition, which is for ever.
func (c *computation) publish(k *resource.Kind, change *Change, fields []FieldChange) {
	for _, f := range fields {
		if l, _ := f.Before.(resource.List); len(l) > 0 {
			change.Blocked = "what is published stays as it was published"
			return
		}
	}
	change.Reason = "publishes it"
	change.Loses = append(change.Loses, k.Publish.Loses)
	if !c.o.AllowApplication {
		change.Blocked = "publishing cannot be undone and " + needApplication
	}
}

// replace plans the deletion of an object and its creation anew.
func (c *computation) replace(p *pairing, i int, live, want *resource.Object, changes []FieldChange) {
	k := p.kind
	after := creatable(k, overlay(k, live, want), want)
	change := c.add(&Change{ID: k.Name + "/" + p.keys[i], Kind: k.Name, Key: p.keys[i], Action: Replace,
		Before: live, After: after, Fields: changes, DeleteFirst: k.ServerID == "",
		Reason: strings.Join(roots(changes), ", ") + " cannot be changed in place"}, p.want[i])
	if k.Delete.Loses != "" {
		change.Loses = append(change.Loses, k.Delete.Loses)
	}
	change.Loses = append(change.Loses, slices.Concat(publishing(k, after), c.unseen(k, live))...)
	unsaved := c.unsaved(k, live)
	switch {
	case k.Keep != nil && k.Keep(live) != "":
		change.Blocked = k.Keep(live)
	case c.o.Protects(k, live):
		change.Blocked = isProtected
	case k.Reach == resource.OfApplication && !c.o.AllowApplication:
		change.Blocked = needApplication
	case len(k.ValueKinds()) > 0 && !c.o.ReplaceDefinitions:
		change.Blocked = needReplace
	case unsaved != "":
		change.Blocked = "its values could not be written back, as " + unsaved + " were not read"
	}
	c.refuse(change, p, i)
}

// publishing says what is lost by creating an object that is published.
func publishing(k *resource.Kind, after *resource.Object) []string {
	for i := range k.Fields {
		if k.Fields[i].OnChange == resource.ByPublish && len(after.List(k.Fields[i].Name)) > 0 {
			return []string{k.Publish.Loses}
		}
	}
	return nil
}

// creatable returns what of a row goes into a new object: what the wanted row
// says, and of the live one what can be read and is not the server's own.
func creatable(k *resource.Kind, row, want *resource.Object) *resource.Object {
	out := &resource.Object{}
	for i := range k.Fields {
		f := &k.Fields[i]
		v, ok := row.Lookup(f.Name)
		if w, has := want.Lookup(f.Name); has && f.Class == resource.User {
			v, ok = w, true
		}
		if !ok || f.Input == resource.ReadOnly || f.Class == resource.Observed || f.Class == resource.Volatile || isFixed(f, v) {
			continue
		}
		if !f.Required && isZero(f, v) {
			continue // what a new object has anyway
		}
		out.Set(f.Name, f.Complete(resource.CloneValue(v)))
	}
	k.FillRequired(out)
	return out
}

// isZero tells whether a value means what absence of the field means.
func isZero(f *resource.Field, v resource.Value) bool {
	if _, ok := v.(*resource.Object); ok && f.Type == resource.Record {
		return len(diffValue(f, f.Name, f.Zero(), v)) == 0
	}
	return resource.Equal(v, f.Zero())
}

// create plans a new object.
func (c *computation) create(p *pairing, i int, want *resource.Object) {
	k := p.kind
	if c.wantUnset(k, want) {
		c.plan.Unchanged[k.Name]++
		return
	}
	if reason := c.foreign(p, want); reason != "" {
		c.skip(k.Name, p.keys[i], reason)
		return
	}
	if k.Twin != "" && c.twin(k, want) {
		c.notice("%s %s comes with the %s of the same id and is not created by itself", k.Singular, p.keys[i], resource.Lookup(k.Twin).Singular)
		return
	}
	blocked := c.lacking(p, i, want)
	change := c.add(&Change{ID: k.Name + "/" + p.keys[i], Kind: k.Name, Key: p.keys[i], Action: Create,
		After: creatable(k, want, want)}, p.want[i])
	for j := range k.Fields {
		f := &k.Fields[j]
		if isFixed(f, want.Get(f.Name)) {
			c.notice("%s %s: the %s %s cannot be given, so it is created as %s", k.Singular, p.keys[i], f.Name, want.String(f.Name), resource.Text(f.Zero()))
		}
		if f.Required && change.After.Get(f.Name) == nil && f.Class != resource.Server {
			blocked = append(blocked, "a new "+k.Singular+" needs "+f.Name)
		}
	}
	change.Loses = publishing(k, change.After)
	switch {
	case k.Create == nil:
		blocked = append(blocked, "the API cannot create it")
	case k.Person && !c.plan.SameLicense && !c.o.CreateAgents:
		blocked = append(blocked, "people are invited to another license only with --create-agents")
	}
	// What the answer had and nothing identifies may be this very object.
	if j := slices.IndexFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Partial && g.Hides(k, want) }); j >= 0 {
		blocked = append(blocked, "it may be there already: "+c.live.Gaps[j].Reason)
	}
	change.Blocked = strings.Join(blocked, "; ")
	c.refuse(change, p, i)
}

// twin tells whether a wanted row has the id of an object that brings it
// along.
func (c *computation) twin(k *resource.Kind, want *resource.Object) bool {
	owner, id := resource.Lookup(k.Twin), resource.Text(want.Get(k.ServerID))
	return c.space.index(c.space.wantIndex, c.want, owner).byID[id] != nil ||
		c.space.index(c.space.liveIndex, c.live, owner).byID[id] != nil
}
