package snapshot

import (
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// index finds the rows of a kind by what references say.
type index struct {
	kind  *resource.Kind
	ids   map[string][]*resource.Object // server ids, as text
	keys  map[string][]*resource.Object // natural keys, folded where the kind folds
	names []string                      // the keys in order, once they were asked for
	hints map[string]string             // for texts that are no key
}

func newIndex(k *resource.Kind, rows []*resource.Object) *index {
	x := &index{kind: k, ids: make(map[string][]*resource.Object, len(rows)), keys: make(map[string][]*resource.Object, len(rows))}
	for _, row := range rows {
		if id := k.IDOf(row); id != nil {
			text := resource.Text(id)
			x.ids[text] = append(x.ids[text], row)
		}
		key := x.fold(rowKey(k, row))
		x.keys[key] = append(x.keys[key], row)
	}
	return x
}

func (x *index) fold(key string) string {
	if x.kind.FoldCase {
		return strings.ToLower(key)
	}
	return key
}

// rowKey is the natural key without a fallback; "" if all its parts are empty.
func rowKey(k *resource.Kind, row *resource.Object) string {
	parts := make([]string, 0, len(k.Key))
	empty := true
	for _, f := range k.Key {
		text := resource.Text(row.Get(f))
		empty = empty && text == ""
		parts = append(parts, text)
	}
	if empty {
		return ""
	}
	return strings.Join(parts, "\x00")
}

// named tells whether a reference is by name: a text where ids are numbers.
func (x *index) named(v resource.Value) bool {
	_, text := v.(string)
	return text && x.kind.ServerID != "" && !x.kind.RandomID
}

// find returns the rows that a reference may mean: by server id, or by name
// where names stand in for ids. A nil index has none.
func (x *index) find(v resource.Value) []*resource.Object {
	if x == nil {
		return nil
	}
	text := resource.Text(v)
	if x.kind.ServerID != "" && !x.named(v) {
		if rows := x.ids[text]; rows != nil {
			return rows
		}
	}
	if _, isText := v.(string); !isText {
		return nil
	}
	return x.keys[x.fold(text)]
}

// manyMisspelt is how many names of nothing are held against all keys: whoever
// has more of them does not need more hints.
const manyMisspelt = 100

// near is the hint with the key that is nearest to a text, "" if none is near.
func (x *index) near(text string) string {
	hint, known := x.hints[text]
	if known || len(x.hints) == manyMisspelt {
		return hint
	}
	if x.hints == nil {
		x.hints, x.names = map[string]string{}, slices.Sorted(maps.Keys(x.keys))
	}
	x.hints[text] = nearest(text, x.names)
	return x.hints[text]
}
