package resource

import "unicode/utf8"

// Mask stands for a secret in texts.
const Mask = "***"

// MinRedacted is how many characters a secret has at least that is redacted
// wherever its text turns up. A shorter one would be found in words that have
// nothing to do with it; it is hidden in its own field alone.
const MinRedacted = 6

// Redactable tells whether a secret is long enough to be redacted by its text.
func Redactable(secret string) bool { return utf8.RuneCountInString(secret) >= MinRedacted }

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
