// Package resourcetest draws licenses for property tests, by the registry
// alone: a field or a kind that is added there is drawn without a word here.
// Only tests import it.
package resourcetest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// Owner is the e-mail of the agent that owns each drawn license, Account the
// id of its account.
const (
	Owner   = "owner@example.com"
	Account = "acc"
)

// Draw says what licenses are drawn. The zero Draw draws the most: whatever a
// file or an answer may hold, be it something that no call can bring about.
type Draw struct {
	// Seed sets the server ids of one license apart from those of another.
	Seed int
	// Writable leaves out what an update cannot bring about and nothing can
	// bring back: fields that are observed, read-only or published, and edits
	// of fields that never change.
	Writable bool
	// Lawful keeps to what a server holds: it has an object of each kind and
	// no more than the caps, every group has the owner as a member, the owner
	// stays, values fit their definitions, and an object that is deleted takes
	// just its own elements out of lists.
	Lawful bool
	// NameMembers lets edits give groups lists of their members.
	NameMembers bool
}

// Empty returns a license of Owner with two client ids and no kinds.
func Empty() *resource.License {
	return &resource.License{Owner: Owner, AccountID: Account, ClientIDs: Clients()}
}

// Clients returns the client ids of the drawn licenses.
func Clients() []string { return []string{"clientA", "clientB"} }

// ServerID returns the n-th id that a server gives to objects of a kind.
func ServerID(k *resource.Kind, n int) resource.Value {
	if k.RandomID {
		return fmt.Sprintf("%s-%d", k.Name[:3], n)
	}
	return int64(n)
}

// Texts returns the rows of a license as JSON, one a line, for comparing and
// for messages.
func Texts(l *resource.License) string {
	var b strings.Builder
	for _, k := range l.Kinds() {
		for _, r := range l.Rows(k.Name) {
			b.WriteString(k.Name + resource.JSON(r) + "\n")
		}
	}
	return b.String()
}

// License draws a license with up to n objects a kind, and one more of kinds
// that have to have one.
func (d Draw) License(t *rapid.T, n int) *resource.License {
	m := &maker{T: t, Draw: d, l: Empty()}
	for _, k := range resource.Kinds() {
		if k.ReadOnly {
			continue
		}
		m.l.SetRows(k.Name, nil)
		count := m.pick("number of "+k.Name, n+1)
		if k.Person || d.Lawful {
			count++
		}
		for range count {
			m.addRow(k)
		}
		k.SortRows(m.l.Rows(k.Name))
	}
	if d.Lawful {
		m.staff()
	}
	return m.l
}

// maker draws one license whose references lead somewhere.
type maker struct {
	*rapid.T
	Draw
	l *resource.License
	n int // last server id
}

// pick draws a number from 0 to n-1.
func (m *maker) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(m.T, what) }

func (m *maker) flip(what string) bool { return rapid.Bool().Draw(m.T, what) }

// addRow adds a row with a server id, unless its key is taken. The first
// person is the owner.
func (m *maker) addRow(k *resource.Kind) {
	row := m.row(k)
	if k.Person && len(m.l.Rows(k.Name)) == 0 {
		m.makeOwner(row)
	}
	if k.ServerID != "" {
		m.n++
		row.Set(k.ServerID, ServerID(k, m.Seed*1000+m.n))
	}
	m.put(k, row)
}

func (m *maker) makeOwner(row *resource.Object) {
	row.Set("id", Owner)
	row.Set("role", "owner")
	if !m.Writable {
		row.Set("account_id", Account)
	}
}

// put adds a row if it has a key of its own and there is room for it.
func (m *maker) put(k *resource.Kind, row *resource.Object) {
	k.HideSecrets(row)
	k.Canonical(row)
	if !obeys(k, row) {
		return
	}
	if k.Order != resource.Linked && !m.hasOwnKey(k, row) || m.Lawful && m.isFull(k) {
		return
	}
	m.l.Append(k.Name, row)
}

// obeys takes what the vendor's rules do not let be sent out of a drawn row, in
// place. It returns false if the row cannot do without.
func obeys(k *resource.Kind, row *resource.Object) bool {
	for _, p := range k.Problems(row, resource.Refused) {
		root, _, _ := strings.Cut(p.Path, ".")
		root, _, _ = strings.Cut(root, "[")
		if f := k.Field(root); f.Required || slices.Contains(k.Key, root) {
			return false
		}
		row.Delete(root)
	}
	return true
}

// hasOwnKey tells whether a row has all of its key and no other row has the
// same; a part is missing if there was nothing to refer to.
func (m *maker) hasOwnKey(k *resource.Kind, row *resource.Object) bool {
	same := func(o *resource.Object) bool { return resource.Equal(keyOf(k, o), keyOf(k, row)) }
	return !slices.Contains(keyOf(k, row), nil) && !slices.ContainsFunc(m.l.Rows(k.Name), same)
}

// keyOf returns the values of the fields that make up the key of a row.
func keyOf(k *resource.Kind, row *resource.Object) resource.List {
	key := resource.List{}
	for _, name := range k.Key {
		key = append(key, row.Get(name))
	}
	return key
}

func (m *maker) isFull(k *resource.Kind) bool {
	return slices.ContainsFunc(k.Caps, func(c resource.Cap) bool { return len(m.l.Rows(k.Name)) >= c.N })
}

// staff makes the owner a member of every group, as no group is made without
// one.
func (m *maker) staff() {
	for _, k := range resource.Kinds() {
		if k.Members == nil {
			continue
		}
		list := resource.List{}
		for _, g := range m.l.Rows(k.Name) {
			list = append(list, resource.Of("id", g.Get("id"), "priority", k.Members.Need))
		}
		for _, a := range m.l.Rows(k.Members.Of) {
			if a.String("id") == Owner {
				a.Set(k.Members.List, list)
				resource.Lookup(k.Members.Of).Canonical(a)
			}
		}
	}
}
