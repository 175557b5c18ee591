package resource

import (
	"slices"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// APIVersion is the version of the API that the registry describes.
const APIVersion = "3.5"

// kinds is in the order of the snapshot's keys. Kinds that others refer to
// come first, so that a loop may resolve references as it goes.
var kinds = slices.Concat(people, routing, apps, values, information)

var kindByName = func() map[string]*Kind {
	m := make(map[string]*Kind, len(kinds))
	for _, k := range kinds {
		m[k.Name] = k
	}
	return m
}()

// Kinds returns every kind, those that others refer to first.
func Kinds() []*Kind { return kinds }

// Lookup returns a kind by its name, nil if there is none.
func Lookup(name string) *Kind { return kindByName[name] }

// Names returns the names of all kinds in the registry's order.
func Names() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}

// Suggest returns the candidate nearest to a misspelled name, "" if none is
// near: at most two edits, and fewer than half of the name's letters.
func Suggest(name string, candidates []string) string {
	best, bestDistance := "", 3
	for _, c := range candidates {
		d := levenshtein.ComputeDistance(name, c)
		if d < bestDistance && d*2 < utf8.RuneCountInString(name) {
			best, bestDistance = c, d
		}
	}
	return best
}
