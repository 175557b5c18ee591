package resource

import (
	"fmt"
	"slices"
)

// walkChains follows next_id from every head and from the remaining rows in loops,
// and joins the pieces. Rows and heads are sorted by id.
func walkChains(rows, heads []*Object, byID map[string]*Object) []*Object {
	seen := make(map[*Object]bool, len(rows))
	var open, closed []*Object
	for _, start := range slices.Concat(heads, rows) {
		var piece []*Object
		r := start
		for r != nil && !seen[r] {
			seen[r] = true
			piece = append(piece, r)
			r = byID[r.String("next_id")]
		}
		if len(piece) == 0 {
			continue
		}
		if piece[len(piece)-1].String("next_id") == "" {
			closed = append(closed, piece...)
		} else {
			open = append(open, piece...)
		}
	}
	return append(open, closed...)
}

// TypeName returns the name of a value's type for messages.
func TypeName(v Value) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a bool"
	case int64:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "a string"
	case List:
		return "a list"
	case *Object:
		return "an object"
	case Secret:
		return "a secret"
	case Ref:
		return "a reference"
	}
	return fmt.Sprintf("%T", v)
}
