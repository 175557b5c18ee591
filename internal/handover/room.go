package handover

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// NoRoom asks about webhooks that the current version has no room for beside
// those that it holds. lacking is what Lacking returned.
func NoRoom(lacking *resource.License) []migrate.Decision {
	var out []migrate.Decision
	k := resource.Lookup(hooks)
	for _, limit := range k.Caps {
		asked := map[string]bool{}
		for _, w := range lacking.Rows(hooks) {
			place := func(o *resource.Object) string {
				var parts resource.List
				for _, f := range limit.Per {
					parts = append(parts, o.Get(f))
				}
				return resource.JSON(parts)
			}
			if w.Has(k.ServerID) || asked[place(w)] {
				continue
			}
			asked[place(w)] = true
			var fresh, held []string
			for _, o := range lacking.Rows(hooks) {
				name := k.Singular + " " + o.String("action") + " " + o.String("url")
				switch {
				case place(o) != place(w):
				case o.Has(k.ServerID):
					held = append(held, name)
				default:
					fresh = append(fresh, name)
				}
			}
			if more := len(fresh) + len(held) - limit.N; more > 0 && len(held) > 0 {
				out = append(out, migrate.Decision{About: "limit", Object: fresh[0],
					Question: fmt.Sprintf("%d %s would share %s, and %d are allowed: %s holds %s, and lacks %s", len(fresh)+len(held), k.Name,
						strings.Join(limit.Per, " and "), limit.N, resource.APIVersion, strings.Join(held, ", "), strings.Join(fresh, ", ")),
					Settle: fmt.Sprintf("name %d to leave out, --leave-out %q, or unregister as many that %s holds", min(more, len(fresh)), slices.Max(fresh), resource.APIVersion)})
			}
		}
	}
	return out
}
