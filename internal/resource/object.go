package resource

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"unique"
)

// Value is the value of a field of an object: nil (JSON null), bool, int64,
// float64, string, List, *Object, Secret or Ref. Absent is not a value: an object
// may or may not have a member.
type Value = any

// List is an ordered list of values.
type List = []Value

// Secret is a reference to a secret by its name; an object never contains the
// secret itself. In YAML it is written as `!secret NAME`.
type Secret string

// Ref takes the place of an id in a planned object, if the object that it refers
// to does not exist yet or is given by name: Kind and Key as in a Plan.
type Ref struct {
	Kind string
	Key  string
}

// Object is an ordered record of named values. Unknown members are kept like
// known ones, and absent, null and empty stay apart. The zero Object is empty
// and ready to use. An Object is not safe for concurrent writing.
type Object struct {
	members []member
	index   map[string]int // nil while the object is small
}

type member struct {
	name  string
	value Value
}

// indexFrom is the number of members from which lookups go through a map:
// records have a dozen members, property maps may have thousands.
const indexFrom = 24

// Of returns an object with the given name, value, name, value… pairs.
func Of(pairs ...any) *Object {
	o := &Object{members: make([]member, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// WithRoom returns an empty object with room for a number of members.
func WithRoom(members int) *Object { return &Object{members: make([]member, 0, members)} }

// Len returns the number of members; a nil object has none.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

func (o *Object) find(name string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].name == name {
			return i
		}
	}
	return -1
}

// Lookup returns the member's value and whether the object has it.
func (o *Object) Lookup(name string) (Value, bool) {
	if i := o.find(name); i >= 0 {
		return o.members[i].value, true
	}
	return nil, false
}

// Get returns the member's value, nil if it is absent.
func (o *Object) Get(name string) Value {
	v, _ := o.Lookup(name)
	return v
}

// Has tells whether the object has the member, be it null.
func (o *Object) Has(name string) bool { return o.find(name) >= 0 }

// String returns the member as a string, "" if it is absent or another type.
func (o *Object) String(name string) string {
	s, _ := o.Get(name).(string)
	return s
}

// Object returns the member as an object, nil if it is absent or another type.
func (o *Object) Object(name string) *Object {
	c, _ := o.Get(name).(*Object)
	return c
}

// List returns the member as a list, nil if it is absent or another type.
func (o *Object) List(name string) List {
	l, _ := o.Get(name).(List)
	return l
}

// Set gives the member a value, in place if it exists and last otherwise.
func (o *Object) Set(name string, v Value) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = v
		return
	}
	name = unique.Make(name).Value()
	o.members = append(o.members, member{name, v})
	switch {
	case o.index != nil:
		o.index[name] = len(o.members) - 1
	case len(o.members) >= indexFrom:
		o.reindex()
	}
}

// Delete removes the member if it is there.
func (o *Object) Delete(name string) {
	i := o.find(name)
	if i < 0 {
		return
	}
	o.members = slices.Delete(o.members, i, i+1)
	o.reindex()
}

func (o *Object) reindex() {
	o.index = nil
	if len(o.members) < indexFrom {
		return
	}
	o.index = make(map[string]int, len(o.members)*2)
	for i := range o.members {
		o.index[o.members[i].name] = i
	}
}

// Names returns the members' names in order.
func (o *Object) Names() []string {
	names := make([]string, 0, o.Len())
	for n := range o.All() {
		names = append(names, n)
	}
	return names
}

// All yields the members in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o == nil {
			return
		}
		for _, m := range o.members {
			if !yield(m.name, m.value) {
				return
			}
		}
	}
}

// SortBy orders the members by the given comparison of names.
func (o *Object) SortBy(compare func(a, b string) int) {
	slices.SortStableFunc(o.members, func(a, b member) int { return compare(a.name, b.name) })
	o.reindex()
}

// Clone returns a deep copy; cloning nil gives nil.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	return CloneValue(o).(*Object)
}

// CloneValue returns a deep copy of a value.
func CloneValue(v Value) Value {
	return Rewrite(v, func(scalar Value) Value { return scalar })
}

// Equal tells whether two values are the same: numbers by value, objects by
// members regardless of their order, lists element by element.
func Equal(a, b Value) bool { return Compare(a, b) == 0 }

// Compare is a total order over values, used to sort sets: by type (null,
// bool, number, string, list, object, secret, ref), then by content.
func Compare(a, b Value) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch a := a.(type) {
	case bool:
		return boolRank(a) - boolRank(b.(bool))
	case int64, float64:
		return compareNumbers(a, b)
	case string:
		return cmp.Compare(a, b.(string))
	case List:
		return slices.CompareFunc(a, b.(List), Compare)
	case *Object:
		return compareObjects(a, b.(*Object))
	case Secret:
		return cmp.Compare(a, b.(Secret))
	case Ref:
		r := b.(Ref)
		return cmp.Or(cmp.Compare(a.Kind, r.Kind), cmp.Compare(a.Key, r.Key))
	case nil:
		return 0
	}
	// There are no other types of Value. An unexpected one is compared by its
	// text, so that it does not equal everything.
	return cmp.Compare(fmt.Sprintf("%T %v", a, a), fmt.Sprintf("%T %v", b, b))
}

func rank(v Value) int {
	switch v.(type) {
	case nil:
		return 0
	case bool:
		return 1
	case int64, float64:
		return 2
	case string:
		return 3
	case List:
		return 4
	case *Object:
		return 5
	case Secret:
		return 6
	case Ref:
		return 7
	}
	return 8
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareNumbers compares by exact value: an int64 that float64 cannot hold
// is not equal to its neighbour. NaN comes first.
func compareNumbers(a, b Value) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		return -compareFloatInt(b.(float64), x)
	case float64:
		if y, ok := b.(int64); ok {
			return compareFloatInt(x, y)
		}
		return cmp.Compare(x, b.(float64))
	}
	return 0
}

func compareFloatInt(f float64, i int64) int {
	switch {
	case math.IsNaN(f), f < -1<<63:
		return -1
	case f >= 1<<63:
		return 1
	}
	whole := math.Floor(f)
	if c := cmp.Compare(int64(whole), i); c != 0 {
		return c
	}
	return cmp.Compare(f, whole)
}

func compareObjects(a, b *Object) int {
	if sameMembers(a, b) {
		return 0
	}
	an, bn := slices.Sorted(slices.Values(a.Names())), slices.Sorted(slices.Values(b.Names()))
	if c := slices.Compare(an, bn); c != 0 {
		return c
	}
	for _, n := range an {
		if c := Compare(a.Get(n), b.Get(n)); c != 0 {
			return c
		}
	}
	return 0
}

// sameMembers tells whether two objects are equal member by member, which for
// canonical ones is the same as equal.
func sameMembers(a, b *Object) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if a.members[i].name != b.members[i].name || Compare(a.members[i].value, b.members[i].value) != 0 {
			return false
		}
	}
	return true
}
