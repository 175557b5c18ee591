package resource

import (
	"fmt"
	"slices"
	"strings"
)

// Some lists a few of many names for a message: "a, b, c, …".
func Some(names []string) string {
	const few = 3
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// FoldGaps puts gaps that differ in the object or in the client id alone into
// one, for texts: what differs is counted and some of it named. So are kinds
// that nobody asked the server for.
func FoldGaps(gaps []Gap) []Gap {
	var out []Gap
	unasked := map[string]int{}                            // by reason
	ids, clients := map[int][]string{}, map[int][]string{} // by place in out
	for _, g := range gaps {
		if g.Method == "" && g.ID == "" && g.ClientID == "" {
			if first, ok := unasked[g.Reason]; ok {
				out[first].Kind += ", " + g.Kind
				continue
			}
			unasked[g.Reason] = len(out)
		}
		i := slices.IndexFunc(out, func(o Gap) bool {
			return o.Kind == g.Kind && o.Method == g.Method && o.Reason == g.Reason && o.Partial == g.Partial && slices.Equal(o.Scopes, g.Scopes) &&
				(o.ClientID == g.ClientID && o.ID != "" && g.ID != "" || o.ID == g.ID && o.ClientID != "" && g.ClientID != "")
		})
		if i >= 0 && out[i].ClientID == g.ClientID && len(clients[i]) < 2 {
			ids[i] = append(ids[i], g.ID)
			continue
		}
		if i >= 0 && len(ids[i]) < 2 {
			clients[i] = append(clients[i], g.ClientID)
			continue
		}
		ids[len(out)], clients[len(out)] = []string{g.ID}, []string{g.ClientID}
		out = append(out, g)
	}
	for i := range out {
		if n := len(ids[i]); n > 1 {
			out[i].ID = fmt.Sprintf("(%d alike: %s)", n, Some(ids[i]))
		}
		if n := len(clients[i]); n > 1 {
			out[i].ClientID = fmt.Sprintf("%d client ids (%s)", n, Some(clients[i]))
		}
	}
	return out
}
