package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// obj is a record: an object whose keys are fields the pages name.
// Stored records are never changed in place; an update stores a new one.
type obj map[string]any

// dict is an object whose keys are data (namespaces, names, ids), so that
// nothing may be added to it when a server shows fields of its own.
type dict map[string]any

// decodeValue reads one JSON document: objects as obj, whole numbers as
// int64, other numbers (3.0 is one) as they are written, anything after the
// document refused.
func decodeValue(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading JSON: more than one document")
	}
	return ownTypes(v), nil
}

// ownTypes turns what encoding/json makes into this package's own types.
func ownTypes(v any) any {
	switch v := v.(type) {
	case map[string]any:
		o := make(obj, len(v))
		for k, e := range v {
			o[k] = ownTypes(e)
		}
		return o
	case []any:
		for i, e := range v {
			v[i] = ownTypes(e)
		}
		return v
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
	}
	return v
}

// encodeValue writes v as JSON, keys sorted, without escaping for HTML.
func encodeValue(v any, indent string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		// Only values decoded from JSON or built here ever come this way.
		panic(fmt.Sprintf("sandbox: encoding its own value: %v", err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func (o obj) text(key string) string {
	s, _ := o[key].(string)
	return s
}

func (o obj) number(key string) int64 {
	n, _ := o[key].(int64)
	return n
}

func (o obj) flag(key string) bool {
	b, _ := o[key].(bool)
	return b
}

func (o obj) list(key string) []any {
	l, _ := o[key].([]any)
	return l
}

func (o obj) sub(key string) obj {
	s, _ := o[key].(obj)
	return s
}

func (o obj) has(key string) bool {
	_, ok := o[key]
	return ok
}

// with is o with the fields of over put over it, as a new record.
func (o obj) with(over obj) obj {
	n := make(obj, len(o)+len(over))
	maps.Copy(n, o)
	maps.Copy(n, over)
	return n
}

// only is o reduced to the named fields it has.
func (o obj) only(names ...string) obj {
	n := make(obj, len(names))
	for _, name := range names {
		if v, ok := o[name]; ok {
			n[name] = v
		}
	}
	return n
}

func texts(list []any) []string {
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func numbers(list []any) []int64 {
	out := make([]int64, 0, len(list))
	for _, e := range list {
		if n, ok := e.(int64); ok {
			out = append(out, n)
		}
	}
	return out
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = e
	}
	return out
}

func sortedKeys[M ~map[string]V, V any](m M) []string {
	return slices.Sorted(maps.Keys(m))
}

// equalValue compares two JSON values.
func equalValue(a, b any) bool { return reflect.DeepEqual(a, b) }

// merge adds what is new to what is there and removes nothing: lists grow by
// elements they lack (elements with the same id are replaced), objects grow
// by keys, anything else is overwritten.
func merge(old, add any) any {
	switch add := add.(type) {
	case obj:
		was, ok := old.(obj)
		if !ok {
			return add
		}
		out := was.with(nil)
		for k, v := range add {
			out[k] = merge(was[k], v)
		}
		return out
	case []any:
		was, _ := old.([]any)
		out := slices.Clone(was)
		for _, e := range add {
			out = mergeElement(out, e)
		}
		return out
	}
	return add
}

func mergeElement(list []any, e any) []any {
	for i, have := range list {
		if sameID(have, e) || equalValue(have, e) {
			list[i] = e
			return list
		}
	}
	return append(list, e)
}

func sameID(a, b any) bool {
	x, ok := a.(obj)
	y, also := b.(obj)
	return ok && also && x.has("id") && equalValue(x["id"], y["id"])
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = "`" + n + "`"
	}
	return strings.Join(q, ", ")
}
