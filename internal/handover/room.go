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
		fresh, held := map[string][]string{}, map[string][]string{}
		var places []string // of those that are lacking, in their order
		for _, o := range lacking.Rows(hooks) {
			at, name := limit.Place(o), k.Singular+" "+o.String("action")+" "+o.String("url")
			if o.Has(k.ServerID) {
				held[at] = append(held[at], name)
				continue
			}
			if fresh[at] == nil {
				places = append(places, at)
			}
			fresh[at] = append(fresh[at], name)
		}
		for _, at := range places {
			if more := len(fresh[at]) + len(held[at]) - limit.N; more > 0 && len(held[at]) > 0 {
				out = append(out, noRoom(k, limit, fresh[at], held[at], more))
			}
		}
	}
	return out
}

func noRoom(k *resource.Kind, limit resource.Cap, fresh, held []string, more int) migrate.Decision {
	return migrate.Decision{About: "limit", Key: "leave_out", Object: fresh[0],
		Question: fmt.Sprintf("%d %s would share %s, and %d are allowed: %s holds %s, and lacks %s", len(fresh)+len(held), k.Name,
			strings.Join(limit.Per, " and "), limit.N, resource.APIVersion, strings.Join(held, ", "), strings.Join(fresh, ", ")),
		HowTo: fmt.Sprintf("name %d to leave out, --leave-out %q, or unregister as many that %s holds", min(more, len(fresh)), slices.Max(fresh), resource.APIVersion)}
}
