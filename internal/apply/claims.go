package apply

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// claims tells of live objects whose they are: which were there before the
// run, and which are known to be made by it. An object that nobody claims may
// be what a create with an unknown outcome made.
type claims struct {
	before *resource.License
	taken  map[string]map[string]bool // kind → names (Kind.NameOf)
	// flying has the creates that were sent and not answered: an object that
	// looks like what one of them sends may be the one that its answer names.
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

// answered is called with what came of an item: what an answer reveals is
// claimed, and a key whose object was deleted is given up.
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

// release gives up a key whose object was deleted: another one may have it.
func (c *claims) release(it *item) {
	if k := it.task.kind; k.ServerID == "" {
		delete(c.of(k), k.KeyOf(it.row))
	}
}

// finding is what a license shows of a step that was sent and not answered.
type finding struct {
	row       *resource.Object // that it made or changed, nil if it does not show
	id        resource.Value   // what references to that hold
	gone      bool             // what it deleted is gone
	contested bool             // there is a row, which may turn out to be another call's
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

// adopt finds the object that a create with an unknown outcome made among the
// live rows of its kind: one that nobody claims and that reads back as what was
// sent. If there is only one with the key that was sent, and with other content,
// that is the finding's other: it may be the object, changed by the server, or
// somebody else's.
func (c *claims) adopt(it *item, live *resource.Index) finding {
	k, taken := it.task.kind, c.of(it.task.kind)
	untold, key := untold(k, live.License), k.KeyOf(it.want)
	var f finding
	for _, row := range live.Rows(k.Name) {
		name, sameKey := k.NameOf(row), k.KeyOf(row) == key
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

// contested tells whether a row may be what another create makes that is under
// way.
func (c *claims) contested(it *item, row *resource.Object, untold []string) bool {
	for other := range c.flying {
		if k := it.task.kind; other != it && other.task.kind == k && matches(k, row, other.want, untold) {
			return true
		}
	}
	return false
}

// untold are the fields that say nothing of whether a live row is what a create
// made: those that cannot be read, and those that publishing sets.
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
