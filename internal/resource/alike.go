package resource

import (
	"fmt"
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

// gapKey is what gaps agree on that are put into one: all but the object, or all
// but the client id.
type gapKey struct {
	kind, method, reason, scopes string
	partial, byClient            bool
	same                         string // the client id, or the object
}

func (g *Gap) alike() []gapKey {
	key := gapKey{kind: g.Kind, method: g.Method, reason: g.Reason, scopes: strings.Join(g.Scopes, " "), partial: g.Partial}
	var out []gapKey
	if g.ID != "" {
		key.byClient, key.same = true, g.ClientID
		out = append(out, key)
	}
	if g.ClientID != "" {
		key.byClient, key.same = false, g.ID
		out = append(out, key)
	}
	return out
}

// FoldGaps puts gaps that differ in the object or in the client id alone into
// one, for texts: what differs is counted and some of it named. So are kinds
// that nobody asked the server for.
func FoldGaps(gaps []Gap) []Gap {
	var out []Gap
	first := map[gapKey]int{}                              // place in out of the first gap alike
	unasked := map[string]int{}                            // by reason
	ids, clients := map[int][]string{}, map[int][]string{} // by place in out
	for _, g := range gaps {
		if g.Method == "" && g.ID == "" && g.ClientID == "" {
			if at, ok := unasked[g.Reason]; ok {
				out[at].Kind += ", " + g.Kind
				continue
			}
			unasked[g.Reason] = len(out)
		}
		i := -1
		keys := g.alike()
		for _, key := range keys {
			if j, ok := first[key]; ok && (i < 0 || j < i) {
				i = j
			}
		}
		if i >= 0 && out[i].ClientID == g.ClientID && len(clients[i]) < 2 {
			ids[i] = append(ids[i], g.ID)
			continue
		}
		if i >= 0 && len(ids[i]) < 2 {
			clients[i] = append(clients[i], g.ClientID)
			continue
		}
		for _, key := range keys {
			if _, ok := first[key]; !ok {
				first[key] = len(out)
			}
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
