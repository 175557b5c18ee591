package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

const (
	needApplication = "it acts on every license that installed the application; pass --allow-application"
	needReplace     = "it cannot be changed in place; pass --replace-properties to unregister it and register it again"
)

// update plans what makes a live object as wanted.
func (d *draft) update(k *resource.Kind, w *wantedRow, of *difference) {
	live, want, changes := w.live, of.want, of.fields
	if d.staysUnset(k, live, want) {
		want.Delete(k.Values.Value)
		changes = slices.DeleteFunc(changes, func(f FieldChange) bool { return f.Root() == k.Values.Value })
	}
	if len(changes) == 0 {
		d.Unchanged[k.Name]++
		return
	}
	by := map[resource.OnChange][]FieldChange{}
	for _, ch := range changes {
		by[onChange(k, ch)] = append(by[onChange(k, ch)], ch)
	}
	after := overlay(k, live, want)
	if len(by[resource.ByReplace]) > 0 {
		d.replace(k, w, want, changes)
		return
	}
	d.write(k, w, after, slices.Concat(by[resource.ByUpdate], by[resource.ByPublish]))
	if blocked := by[resource.Blocked]; len(blocked) > 0 {
		d.part(k, w, blocked[0].Root(), &Change{Action: Update, Before: live, After: after, Fields: blocked, Write: roots(blocked),
			Blocked: "it can be set only when the object is created"})
	}
}

// write plans the call that writes fields, without those that must not be sent.
func (d *draft) write(k *resource.Kind, w *wantedRow, after *resource.Object, fields []FieldChange) {
	if fields = d.sift(k, w, after, fields); len(fields) == 0 {
		return
	}
	change := d.whole(k, w, &Change{Action: Update, Before: w.live, After: after, Fields: fields, Write: roots(fields),
		NoRewrite: k.IsDefault(w.live) && !d.o.ReplaceDefinitions})
	published := slices.DeleteFunc(slices.Clone(fields), func(f FieldChange) bool { return onChange(k, f) != resource.ByPublish })
	if len(published) > 0 {
		d.publish(k, change, published)
	}
	if k.Update == nil && len(fields) > len(published) {
		change.Blocked = "the API cannot change it"
	}
}

func onChange(k *resource.Kind, ch FieldChange) resource.OnChange {
	if f := k.Field(ch.Root()); f != nil {
		return f.OnChange
	}
	return resource.ByUpdate
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

// publish plans the publication of a definition, which cannot be undone.
func (d *draft) publish(k *resource.Kind, change *Change, fields []FieldChange) {
	for _, f := range fields {
		if l, _ := f.Before.(resource.List); len(l) > 0 {
			change.Blocked = "it is published already, and the API cannot change that"
			return
		}
	}
	change.Reason = "publishes it"
	change.Loses = append(change.Loses, k.Publish.Loses)
	if !d.o.AllowApplication {
		change.Blocked = "publishing cannot be undone, and " + needApplication
	}
}

// replace plans to delete an object and to create it again.
func (d *draft) replace(k *resource.Kind, w *wantedRow, want *resource.Object, fields []FieldChange) {
	live := w.live
	after := creatable(k, overlay(k, live, want), want)
	change := d.whole(k, w, &Change{Action: Replace, Before: live, After: after, Fields: fields, DeleteFirst: k.ServerID == "",
		Reason: strings.Join(roots(fields), ", ") + " cannot be changed in place"})
	if k.Delete.Loses != "" {
		change.Loses = append(change.Loses, k.Delete.Loses)
	}
	change.Loses = append(change.Loses, slices.Concat(publishing(k, after), unseen(k, live))...)
	unsaved := d.unsaved(k, live)
	switch {
	case k.Keep != nil && k.Keep(live) != "":
		change.Blocked = k.Keep(live)
	case d.o.Protects(k, live):
		change.Blocked = isProtected
	case needed(&d.o, k, len(k.ValueKinds()) > 0) != "":
		change.Blocked = needed(&d.o, k, len(k.ValueKinds()) > 0)
	case unsaved != "":
		change.Blocked = "its values could not be written back: " + unsaved + " were not read"
	}
	d.refuse(w, change)
}

// needed names all flags that a deletion or a replacement needs and that are not
// given; "" if none.
func needed(o *Options, k *resource.Kind, replaces bool) string {
	var missing []string
	if k.Reach == resource.OfApplication && !o.AllowApplication {
		missing = append(missing, needApplication)
	}
	if replaces && !o.ReplaceDefinitions {
		missing = append(missing, needReplace)
	}
	return strings.Join(missing, "; ")
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

// creatable returns the fields of a row that go into a new object: those of the wanted
// row, and of the live one those that can be read and that the server does not set.
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
			continue // a new object has this value anyway
		}
		out.Set(f.Name, f.Complete(resource.CloneValue(v)))
	}
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
func (d *draft) create(k *resource.Kind, w *wantedRow) {
	if d.wantUnset(k, w.Object) {
		d.Unchanged[k.Name]++
		return
	}
	if reason := d.foreign(k, w.Object); reason != "" {
		d.skip(k.Name, w.key, reason)
		return
	}
	if d.twin(k, w.Object) {
		d.notice("%s %s is created together with the %s of the same id", k.Singular, w.key, resource.Lookup(k.Twin).Singular)
		return
	}
	change := d.whole(k, w, &Change{Action: Create, After: creatable(k, w.Object, w.Object)})
	change.Loses = publishing(k, change.After)
	change.Blocked = strings.Join(slices.Concat(d.lacking(k, w), d.needed(k, w, change), d.forbidden(k, w.Object)), "; ")
	d.refuse(w, change)
}

// lacking names the references of a new object that cannot be resolved, and the
// groups that list it as a member and are not compared. A person is invited with
// everything that the file says or not at all.
func (d *draft) lacking(k *resource.Kind, w *wantedRow) []string {
	var out []string
	for _, trouble := range w.problems {
		out = append(out, trouble.root+": "+trouble.text)
	}
	if m := k.MemberOf(); m != nil && !w.Has(m.List) {
		out = append(out, d.unclaimed[w.file]...)
	}
	return out
}

// needed names the required fields that a new object lacks, and notes values that it
// is created without.
func (d *draft) needed(k *resource.Kind, w *wantedRow, change *Change) []string {
	var out []string
	for i := range k.Fields {
		f := &k.Fields[i]
		if isFixed(f, w.Get(f.Name)) {
			d.notice("%s %s: the API cannot set the %s %s; it is created as %s", k.Singular, w.key, f.Name, w.String(f.Name), resource.Text(f.Zero()))
		}
		if f.Required && change.After.Get(f.Name) == nil && f.Class != resource.Server {
			out = append(out, "a new "+k.Singular+" needs "+f.Name)
		}
	}
	return out
}

// forbidden says why lcsync does not create a wanted object.
func (d *draft) forbidden(k *resource.Kind, want *resource.Object) []string {
	var out []string
	switch {
	case k.Create == nil:
		out = append(out, "the API cannot create it")
	case k.Person && !d.same && !d.o.CreateAgents:
		out = append(out, "pass --create-agents to invite people to another license")
	}
	// An object of the response that could not be identified may be this one.
	if i := slices.IndexFunc(d.live.Gaps, func(g resource.Gap) bool { return g.Partial && g.Hides(k, want) }); i >= 0 {
		out = append(out, "it may exist already: "+d.live.Gaps[i].Reason)
	}
	return out
}
