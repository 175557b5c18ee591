package sandbox

import (
	"iter"
	"maps"
	"slices"
)

// table holds records by key, in order. Records are never changed in place,
// so a snapshot only has to share the table until the next change.
type table struct {
	keys   []string
	rows   map[string]obj
	shared bool
}

// snapshot is the table as it is now; later changes do not reach it.
func (t *table) snapshot() table {
	t.shared = true
	return *t
}

// own makes the table safe to change.
func (t *table) own() {
	if t.shared {
		t.keys, t.rows, t.shared = slices.Clone(t.keys), maps.Clone(t.rows), false
	}
	if t.rows == nil {
		t.rows = map[string]obj{}
	}
}

func (t *table) len() int { return len(t.keys) }

func (t *table) get(key string) (obj, bool) {
	row, ok := t.rows[key]
	return row, ok
}

func (t *table) has(key string) bool {
	_, ok := t.rows[key]
	return ok
}

// put replaces the record under key, or appends it.
func (t *table) put(key string, row obj) {
	t.own()
	if _, ok := t.rows[key]; !ok {
		t.keys = append(t.keys, key)
	}
	t.rows[key] = row
}

// place puts the record under key before the key next ("" = at the end).
func (t *table) place(key string, row obj, next string) {
	t.remove(key)
	t.own()
	i := len(t.keys)
	if next != "" {
		i = slices.Index(t.keys, next)
	}
	t.keys = slices.Insert(t.keys, i, key)
	t.rows[key] = row
}

func (t *table) remove(key string) {
	if !t.has(key) {
		return
	}
	t.own()
	delete(t.rows, key)
	i := slices.Index(t.keys, key)
	t.keys = slices.Delete(t.keys, i, i+1)
}

// removeWhere drops the records that match.
func (t *table) removeWhere(match func(obj) bool) {
	if !t.any(match) {
		return
	}
	t.own()
	t.keys = slices.DeleteFunc(t.keys, func(key string) bool {
		if !match(t.rows[key]) {
			return false
		}
		delete(t.rows, key)
		return true
	})
}

func (t *table) any(match func(obj) bool) bool {
	for _, row := range t.all() {
		if match(row) {
			return true
		}
	}
	return false
}

// all yields the records in order; the loop may replace records by put.
func (t *table) all() iter.Seq2[string, obj] {
	keys := t.keys
	return func(yield func(string, obj) bool) {
		for _, key := range keys {
			if !yield(key, t.rows[key]) {
				return
			}
		}
	}
}

// list is the records in order.
func (t *table) list() []any {
	out := make([]any, 0, len(t.keys))
	for _, row := range t.all() {
		out = append(out, row)
	}
	return out
}
