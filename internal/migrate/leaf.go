package migrate

import (
	"cmp"
	"iter"
	"slices"

	"lcsync/internal/resource"
)

// Origin is one field of the input: a scalar, or an empty object or list.
type Origin struct {
	doc  *Document
	at   int32 // among the steps of the document
	Line int32 // from 1; 0 where there are no lines
}

// File is the name of the document's file, "" for what a rule made up.
func (o Origin) File() string {
	if o.doc == nil {
		return ""
	}
	return o.doc.File
}

// Path is where the field is inside the document: bot_agent.groups[0].id.
func (o Origin) Path() string {
	if o.doc == nil {
		return ""
	}
	return cmp.Or(o.doc.steps.path(o.at), ".")
}

// String is where the field stands: file:line.
func (o Origin) String() string { return placeOf(o.File(), int(o.Line)) }

// leaf is a value without parts, with the fields of the input that it comes from;
// none if a rule created it. Leaves are never changed, only replaced.
//
// While rules run, objects contain leaves in place of scalars and of empty objects
// and lists; plain reverses that.
type leaf struct {
	value resource.Value
	from  []*Origin
}

// made returns a value that a rule created.
func made(v resource.Value) *leaf { return &leaf{value: v} }

// turned returns a new value derived from the fields of an old one.
func turned(v resource.Value, old ...any) *leaf {
	l := &leaf{value: v}
	for _, o := range old {
		for origin := range origins(o) {
			if !slices.Contains(l.from, origin) {
				l.from = append(l.from, origin)
			}
		}
	}
	return l
}

// each calls fn with every leaf of a value.
func each(v any, fn func(*leaf)) {
	for _, scalar := range resource.Walk(v) {
		if l, is := scalar.(*leaf); is {
			fn(l)
		}
	}
}

// origins are the fields that the leaves of a value were made of.
func origins(v any) iter.Seq[*Origin] {
	return func(yield func(*Origin) bool) {
		for _, scalar := range resource.Walk(v) {
			if l, is := scalar.(*leaf); is && slices.ContainsFunc(l.from, func(o *Origin) bool { return !yield(o) }) {
				return
			}
		}
	}
}

// plain returns a value in the form used outside of this package.
func plain(v any) resource.Value {
	return resource.Rewrite(v, func(scalar resource.Value) resource.Value {
		if l, is := scalar.(*leaf); is {
			return resource.CloneValue(l.value)
		}
		return scalar
	})
}

func plainObject(o *resource.Object) *resource.Object { return plain(o).(*resource.Object) }

// same tells whether two values are equal, wherever they come from.
func same(a, b any) bool { return resource.Equal(plain(a), plain(b)) }

// scalar returns a member's value if it has no parts, nil otherwise.
func scalar(o *resource.Object, name string) resource.Value {
	if l, ok := o.Get(name).(*leaf); ok {
		return l.value
	}
	return nil
}

// text returns a member that is a string, "" otherwise.
func text(o *resource.Object, name string) string {
	s, _ := scalar(o, name).(string)
	return s
}

// blank tells whether a value is absent, null or an empty text.
func blank(v any) bool {
	p := plain(v)
	return p == nil || p == ""
}

// inside returns a leaf's value, and anything else as it is.
func inside(v any) any {
	if l, ok := v.(*leaf); ok {
		return l.value
	}
	return v
}

// isObject tells whether a value is an object, be it empty.
func isObject(v any) bool {
	_, ok := inside(v).(*resource.Object)
	return ok
}

// isList tells whether a value is a list, be it empty.
func isList(v any) bool {
	_, ok := inside(v).(resource.List)
	return ok
}

// emptyObject tells whether a value is an object without members.
func emptyObject(v any) bool {
	o, ok := inside(v).(*resource.Object)
	return ok && o.Len() == 0
}

// emptyList tells whether a value is a list without elements.
func emptyList(v any) bool {
	l, ok := inside(v).(resource.List)
	return ok && len(l) == 0
}

// elements returns the elements of a list, or of one object on its own.
func elements(v any) resource.List {
	if l, ok := inside(v).(resource.List); ok {
		return l
	}
	return resource.List{v}
}

// firstOrigin returns where a value comes from, the zero Origin if a rule created
// it.
func firstOrigin(v any) Origin {
	for o := range origins(v) {
		return *o
	}
	return Origin{}
}
