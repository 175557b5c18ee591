package runs

import (
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

func webhook(secret string) *resource.Object {
	return resource.Of("owner_client_id", client, "action", "incoming_chat", "type", "license",
		"url", "https://hooks.example/"+secret, "secret_key", resource.Secret(secret))
}

// A secret that is too short to be redacted is named before it is sent.
func TestShortSecretIsNamed(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.secrets = map[string]string{"short": "r", "long": "hush-hush"}
	w.refuses = true
	fails(t, w.apply("webhooks", webhook("short"), webhook("long")).err, Invalid, "declined")
	if !w.told(`the secret "short" has fewer than 6 characters`) || w.told(`"long"`) {
		t.Errorf("told %q", w.notices)
	}
}

// Nothing is sent without a secret, and it is said how to give it.
func TestMissingSecret(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.options.Skips = true
	fails(t, w.apply("webhooks", webhook("hook")).err, Invalid, "1 secret missing: hook",
		"set LCSYNC_SECRET_HOOK; pass --skip webhooks to continue without it")
}
