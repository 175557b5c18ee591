package apply

import (
	"fmt"
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// How large a batch may be nobody knows; what the server took of a refused one
// is what it is sent from then on.
func TestBatchSizeIsLearned(t *testing.T) {
	var changes []*diff.Change
	for i := range 200 {
		id := fmt.Sprintf("a%03d@x", i)
		changes = append(changes, create("agents", id, agent(id)))
	}
	var sizes []int
	f := &fake{whole: func(_ string, items []*resource.Object) error {
		sizes = append(sizes, len(items))
		if len(items) > 30 {
			return refuse(wire.Permanent, "validation", "too many requests in the batch")
		}
		return nil
	}}
	o := options()
	o.Concurrency = 1
	r := mustRun(t, plan(changes...), f, o)
	if r.Counts.Done != 200 {
		t.Errorf("%+v", r.Counts)
	}
	same(t, "sizes", sizes, []int{100, 50, 25, 25, 25, 25, 25, 25, 25, 25})
}
