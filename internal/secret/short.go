package secret

import (
	"fmt"

	"lcsync/internal/resource"
)

// Warning says that a secret is too short to be redacted by its text, "" if it
// is not. The value is not in it.
func (e Entry) Warning() string {
	if resource.Redactable(e.Value) {
		return ""
	}
	return fmt.Sprintf("the secret %q has fewer than %d characters: what a server says of it cannot be redacted", e.Name, resource.MinRedacted)
}
