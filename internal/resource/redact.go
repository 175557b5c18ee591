package resource

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mask replaces a secret in texts.
const Mask = "***"

// MinRedacted is the minimum length, in characters, of secrets that are redacted
// wherever their text appears. A shorter secret would match unrelated words; it is
// hidden only in its own field.
const MinRedacted = 6

// Redactable reports whether a secret is long enough to be redacted by its text.
func Redactable(secret string) bool { return utf8.RuneCountInString(secret) >= MinRedacted }

// Hider returns a replacer that redacts secrets in a text and in JSON, with or
// without HTML escapes. If one secret is a prefix of another, the longer one is
// hidden completely.
func Hider(secrets ...string) *strings.Replacer {
	secrets = slices.SortedFunc(slices.Values(secrets), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range secrets {
		if !Redactable(s) {
			continue
		}
		html, _ := json.Marshal(s) // a text always has a JSON form
		plain := JSON(s)
		for _, form := range []string{s, string(html[1 : len(html)-1]), plain[1 : len(plain)-1]} {
			pairs = append(pairs, form, Mask)
		}
	}
	return strings.NewReplacer(pairs...)
}

// Redact returns a copy of a value without secrets: members with the name of a
// secret, at any depth, and the texts that hide replaces.
func Redact(v Value, hide func(string) string) Value {
	out := Rewrite(v, func(v Value) Value {
		if s, isText := v.(string); isText {
			return hide(s)
		}
		return v
	})
	maskMembers(out)
	return out
}

func maskMembers(v Value) {
	switch v := v.(type) {
	case *Object:
		for name, m := range v.All() {
			if LooksSecret(name) && m != nil {
				v.Set(name, Mask)
			} else {
				maskMembers(m)
			}
		}
	case List:
		for _, e := range v {
			maskMembers(e)
		}
	}
}
