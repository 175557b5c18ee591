package resource

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

// OnChange says what a difference in a field leads to.
type OnChange int

const (
	// ByUpdate fields are written by the kind's update.
	ByUpdate OnChange = iota
	// ByReplace fields need the object to be deleted and created.
	ByReplace
	// ByPublish fields are set once, by the kind's publish.
	ByPublish
	// Blocked fields cannot be changed at all.
	Blocked
	// ByStart fields note what a new object is brought into service with
	// (Kind.ActivatedBy). They are never compared.
	ByStart
)

func (c OnChange) String() string {
	return [...]string{"update", "replace", "publish", "blocked", "start"}[c]
}

// Input says how a field goes into requests.
type Input int

const (
	// Normal fields go into create and update.
	Normal Input = iota
	// CreateOnly fields go into create only.
	CreateOnly
	// WriteOnly fields are sent and never returned.
	WriteOnly
	// SecretInput fields are held as Secret references. Those that are Never
	// seen have one in every object, the others where an answer has the secret.
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
	// Undocumented fields can be written, but no page shows where they are
	// read; if an answer has them, they count.
	Undocumented
	// Never fields cannot be read.
	Never
)

// ListKind says what a list's order and elements mean.
type ListKind int

const (
	// Sequence lists keep their order, unless SortBy gives one.
	Sequence ListKind = iota
	// Set lists have no order and no repetition.
	Set
	// Keyed lists are sets of objects with a key field.
	Keyed
)

// RefTo says that a value names an object of one of the kinds.
type RefTo struct {
	Kinds []string
	// Soft references to objects that do not exist yet are left out of a
	// create and written once the objects exist.
	Soft bool
	// Open references may also name things that lcsync does not keep, such as
	// customers; an unknown one is no error.
	Open bool
	// KeepUnlisted tells that elements that name objects the file does not know stay
	// where they are.
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
	Alias []string // other names in answers

	Enum  []string
	Fixed []string // values that are read but can be neither set nor left
	// Omitted tells that answers leave the field out when it has no value, so
	// that its absence is its default even if no object carries it.
	Omitted bool
	// ServerFills tells that the server may fill the field in by itself, so
	// that its absence in a file claims nothing.
	ServerFills bool
	Default     Value // what absence means; nil = the type's zero
	// Clear is what null on input is sent as, and, of a record's member, what
	// its absence is sent as; nil = it cannot be cleared, or goes unsaid.
	Clear   Value
	Min     int // of Int
	Max     int // of Int; 0 = none
	WarnMax int // of Int; above it sources disagree
	MaxLen  int // of String in characters; 0 = none
	Format  Format

	// NewShape tells that an older version may refuse a whole answer because one
	// object's value has the shape that came later: such a read is repeated
	// without the field, which is then read through APIVersion.
	NewShape bool

	// AtLeastOne lists members of which a Record needs one.
	AtLeastOne []string
	// SecretPath and SecretHash, of SecretInput fields, list the fields of the
	// row that make up the secret's name, plainly and as a digest.
	SecretPath, SecretHash []string
	// Exclusive lists members of which a Record may have only one.
	Exclusive []string

	// PlanLimit names what the license's plan limits the length of a list with,
	// as for kinds.
	PlanLimit string
	// Reserved lists values that only some objects can have.
	Reserved []Reserved
}

// Reserved is a value that a field can have only where the sibling By refers
// to an object of Kind.
type Reserved struct{ Value, By, Kind string }

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

// FieldNames returns the names of fields, those that answers use included.
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

// Comparable tells whether a field of a row that was read says anything about
// what was wanted of it.
func (f *Field) Comparable() bool {
	return f.Class == User && f.Seen != Never && f.Input != SecretInput && f.Input != WriteOnly
}

// Renewed tells whether an object that is made again has a value of its own in the
// field: the server gives it, or nobody can set it.
func (f *Field) Renewed() bool {
	return f.Class == Observed || f.Class == Server && f.Input == ReadOnly
}

// Zero returns what absence of the field means where it can be read: its
// default, or the empty value of its type.
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

// Complete returns a value as it is sent: members that a request has to name
// are given what their absence means. Unknown members stay, behind the others.
func (f *Field) Complete(v Value) Value {
	switch v := v.(type) {
	case *Object:
		if f.Type == Record {
			return complete(f.Fields, v)
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
