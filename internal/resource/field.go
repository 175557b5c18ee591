package resource

import "slices"

// Type is the JSON type of a field.
type Type int

// The types a field can have. Map is an object with free member names.
const (
	String Type = iota
	Int
	Bool
	Any
	Record
	Map
	ListOf
)

func (t Type) String() string {
	return [...]string{"string", "int", "bool", "any", "object", "map", "list"}[t]
}

// Class says what a field is to lcsync.
type Class int

const (
	// User fields are compared and applied.
	User Class = iota
	// Observed fields are exported; a difference is shown, but the API cannot
	// change it.
	Observed
	// Server fields are exported and never compared.
	Server
	// Volatile fields are never exported.
	Volatile
)

func (c Class) String() string { return [...]string{"user", "observed", "server", "volatile"}[c] }

// OnChange says what a difference in a field requires.
type OnChange int

const (
	// ByUpdate fields are written by the kind's update.
	ByUpdate OnChange = iota
	// ByReplace fields require the object to be deleted and created again.
	ByReplace
	// ByPublish fields are set once, by the kind's publish.
	ByPublish
	// Blocked fields cannot be changed at all.
	Blocked
	// ByStart fields hold the value that activates a new object
	// (Kind.ActivatedBy). They are never compared.
	ByStart
)

func (c OnChange) String() string {
	return [...]string{"update", "replace", "publish", "blocked", "start"}[c]
}

// Input says in which requests a field is sent.
type Input int

const (
	// Normal fields go into create and update.
	Normal Input = iota
	// CreateOnly fields go into create only.
	CreateOnly
	// WriteOnly fields are sent and never returned.
	WriteOnly
	// SecretInput fields contain Secret references. If the field is Never seen,
	// every object has one; otherwise the objects for which a response contained
	// the secret.
	SecretInput
	// ReadOnly fields are never sent.
	ReadOnly
	// UpdateOnly fields go into update only.
	UpdateOnly
)

func (i Input) String() string {
	return [...]string{"normal", "create only", "write only", "secret", "read only", "update only"}[i]
}

// Seen says where a field can be read.
type Seen int

const (
	// InList fields come with every list answer.
	InList Seen = iota
	// Asked fields come when named in `fields`.
	Asked
	// InDetail fields come from the per-row read.
	InDetail
	// Undocumented fields can be written, but no page documents where they are
	// read; if a response has them, they are used.
	Undocumented
	// Never fields cannot be read.
	Never
)

// ListKind describes the order and the elements of a list.
type ListKind int

const (
	// Sequence lists keep their order, unless SortBy gives one.
	Sequence ListKind = iota
	// Set lists have no order and no repetition.
	Set
	// Keyed lists are sets of objects with a key field.
	Keyed
)

// RefTo says that a value refers to an object of one of the kinds.
type RefTo struct {
	Kinds []string
	// Soft references to objects that do not exist yet are omitted from a create
	// and written when the objects exist.
	Soft bool
	// Open references may also refer to things that lcsync does not manage, such
	// as customers; an unknown one is not an error.
	Open bool
	// KeepUnlisted says that elements that refer to objects unknown to the file
	// stay in place.
	KeepUnlisted bool
}

// Field describes one field of a kind, or of an object inside one.
type Field struct {
	Name  string
	Doc   string
	Type  Type
	Class Class

	OnChange OnChange
	Input    Input
	Seen     Seen
	Required bool // on create

	List   ListKind // of ListOf fields
	Key    string   // key field of Keyed lists
	Elem   Type     // element type of ListOf, value type of Map
	SortBy []string // element fields that order a Sequence
	Fields []Field  // of Record fields, of Record elements, of Map values
	Each   *Field   // values of a Map, where Elem and Fields do not suffice
	Or     *Field   // another shape in which answers may have the value

	Ref   *RefTo   // the value, or each element, is a reference
	Keys  *RefTo   // the keys of a Map are references
	Alias []string // other names in responses

	Enum  []string
	Fixed []string // values that can be read but neither set nor changed
	// Omitted says that responses omit the field if it has no value, so that its
	// absence means its default even if no object has it.
	Omitted bool
	// ServerFills says that the server may fill the field in, so that its absence
	// in a file states nothing.
	ServerFills bool
	Default     Value // meaning of absence; nil = the type's zero
	// Clear is the value that is sent for a null in a file, and, for a member of a
	// record, for its absence; nil = it cannot be cleared, or is not sent.
	Clear   Value
	Min     int // of Int
	Max     int // of Int; 0 = none
	WarnMax int // of Int; above it, the vendor's pages contradict each other
	MaxLen  int // of String in characters; 0 = none
	Format  Format

	// NewShape says that an older version may refuse a whole response because the
	// value of one object has a newer shape: the read is then repeated without the
	// field, which is read through APIVersion.
	NewShape bool

	// AtLeastOne lists members of which a Record needs one.
	AtLeastOne []string
	// SecretPath and SecretHash, of SecretInput fields, list the fields of the row
	// that form the secret's name, as text and as a digest.
	SecretPath, SecretHash []string
	// Exclusive lists members of which a Record may have only one.
	Exclusive []string

	// PlanLimit is the property with the plan's limit for the length of the list,
	// as in Kind.
	PlanLimit string
	// Reserved lists values that only some objects can have.
	Reserved []ReservedValue
}

// ReservedValue is a value that a field can have only if its sibling By refers to
// an object of Kind.
type ReservedValue struct{ Value, By, Kind string }

// Format is a check on a string's form.
type Format int

const (
	// FreeText is any string.
	FreeText Format = iota
	// Email is an e-mail address.
	Email
	// ClockTime is HH:MM, 00:00 to 24:00 excluded.
	ClockTime
	// TimeZone is an IANA zone name.
	TimeZone
	// WebURL is an absolute http or https address.
	WebURL
	// Domain is a part of a domain name; any text will do.
	Domain
)

// FieldNames returns the names of fields, including the names in responses.
func FieldNames(fields []Field) []string {
	var out []string
	for i := range fields {
		out = append(append(out, fields[i].Name), fields[i].Alias...)
	}
	return out
}

// Element returns the description of a list's elements or a map's values as a
// field of its own.
func (f *Field) Element() Field {
	if f.Each != nil {
		return *f.Each
	}
	return Field{Name: f.Name, Type: f.Elem, Class: f.Class, Fields: f.Fields, Ref: f.Ref,
		Enum: f.Enum, MaxLen: f.MaxLen, Format: f.Format, AtLeastOne: f.AtLeastOne, Exclusive: f.Exclusive}
}

// Member returns the description of a record's member, nil if it is unknown.
func (f *Field) Member(name string) *Field { return fieldNamed(f.Fields, name) }

// Field returns the description of a kind's top-level field, nil if unknown.
func (k *Kind) Field(name string) *Field { return fieldNamed(k.Fields, name) }

func fieldNamed(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// Comparable reports whether a field of a row that was read can be compared with
// the wanted value.
func (f *Field) Comparable() bool {
	return f.Class == User && f.Seen != Never && f.Input != SecretInput && f.Input != WriteOnly
}

// Renewed reports whether a new object gets its own value in the field: the server
// assigns it, or it cannot be set.
func (f *Field) Renewed() bool {
	return f.Class == Observed || f.Class == Server && f.Input == ReadOnly
}

// Zero returns the meaning of absence for a field that can be read: its default,
// or the empty value of its type.
func (f *Field) Zero() Value {
	if f.Default != nil {
		return f.Default
	}
	switch f.Type {
	case String:
		return ""
	case Bool:
		return false
	case ListOf:
		return List{}
	case Record, Map:
		return &Object{}
	}
	return nil
}

// Complete returns a value in the form in which it is sent: members that a request
// must contain get the value that their absence means. Unknown members stay, after
// the others.
func (f *Field) Complete(v Value) Value {
	switch v := v.(type) {
	case *Object:
		if f.Type == Record {
			return complete(f.Fields, f.withoutRivals(v))
		}
	case List:
		e := f.Element()
		out := make(List, len(v))
		for i := range v {
			out[i] = e.Complete(v[i])
		}
		return out
	}
	return v
}

// withoutRivals returns an object without empty members that exclude one that is not
// empty. Responses may have them; a request must not.
func (f *Field) withoutRivals(o *Object) *Object {
	if !slices.ContainsFunc(f.Exclusive, func(n string) bool { return !IsEmpty(o.Get(n)) }) {
		return o
	}
	out := o
	for _, n := range f.Exclusive {
		if out.Has(n) && IsEmpty(out.Get(n)) {
			out = out.Clone()
			out.Delete(n)
		}
	}
	return out
}

func complete(fields []Field, o *Object) *Object {
	out := &Object{}
	for i := range fields {
		m := &fields[i]
		v, has := o.Lookup(m.Name)
		switch {
		case has:
			out.Set(m.Name, m.Complete(v))
		case m.Clear != nil:
			out.Set(m.Name, CloneValue(m.Clear))
		case m.Required && m.Default != nil:
			out.Set(m.Name, CloneValue(m.Default))
		}
	}
	for name, v := range o.All() {
		if !out.Has(name) {
			out.Set(name, v)
		}
	}
	return out
}
