package resource

import (
	"maps"
	"slices"
)

// License is the configuration of one license as rows of objects, one list for
// each kind. An export reads it, a snapshot contains it, and a comparison has two
// of them.
type License struct {
	Version   string   `json:"api_version,omitempty"` // of the API that defines the shapes of the rows, "" = APIVersion
	Owner     string   `json:"owner,omitempty"`       // e-mail of the agent whose role is owner, "" if unknown
	AccountID string   `json:"account_id,omitempty"`  // account id of the owner, "" if unknown
	ClientIDs []string `json:"client_ids,omitempty"`  // client ids that the per-client kinds cover, sorted; empty and not nil = there are none
	Gaps      []Gap    `json:"gaps,omitempty"`        // what could not be read
	Notices   []string `json:"-"`                     // information for the reader that is not a gap

	// Unreadable lists, by kind, the documented top-level fields that no object of
	// a response had.
	Unreadable map[string][]string `json:"unreadable,omitempty"`

	// Readable lists, by kind, the optional fields that responses are known to
	// contain if they have a value: for a license that was read, the fields that
	// some object had; for a snapshot, the fields that its export recorded. Nil if
	// nothing is known, as for files that people wrote.
	Readable map[string][]string `json:"-"`

	// Secrets holds secrets from responses, by name. They are written to a secrets
	// file on request and nowhere else.
	Secrets map[string]string `json:"-"`

	rows map[string][]*Object
}

// Gap is a part of a license that could not be read: a whole kind, a kind for
// one client id, or one object.
type Gap struct {
	Kind     string   `json:"kind"`
	ClientID string   `json:"client_id,omitempty"`
	ID       string   `json:"id,omitempty"` // the name of the object, if only one could not be read; see Kind.CalledBy
	Method   string   `json:"method,omitempty"`
	Reason   string   `json:"reason"`
	Scopes   []string `json:"missing_scopes,omitempty"` // any one of them would do
	// Partial says that the kind was read but may lack objects, or fields of them.
	Partial bool `json:"partial,omitempty"`
}

// Hides reports whether a gap covers a row of a kind: it covers the whole kind,
// the objects of a client id, or that object.
func (g Gap) Hides(k *Kind, row *Object) bool {
	return g.Kind == k.Name &&
		(g.ClientID == "" || k.OwnedBy != "" && row.String(k.OwnedBy) == g.ClientID) &&
		(g.ID == "" || k.CalledBy(row, g.ID))
}

// OfOthers reports whether a gap is about client ids that nobody named. The
// objects of named client ids are complete then.
func (g Gap) OfOthers(k *Kind) bool {
	return g.Partial && g.ClientID == "" && g.ID == "" && k.PerClient()
}

// Rows returns the rows of a kind; nil if the license does not have the kind
// or has none of it (see Has).
func (l *License) Rows(kind string) []*Object { return l.rows[kind] }

// Has tells whether the license holds the kind, be it with no rows.
func (l *License) Has(kind string) bool {
	_, ok := l.rows[kind]
	return ok
}

// SetRows gives the license the rows of a kind; nil rows mean "none of it".
func (l *License) SetRows(kind string, rows []*Object) {
	if l.rows == nil {
		l.rows = map[string][]*Object{}
	}
	l.rows[kind] = rows
}

// Append adds rows to a kind.
func (l *License) Append(kind string, rows ...*Object) {
	l.SetRows(kind, append(l.rows[kind], rows...))
}

// Remove takes a kind out of the license, so that Has is false.
func (l *License) Remove(kind string) { delete(l.rows, kind) }

// DropReadOnly removes the rows that the API cannot set (Kind.ReadOnlyRow).
func (l *License) DropReadOnly() {
	for _, k := range l.Kinds() {
		if k.Values != nil {
			l.SetRows(k.Name, slices.DeleteFunc(slices.Clone(l.Rows(k.Name)), k.ReadOnlyRow))
		}
	}
}

// Kinds returns the kinds that the license contains, in the registry's order, as
// described for its version.
func (l *License) Kinds() []*Kind {
	var out []*Kind
	for _, k := range KindsAt(l.Version) {
		if l.Has(k.Name) {
			out = append(out, k)
		}
	}
	return out
}

// Owners returns the client ids that own rows of a kind read per client, sorted; none
// of other kinds.
func (l *License) Owners(k *Kind) []string {
	if !k.PerClient() {
		return nil
	}
	var out []string
	for _, row := range l.Rows(k.Name) {
		if id := row.String(k.OwnedBy); id != "" {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// FindOwner records the id and account id of the owner: the object with the role
// that the API cannot assign.
func (l *License) FindOwner() {
	for _, k := range l.Kinds() {
		role := k.Field("role")
		if role == nil {
			continue
		}
		for _, row := range l.Rows(k.Name) {
			if slices.Contains(role.Fixed, row.String("role")) {
				l.Owner, l.AccountID = row.String("id"), row.String("account_id")
				return
			}
		}
	}
}

// WithRows returns a copy with other rows of a kind; the copy shares everything
// else.
func (l *License) WithRows(kind string, rows []*Object) *License {
	c := *l
	c.rows = maps.Clone(l.rows)
	c.SetRows(kind, rows)
	return &c
}

// Clone returns a deep copy.
func (l *License) Clone() *License {
	c := *l
	c.ClientIDs = slices.Clone(l.ClientIDs)
	c.Gaps = slices.Clone(l.Gaps)
	c.Notices = slices.Clone(l.Notices)
	c.Unreadable = make(map[string][]string, len(l.Unreadable))
	for k, v := range l.Unreadable {
		c.Unreadable[k] = slices.Clone(v)
	}
	c.Readable = maps.Clone(l.Readable)
	c.rows = make(map[string][]*Object, len(l.rows))
	for k, rows := range l.rows {
		cl := make([]*Object, len(rows))
		for i, r := range rows {
			cl[i] = r.Clone()
		}
		c.rows[k] = cl
	}
	return &c
}
