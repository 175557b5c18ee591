package resource_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// TestReferencesAreThoseThatAreMapped: who reads references sees what who
// replaces them sees.
func TestReferencesAreThoseThatAreMapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := resourcetest.Draw{NameMembers: true}
		l := d.Edited(t, d.License(t, 4))
		for _, k := range l.Kinds() {
			for _, row := range l.Rows(k.Name) {
				var mapped, read []resource.Reference
				k.MapRefs(row, func(to *resource.RefTo, path string, v resource.Value) resource.Value {
					mapped = append(mapped, resource.Reference{To: to, Path: path, Value: v})
					return v
				})
				for ref := range k.References(row) {
					read = append(read, ref)
				}
				if d := cmp.Diff(mapped, read); d != "" {
					t.Fatalf("%s %s (-mapped +read):\n%s", k.Name, resource.JSON(row), d)
				}
			}
		}
	})
}
