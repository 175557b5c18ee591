package apply

import (
	"sync"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// claims tells of live objects whose they are: which were there before the
// run, and which are known to be made by it. An object that nobody claims may
// be what a create with an unknown outcome made. It is safe for concurrent use.
type claims struct {
	mu     sync.Mutex
	before *resource.License
	taken  map[string]map[string]bool // kind → server ids, or keys where they are the identity
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
			at[nameOf(k, row)] = true
		}
		c.taken[k.Name] = at
	}
	return at
}

// begin is called before a call is sent.
func (c *claims) begin(sent *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, it := range sent.items {
		if it.want = it.sentRow(); it.step.does == creating {
			c.flying[it] = true
		}
	}
}

// end is called with the answers: what they reveal is claimed.
func (c *claims) end(sent *call, answers []answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, it := range sent.items {
		delete(c.flying, it)
		status, id := judge(it, answers[i])
		k := it.task.kind
		switch {
		case status != Done:
		case it.step.does == deleting:
			c.release(it)
		case it.step.does == creating && k.ServerID != "":
			c.of(k)[resource.Text(id)] = true
		}
	}
}

// release gives up a key whose object was deleted: another one may have it.
func (c *claims) release(it *item) {
	if k := it.task.kind; k.ServerID == "" {
		delete(c.of(k), k.KeyOf(it.row))
	}
}

// gone is called for an object that was found to be deleted.
func (c *claims) gone(it *item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.release(it)
}

// adopt looks for the object that an item made and claims it. contested tells
// that there is one which may turn out to be another call's that is still
// under way.
func (c *claims) adopt(it *item, live *resource.License) (row *resource.Object, differs, contested bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := it.task.kind
	taken, unreadable := c.of(k), live.Unreadable[k.Name]
	row, differs = lookFor(k, it.want, live.Rows(k.Name), unreadable, func(id string) bool { return taken[id] })
	if row == nil || differs {
		return row, differs, false
	}
	for other := range c.flying {
		if other.task.kind == k && len(diff.Compare(k, row, other.want, unreadable)) == 0 {
			return nil, false, true
		}
	}
	taken[nameOf(k, row)] = true
	return row, false, false
}
