package secret

import (
	"fmt"
	"unicode/utf8"
)

// MinRedacted is how many characters a secret has at least that is redacted
// wherever its text turns up. A shorter one would be found in words that have
// nothing to do with it; it is hidden in its own field alone.
const MinRedacted = 6

// Short tells whether a secret is too short to be redacted by its text.
func Short(value string) bool { return utf8.RuneCountInString(value) < MinRedacted }

// Warning says that a secret is short, "" if it is not. The value is not in it.
func (e Entry) Warning() string {
	if !Short(e.Value) {
		return ""
	}
	return fmt.Sprintf("the secret %q has fewer than %d characters: what a server says of it cannot be redacted", e.Name, MinRedacted)
}
