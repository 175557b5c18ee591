package resource

import (
	"slices"
	"sort"
)

// LongestIncreasing returns the indices of a longest increasing subsequence: of the
// objects at places in a list, the most that can stay when the others move.
func LongestIncreasing(a []int) []int {
	var tails []int // indices of the smallest last element by length
	prev := make([]int, len(a))
	for i, v := range a {
		n := sort.Search(len(tails), func(j int) bool { return a[tails[j]] >= v })
		prev[i] = -1
		if n > 0 {
			prev[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	var out []int
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = prev[i] {
			out = append(out, i)
		}
	}
	slices.Reverse(out)
	return out
}
