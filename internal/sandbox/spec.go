package sandbox

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// kind is the JSON type a parameter must have.
type kind int

const (
	kindText kind = iota
	kindInt       // int32
	kindUint      // int32, not negative
	kindBool
	kindObject // with the fields of the spec
	kindMap    // keys are data, values as elem
	kindList   // elements as elem
	kindAny    // whatever JSON has, null excepted
)

var kindNames = map[kind]string{
	kindText: "a string", kindInt: "an integer", kindUint: "a non-negative integer", kindBool: "a boolean",
	kindObject: "an object", kindMap: "an object", kindList: "an array", kindAny: "a value",
}

// spec is what one parameter may be. Methods' parameters are data, so that a
// test can hold them against the vendor's tables.
type spec struct {
	name     string
	kind     kind
	required bool     // wherever the parent is present
	patOnly  bool     // required only with a personal access token
	filled   bool     // may be left out, but not empty
	enum     []string // for text: the values there are
	limit    int      // for text: characters; for numbers: the greatest value
	fields   []spec   // of an object
	elem     *spec    // of a list's elements or a map's values
}

func text(name string) spec   { return spec{name: name, kind: kindText} }
func number(name string) spec { return spec{name: name, kind: kindInt} }
func natural(name string) spec {
	return spec{name: name, kind: kindUint}
}
func flag(name string) spec     { return spec{name: name, kind: kindBool} }
func anything(name string) spec { return spec{name: name, kind: kindAny} }
func record(name string, fields ...spec) spec {
	return spec{name: name, kind: kindObject, fields: fields}
}
func mapOf(name string, elem spec) spec  { return spec{name: name, kind: kindMap, elem: &elem} }
func listOf(name string, elem spec) spec { return spec{name: name, kind: kindList, elem: &elem} }

func (s spec) need() spec            { s.required = true; return s }
func (s spec) needPAT() spec         { s.patOnly = true; return s }
func (s spec) notEmpty() spec        { s.filled = true; return s }
func (s spec) max(n int) spec        { s.limit = n; return s }
func (s spec) of(enum []string) spec { s.enum = enum; return s }

// fieldsOf is the usual `fields` parameter: extras that may be asked for.
func fieldsOf(extras ...string) spec { return listOf("fields", text("").of(extras)) }

// checker validates one request.
type checker struct {
	pat    bool   // the caller came with a personal access token
	ignore string // a field name that is accepted anywhere and dropped
	loose  bool   // anything is taken that can be stored and shown
}

// object checks v against fields and returns it without ignored fields and
// without those that are null: null is absent, as the vendor's own clients send
// it for what is not set. Where keys are data, null is a value like any other.
func (c checker) object(path string, v obj, fields []spec) (obj, *apiError) {
	out := make(obj, len(v))
	for _, key := range sortedKeys(v) {
		i := slices.IndexFunc(fields, func(s spec) bool { return s.name == key })
		if c.loose && (i < 0 || v[key] == nil) {
			out[key] = v[key]
			continue
		}
		if i < 0 {
			if c.ignore != "" && key == c.ignore {
				continue
			}
			return nil, invalid("`%s` is not a known parameter", join(path, key))
		}
		if v[key] == nil {
			continue
		}
		checked, err := c.value(join(path, key), v[key], fields[i])
		if err != nil {
			return nil, err
		}
		out[key] = checked
	}
	if c.loose {
		return out, nil
	}
	for _, s := range fields {
		if (s.required || s.patOnly && c.pat) && missing(out[s.name]) {
			return nil, invalid("`%s` is required", join(path, s.name))
		}
		if s.filled && out.has(s.name) && out[s.name] == "" {
			return nil, invalid("`%s` must not be empty", join(path, s.name))
		}
	}
	return out, nil
}

// parameters checks the body of a method.
func (c checker) parameters(p obj, m *method) (obj, *apiError) {
	if m.each == nil {
		return c.object("", p, m.params)
	}
	out, err := c.entries("", p, *m.each)
	if err != nil {
		return nil, err
	}
	return out.(obj), nil
}

// missing says whether a required value counts as not given.
func missing(v any) bool { return v == nil || v == "" }

func (c checker) value(path string, v any, s spec) (any, *apiError) {
	if c.loose && !shaped(v, s) {
		return v, nil
	}
	wrong := invalid("`%s` must be %s", path, kindNames[s.kind])
	switch s.kind {
	case kindText:
		t, ok := v.(string)
		if !ok {
			return nil, wrong
		}
		return t, checkText(path, t, s)
	case kindInt, kindUint:
		n, ok := v.(int64)
		if !ok {
			return nil, wrong
		}
		return n, checkNumber(path, n, s)
	case kindBool:
		if _, ok := v.(bool); !ok {
			return nil, wrong
		}
	case kindAny:
		if v == nil {
			return nil, wrong
		}
	case kindObject:
		o, ok := v.(obj)
		if !ok {
			return nil, wrong
		}
		return c.object(path, o, s.fields)
	case kindMap:
		o, ok := v.(obj)
		if !ok {
			return nil, wrong
		}
		return c.entries(path, o, *s.elem)
	case kindList:
		l, ok := v.([]any)
		if !ok {
			return nil, wrong
		}
		return c.elements(path, l, *s.elem)
	}
	return v, nil
}

// shaped says whether a value is a container as its spec wants one, with parts
// of its own to look at.
func shaped(v any, s spec) bool {
	switch v.(type) {
	case obj:
		return s.kind == kindObject || s.kind == kindMap
	case []any:
		return s.kind == kindList
	}
	return false
}

func (c checker) entries(path string, o obj, elem spec) (any, *apiError) {
	out := make(obj, len(o))
	for _, key := range sortedKeys(o) {
		if c.ignore != "" && key == c.ignore {
			continue
		}
		v, err := c.value(join(path, key), o[key], elem)
		if err != nil {
			return nil, err
		}
		out[key] = v
	}
	return out, nil
}

func (c checker) elements(path string, l []any, elem spec) (any, *apiError) {
	out := make([]any, len(l))
	for i, e := range l {
		if _, ok := e.(obj); c.loose && elem.kind == kindObject && !ok {
			return nil, invalid("`%s[%d]` must be an object", path, i)
		}
		v, err := c.value(path+"["+strconv.Itoa(i)+"]", e, elem)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func checkText(path, t string, s spec) *apiError {
	if s.limit > 0 && utf8.RuneCountInString(t) > s.limit {
		return invalid("`%s` is longer than %d characters", path, s.limit)
	}
	if s.enum != nil && !slices.Contains(s.enum, t) {
		return invalid("`%s` must be one of %s", path, quoted(s.enum))
	}
	return nil
}

func checkNumber(path string, n int64, s spec) *apiError {
	switch {
	case s.kind == kindUint && n < 0:
		return invalid("`%s` must not be negative", path)
	case n > math.MaxInt32 || n < math.MinInt32:
		return invalid("`%s` is out of range", path)
	case s.limit > 0 && n > int64(s.limit):
		return invalid("`%s` must not be greater than %d", path, s.limit)
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
