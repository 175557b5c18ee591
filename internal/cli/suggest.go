package cli

import (
	"strings"

	"lcsync/internal/resource"
)

// suggest returns the hint for a misspelled name, "" if nothing is near: the
// nearest candidate, or the only one that the name is the beginning of.
func suggest(name string, candidates []string) string {
	near := resource.Suggest(name, candidates)
	if near == "" {
		for _, c := range candidates {
			if len(name) < 2 || !strings.HasPrefix(c, name) {
				continue
			}
			if near != "" {
				return ""
			}
			near = c
		}
	}
	return near
}
