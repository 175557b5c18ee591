package clone

import (
	"fmt"

	"lcsync/internal/resource"
)

// mapper is a mapping on its way.
type mapper struct {
	*answered
	o              Options
	source, target *resource.Index
	file           map[*resource.Object]*resource.Object // rows of the source as they were given
	clients        []string                              // of the source, as the target has them
	shared         []string                              // of these, those that both licenses have

	rows map[string][]*mapped // by kind, in the source's order
	of   map[*resource.Object]*mapped
	res  *Result

	told  map[Finding]bool
	asked map[[3]string]int // places of questions, by what one answer answers
}

// mapped is an object of the source on its way to the target.
type mapped struct {
	*resource.Object                  // as it is so far
	kind             *resource.Kind   // of it
	source           *resource.Object // as the source has it
	live             *resource.Object // as the target has it, nil if it does not
	gone             bool             // nothing of it is written
	into             *mapped          // another one that maps to the same object and stands for both
	memberships      bool             // nothing but its memberships is written
}

// here returns the one that stands for an object.
func (w *mapped) here() *mapped {
	if w.into != nil {
		return w.into
	}
	return w
}

// name returns the object's key in the source.
func (w *mapped) name() string { return w.kind.KeyOf(w.source) }

func newMapper(source, target *resource.License, m Mapping, o Options) *mapper {
	mp := &mapper{
		answered: answering(m), o: o, source: resource.NewIndex(source.Resolved()), target: resource.NewIndex(target),
		file: map[*resource.Object]*resource.Object{},
		rows: map[string][]*mapped{}, of: map[*resource.Object]*mapped{},
		res:  &Result{Origin: map[*resource.Object]*resource.Object{}},
		told: map[Finding]bool{}, asked: map[[3]string]int{},
	}
	for _, k := range source.Kinds() {
		for i, row := range mp.source.Rows(k.Name) {
			mp.file[row] = source.Rows(k.Name)[i]
		}
	}
	mp.claim()
	return mp
}

// claim moves memberships that groups state themselves to the members, where
// those are known.
func (mp *mapper) claim() {
	for _, k := range mp.source.Kinds() {
		if k.Members == nil {
			continue
		}
		for _, of := range mp.source.Rows(k.Name) {
			claims, id := of.Object(k.Members.Field), k.IDOf(of)
			if id == nil {
				id = of.Get(k.Key[0])
			}
			left := &resource.Object{}
			for name, priority := range claims.All() {
				if member, row := mp.source.Member(k.Members, name); row != nil {
					addMembership(member.Field(k.Members.List), row, k.Members.Element(id, priority))
				} else {
					left.Set(name, priority)
				}
			}
			if of.Delete(k.Members.Field); left.Len() > 0 {
				of.Set(k.Members.Field, left)
			}
		}
	}
}

// selected tells whether anything is asked about an object.
func (mp *mapper) selected(w *mapped) bool {
	return !w.gone && mp.takesPart(w)
}

// takesPart tells whether an object is selected, be it cloned or not.
func (mp *mapper) takesPart(w *mapped) bool {
	return mp.o.Selected == nil || mp.o.Selected(w.kind, w.Object)
}

func (mp *mapper) tell(level Level, w *mapped, hint, format string, args ...any) {
	f := Finding{Level: level, Text: fmt.Sprintf(format, args...), Hint: hint}
	if w != nil {
		f.Kind, f.Key = w.kind.Name, w.name()
		if !mp.takesPart(w) {
			return
		}
	}
	if !mp.told[f] {
		mp.told[f] = true
		mp.res.Findings = append(mp.res.Findings, f)
	}
}

// reserved tells whether an object has the same id on every license: one that is
// counted, and always there.
func reserved(k *resource.Kind, row *resource.Object) bool {
	return k.ServerID != "" && !k.RandomID && k.Keep != nil && k.Keep(row) != ""
}
