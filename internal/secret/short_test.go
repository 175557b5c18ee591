package secret

import (
	"strings"
	"testing"

	"lcsync/internal/resource"
)

func TestShort(t *testing.T) {
	for value, want := range map[string]bool{"": true, "r": true, "hush!": true, "hush!!": false, "ключей": false, "éééé": true} {
		if resource.Redactable(value) == want {
			t.Errorf("%q: %v", value, !want)
		}
		text := Entry{"webhooks/c/closed", value}.Warning()
		if (text != "") != want || want && (!strings.Contains(text, `"webhooks/c/closed"`) || value != "" && strings.Contains(text, `"`+value)) {
			t.Errorf("%q: it says %q", value, text)
		}
	}
}
