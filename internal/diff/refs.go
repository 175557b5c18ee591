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

// mapRow returns a wanted row with its references mapped to the live license,
// and what could not be. A reference to an object that is to be created becomes
// a Ref. Kinds that others refer to are paired before.
func (ps *pairs) mapRow(k *resource.Kind, row *resource.Object) (*resource.Object, []problem) {
	var problems []problem
	out := k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
		got, text := ps.mapRef(ref, v)
		if text != "" {
			problems = append(problems, problem{root: resource.PathRoot(path), text: text, dangling: ps.dangles(ref, v)})
		}
		return got
	})
	return out, append(problems, ps.oneEach(k, row, out)...)
}

func (ps *pairs) mapRef(ref *resource.RefTo, v resource.Value) (resource.Value, string) {
	var guess resource.Value // what it means if it is of a kind that was not read
	for _, name := range ref.Kinds {
		k := resource.Lookup(name)
		if k == nil {
			return v, "" // client ids stand for themselves
		}
		got, ok := ps.find(k, v)
		if !ok && !ref.Open {
			got, ok = ps.findNamed(k, v)
		}
		switch {
		case ok && (ps.live.Has(name) || ps.want.Meant(k, v) != nil):
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
	return v, ps.explain(ref, v)
}

// dangles tells whether a reference that leads nowhere is the id of an object
// that neither side has, and all that it may mean could be read.
func (ps *pairs) dangles(ref *resource.RefTo, v resource.Value) bool {
	return ps.byID && !slices.ContainsFunc(ref.Kinds, func(name string) bool {
		k := resource.Lookup(name)
		return k == nil || !ps.live.Has(name) || k.IsName(v) || ps.want.Meant(k, v) != nil
	})
}

// find looks a reference up: in the wanted license first, whose rows are
// paired with live ones or will be created, then in the live license.
func (ps *pairs) find(k *resource.Kind, v resource.Value) (resource.Value, bool) {
	if w := ps.want.Meant(k, v); w != nil {
		return ps.target(k, w)
	}
	if !ps.live.Has(k.Name) {
		_, isName := v.(string)
		return v, ps.byID && (!isName || k.ServerID == "" || k.RandomID)
	}
	if k.ServerID != "" && !k.IsName(v) && !ps.sameIDs(k) {
		return nil, false
	}
	l := ps.live.Meant(k, v)
	if l == nil {
		return nil, false
	}
	ps.used[k.Address(l)] = true
	return k.IdentityOf(l), true
}

// findNamed looks up the name of an object whose ids are random, such as a bot
// that is to be created and has no id yet.
func (ps *pairs) findNamed(k *resource.Kind, v resource.Value) (resource.Value, bool) {
	if !k.RandomID {
		return nil, false
	}
	if w := ps.want.Named(k, v); w != nil {
		return ps.target(k, w)
	}
	l := ps.live.Named(k, v)
	return k.IDOf(l), l != nil
}

// target returns what stands for a wanted row in the live license: its id
// there, its key if that is its identity, or a Ref if it is to be created.
func (ps *pairs) target(k *resource.Kind, row *resource.Object) (resource.Value, bool) {
	if k.ServerID == "" {
		key := row.Get(k.Key[0])
		if l := ps.live.Named(k, key); l != nil {
			key = k.IdentityOf(l) // as the license spells it
		}
		return key, true
	}
	w := ps.of[k.Name].from(row)
	switch {
	case w == nil: // not compared, not readable, not selected, or hidden by a gap
		return ps.unpaired(k, row)
	case w.live != nil:
		return k.IDOf(w.live), true
	}
	return resource.Ref{Kind: k.Name, Key: w.key}, true
}

// unpaired returns what stands for a wanted row that no pairing says anything
// of: its own id where that means something, or the live object of its name.
func (ps *pairs) unpaired(k *resource.Kind, row *resource.Object) (resource.Value, bool) {
	id := k.IDOf(row)
	if id != nil && (ps.byID && !ps.live.Has(k.Name) || ps.sameIDs(k) && ps.live.ByID(k, id) != nil) {
		return id, true
	}
	l := ps.live.Named(k, row.Get(k.Key[0]))
	return k.IDOf(l), l != nil
}

func (ps *pairs) explain(ref *resource.RefTo, v resource.Value) string {
	k := resource.Lookup(ref.Kinds[0])
	if !ps.live.Has(k.Name) {
		return fmt.Sprintf("%s could not be read, so %s %s cannot be found", k.Name, k.Singular, resource.Text(v))
	}
	if w := ps.want.Meant(k, v); w != nil && ps.of[k.Name] == nil {
		text := fmt.Sprintf("the license has no %s %s, and this plan leaves out %s", k.Singular, k.KeyOf(w), k.Name)
		if len(ps.o.Only) > 0 {
			text += "; add " + onlyFlag(resource.Address(k.Name, k.KeyOf(w)))
		}
		return text
	}
	if _, isID := v.(int64); isID && !ps.byID {
		return fmt.Sprintf("%s %s is not in the file, and ids of another license are not valid here", k.Singular, resource.Text(v))
	}
	for _, x := range []*resource.Index{ps.want, ps.live} {
		if len(x.Namesakes(k, v)) > 1 && (k.ServerID == "" || k.IsName(v)) {
			return fmt.Sprintf("there are several %s named %s; give the id", k.Name, resource.Text(v))
		}
	}
	return fmt.Sprintf("neither the file nor the license has the %s %s", k.Singular, resource.Text(v))
}
