package resource

// Canonical returns the canonical form of a value of the field, like
// Kind.Canonical; objects and lists are changed in place.
func (f *Field) Canonical(v Value) Value { return canonicalValue(f, v) }
