package apply

import (
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A part of a license that could not be read says nothing of what a run did
// there.
func TestUnreadPart(t *testing.T) {
	hook := &diff.Change{ID: "webhooks/x", Kind: "webhooks", Before: resource.Of("id", "w", "owner_client_id", "one")}
	read := func(gaps ...resource.Gap) *resource.License {
		l := &resource.License{Gaps: gaps}
		l.SetRows("webhooks", nil)
		return l
	}
	for _, tt := range []struct {
		why  string
		live *resource.License
		want string
	}{
		{"read", read(), ""},
		{"not read at all", &resource.License{}, "webhooks"},
		{"its application's part is missing", read(resource.Gap{Kind: "webhooks", ClientID: "one"}), "webhooks of one"},
		{"another application's part is missing", read(resource.Gap{Kind: "webhooks", ClientID: "two"}), ""},
		{"the object is missing", read(resource.Gap{Kind: "webhooks", ID: "w"}), "webhooks/x"},
		{"another kind is missing", read(resource.Gap{Kind: "bots"}), ""},
	} {
		if got := unreadPart(hook, tt.live); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}
