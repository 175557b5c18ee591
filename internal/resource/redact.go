package resource

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mask stands for a secret in texts.
const Mask = "***"

// MinRedacted is how many characters a secret has at least that is redacted
// wherever its text turns up. A shorter one would be found in words that have
// nothing to do with it; it is hidden in its own field alone.
const MinRedacted = 6

// Redactable tells whether a secret is long enough to be redacted by its text.
func Redactable(secret string) bool { return utf8.RuneCountInString(secret) >= MinRedacted }

// Hider returns a replacer that redacts secrets in a text, bare and in JSON,
// whether that escapes HTML or not. One that begins with another is hidden whole.
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

// Redact returns a copy of a value without secrets: members that have the name
// of one, at any depth, and whatever hide takes out of texts.
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
