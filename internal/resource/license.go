package resource

import (
	"maps"
	"slices"
)

// License is the configuration of one license as rows of objects, one list a
// kind. It is what an export reads, what a snapshot holds, and what two sides
// of a comparison are.
type License struct {
	Version   string   `json:"api_version,omitempty"` // of the API whose shapes the rows have, "" = APIVersion
	Owner     string   `json:"owner,omitempty"`       // e-mail of the agent whose role is owner, "" if unknown
	AccountID string   `json:"account_id,omitempty"`  // account id of the owner, "" if unknown
	ClientIDs []string `json:"client_ids,omitempty"`  // client ids that the per-client kinds cover, sorted; empty and not nil = there are none
	Gaps      []Gap    `json:"gaps,omitempty"`        // what could not be read
	Notices   []string `json:"-"`                     // what a reader should know and that is no gap

	// Unreadable names, by kind, the top-level fields that no object of an
	// answer carried although the API documents them.
	Unreadable map[string][]string `json:"unreadable,omitempty"`

	// Readable names, by kind, the optional fields that answers are known to
	// carry where they have a value: of a license that was read those that some
	// object had, of a snapshot those that its export recorded. Nil if nothing
	// is known, as of files that people wrote.
	Readable map[string][]string `json:"-"`

	// Secrets holds secrets that answers revealed, by name. It is written to
	// a secrets file on request and nowhere else.
	Secrets map[string]string `json:"-"`

	rows map[string][]*Object
}

// Gap is a part of a license that could not be read: a whole kind, a kind for
// one client id, or one object.
type Gap struct {
	Kind     string   `json:"kind"`
	ClientID string   `json:"client_id,omitempty"`
	ID       string   `json:"id,omitempty"` // what the object is called, if only one could not be read; see Kind.CalledBy
	Method   string   `json:"method,omitempty"`
	Reason   string   `json:"reason"`
	Scopes   []string `json:"missing_scopes,omitempty"` // any one of them would do
	// Partial tells that the kind was read but may lack objects, or fields of them.
	Partial bool `json:"partial,omitempty"`
}

// Hides tells whether a gap is about a row of a kind: about all of the kind,
// what a client id owns of it, or that object.
func (g Gap) Hides(k *Kind, row *Object) bool {
	return g.Kind == k.Name &&
		(g.ClientID == "" || k.OwnedBy != "" && row.String(k.OwnedBy) == g.ClientID) &&
		(g.ID == "" || k.CalledBy(row, g.ID))
}

// OfOthers tells whether a gap is about client ids that nobody named: of those
// that were, nothing is missing.
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

// DropReadOnly takes the rows out that tell of the license what nobody can set
// (Kind.ReadOnlyRow).
func (l *License) DropReadOnly() {
	for _, k := range l.Kinds() {
		if k.Values != nil {
			l.SetRows(k.Name, slices.DeleteFunc(slices.Clone(l.Rows(k.Name)), k.ReadOnlyRow))
		}
	}
}

// Kinds returns the kinds the license holds, in the registry's order, as its
// version has them.
func (l *License) Kinds() []*Kind {
	var out []*Kind
	for _, k := range KindsAt(l.Version) {
		if l.Has(k.Name) {
			out = append(out, k)
		}
	}
	return out
}

// FindOwner notes the id and account id of the object whose role is the one that
// nobody can be given: the owner's.
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

// WithRows returns a copy that has other rows of a kind and shares the rest.
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
