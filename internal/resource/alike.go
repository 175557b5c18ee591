package resource

import (
	"fmt"
	"strings"
)

// Some lists the first few of many names for a message: "a, b, c, …".
func Some(names []string) string {
	const few = 3
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// FoldGaps combines, for texts, gaps that differ only in the object or only in the
// client id: it counts the differences and names some. It also combines kinds that
// were never requested.
func FoldGaps(gaps []Gap) []Gap {
	out := fold(gaps, func(g *Gap) *string { return &g.ID }, func(ids []string) string {
		return fmt.Sprintf("(%d objects: %s)", len(ids), Some(ids))
	})
	out = fold(out, func(g *Gap) *string { return &g.ClientID }, func(clients []string) string {
		return fmt.Sprintf("%d client ids (%s)", len(clients), Some(clients))
	})
	return fold(out, func(g *Gap) *string {
		if g.Method != "" || g.ID != "" || g.ClientID != "" {
			return nil
		}
		return &g.Kind
	}, func(kinds []string) string { return strings.Join(kinds, ", ") })
}

// fold combines gaps that have a value in one member and are otherwise equal.
func fold(gaps []Gap, member func(*Gap) *string, join func(values []string) string) []Gap {
	var out []Gap
	first, values := map[string]int{}, map[int][]string{} // by the other members; by place in out
	for _, g := range gaps {
		others := g
		at := member(&others)
		if at == nil || *at == "" {
			out = append(out, g)
			continue
		}
		value := *at
		*at = ""
		key := fmt.Sprintf("%#v", others)
		if _, known := first[key]; !known {
			first[key] = len(out)
			out = append(out, g)
		}
		values[first[key]] = append(values[first[key]], value)
	}
	for i, all := range values {
		if len(all) > 1 {
			*member(&out[i]) = join(all)
		}
	}
	return out
}
