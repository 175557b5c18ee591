package diff

import (
	"testing"

	"lcsync/internal/resource"
)

// A webhook that somebody replaced by hand is the one of the file; a new one in
// the file has nothing to do with one that only the license has.
func TestReplacedByHand(t *testing.T) {
	hook := func(id, url string) *resource.Object {
		o := resource.Of("action", "incoming_chat", "owner_client_id", "c", "type", "license", "url", url)
		if id != "" {
			o.Set("id", id)
		}
		return o
	}
	license := func(h *resource.Object) *resource.License {
		l := &resource.License{AccountID: "a", Owner: "o@x", ClientIDs: []string{"c"}}
		l.SetRows("webhooks", []*resource.Object{h})
		return l
	}
	for _, tt := range []struct {
		why    string
		wanted *resource.Object
		action Action
		others int
	}{
		{"its id is gone: it was replaced by hand", hook("w1", "https://x.example/a"), Replace, 0},
		{"it never had an id: it is new", hook("", "https://x.example/a"), Create, 1},
	} {
		p, err := Compute(license(hook("w2", "https://x.example/b")), license(tt.wanted), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Changes) != 1 || p.Changes[0].Action != tt.action || len(p.Unmanaged) != tt.others {
			t.Errorf("%s: %+v, unmanaged %v", tt.why, p.Changes, p.Unmanaged)
		}
	}
}
