package resource

import (
	"strconv"
	"strings"
)

// KeyOf returns the natural key of a row as one text, its parts joined by "/"; if
// the key is empty, the server id.
func (k *Kind) KeyOf(o *Object) string {
	parts := make([]string, 0, len(k.Key))
	for _, f := range k.Key {
		parts = append(parts, Text(o.Get(f)))
	}
	key := strings.Join(parts, "/")
	if strings.Trim(key, "/") == "" && k.ServerID != "" {
		return Text(o.Get(k.ServerID))
	}
	return key
}

// JoinKey returns the natural key of a row as a text that is unique for each key
// of a kind, "" if the key is empty.
func (k *Kind) JoinKey(o *Object) string {
	if len(k.Key) == 1 {
		if v, isText := o.Get(k.Key[0]).(string); isText {
			return v
		}
	}
	var key []byte
	empty := true
	for _, f := range k.Key {
		switch v := o.Get(f).(type) {
		case nil:
			key = append(key, "null "...)
		case string:
			key, empty = append(strconv.AppendQuote(key, v), ' '), empty && v == ""
		default:
			key, empty = append(append(key, JSON(v)...), ' '), false
		}
	}
	if empty {
		return ""
	}
	return string(key)
}

// FoldKey returns a key in the form in which two keys of the same object are equal: in
// lower case if the kind ignores case.
func (k *Kind) FoldKey(key string) string {
	if k.AnyCase {
		return strings.ToLower(key)
	}
	return key
}

// IDOf returns the server id of a row, nil if the kind has none or the row
// lacks it.
func (k *Kind) IDOf(o *Object) Value {
	if k.ServerID == "" {
		return nil
	}
	return o.Get(k.ServerID)
}

// NameOf returns what distinguishes a row from all others of its kind: its server
// id, or its key if that is the identity.
func (k *Kind) NameOf(o *Object) string {
	if k.ServerID != "" {
		return Text(o.Get(k.ServerID))
	}
	return k.KeyOf(o)
}

// IdentityOf returns the value that references to a row contain: its server id, or
// its key if that is the identity. Nil if the row has none, or if nothing can
// refer to it.
func (k *Kind) IdentityOf(o *Object) Value {
	switch {
	case k.ServerID != "":
		return o.Get(k.ServerID)
	case len(k.Key) == 1:
		return o.Get(k.Key[0])
	}
	return nil
}

// ReadID converts a text to a server id, which is a number for kinds with counted
// ids; nil for "".
func (k *Kind) ReadID(text string) Value {
	if text == "" {
		return nil
	}
	if f := k.Field(k.ServerID); f != nil && f.Type == Int {
		if v, err := ParseNumber(text); err == nil {
			return v
		}
	}
	return text
}

// IsName reports whether a reference to a kind with counted ids is a name.
func (k *Kind) IsName(v Value) bool {
	_, ok := v.(string)
	return ok && k.ServerID != "" && !k.RandomID
}

// Text returns a value as a person would write it: strings bare, references by
// their key, everything else as JSON; "" for nil.
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case Ref:
		return v.Key
	}
	return JSON(v)
}

// CallOf returns the name of a row that may have no identity: its server id, its
// key, or the first parts of the key that it has; see CalledBy.
func (k *Kind) CallOf(o *Object) string {
	if v := k.IDOf(o); v != nil {
		return Text(v)
	}
	var parts []string
	for _, f := range k.Key {
		part := Text(o.Get(f))
		if part == "" {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// CalledBy reports whether an id refers to a row: its server id, its key or, if
// the key has several parts, the first of them. For example, "19" refers to all
// values of group 19.
func (k *Kind) CalledBy(o *Object, id string) bool {
	if v := k.IDOf(o); v != nil && Text(v) == id {
		return true
	}
	parts := make([]string, 0, len(k.Key))
	for _, f := range k.Key {
		parts = append(parts, Text(o.Get(f)))
		called := strings.Join(parts, "/")
		if called == id || k.FoldCase && strings.EqualFold(called, id) {
			return true
		}
	}
	return false
}

// Identified reports whether a row has an identity: anything that distinguishes it
// from all others of its kind.
func (k *Kind) Identified(o *Object) bool { return strings.Trim(k.NameOf(o), "/") != "" }

// Unique keeps one row of each identity; of different rows, it always keeps the
// same one. It also returns the keys of the others.
func (k *Kind) Unique(rows []*Object) (kept []*Object, doubles []string) {
	at := make(map[string]int, len(rows))
	for _, row := range rows {
		i, seen := at[k.NameOf(row)]
		if !seen || !k.Identified(row) {
			at[k.NameOf(row)] = len(kept)
			kept = append(kept, row)
			continue
		}
		doubles = append(doubles, k.KeyOf(row))
		if Compare(row, kept[i]) < 0 {
			kept[i] = row
		}
	}
	return kept, doubles
}
