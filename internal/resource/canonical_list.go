package resource

import (
	"cmp"
	"slices"
)

func canonicalList(f *Field, l List) List {
	each := f.Element()
	for i := range l {
		l[i] = canonicalValue(&each, l[i])
	}
	if compare := f.elementOrder(); compare != nil {
		slices.SortStableFunc(l, compare)
	}
	if f.List == Set {
		l = slices.CompactFunc(l, Equal)
	}
	return l
}

// elementOrder returns the order of the elements of a canonical list, nil if they
// keep their order.
func (f *Field) elementOrder() func(a, b Value) int {
	switch {
	case f.List == Keyed:
		return func(a, b Value) int { return Compare(MemberOf(a, f.Key), MemberOf(b, f.Key)) }
	case f.List == Set:
		return Compare
	case f.SortBy != nil:
		return func(a, b Value) int { return compareBy(f, a, b) }
	}
	return nil
}

// Arrange returns the elements of a list in canonical form and order, as positions
// in l, whose elements are canonical. Nil means all elements in their order.
func (f *Field) Arrange(l List) []int {
	compare := f.elementOrder()
	if compare == nil || slices.IsSortedFunc(l, compare) && f.List != Set {
		return nil
	}
	places := make([]int, len(l))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return compare(l[a], l[b]) })
	if f.List == Set {
		places = slices.CompactFunc(places, func(a, b int) bool { return Equal(l[a], l[b]) })
	}
	return places
}

// compareBy orders elements by the SortBy fields; fields with an enum order by
// its place in the enum, as weekdays do.
func compareBy(f *Field, a, b Value) int {
	for _, name := range f.SortBy {
		va, vb := MemberOf(a, name), MemberOf(b, name)
		if m := f.Member(name); m != nil && m.Enum != nil {
			sa, _ := va.(string)
			sb, _ := vb.(string)
			if c := cmp.Compare(slices.Index(m.Enum, sa), slices.Index(m.Enum, sb)); c != 0 {
				return c
			}
			continue
		}
		if c := Compare(va, vb); c != 0 {
			return c
		}
	}
	return 0
}

// MemberOf returns a member of a value that is an object, nil if it is not one.
func MemberOf(v Value, name string) Value {
	o, _ := v.(*Object)
	return o.Get(name)
}
