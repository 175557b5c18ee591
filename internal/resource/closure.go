package resource

// Closure returns the kinds with the given names and the kinds that are needed to
// compare them: the kinds they refer to, the definitions of their values, their
// members, the values that depend on them, and the kind that identifies the
// license.
func Closure(names map[string]bool) []*Kind {
	need := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		k := Lookup(name)
		if k == nil || need[name] {
			return
		}
		need[name] = true
		walkRefs(k.Fields, add) // members among them
		if k.Values != nil {
			add(k.Values.Of)
		}
		add(k.Twin)
	}
	for name := range names {
		add(name)
		if k := Lookup(name); k != nil {
			for _, v := range k.ValueKinds() { // values are lost with a definition that is replaced
				add(v.Name)
			}
		}
	}
	var out []*Kind
	for _, k := range Kinds() {
		if need[k.Name] || len(k.Evidence) > 0 || k.Person {
			out = append(out, k)
		}
	}
	return out
}

// Referrers returns the kinds whose objects lose something if an object of one of
// the named kinds is deleted: the kinds that refer to them. It omits kinds that
// are read on request or that other kinds create and delete.
func Referrers(names map[string]bool) []*Kind {
	var out []*Kind
	for _, k := range Kinds() {
		if k.Delete == nil || k.OptIn {
			continue
		}
		for name := range names {
			if names[name] && k.RefersTo(name) && Lookup(name).Delete != nil {
				out = append(out, k)
				break
			}
		}
	}
	return out
}

func walkRefs(fields []Field, add func(name string)) {
	for i := range fields {
		for _, ref := range []*RefTo{fields[i].Ref, fields[i].Keys} {
			if ref == nil {
				continue
			}
			for _, kind := range ref.Kinds {
				add(kind)
			}
		}
		walkRefs(fields[i].Fields, add)
	}
}

// RefersTo tells whether a field of the kind refers to objects of another one.
func (k *Kind) RefersTo(kind string) bool {
	found := false
	walkRefs(k.Fields, func(name string) { found = found || name == kind })
	return found
}
