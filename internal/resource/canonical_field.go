package resource

// Canonical returns a value of the field in its one form, as Kind.Canonical
// brings it there; objects and lists are changed in place.
func (f *Field) Canonical(v Value) Value { return canonicalValue(f, v) }
