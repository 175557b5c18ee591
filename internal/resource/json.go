package resource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ParseJSON reads one JSON document, keeping the order of members and telling
// integers from other numbers. Integers that do not fit int64 become float64. A
// byte order mark before the document is skipped; input with anything but white
// space after it is an error.
func ParseJSON(data []byte) (Value, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readJSON(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("unexpected data after the JSON document at offset %d", d.InputOffset())
	}
	return v, nil
}

// maxDepth limits the depth of a document: configuration has few levels, and the
// reader is recursive.
const maxDepth = 1000

func readJSON(d *json.Decoder, depth int) (Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the JSON document is nested deeper than %d levels at offset %d", maxDepth, d.InputOffset())
	}
	t, err := d.Token()
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(d, depth+1)
		}
		return readList(d, depth+1)
	case json.Number:
		return ParseNumber(t.String())
	}
	return t, nil
}

func readObject(d *json.Decoder, depth int) (Value, error) {
	o := &Object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := readJSON(d, depth)
		if err != nil {
			return nil, err
		}
		o.Set(name.(string), v)
	}
	_, err := d.Token()
	return o, err
}

func readList(d *json.Decoder, depth int) (Value, error) {
	l := List{}
	for d.More() {
		v, err := readJSON(d, depth)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	_, err := d.Token()
	return l, err
}

// ParseNumber reads a decimal number as int64 if it is an integer that fits,
// and as float64 otherwise.
func ParseNumber(s string) (Value, error) {
	if !strings.ContainsAny(s, ".eE") {
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return i, nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("number %q: %w", s, err)
	}
	return f, nil
}

// MarshalJSON writes the members in their order. A Secret is written as
// {"$secret": name}, a Ref as {"$ref": "kind/key"}.
func (o *Object) MarshalJSON() ([]byte, error) { return AppendJSON(nil, o) }

// UnmarshalJSON reads an object; {"$secret": …} and {"$ref": …} come back as
// Secret and Ref.
func (o *Object) UnmarshalJSON(data []byte) error {
	v, err := ReviveJSON(data)
	if err != nil {
		return err
	}
	r, ok := v.(*Object)
	if !ok {
		return fmt.Errorf("expected a JSON object, got %s", TypeName(v))
	}
	*o = *r
	return nil
}

// ReviveJSON reads what AppendJSON wrote: like ParseJSON, but {"$secret": …}
// and {"$ref": …} come back as Secret and Ref.
func ReviveJSON(data []byte) (Value, error) {
	v, err := ParseJSON(data)
	if err != nil {
		return nil, err
	}
	return revive(v), nil
}

func revive(v Value) Value {
	switch v := v.(type) {
	case *Object:
		if v.Len() == 1 {
			if s, ok := v.Get("$secret").(string); ok {
				return Secret(s)
			}
			if s, ok := v.Get("$ref").(string); ok {
				kind, key, _ := strings.Cut(s, "/")
				return Ref{kind, key}
			}
		}
		for i := range v.members {
			v.members[i].value = revive(v.members[i].value)
		}
	case List:
		for i := range v {
			v[i] = revive(v[i])
		}
	}
	return v
}

// MarshalJSON writes the reference as {"$secret": name}.
func (s Secret) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"$secret": string(s)})
}

// MarshalJSON writes the reference as {"$ref": "kind/key"}.
func (r Ref) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"$ref": r.Kind + "/" + r.Key})
}

// AppendJSON appends the compact JSON of a value to b.
func AppendJSON(b []byte, v Value) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case *Object:
		if v == nil {
			return append(b, "null"...), nil
		}
		b = append(b, '{')
		for i, m := range v.members {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendScalar(b, m.name); err != nil {
				return nil, err
			}
			b = append(b, ':')
			if b, err = AppendJSON(b, m.value); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	case List:
		b = append(b, '[')
		for i := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = AppendJSON(b, v[i]); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	}
	return appendScalar(b, v)
}

// exactInts is the limit above which float64 does not represent every integer.
const exactInts = 1 << 53

func appendScalar(b []byte, v Value) ([]byte, error) {
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return nil, fmt.Errorf("the number %v cannot be written as JSON", f)
	}
	if f, ok := v.(float64); ok && math.Abs(f) >= exactInts {
		// Its shortest digits would be read as a different integer.
		return strconv.AppendFloat(b, f, 'e', -1, 64), nil
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return append(b, bytes.TrimRight(buf.Bytes(), "\n")...), nil
}

// JSON returns the compact JSON of a value; for texts and keys, if the value is
// known to be valid.
func JSON(v Value) string {
	b, err := AppendJSON(nil, v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
