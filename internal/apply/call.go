package apply

import "lcsync/internal/resource"

// item is a step of a task that is ready to be sent.
type item struct {
	task *task
	step *step

	// Of an item that is sent: the row that it is about, with references
	// resolved, and what references to its object hold, if that is known.
	row  *resource.Object
	id   resource.Value
	soft []string         // fields sent without elements that did not exist yet
	next resource.Value   // what it was put before, if it moves
	want *resource.Object // what should read back, nil if it should be gone
}

// call is a request that is ready to be sent, with one item or several.
type call struct {
	items  []*item
	part   bool   // of a batch that was refused as a whole
	trial  *trial // that the call is a part of
	rest   bool   // it is all that is left of a namespace
	number int64  // counts the calls that are sent
	// halfway tells that the call continues a change: it is sent even after an
	// interrupt.
	halfway bool
	sealed  []*resource.Object // parameters of the items, once encoded
	args    []*resource.Object // the same with the secrets they name
	// method of one item; a batch is sent by the method's batch form.
	method string
}

func (c *call) step() *step { return c.items[0].step }

// changes returns the ids of the changes that the call is a step of.
func (c *call) changes() []string {
	ids := make([]string, len(c.items))
	for i, it := range c.items {
		ids[i] = it.task.change.ID
	}
	return ids
}

// add adds an item that is to be sent to a call.
func (c *call) add(it *item, m *message) {
	it.row, it.soft, it.next = m.row, it.task.soft, m.sealed.Get(nextParam)
	switch t := it.task; {
	case it.step.does == deleting, it.step.does == creating && t.kind.ServerID == "":
		it.id = t.kind.IdentityOf(m.row) // of a replacement: the old one
	case it.step.does != creating:
		it.id = t.id
	}
	c.method, c.items = m.method, append(c.items, it)
	c.sealed, c.args = append(c.sealed, m.sealed), append(c.args, m.args)
	c.halfway = c.halfway || it.task.next > 0
	it.task.state = flying
}

// expect computes what should read back of an item, without lists that other calls may
// have added to meanwhile.
func (it *item) expect() {
	if it.step.does == deleting {
		return
	}
	it.want = it.task.expected(it.row)
	for _, name := range it.soft {
		it.want.Delete(name)
	}
}
