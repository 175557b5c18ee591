package diff

import (
	"testing"

	"lcsync/internal/resource"
)

// Two files that mean the same do not differ, whether they name groups or
// count them.
func TestNamesAreIDs(t *testing.T) {
	file := func(group, bot resource.Value) *resource.License {
		l := &resource.License{Owner: "o@x"}
		l.SetRows("groups", []*resource.Object{resource.Of("id", int64(3), "name", "Sales")})
		l.SetRows("bots", []*resource.Object{resource.Of("id", "b1", "name", "Guide", "groups", resource.List{resource.Of("id", group, "priority", "first")})})
		l.SetRows("tags", []*resource.Object{resource.Of("name", "x", "group_ids", resource.List{group})})
		l.SetRows("routing_statuses", []*resource.Object{resource.Of("agent_id", bot, "status", "offline")})
		return l
	}
	counted, named := file(int64(3), "b1"), file("Sales", "Guide")
	for _, pair := range [][2]*resource.License{{counted, named}, {named, counted}, {named, named}} {
		p, err := Compute(pair[0].Resolved(), pair[1], Options{})
		if err != nil || len(p.Changes)+len(p.Unmanaged)+len(p.Skipped) > 0 {
			t.Errorf("%v: %+v", err, p)
		}
	}
	if !resource.Equal(named.Rows("tags")[0].Get("group_ids"), resource.List{"Sales"}) {
		t.Error("what was given is changed")
	}
}
