package resource

import (
	"testing"

	"pgregory.net/rapid"
)

// TestLongestIncreasingIsLongest holds the moves against trying everything.
func TestLongestIncreasingIsLongest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "places")
		a = a[:rapid.IntRange(0, len(a)).Draw(t, "length")]
		got := LongestIncreasing(a)
		for i := 1; i < len(got); i++ {
			if got[i] <= got[i-1] || a[got[i]] <= a[got[i-1]] {
				t.Fatalf("%v of %v is no increasing run", got, a)
			}
		}
		best := 0
		for set := range 1 << len(a) {
			last, n, ok := -1, 0, true
			for i, v := range a {
				if set&(1<<i) != 0 {
					ok = ok && v > last
					last, n = v, n+1
				}
			}
			if ok {
				best = max(best, n)
			}
		}
		if len(got) != best {
			t.Fatalf("%v of %v: there is a run of %d", got, a, best)
		}
	})
}
