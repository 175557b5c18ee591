// Package resource is the registry: every kind of configuration that a license
// has, every field of it and every API method that reads or writes it, once.
// Reading, writing, comparing, applying and validating are loops over this
// table; none of them knows a kind by name.
//
// Facts come from the vendor's Configuration API reference for v3.5 and, where
// marked, from its Agent Chat API reference.
package resource

import "slices"

// Reach says on whom a change of a kind acts.
type Reach int

const (
	// OfLicense kinds belong to one license.
	OfLicense Reach = iota
	// OfApplication kinds belong to a client id and act on every license that
	// installed the application.
	OfApplication
)

func (r Reach) String() string { return [...]string{"license", "application"}[r] }

// Order says whether the order of a kind's objects means something.
type Order int

const (
	// Unordered kinds are sets.
	Unordered Order = iota
	// Linked kinds are one list whose order the server keeps through next ids.
	Linked
)

// Kind describes one kind of object.
type Kind struct {
	Name     string // plural snake_case, as in the snapshot
	Singular string // for messages: "agent", "auto access"
	Doc      string

	// ServerID is the field with the id that the server gives, "" if objects
	// are identified by their Key alone.
	ServerID string
	// RandomID tells that server ids are unguessable, so that an equal id on
	// both sides is the same object. Small counted ids are not.
	RandomID bool
	// Key is the natural key: fields that together name an object for people.
	Key []string
	// FoldCase tells that the server compares keys without regard to case
	// when it creates an object.
	FoldCase bool
	// AnyCase tells that the key is one object's whatever its case, as an
	// e-mail address is. Such a kind has no server id.
	AnyCase bool
	// Match lists further pairing steps after id, content and key.
	Match []Matcher
	// Evidence names fields that, when all are equal, prove that two rows are
	// the same object of the same license.
	Evidence []string
	// Members says that one side of a many-to-many relation is kept by this
	// kind on create only and lives with the members otherwise.
	Members *Members
	// Values says that rows are values of definitions of another kind.
	Values *Values
	// Twin is a kind whose objects own the objects of this one that have the
	// same id: they are neither created nor deleted here.
	Twin string
	// ActivatedBy says what brings new objects into service, nil if they are at once.
	ActivatedBy *Activation

	// Whole tells that objects cannot be updated, so that a file describes
	// them whole: a field that is absent in it means its default.
	Whole bool
	// Person tells that creating an object invites a person.
	Person bool
	// PlanLimit names what the license's plan limits the number of objects with,
	// a property of LimitsNamespace, "" if nothing does.
	PlanLimit string

	Reach Reach
	Order Order
	// Covers tells, for kinds of which the first object that matches counts, whether
	// one takes all that another one behind it would. Nil for other kinds.
	Covers func(earlier, later *Object) bool
	// CatchAll tells of such an object whether it lets nothing through to those
	// behind it, apart from exceptions.
	CatchAll func(o *Object) bool
	ReadOnly bool // exported for information, never compared
	OptIn    bool // read and exported only when asked for
	Single   bool // one object, not a list
	// Older says which version before APIVersion the kind is of, nil if of none.
	Older *Older
	// CountsAs names the kind whose objects these count with against the limits
	// of what a plan may do, "" for their own.
	CountsAs string
	// OwnedBy is the field that holds the owning client id, "" if there is none.
	OwnedBy string

	YAML   Layout
	Fields []Field
	Caps   []Cap
	Reads  []Read

	Create, Update, Delete, Publish *Op // nil = impossible

	// Keep returns why an object must never be deleted, "" if it may be.
	Keep func(o *Object) string
	// Check reports what breaks rules about one object that no attribute of a
	// field can express.
	Check func(x *Inspection, o *Object)
}

// PerClient tells whether the kind is read by client id, so that what there is
// of it can be known of named client ids only.
func (k *Kind) PerClient() bool {
	return k.OwnedBy != "" && slices.ContainsFunc(k.Reads, func(r Read) bool { return r.Per == PerClient })
}

// Severity of a finding.
type Severity int

const (
	// Error findings make a snapshot invalid: no license can be so, or nobody
	// can tell what is meant.
	Error Severity = iota
	// Refused findings are values that break the vendor's rules. A license may
	// have them all the same, and so may its snapshot; they are never sent.
	Refused
	// Warning findings are shown; sources disagree or intent is in doubt.
	Warning
)

// String returns the word for a finding: what is refused only when it is sent
// is a warning.
func (s Severity) String() string { return [...]string{"error", "warning", "warning"}[s] }

// Matcher is a pairing step: objects whose fields are equal, and equal to no
// other object's, are the same.
type Matcher struct {
	Fields []string
	// Gone confines the step to objects that had a server id which the license
	// has no more, on the license the file is of: they were replaced by hand.
	Gone bool
}

// Activation says how a new object comes into service: by a row of Kind, which its
// Create writes, with the object's id as the key. Field of the object itself
// notes what the row's field Value was, so that a new object can be given the
// same; one whose note is Initial has it already.
type Activation struct {
	Kind    string // routing_statuses
	Value   string // status
	Field   string // routing_status
	Initial string // offline
}

// StartArgs returns the parameters that bring a new object into service with
// what its row notes, nil if it notes nothing or what a new one has anyway.
func (k *Kind) StartArgs(row *Object, id Value) *Object {
	if k.ActivatedBy == nil {
		return nil
	}
	v := row.String(k.ActivatedBy.Field)
	if v == "" || v == k.ActivatedBy.Initial {
		return nil
	}
	return Of(Lookup(k.ActivatedBy.Kind).Key[0], id, k.ActivatedBy.Value, v)
}

// Values ties rows of values to the definitions of another kind: the row's
// Namespace and Name fields equal the definition's client id and name fields.
// Access is the location a definition must grant for values of this kind.
type Values struct {
	Of        string // properties
	Namespace string // field here that equals owner_client_id there
	Name      string // field here that equals name there
	Value     string // field here that holds the value
	Access    string // license, group
}

// Cap is a limit on how many objects may agree on the fields in Per.
type Cap struct {
	N   int
	Per []string
}

// Place returns what an object counts with against the limit: objects of one
// place agree on the fields in Per.
func (c Cap) Place(o *Object) string {
	parts := List{}
	for _, f := range c.Per {
		parts = append(parts, o.Get(f))
	}
	return JSON(parts)
}

// Source says which API a method belongs to.
type Source int

const (
	// Configuration is the Configuration API.
	Configuration Source = iota
	// AgentChat is the Agent Chat API.
	AgentChat
)

// Per says how often a read is made.
type Per int

const (
	// Once a license.
	Once Per = iota
	// PerClient calls are made for each client id, which goes in as
	// owner_client_id.
	PerClient
	// PerRow calls are made for each row found so far, by its server id; the
	// answer is merged into the row, unless the row is of another kind (Of).
	PerRow
)

// Read is one call that reads a kind.
type Read struct {
	Method string
	Per    Per
	Params *Object // fixed parameters
	// Fields tells that the method takes a `fields` list; the registry asks
	// for every field whose Seen is Asked.
	Fields bool
	// In is the member of the answer that holds the rows, "" if the answer is
	// the rows.
	In string
	// Rows turns an answer into rows; nil means a list of objects. See RowsOf.
	Rows func(answer Value, client string) ([]*Object, []Odd, error)
	// IDParam is what a PerRow call calls the row's id, "" if it is the name of
	// the id field.
	IDParam string
	// Of names the kind for whose rows PerRow calls are made, "" if that is the
	// kind itself. Answers are rows of their own then, and hold the id of the
	// row that they were asked for in the field As.
	Of, As string
	// Reveals names a field of the rows whose values are client ids worth
	// asking the per-client methods for.
	Reveals string
	// Narrow lists scopes with which the call succeeds but may return fewer
	// objects; Whole lists the scopes that make it complete.
	Narrow, Whole []string
}

// MayBePartial tells whether the call succeeds with the given scopes but may leave
// objects out; nil are scopes that are not known.
func (r *Read) MayBePartial(scopes []string) bool {
	if scopes == nil {
		return len(r.Narrow) > 0
	}
	granted := func(want string) bool { return Grants(scopes, want) }
	return slices.ContainsFunc(r.Narrow, granted) && !slices.ContainsFunc(r.Whole, granted)
}

// Op is one call that writes a kind.
type Op struct {
	Method string
	// ID lists the fields that say which object is meant.
	ID []string
	// Args builds the parameters where they are odd; nil means the ID fields
	// and the fields to write under their own names.
	Args func(row *Object) *Object
	// Merge lists the parameters that must be equal for calls of several rows
	// to be sent as one by merging their other parameters; nil = never.
	Merge []string
	// Off is sent instead of Method when the boolean field OffField is false.
	Off, OffField string
	// Reveals lists members of the answer that are worth keeping.
	Reveals []string
	// ResetSecret is the method that makes a new secret if the one that the
	// answer reveals is lost; it takes the server id and the client id.
	ResetSecret string
	// Loses says what cannot be brought back afterwards.
	Loses string
	// MayIgnoreUpdate tells that the vendor leaves open whether a value that is set
	// is overwritten: what reads back unchanged is deleted and written again.
	MayIgnoreUpdate bool
	// ByHand is given where the vendor leaves open whether the call does what it is
	// for: what became of it is what reads back, whatever was answered. It says
	// what is left to a person if the call did nothing.
	ByHand string
}
