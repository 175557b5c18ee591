package resource

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// Problem is something in one row that breaks a rule or is in doubt.
type Problem struct {
	Path     string // inside the row
	Severity Severity
	Text     string // what is wrong, in lower case, without a full stop
	Hint     string // what to do about it
}

// Inspection visits rows and reports problems that the row alone shows: types,
// values and their forms, limits, missing members inside fields, and the rules of
// the kind. It does not report missing top-level fields, because an update does
// not need them.
type Inspection struct {
	// Report is called with every problem.
	Report func(Problem)
	// Visit, if not nil, is called with every value that the registry describes
	// and the object or map that contains it, for checks that depend on other
	// rows. The keys of a map are passed as values of its Keys.
	Visit func(f *Field, v Value, in *Object, at *Path)
}

// Row inspects a row of a kind.
func (x *Inspection) Row(k *Kind, row *Object) {
	x.object(k.Fields, row, nil, false)
	if k.Check != nil {
		k.Check(x, row)
	}
}

// Problems returns the problems of a row with a severity: Refused problems,
// because of which lcsync does not send the row, or Warnings.
func (k *Kind) Problems(row *Object, s Severity) []Problem {
	var out []Problem
	x := &Inspection{Report: func(p Problem) {
		if p.Severity == s {
			out = append(out, p)
		}
	}}
	x.Row(k, row)
	return out
}

func (x *Inspection) refuse(at *Path, hint, format string, args ...any) {
	x.Report(Problem{at.String(), Refused, fmt.Sprintf(format, args...), hint})
}

func (x *Inspection) warn(at *Path, hint, format string, args ...any) {
	x.Report(Problem{at.String(), Warning, fmt.Sprintf(format, args...), hint})
}

// object inspects the members of an object with the given fields: those it has
// and, with lacking set, those it lacks.
func (x *Inspection) object(fields []Field, o *Object, p *Path, lacking bool) {
	for i := range fields {
		f := &fields[i]
		at := p.Member(f.Name)
		v, has := o.Lookup(f.Name)
		if has {
			x.value(f, v, o, at)
		} else if lacking && f.Required && f.Default == nil {
			x.refuse(at, "add "+f.Name, "%s is missing", f.Name)
		}
	}
}

// IsEmpty reports whether a value has no content: absent, null, an empty text,
// list or object.
func IsEmpty(v Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case List:
		return len(v) == 0
	case *Object:
		return v.Len() == 0
	}
	return false
}

func (x *Inspection) value(f *Field, v Value, in *Object, at *Path) {
	if want := f.wants(v); want != "" {
		x.refuse(at, f.correction(v), "%s must be %s, got %s", at.Field(), want, describe(v))
		return
	}
	if x.Visit != nil {
		x.Visit(f, v, in, at)
	}
	switch v := v.(type) {
	case *Object:
		switch f.Type {
		case Map:
			x.mapping(f, v, at)
		case Record:
			x.object(f.Fields, v, at, x.choices(f, v, at))
		}
	case List:
		if f.Type == ListOf {
			x.list(f, v, at)
		}
	case string:
		x.text(f, v, at)
	case int64:
		x.integer(f, v, at)
	}
}

// wants returns the name of the required type if a value has another one, ""
// otherwise. A reference by number may also be a name.
func (f *Field) wants(v Value) string {
	ok, want := true, ""
	switch v.(type) {
	case nil, Secret, Ref:
		return ""
	}
	switch f.Type {
	case String:
		_, ok = v.(string)
		want = "a string"
	case Int:
		if _, ok = v.(int64); !ok && f.Ref != nil {
			s, _ := v.(string)
			ok = s != ""
		}
		want = "an integer"
	case Bool:
		_, ok = v.(bool)
		want = "true or false"
	case Record, Map:
		_, ok = v.(*Object)
		want = "an object"
	case ListOf:
		_, ok = v.(List)
		want = "a list"
	}
	if ok {
		return ""
	}
	return want
}

// correction says how to write a value of the wrong type.
func (f *Field) correction(v Value) string {
	switch s, isText := v.(string); f.Type {
	case String:
		if !IsScalar(v) {
			return "write a string"
		}
		return "quote it: " + strconv.Quote(JSON(v))
	case Int:
		if _, err := strconv.ParseInt(s, 10, 64); isText && err == nil {
			return "remove the quotes"
		}
		return "write a whole number"
	case Bool:
		return "write true or false"
	case ListOf:
		return "write it on a line of its own, after a dash"
	}
	return "write an object"
}

// IsScalar tells whether a value is neither an object nor a list.
func IsScalar(v Value) bool {
	switch v.(type) {
	case *Object, List:
		return false
	}
	return true
}

// describe describes a value for messages.
func describe(v Value) string {
	switch v := v.(type) {
	case string:
		return "the string " + Quote(v)
	case int64, float64:
		return "the number " + JSON(v)
	case bool:
		return JSON(v)
	}
	return TypeName(v)
}

// longestQuote is how many characters of a text messages repeat.
const longestQuote = 60

// Quote quotes a text for a message, shortened.
func Quote(s string) string { return strconv.Quote(Shorten(s)) }

// Shorten returns a text or, if it is long, its beginning.
func Shorten(s string) string {
	if utf8.RuneCountInString(s) > longestQuote {
		return string([]rune(s)[:longestQuote-1]) + "…"
	}
	return s
}

// choices checks an object against the members of which it needs one and those
// that exclude each other. It returns false if it reported the first, so that
// missing members need no further report.
func (x *Inspection) choices(f *Field, o *Object, at *Path) bool {
	if one := f.AtLeastOne; one != nil && !slices.ContainsFunc(one, func(n string) bool { return !IsEmpty(o.Get(n)) }) {
		x.refuse(at, "add one, or remove "+f.Name, "%s needs %s", f.Name, Words(one))
		return false
	}
	var have []string
	for _, n := range f.Exclusive {
		if !IsEmpty(o.Get(n)) { // an empty one is not sent beside another (Complete)
			have = append(have, n)
		}
	}
	if len(have) > 1 {
		x.refuse(at.Member(have[1]), "remove one", "%s can have only one of %s", f.Name, Words(f.Exclusive))
	}
	return true
}

func (x *Inspection) mapping(f *Field, o *Object, p *Path) {
	e := f.Element()
	for name, v := range o.All() {
		at := p.Member(name)
		if f.Keys != nil && x.Visit != nil {
			x.Visit(&Field{Name: f.Name, Type: String, Ref: f.Keys}, name, o, at)
		}
		x.value(&e, v, o, at)
	}
}

func (x *Inspection) list(f *Field, l List, p *Path) {
	if len(l) == 0 && f.Required {
		x.warn(p, "add one", "%s is empty", f.Name)
	}
	e := f.Element()
	for i, v := range l {
		x.value(&e, v, nil, p.Element(i))
	}
}

// integer checks a number against its limits; a reference has none.
func (x *Inspection) integer(f *Field, n int64, at *Path) {
	switch {
	case f.Ref != nil, f.Max == 0:
	case n < int64(f.Min):
		x.refuse(at, fmt.Sprintf("use a number from %d to %d", f.Min, f.Max), "%s is %d, the minimum is %d", at.Field(), n, f.Min)
	case n > int64(f.Max):
		x.refuse(at, fmt.Sprintf("use a number from %d to %d", f.Min, f.Max), "%s is %d, the maximum is %d", at.Field(), n, f.Max)
	case f.WarnMax > 0 && n > int64(f.WarnMax):
		x.warn(at, fmt.Sprintf("use at most %d to be safe", f.WarnMax),
			"%s is %d: the vendor's pages contradict each other on whether more than %d is allowed", at.Field(), n, f.WarnMax)
	}
}

// zones caches which time zones exist, because loading one takes longer than the
// rest of the inspection of a row.
var zones sync.Map

// isZone tells whether there is a time zone of a name.
func isZone(name string) bool {
	if ok, known := zones.Load(name); known {
		return ok.(bool)
	}
	_, err := time.LoadLocation(name)
	ok := err == nil && name != "Local"
	zones.Store(name, ok)
	return ok
}
