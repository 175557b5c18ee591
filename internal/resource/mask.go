package resource

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// SecretField names a field whose values are never shown. Key is a pattern.
type SecretField struct{ Kind, Key, Field string }

// Masks are the fields that are never shown, beside the secrets in urls.
type Masks []SecretField

// MaskedObject masks the values of one object.
type MaskedObject struct{ fields []string }

// For returns the masks of an object, which has one or several names: its key
// and its server id.
func (m Masks) For(kind string, names ...string) MaskedObject {
	var out MaskedObject
	for _, s := range m {
		if s.Kind == kind && NameMatches(s.Key, names...) {
			out.fields = append(out.fields, s.Field)
		}
	}
	return out
}

// NameMatches reports whether a pattern means an object that has these names.
func NameMatches(pattern string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		ok, _ := path.Match(pattern, name)
		return ok || pattern == name || pattern == "*"
	})
}

// PathWithin reports whether the path of a field is another one or inside of it.
func PathWithin(field, of string) bool {
	rest, ok := strings.CutPrefix(field, of)
	return ok && (rest == "" || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
}

// Hides reports whether a field of the object is never shown.
func (o MaskedObject) Hides(field string) bool {
	return field != "" && slices.ContainsFunc(o.fields, func(of string) bool { return PathWithin(field, of) })
}

// Value returns a copy of the value of a field that may be shown. The field ""
// is the object as a whole. Nil stays nil.
func (o MaskedObject) Value(field string, v Value) Value {
	if v != nil && o.Hides(field) {
		return Mask
	}
	switch v := v.(type) {
	case string:
		return MaskURLs(v)
	case List:
		out := make(List, len(v))
		for i := range v {
			out[i] = o.Value(field, v[i])
		}
		return out
	case *Object:
		return o.members(field, v)
	}
	return v
}

// members masks the members of an object that is the value of a field.
func (o MaskedObject) members(field string, v *Object) Value {
	if v == nil {
		return nil
	}
	out := WithRoom(v.Len())
	for name, member := range v.All() {
		out.Set(name, o.Value(strings.TrimPrefix(field+"."+name, "."), member))
	}
	return out
}

// Hidden returns the texts of the scalars that Value masks because a profile
// names their field.
func (o MaskedObject) Hidden(field string, v Value) []string {
	var out []string
	if o.Hides(field) {
		for _, scalar := range Walk(v) {
			if text := Text(scalar); text != "" {
				out = append(out, text)
			}
		}
		return out
	}
	if object, is := v.(*Object); is && object != nil {
		for name, member := range object.All() {
			out = append(out, o.Hidden(strings.TrimPrefix(field+"."+name, "."), member)...)
		}
	}
	return out
}

// webAddress finds web addresses in a text, as far as they go.
var webAddress = regexp.MustCompile("(?i)\\bhttps?://[^\\s\"'<>`]+")

// MaskURLs replaces the user name, the password and the values of the query in
// each web address of a text.
func MaskURLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return webAddress.ReplaceAllStringFunc(text, maskURL)
}

func maskURL(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	host, place, hasPath := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = Mask + host[i:]
	}
	out := scheme + "://" + host
	if hasPath {
		out += "/" + place
	}
	if hasQuery {
		parts := strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' })
		for i, p := range parts {
			if name, value, has := strings.Cut(p, "="); has && value != "" {
				parts[i] = name + "=" + Mask
			}
		}
		out += "?" + strings.Join(parts, "&")
	}
	if hasFragment {
		out += "#" + fragment
	}
	return out
}
