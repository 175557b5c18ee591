package diff

import (
	"slices"
	"sort"

	"lcsync/internal/resource"
)

// position is the path under which a change of place is shown.
const position = "position"

// order plans the moves that bring linked kinds into the wanted order: as few
// as there can be, by leaving the longest run of objects where it is that
// already stands in order.
func (c *computation) order() {
	for _, k := range resource.Kinds() {
		if p := c.space.pairs[k.Name]; p != nil && k.Order == resource.Linked {
			c.orderRows(p)
		}
	}
}

func (c *computation) orderRows(p *pairing) {
	var rows []int // wanted rows that exist or will
	for i, w := range p.want {
		if ch := c.byRow[w]; p.ofWant[i] >= 0 || ch != nil && ch.Blocked == "" {
			rows = append(rows, i)
		}
	}
	stay := c.staying(p, rows)
	for n := len(rows) - 1; n >= 0; n-- {
		i := rows[n]
		if stay[i] {
			continue
		}
		var next resource.Value = ""
		if n+1 < len(rows) {
			next = c.place(p, rows[n+1])
		}
		c.move(p, i, n, next)
	}
}

// staying returns the wanted rows that need not move.
func (c *computation) staying(p *pairing, rows []int) map[int]bool {
	var paired, at []int
	for _, i := range rows {
		if p.ofWant[i] >= 0 {
			paired, at = append(paired, i), append(at, p.ofWant[i])
		}
	}
	stay := map[int]bool{}
	if of := c.picks[p.kind.Name]; of != nil {
		for n, i := range rows {
			stay[i] = of.stays(p, rows, n)
		}
		return stay
	}
	for _, n := range longestIncreasing(at) {
		stay[paired[n]] = true
	}
	return stay
}

// place is what a wanted row is called as a neighbour: its id or a Ref.
func (c *computation) place(p *pairing, i int) resource.Value {
	if l := p.ofWant[i]; l >= 0 {
		return p.kind.IDOf(p.live[l])
	}
	return resource.Ref{Kind: p.kind.Name, Key: p.keys[i]}
}

func (c *computation) move(p *pairing, i, n int, next resource.Value) {
	ch := c.byRow[p.want[i]]
	l := p.ofWant[i]
	if ch == nil || ch.Blocked != "" {
		// The move has a change of its own, be it because another one of the
		// object cannot be made.
		key := p.keys[i]
		if ch == nil {
			c.plan.Unchanged[p.kind.Name]--
		} else {
			key = c.unique(p.kind, key+"#"+position)
		}
		ch = c.add(&Change{ID: p.kind.Name + "/" + key, Kind: p.kind.Name, Key: p.keys[i], Action: Update,
			Before: p.live[l], After: p.live[l].Clone()}, p.want[i])
	}
	ch.Move = &Move{next}
	if l >= 0 {
		ch.Fields = append(ch.Fields, FieldChange{position, int64(l + 1), int64(n + 1)})
	}
}

// longestIncreasing returns the indices of a longest increasing subsequence.
func longestIncreasing(a []int) []int {
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
