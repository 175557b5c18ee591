package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// problem is a reference of a wanted row that leads nowhere.
type problem struct {
	root string // top-level field
	text string
	// dangling tells that it is the id of an object that this license does not
	// have, and that the license may have it all the same.
	dangling bool
	// contradicts is where the row contradicts itself, "" if it does not.
	contradicts string
}

// space maps references of the wanted license to the live one.
type space struct {
	live, want *resource.License
	same       bool
	pairs      map[string]*pairing

	liveIndex, wantIndex map[string]*refIndex
	used                 map[string]bool // live objects that only references of the file speak of
}

// mapRow returns a wanted row with its references mapped, and what could not
// be. A reference to an object that is to be created becomes a Ref.
func (s *space) mapRow(k *resource.Kind, row *resource.Object) (*resource.Object, []problem) {
	var problems []problem
	out := k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		got, text := s.mapRef(ref, v)
		if text != "" {
			problems = append(problems, problem{root: FieldChange{Path: path}.Root(), text: text, dangling: s.dangles(ref, v)})
		}
		return got
	})
	return out, append(problems, s.oneEach(k, row, out)...)
}

func (s *space) mapRef(ref *resource.RefTo, v resource.Value) (resource.Value, string) {
	var guess resource.Value // what it means if it is of a kind that was not read
	for _, name := range ref.Kinds {
		k := resource.Lookup(name)
		if k == nil {
			return v, "" // client ids stand for themselves
		}
		got, ok := s.find(k, v)
		if !ok && !ref.Open {
			got, ok = s.findNamed(k, v)
		}
		switch {
		case ok && (s.live.Has(name) || s.index(s.wantIndex, s.want, k).lookup(k, v) != nil):
			return got, ""
		case ok && guess == nil:
			guess = got
		}
	}
	if guess != nil {
		return guess, ""
	}
	if ref.Open {
		return v, ""
	}
	return v, s.explain(ref, v)
}

// dangles tells whether a reference that leads nowhere is the id of an object
// that neither side has, and all that it may mean could be read.
func (s *space) dangles(ref *resource.RefTo, v resource.Value) bool {
	return s.same && !slices.ContainsFunc(ref.Kinds, func(name string) bool {
		k := resource.Lookup(name)
		return k == nil || !s.live.Has(name) || isName(k, v) || s.index(s.wantIndex, s.want, k).lookup(k, v) != nil
	})
}

// find looks a reference up: in the wanted license first, whose rows are
// paired with live ones or will be created, then in the live license.
func (s *space) find(k *resource.Kind, v resource.Value) (resource.Value, bool) {
	if w := s.index(s.wantIndex, s.want, k).lookup(k, v); w != nil {
		return s.target(k, w)
	}
	if !s.live.Has(k.Name) {
		_, isName := v.(string)
		return v, s.same && (!isName || k.ServerID == "" || k.RandomID)
	}
	live := s.index(s.liveIndex, s.live, k)
	var l *resource.Object
	switch {
	case k.ServerID == "", isName(k, v):
		l = live.named(v)
	case s.same || k.RandomID:
		l = live.byID[resource.Text(v)]
	}
	if l == nil {
		return nil, false
	}
	s.used[k.Name+"/"+identityOf(k, l)] = true
	return l.Get(identityField(k)), true
}

// findNamed looks up the name of an object whose ids are random, such as a bot
// that is to be created and has no id yet.
func (s *space) findNamed(k *resource.Kind, v resource.Value) (resource.Value, bool) {
	if !k.RandomID {
		return nil, false
	}
	if w := s.index(s.wantIndex, s.want, k).named(v); w != nil {
		return s.target(k, w)
	}
	l := s.index(s.liveIndex, s.live, k).named(v)
	return k.IDOf(l), l != nil
}

// isName tells whether a reference to a kind with counted ids gives a name.
func isName(k *resource.Kind, v resource.Value) bool {
	_, ok := v.(string)
	return ok && k.ServerID != "" && !k.RandomID
}

// refIndex finds the rows of a kind by what references call them.
type refIndex struct {
	byID   map[string]*resource.Object
	byName map[string][]*resource.Object
}

func (s *space) index(cache map[string]*refIndex, l *resource.License, k *resource.Kind) *refIndex {
	if x := cache[k.Name]; x != nil {
		return x
	}
	x := &refIndex{byID: map[string]*resource.Object{}, byName: map[string][]*resource.Object{}}
	for _, r := range l.Rows(k.Name) {
		if id := k.IDOf(r); id != nil {
			x.byID[resource.Text(id)] = r
		}
		name := resource.Text(r.Get(k.Key[0]))
		x.byName[name] = append(x.byName[name], r)
	}
	cache[k.Name] = x
	return x
}

// named returns the only row with the name, nil if there is none or several.
func (x *refIndex) named(v resource.Value) *resource.Object {
	if rows := x.byName[resource.Text(v)]; len(rows) == 1 {
		return rows[0]
	}
	return nil
}

// lookup returns the row that a reference means: by id, by name where names
// are told from ids by their type, by key where that is the identity.
func (x *refIndex) lookup(k *resource.Kind, v resource.Value) *resource.Object {
	if k.ServerID == "" || isName(k, v) {
		return x.named(v)
	}
	return x.byID[resource.Text(v)]
}

// target returns what stands for a wanted row in the live license: its id
// there, its key if that is its identity, or a Ref if it is to be created.
func (s *space) target(k *resource.Kind, w *resource.Object) (resource.Value, bool) {
	if k.ServerID == "" {
		return w.Get(k.Key[0]), true
	}
	p := s.pairs[k.Name]
	if p == nil { // not compared, not readable, or not selected
		return s.unpaired(k, w)
	}
	i, ok := p.source[w]
	switch {
	case !ok: // hidden by a gap
		return s.unpaired(k, w)
	case p.ofWant[i] >= 0:
		return k.IDOf(p.live[p.ofWant[i]]), true
	}
	return resource.Ref{Kind: k.Name, Key: p.keys[i]}, true
}

// unpaired returns what stands for a wanted row that no pairing says anything
// of: its own id where that means something, or the live object of its name.
func (s *space) unpaired(k *resource.Kind, w *resource.Object) (resource.Value, bool) {
	live := s.index(s.liveIndex, s.live, k)
	if id := k.IDOf(w); id != nil && (s.same || k.RandomID) && (!s.live.Has(k.Name) && s.same || live.byID[resource.Text(id)] != nil) {
		return id, true
	}
	l := live.named(w.Get(k.Key[0]))
	return k.IDOf(l), l != nil
}

func (s *space) explain(ref *resource.RefTo, v resource.Value) string {
	k := resource.Lookup(ref.Kinds[0])
	if !s.live.Has(k.Name) {
		return fmt.Sprintf("%s could not be read, so %s %s cannot be found", k.Name, k.Singular, resource.Text(v))
	}
	if w := s.index(s.wantIndex, s.want, k).lookup(k, v); w != nil && s.pairs[k.Name] == nil {
		return fmt.Sprintf("the license has no %s %s, and %s are left out, so that it is not created", k.Singular, k.KeyOf(w), k.Name)
	}
	if _, isID := v.(int64); isID && !s.same {
		return fmt.Sprintf("%s %s is not in the file, and ids of another license mean nothing here", k.Singular, resource.Text(v))
	}
	for _, x := range []*refIndex{s.index(s.wantIndex, s.want, k), s.index(s.liveIndex, s.live, k)} {
		if len(x.byName[resource.Text(v)]) > 1 && (k.ServerID == "" || isName(k, v)) {
			return fmt.Sprintf("there are several %s named %s; give the id", k.Name, resource.Text(v))
		}
	}
	return fmt.Sprintf("there is no %s %s, neither in the file nor in the license", k.Singular, resource.Text(v))
}
