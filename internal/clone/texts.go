package clone

import (
	"regexp"
	"strings"

	"lcsync/internal/resource"
)

// Addresses inside of texts. What ends a sentence is not part of one.
var (
	urlInText   = regexp.MustCompile(`https?://[^\s"'<>|\\^` + "`" + `{}]+`)
	emailInText = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
)

// text is a string in a row, with what the registry says of it.
type text struct {
	field *resource.Field
	path  string
	value string
}

// texts maps the addresses in a row: those of urls wherever they stand, e-mail
// addresses in values, and domain names in rules.
func (mp *mapper) texts(w *mapped) {
	w.Object = mapTexts(w.kind.Fields, w.Object, "", func(t text) string {
		switch {
		case t.field.Ref != nil:
			return t.value
		case t.field.Format == resource.Domain:
			return mp.domain(t.value)
		case t.field.Type == resource.Any:
			return mp.inText(t.value)
		case urlInText.MatchString(t.value):
			to, _ := mp.url(t.value)
			return to
		}
		return t.value
	})
}

// inText maps the addresses in a text.
func (mp *mapper) inText(s string) string {
	s = urlInText.ReplaceAllStringFunc(s, func(address string) string {
		to, _ := mp.url(address)
		return to
	})
	return emailInText.ReplaceAllStringFunc(s, func(address string) string {
		for _, k := range resource.Kinds() {
			if k.AnyCase {
				if _, to := mp.address(k.Name, address); to != "" && to != Skip {
					return to
				}
			}
		}
		return address
	})
}

// mapTexts returns a copy of an object in which the strings of known fields went
// through fn.
func mapTexts(fields []resource.Field, o *resource.Object, at string, fn func(text) string) *resource.Object {
	out := o.Clone()
	for i := range fields {
		f := &fields[i]
		if v, has := o.Lookup(f.Name); has {
			out.Set(f.Name, mapText(f, v, at+f.Name, fn))
		}
	}
	return out
}

func mapText(f *resource.Field, v resource.Value, path string, fn func(text) string) resource.Value {
	switch v := v.(type) {
	case string:
		return fn(text{f, path, v})
	case *resource.Object:
		switch {
		case f.Type == resource.Any:
			return resource.Rewrite(v, func(v resource.Value) resource.Value { return mapText(f, v, path, fn) })
		case f.Type == resource.Record:
			return mapTexts(f.Fields, v, path+".", fn)
		}
	case resource.List:
		e := f.Element()
		if f.Type == resource.Any {
			e = *f
		}
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = mapText(&e, v[i], path, fn)
		}
		return out
	}
	return v
}

// trimmed is an address without what a sentence puts behind it.
func trimmed(address string) string { return strings.TrimRight(address, ".,;:!?)]") }
