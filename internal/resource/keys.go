package resource

import (
	"strconv"
	"strings"
)

// KeyOf returns the natural key of a row as one text, its parts joined by "/";
// a row whose key is empty goes by its server id.
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

// JoinKey returns the natural key of a row as one text that no two keys of a
// kind share, "" if it is empty.
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

// IDOf returns the server id of a row, nil if the kind has none or the row
// lacks it.
func (k *Kind) IDOf(o *Object) Value {
	if k.ServerID == "" {
		return nil
	}
	return o.Get(k.ServerID)
}

// NameOf returns what tells a row from all others of its kind: its server id, or
// its key where that is the identity.
func (k *Kind) NameOf(o *Object) string {
	if k.ServerID != "" {
		return Text(o.Get(k.ServerID))
	}
	return k.KeyOf(o)
}

// IdentityOf returns what references to a row hold: its server id, or its key
// where that is the identity. Nil if the row lacks it, or nothing can refer to it.
func (k *Kind) IdentityOf(o *Object) Value {
	switch {
	case k.ServerID != "":
		return o.Get(k.ServerID)
	case len(k.Key) == 1:
		return o.Get(k.Key[0])
	}
	return nil
}

// ReadID returns the server id that a text is, which is a number for kinds that
// are counted; nil for "".
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

// IsName tells whether a reference to a kind with counted ids gives a name.
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

// CallOf returns what a row that nothing may identify is called: its server id,
// its key, or as much of the key as it has from its beginning; see CalledBy.
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

// CalledBy tells whether an id means a row: its server id, its key or, where
// the key has several parts, the first of them, as "19" means all values of
// group 19.
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

// Identified tells whether a row has anything of what tells it from all others of
// its kind.
func (k *Kind) Identified(o *Object) bool { return strings.Trim(k.NameOf(o), "/") != "" }

// Unique keeps one row of each identity, and of rows that differ always the same
// one. It returns the keys of the others, too.
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
