package apply

import (
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// TestAnIDInAnotherForm: the number of a new group counts, however the response writes
// it, as in responses to reads.
func TestAnIDInAnotherForm(t *testing.T) {
	for _, id := range []resource.Value{"19", 19.0, int64(19)} {
		f := &fake{hook: func(method string, _ *resource.Object) (resource.Value, *wire.Error) {
			if method == "create_group" {
				return resource.Of("id", id), nil
			}
			return nil, nil
		}}
		r := mustRun(t, plan(
			create("groups", "Sales", resource.Of("name", "Sales", "agent_priorities", resource.Of("a@x", "normal"))),
			create("tags", "vip", resource.Of("name", "vip", "group_ids", groupRef("Sales")), "groups/Sales"),
		), f, options())
		same(t, "statuses", statuses(r), []string{"groups/Sales: done", "tags/vip: done"})
		same(t, "the tag has the id", f.args("create_tag"), []string{`{"name":"vip","group_ids":[19]}`})
	}
}
