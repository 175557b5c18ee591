package resource

import (
	"fmt"
	"slices"
)

// walkChains follows next_id from every head and from what is left over in
// loops, and joins the pieces. Rows and heads are sorted by id.
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

// ObjectsOf turns an answer that is a list of objects into rows.
func ObjectsOf(answer Value) ([]*Object, error) {
	if o, ok := answer.(*Object); ok {
		return []*Object{o}, nil
	}
	list, ok := answer.(List)
	if !ok {
		return nil, fmt.Errorf("want a list of objects, got %s", TypeName(answer))
	}
	rows := make([]*Object, len(list))
	for i, v := range list {
		if rows[i], ok = v.(*Object); !ok {
			return nil, fmt.Errorf("want a list of objects, element %d is %s", i, TypeName(v))
		}
	}
	return rows, nil
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
