// Package resource is the registry: it describes every kind of configuration of a
// license, every field of it and every API method that reads or writes it, once.
// Reading, writing, comparing, applying and validating are loops over this table;
// none of them has code for a kind by name.
//
// Facts come from the vendor's Configuration API reference for v3.5 and, where
// marked, from its Agent Chat API reference.
package resource

import "slices"

// Reach says what a change of a kind affects.
type Reach int

const (
	// OfLicense kinds belong to one license.
	OfLicense Reach = iota
	// OfApplication kinds belong to a client id and affect every license that
	// installed the application.
	OfApplication
)

func (r Reach) String() string { return [...]string{"license", "application"}[r] }

// Order says whether the order of a kind's objects matters.
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

	// ServerID is the field with the id that the server assigns, "" if objects are
	// identified only by their Key.
	ServerID string
	// RandomID says that server ids are random, so that an equal id on both sides
	// proves that the object is the same. Small counted ids prove nothing.
	RandomID bool
	// Key is the natural key: fields that together name an object for people.
	Key []string
	// FoldCase says that the server ignores case when it compares keys of new
	// objects.
	FoldCase bool
	// AnyCase says that keys that differ only in case are the same object, like
	// e-mail addresses. Such a kind has no server id.
	AnyCase bool
	// Match lists further pairing steps after id, content and key.
	Match []Matcher
	// Evidence lists fields. If all are equal, two rows are the same object of the
	// same license.
	Evidence []string
	// Members says that this kind writes one side of a many-to-many relation only
	// on create, and that otherwise the members hold it.
	Members *Members
	// Values says that rows are values of definitions of another kind.
	Values *Values
	// Twin is a kind whose objects own the objects of this kind with the same id:
	// lcsync neither creates nor deletes the latter.
	Twin string
	// ActivatedBy says what activates new objects, nil if they are active at once.
	ActivatedBy *Activation

	// Whole says that objects cannot be updated, so that a file describes them
	// completely: an absent field means its default.
	Whole bool
	// Person says that creating an object invites a person.
	Person bool
	// PlanLimit is the property of LimitsNamespace with the plan's limit for the
	// number of objects, "" if there is none. Objects in which the field Idle is true
	// do not count.
	PlanLimit, Idle string

	Reach Reach
	Order Order
	// Covers reports, for kinds of which only the first matching object applies,
	// whether one object matches everything that a later one would. Nil for other
	// kinds.
	Covers func(earlier, later *Object) bool
	// CatchAll reports whether such an object matches everything, apart from
	// exceptions.
	CatchAll func(o *Object) bool
	ReadOnly bool // exported for information, never compared
	OptIn    bool // read and exported only on request
	Single   bool // one object, not a list
	// Older says to which version before APIVersion the kind belongs, nil for
	// none.
	Older *Older
	// CountsAs names the kind whose limits these objects count against, "" for
	// their own.
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
	// Check reports violations of rules about one object that no attribute of a
	// field can express.
	Check func(x *Inspection, o *Object)
}

// PerClient reports whether the kind is read by client id, so that its objects are
// only known for the named client ids.
func (k *Kind) PerClient() bool {
	return k.OwnedBy != "" && slices.ContainsFunc(k.Reads, func(r Read) bool { return r.Per == PerClient })
}

// IsIdle reports whether a row does not count against the limit of a plan.
func (k *Kind) IsIdle(o *Object) bool { return k.Idle != "" && o.Get(k.Idle) == true }

// Severity of a finding.
type Severity int

const (
	// Error findings make a snapshot invalid: no license can be like that, or the
	// meaning is unclear.
	Error Severity = iota
	// Refused findings are values that break the vendor's rules. A license may
	// contain them anyway, and so may its snapshot; lcsync never sends them.
	Refused
	// Warning findings are shown; the vendor's pages contradict each other, or the
	// intent is unclear.
	Warning
)

// String returns the word for a finding. A value that is refused only when it is
// sent is a warning.
func (s Severity) String() string { return [...]string{"error", "warning", "warning"}[s] }

// Matcher is a pairing step: objects are the same if the fields are equal, and no
// other object has equal fields.
type Matcher struct {
	Fields []string
	// Gone limits the step to objects whose server id the license no longer has,
	// on the license of the file: they were replaced by hand.
	Gone bool
}

// Activation says how a new object is activated: by a row of Kind, which its
// Create writes, with the object's id as the key. Field of the object holds the
// row's field Value at the time of the export, so that a new object can get the
// same value; a new object already has Initial.
type Activation struct {
	Kind    string // routing_statuses
	Value   string // status
	Field   string // routing_status
	Initial string // offline
}

// StartArgs returns the parameters that activate a new object with the value in
// its row, nil if the row has none or has the initial value.
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

// Values links rows of values to the definitions of another kind: the row's
// Namespace and Name fields equal the definition's client id and name fields.
// Access is the location at which a definition must grant access for values of
// this kind.
type Values struct {
	Of        string // properties
	Namespace string // field here that equals owner_client_id there
	Name      string // field here that equals name there
	Value     string // field here that holds the value
	Access    string // license, group
}

// Cap limits how many objects may have the same values in the fields Per.
type Cap struct {
	N   int
	Per []string
}

// Place returns a text that is equal for objects that count against the same
// limit.
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
	// Fields says that the method takes a `fields` list; the registry requests
	// every field whose Seen is Asked.
	Fields bool
	// In is the member of the response that contains the rows, "" if the response
	// itself does.
	In string
	// Rows converts a response to rows; nil means a list of objects. See RowsOf.
	Rows func(answer Value, client string) ([]*Object, []Odd, error)
	// IDParam is the parameter for the row's id in a PerRow call, "" if it has the
	// name of the id field.
	IDParam string
	// Of names the kind whose rows PerRow calls are made for, "" for the kind
	// itself. The response then contains rows of this kind, which get the id of
	// the other row in the field As.
	Of, As string
	// Reveals names a field of the rows whose values are client ids worth
	// asking the per-client methods for.
	Reveals string
	// Narrow lists scopes with which the call succeeds but may return fewer
	// objects; Whole lists the scopes that make it complete.
	Narrow, Whole []string
}

// MayBePartial reports whether the call succeeds with the given scopes but may
// omit objects; nil means unknown scopes.
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
	// Args builds the parameters if they have an unusual form; nil means the ID
	// fields and the fields to write under their own names.
	Args func(row *Object) *Object
	// Merge lists the parameters that must be equal in the calls for several rows,
	// so that lcsync can send one call with their other parameters merged; nil =
	// never.
	Merge []string
	// Off is sent instead of Method when the boolean field OffField is false.
	Off, OffField string
	// Reveals lists members of the response that are kept.
	Reveals []string
	// ResetSecret is the method that creates a new secret if the one in the
	// response is lost; it takes the server id and the client id.
	ResetSecret string
	// Loses says what is permanent about the call.
	Loses string
	// MayIgnoreUpdate says that the vendor does not document whether the call
	// overwrites an existing value: a value that reads back unchanged is deleted
	// and written again.
	MayIgnoreUpdate bool
	// ByHand is set if the vendor does not document whether the call has the
	// wanted effect: lcsync reads the result back, whatever the response was.
	// ByHand says what a person must do if the call had no effect.
	ByHand string
}
