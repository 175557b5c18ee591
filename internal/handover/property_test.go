package handover

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// TestLackingFulfilled: a license that got what it lacks lacks nothing more,
// what it said before it still says, and nothing that was given has changed.
func TestLackingFulfilled(t *testing.T) {
	drawn := resourcetest.Draw{Seed: 1}
	rapid.Check(t, func(t *rapid.T) {
		live := drawn.License(t, 4)
		want := drawn.Edited(t, live)
		before := resourcetest.Texts(live) + resourcetest.Texts(want)
		lacking, _ := Lacking(want, live)
		if resourcetest.Texts(live)+resourcetest.Texts(want) != before {
			t.Fatal("what was given has changed")
		}
		after := fulfilled(t, live, lacking)
		if again, _ := Lacking(want, after); len(again.Kinds()) > 0 {
			t.Fatalf("it still lacks\n%s\nLACKED\n%s\nLIVE\n%s\nWANT\n%s", resourcetest.Texts(again), resourcetest.Texts(lacking),
				resourcetest.Texts(live), resourcetest.Texts(want))
		}
	})
}

// TestNothingIsLacking of what a license itself shows.
func TestNothingIsLacking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := resourcetest.Draw{Seed: 1}.License(t, 4)
		if lacking, told := Lacking(live.Clone(), live); len(lacking.Kinds()) > 0 || told != nil {
			t.Fatalf("told %q, lacking\n%s", told, resourcetest.Texts(lacking))
		}
	})
}

// fulfilled is a license with what it lacks. No value that said something is
// another then.
func fulfilled(t *rapid.T, live, lacking *resource.License) *resource.License {
	after := live.Clone()
	for _, k := range lacking.Kinds() {
		rows := after.Rows(k.Name)
		for n, l := range lacking.Rows(k.Name) {
			var have *resource.Object
			for _, row := range rows {
				if sameObject(k, row, l) && (k.ServerID == "" || l.Has(k.ServerID)) {
					have = row
				}
			}
			if have == nil {
				have = l.Clone()
				if k.ServerID != "" {
					have.Set(k.ServerID, fmt.Sprintf("made-%d", n))
				}
				rows = append(rows, have)
				continue
			}
			for name, v := range l.All() {
				if old := have.Get(name); !resource.IsHollow(old) && !resource.Equal(old, v) {
					t.Fatalf("%s %s: %s says %s, and is to say %s", k.Name, k.KeyOf(have), name, resource.JSON(old), resource.JSON(v))
				}
				have.Set(name, resource.CloneValue(v))
			}
			k.Canonical(have)
		}
		after.SetRows(k.Name, rows)
	}
	return after
}
