package apply

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// claims records which live objects existed before the run and which the run is known
// to have created. A create with an unknown outcome may have created any other object.
type claims struct {
	before *resource.License
	taken  map[string]map[string]bool // kind → names (Kind.NameOf)
	// flying holds the creates that were sent and have no response yet: an object
	// that looks like one of them may be named by that response.
	flying map[*item]bool
}

func newClaims(before *resource.License) *claims {
	if before == nil {
		before = &resource.License{}
	}
	return &claims{before: before, taken: map[string]map[string]bool{}, flying: map[*item]bool{}}
}

func (c *claims) of(k *resource.Kind) map[string]bool {
	at := c.taken[k.Name]
	if at == nil {
		at = map[string]bool{}
		for _, row := range c.before.Rows(k.Name) {
			at[k.NameOf(row)] = true
		}
		c.taken[k.Name] = at
	}
	return at
}

// sent is called for each item before it is sent.
func (c *claims) sent(it *item) {
	it.expect()
	if it.step.does == creating {
		c.flying[it] = true
	}
}

// answered is called with the verdict on an item: it claims the id that a response
// reveals, and releases the key of a deleted object.
func (c *claims) answered(it *item, v verdict) {
	delete(c.flying, it)
	switch k := it.task.kind; {
	case v.status != Done:
	case it.step.does == deleting:
		c.release(it)
	case it.step.does == creating && k.ServerID != "":
		c.claim(k, v.id)
	}
}

// claim claims the object of an id.
func (c *claims) claim(k *resource.Kind, id resource.Value) { c.of(k)[resource.Text(id)] = true }

// release releases the key of a deleted object, which a new one may have.
func (c *claims) release(it *item) {
	if k := it.task.kind; k.ServerID == "" {
		delete(c.of(k), k.KeyOf(it.row))
	}
}

// finding is what a license shows of a step that has no response.
type finding struct {
	row       *resource.Object // that the step made or changed, nil if not found
	id        resource.Value   // its value in references
	gone      bool             // the object is deleted
	contested bool             // there is a row, which another call may have made
	other     *resource.Object // of the same name, not as sent
	detail    string
}

// find looks for what an item did, and claims what it made.
func (c *claims) find(it *item, live *resource.Index) finding {
	if it.adds() {
		return c.adopt(it, live)
	}
	k := it.task.kind
	row := live.ByID(k, it.id)
	if k.ServerID == "" {
		row = live.Find(k, it.row)
	}
	switch {
	case it.step.does == deleting && it.task.unread(live, row != nil) == "" && (row == nil || it.task.unset(row)):
		c.release(it)
		return finding{gone: true, id: it.id, detail: "it deleted"}
	case it.step.does != deleting && row != nil && it.asSent(row, live):
		return finding{row: row, id: it.id, detail: "it as sent"}
	}
	return finding{}
}

// adopt finds the object that a create with an unknown outcome made: an unclaimed row
// of its kind that reads back as sent. A row with the same key and other content is
// the finding's other: the object as the server changed it, or somebody else's.
func (c *claims) adopt(it *item, live *resource.Index) finding {
	k, taken := it.task.kind, c.of(it.task.kind)
	untold, key := untold(k, live.License), k.FoldKey(k.KeyOf(it.want))
	var f finding
	for _, row := range live.Rows(k.Name) {
		name, sameKey := k.NameOf(row), k.FoldKey(k.KeyOf(row)) == key
		switch {
		case name == "" || taken[name], k.ServerID == "" && !sameKey:
		case matches(k, row, it.want, untold):
			if c.contested(it, row, untold) {
				return finding{contested: true}
			}
			taken[name] = true
			return finding{row: row, id: k.IdentityOf(row), detail: made(k, name)}
		case sameKey && f.other == nil:
			f.other = row
		}
	}
	if f.other != nil && k.ServerID != "" {
		f.detail = fmt.Sprintf("there is a new %s of that name (id %s), but it differs from what was sent", k.Singular, k.NameOf(f.other))
	} else if f.other != nil {
		f.detail = fmt.Sprintf("there is a new %s of that name, but it differs from what was sent", k.Singular)
	}
	return f
}

// made names an object that a create with an unknown outcome made.
func made(k *resource.Kind, name string) string {
	if k.ServerID == "" {
		return "the created " + k.Singular
	}
	return "the created " + k.Singular + " (id " + name + ")"
}

// contested tells whether another create under way may have made a row.
func (c *claims) contested(it *item, row *resource.Object, untold []string) bool {
	for other := range c.flying {
		if k := it.task.kind; other != it && other.task.kind == k && matches(k, row, other.want, untold) {
			return true
		}
	}
	return false
}

// untold returns the fields that cannot prove that a create made a live row: those that
// cannot be read, and those that publishing sets.
func untold(k *resource.Kind, live *resource.License) []string {
	out := slices.Clone(live.Unreadable[k.Name])
	for i := range k.Fields {
		if k.Fields[i].OnChange == resource.ByPublish {
			out = append(out, k.Fields[i].Name)
		}
	}
	return out
}

// matches tells whether a row is as wanted, in all that can be read of it.
func matches(k *resource.Kind, row, want *resource.Object, unreadable []string) bool {
	return len(diff.Compare(k, row, want, unreadable)) == 0
}
