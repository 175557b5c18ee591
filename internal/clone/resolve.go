package clone

import (
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// nothing stands in the place of a reference to what is not in the target, until
// it is taken out.
const nothing = "\x00nothing"

// resolve maps the references of all rows to the target: to the ids of objects
// that it has, and to the names of those that are to be created.
func (mp *mapper) resolve() {
	for _, k := range resource.Kinds() {
		for _, w := range mp.rows[k.Name] {
			if !w.gone || w.into != nil {
				mp.resolveRow(w)
			}
		}
	}
}

func (mp *mapper) resolveRow(w *mapped) {
	k := w.kind
	var lost []string // what is not there
	unknown := false
	w.Object = k.MapRefs(w.Object, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
		if toClients(ref) {
			return v
		}
		to, about := mp.reference(ref, v)
		if to == nothing {
			lost = append(lost, about)
			unknown = unknown || about == ""
		}
		return to
	})
	if len(lost) == 0 {
		return
	}
	out, emptied := withoutNothing(k.Fields, w.Object)
	w.Object = out
	switch {
	case unknown:
		w.gone = true
		mp.res.Skipped = append(mp.res.Skipped, diff.Skip{Kind: k.Name, Key: w.name(), Reason: "it refers to an object that the source does not have or that could not be read"})
	case emptied != "" && k.Values != nil: // there may be many of one object
		w.gone = true
		if mp.takesPart(w) {
			mp.tell(Informs, nil, "", "%s of %s: left out with it", k.Name, lost[0])
		}
	case emptied != "":
		w.gone = true
		mp.tell(Warns, w, "", "not cloned: everything in %s is left out: %s", emptied, strings.Join(lost, ", "))
	default:
		mp.tell(Informs, w, "", "without %s, which is not cloned", strings.Join(lost, ", "))
	}
}

// reference returns what stands for a reference in the target. If that is
// nothing, about is the object that is meant, "" if nobody knows.
func (mp *mapper) reference(ref *resource.RefTo, v resource.Value) (to resource.Value, about string) {
	for _, name := range ref.Kinds {
		k := resource.Lookup(name)
		w := mp.meant(k, v)
		if w == nil {
			continue
		}
		w = w.here()
		switch {
		case w.live != nil:
			return k.IdentityOf(w.live), ""
		case w.gone:
			return nothing, k.Singular + " " + w.name()
		case k.ServerID != "" && !k.RandomID:
			return w.Get(k.Key[0]), ""
		}
		return k.IdentityOf(w.Object), ""
	}
	if ref.Open {
		return v, "" // somebody whom lcsync does not keep, such as a customer
	}
	return nothing, ""
}

// meant returns the object of the source that a reference names.
func (mp *mapper) meant(k *resource.Kind, v resource.Value) *mapped {
	return mp.of[mp.source.Meant(k, v)]
}

// withoutNothing returns a copy of an object without references to nothing, and
// the path of the first field that had something else before and has nothing
// now. Memberships are the member's own affair.
func withoutNothing(fields []resource.Field, o *resource.Object) (out *resource.Object, emptied string) {
	out = &resource.Object{}
	for name, v := range o.All() {
		f := (&resource.Field{Fields: fields}).Member(name)
		v, empty := without(f, v)
		if v == nothing {
			return out, name
		}
		if empty != "" && emptied == "" {
			emptied = strings.TrimSuffix(name+"."+empty, ".")
		}
		out.Set(name, v)
	}
	return out, emptied
}

// without returns a value without references to nothing. emptied is the path
// inside of it of what has nothing left, "." for the value itself.
func without(f *resource.Field, v resource.Value) (out resource.Value, emptied string) {
	if f == nil {
		return v, ""
	}
	switch v := v.(type) {
	case *resource.Object:
		if f.Type == resource.Map {
			if v.Has(nothing) {
				v = v.Clone()
				v.Delete(nothing)
			}
			return v, ""
		}
		return withoutNothing(f.Fields, v)
	case resource.List:
		kept := resource.List{}
		for _, e := range v {
			if !isNothing(e) {
				kept = append(kept, e)
			}
		}
		if len(v) > 0 && len(kept) == 0 && f.List != resource.Keyed {
			return kept, "."
		}
		return kept, ""
	}
	return v, ""
}

// isNothing tells whether an element of a list is a reference to nothing, or an
// object about one.
func isNothing(v resource.Value) bool {
	if o, is := v.(*resource.Object); is {
		for _, m := range o.All() {
			if m == nothing {
				return true
			}
		}
	}
	return v == nothing
}
