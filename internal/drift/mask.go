package drift

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Secret names a field whose values are never shown. Key is a pattern.
type Secret struct{ Kind, Key, Field string }

// Masks say what is never shown, beside what every url may hold.
type Masks []Secret

// masks tells whether the values at a place are never shown.
func (m Masks) masks(at diff.Place) bool {
	for _, s := range m {
		if s.Kind == at.Kind && keyMatches(s.Key, at) && at.Field != "" && within(at.Field, s.Field) {
			return true
		}
	}
	return false
}

// keyMatches tells whether a pattern means an object, by its key or its id.
func keyMatches(pattern string, at diff.Place) bool {
	for _, name := range []string{at.Key, at.Name} {
		if ok, _ := path.Match(pattern, name); ok || pattern == name || pattern == "*" {
			return true
		}
	}
	return false
}

// within tells whether a field is another one or inside of it.
func within(field, of string) bool {
	rest, ok := strings.CutPrefix(field, of)
	return ok && (rest == "" || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
}

// mask takes out of a difference what must not be shown.
func (m Masks) mask(d Difference) Difference {
	d.Key = MaskURLs(d.Key)
	if m.masks(d.Place) {
		hide := func(v resource.Value) resource.Value {
			if v == nil {
				return nil
			}
			return resource.Mask
		}
		d.Was, d.Is, d.Masked = hide(d.Was), hide(d.Is), true
		return d
	}
	was, is := m.inside(d.Place, d.Was), m.inside(d.Place, d.Is)
	d.Masked = d.Action == Changed && resource.Equal(was, is)
	d.Was, d.Is = was, is
	return d
}

// inside masks what a value has in it: urls, and members that are never shown.
func (m Masks) inside(at diff.Place, v resource.Value) resource.Value {
	switch v := v.(type) {
	case string:
		return MaskURLs(v)
	case resource.List:
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = m.inside(at, v[i])
		}
		return out
	case *resource.Object:
		if v == nil {
			return nil
		}
		out := resource.WithRoom(v.Len())
		for name, member := range v.All() {
			in := at
			if in.Field = name; at.Field != "" {
				in.Field = at.Field + "." + name
			}
			if m.masks(in) && member != nil {
				out.Set(name, resource.Mask)
			} else {
				out.Set(name, m.inside(in, member))
			}
		}
		return out
	}
	return v
}

// url finds web addresses in a text, as far as they go.
var url = regexp.MustCompile("(?i)\\bhttps?://[^\\s\"'<>`]+")

// MaskURLs replaces the user name, the password and the values of the query in
// each web address of a text.
func MaskURLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return url.ReplaceAllStringFunc(text, maskURL)
}

func maskURL(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	host, place, hasPath := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = resource.Mask + host[i:]
	}
	out := scheme + "://" + host
	if hasPath {
		out += "/" + place
	}
	if hasQuery {
		parts := strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' })
		for i, p := range parts {
			if name, value, has := strings.Cut(p, "="); has && value != "" {
				parts[i] = name + "=" + resource.Mask
			}
		}
		out += "?" + strings.Join(parts, "&")
	}
	if hasFragment {
		out += "#" + fragment
	}
	return out
}

// digest stands for a text that must not be shown.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
