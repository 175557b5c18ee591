package resource

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Suggest returns the candidate most similar to a misspelled name, "" if none is
// similar: at most two edits, and fewer than half of the name's letters.
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
