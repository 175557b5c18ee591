// Package diff compares two licenses and plans the changes that make the live one as
// wanted. A Plan is pure data: it holds no functions, no
// colours and no secrets, and everything that is shown or run is read from it.
package diff

import (
	"fmt"
	"strings"

	"lcsync/internal/resource"
)

// FormatVersion is the version of the plan's JSON form.
const FormatVersion = 1

// Action is what a change does to an object.
type Action string

// The actions. A Replace deletes the object and creates it again.
const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Plan is the difference between a live license and a wanted one.
type Plan struct {
	FormatVersion int      `json:"format_version"`
	License       Identity `json:"license"`
	// Only lists what was selected, as KIND or KIND/KEY; absent for everything.
	Only []string `json:"only,omitempty"`
	// SameLicense tells whether the wanted license was taken from the live one.
	SameLicense bool `json:"same_license"`
	// Pairing is "id" or "name": how objects with server ids were paired.
	Pairing string `json:"pairing"`
	// Undo tells that the plan puts back what a run did: Skipped is what it does not
	// put back.
	Undo      bool           `json:"undo,omitempty"`
	Prune     bool           `json:"prune"`
	Changes   []*Change      `json:"changes"`
	Unmanaged []Item         `json:"unmanaged"`
	Observed  []Observation  `json:"observed"`
	Skipped   []Skip         `json:"skipped"`
	Gaps      []resource.Gap `json:"gaps"`
	Notices   []string       `json:"notices"`
	Ignored   []Ignored      `json:"ignored,omitempty"` // what rules leave out
	Unchanged map[string]int `json:"unchanged"`
	Found     Baseline       `json:"found"`
	// Names says what the ids in the plan's references stand for, by kind and
	// id, for texts alone.
	Names map[string]map[string]string `json:"names,omitempty"`
}

// Identity says which license a plan is for.
type Identity struct {
	Owner     string   `json:"owner,omitempty"`
	AccountID string   `json:"account_id,omitempty"`
	ClientIDs []string `json:"client_ids,omitempty"`
}

// Change is one object that differs.
type Change struct {
	ID     string `json:"id"` // kind/key, unique in the plan
	Kind   string `json:"kind"`
	Key    string `json:"key"`
	Action Action `json:"action"`
	Reason string `json:"reason,omitempty"`
	// Before is the live object, absent for creates; After the wanted one,
	// absent for deletes. References to objects that do not exist yet are
	// resource.Ref values whose Kind and Key make up the ID of the change that
	// creates them.
	Before *resource.Object `json:"before,omitempty"`
	After  *resource.Object `json:"after,omitempty"`
	Fields []FieldChange    `json:"fields,omitempty"`
	// Write lists the top-level fields that an update sends, each whole.
	Write []string `json:"write,omitempty"`
	// Move says, for kinds whose order counts, before which object this one
	// goes: a server id, a Ref, or "" for the end. Absent: it stays.
	Move *Move `json:"move,omitempty"`
	// Stands says, for a new object of such a kind, between which it goes, for
	// texts alone.
	Stands string `json:"stands,omitempty"`
	// DependsOn lists changes that must have succeeded before, StartsAfter those that
	// must have ended.
	DependsOn   []string `json:"needs,omitempty"`
	StartsAfter []string `json:"waits,omitempty"`
	// DeleteFirst tells that a replace has to delete before it creates.
	DeleteFirst bool `json:"delete_first,omitempty"`
	// NoRewrite tells that a value is never deleted to be written again, even
	// if the server does not overwrite it.
	NoRewrite bool `json:"no_rewrite,omitempty"`
	// Interim says, for a create that takes two calls, how the object differs
	// between them.
	Interim *Interim `json:"interim,omitempty"`
	// Along lists what a deletion does to other objects.
	Along []SideEffect `json:"along,omitempty"`
	// Loses lists the permanent effects.
	Loses []string `json:"loses,omitempty"`
	// Blocked says why the change is not made, and which flag would allow it; "" if
	// it is made.
	Blocked string `json:"blocked,omitempty"`
	// Masked lists the fields that differ in what is masked. Only a plan that is
	// shown has it.
	Masked []string `json:"masked,omitempty"`
	// Refused lists the values that block it because the vendor's rules forbid them.
	Refused []Refusal `json:"refused,omitempty"`
}

// Move is a place in an ordered kind.
type Move struct {
	Before resource.Value `json:"before"`
}

// Interim is a member that a new object is created with at Priority, which the API
// requires of one member. The next call sets the member's own priority, Then.
type Interim struct {
	Member   string `json:"member"`
	Priority string `json:"priority"`
	Then     string `json:"then"`
}

// String says what the two calls do.
func (i Interim) String() string {
	return fmt.Sprintf("created with %s at priority %s, set to %s in the next call", i.Member, i.Priority, i.Then)
}

// FieldChange is one difference inside an object. Path is the field's path
// from the object: groups[19].priority, work_scheduler.schedule. A nil value
// means that the field is absent.
type FieldChange struct {
	Path   string         `json:"path"`
	Before resource.Value `json:"before"`
	After  resource.Value `json:"after"`
}

// Root returns the top-level field of the path.
func (f FieldChange) Root() string { return resource.PathRoot(f.Path) }

// fieldAt returns the registry's description of what a path leads to, nil if it
// does not describe all of it.
func fieldAt(k *resource.Kind, path string) *resource.Field {
	root := resource.PathRoot(path)
	f, rest := k.Field(root), path[len(root):]
	if i := strings.LastIndexByte(rest, ']'); i >= 0 { // an element by its key, which may hold anything
		rest = rest[i+1:]
	}
	for _, name := range strings.Split(rest, ".")[1:] {
		if f == nil {
			return nil
		}
		f = f.Member(name)
	}
	return f
}

// Item names a live object that the wanted license does not have.
type Item struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	ID   string `json:"id,omitempty"`
}

// Observation is a difference that cannot be changed through the API.
type Observation struct {
	Kind   string         `json:"kind"`
	Key    string         `json:"key"`
	Path   string         `json:"path"`
	Live   resource.Value `json:"live"`
	Want   resource.Value `json:"want"`
	Reason string         `json:"reason"`
}

// Skip names an object that was not planned because too little was read, or, in the
// plan of an undo, that is not put back. An empty Key means the whole kind.
type Skip struct {
	Kind   string `json:"kind"`
	Key    string `json:"key,omitempty"`
	Reason string `json:"reason"`
}

// InSync tells whether nothing that was compared differs.
func (p *Plan) InSync() bool { return len(p.Changes) == 0 }

// Complete tells whether everything wanted could be compared.
func (p *Plan) Complete() bool { return len(p.Skipped) == 0 && len(p.Gaps) == 0 }

// Todo returns the changes that are not blocked.
func (p *Plan) Todo() []*Change {
	var todo []*Change
	for _, c := range p.Changes {
		if c.Blocked == "" {
			todo = append(todo, c)
		}
	}
	return todo
}

// kind returns the registry's entry for the change's kind, which may be one of an
// older version.
func (c *Change) kind() *resource.Kind { return resource.LookupAny(c.Kind) }
