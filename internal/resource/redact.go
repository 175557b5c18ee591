package resource

import "unicode/utf8"

// MinRedacted is how many characters a secret has at least that is redacted
// wherever its text turns up. A shorter one would be found in words that have
// nothing to do with it; it is hidden in its own field alone.
const MinRedacted = 6

// Redactable tells whether a secret is long enough to be redacted by its text.
func Redactable(secret string) bool { return utf8.RuneCountInString(secret) >= MinRedacted }
