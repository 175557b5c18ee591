package snapshot

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func legacyLicense() *resource.License {
	l := &resource.License{Version: "3.2"}
	l.SetRows("groups", []*resource.Object{resource.Of("id", int64(7), "name", "Boots", "routing_status", "offline")})
	l.SetRows("bots", []*resource.Object{resource.Of("webhooks", resource.Of("secret_key", "hush", "url", "u"), "id", "b1")})
	l.SetRows("webhooks", []*resource.Object{resource.Of("webhook_id", "w1", "action", "incoming_chat", "url", "u", "owner_client_id", "c")})
	l.SetRows("group_properties", []*resource.Object{resource.Of("group", int64(7), "namespace", "c", "name", "size", "value", int64(3))})
	return l
}

// TestEncodeLegacy: a license of an older version has its version and its
// shapes, and no secret in clear whatever its rows hold.
func TestEncodeLegacy(t *testing.T) {
	var b bytes.Buffer
	if err := Encode(&b, legacyLicense(), EncodeOptions{}); err != nil {
		t.Fatal(err)
	}
	const want = `lcsync: 1
api_version: "3.2"
groups:
  - id: 7
    name: Boots
bots:
  - id: b1
    webhooks:
      url: u
      secret_key: !secret bots/b1/webhooks
webhooks:
  - webhook_id: w1
    action: incoming_chat
    owner_client_id: c
    url: u
group_properties:
  - id: 7 # Boots
    properties:
      c:
        size: 3
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	doc, findings := Decode(b.Bytes(), "old.yaml")
	if doc == nil || doc.APIVersion != "3.2" || doc.License.Version != "3.2" || findings.Errors() == 0 {
		t.Fatalf("decoded as %+v with %v", doc, findings)
	}
	if lacks := Lacks(doc.License, legacyLicense()); len(lacks) > 0 {
		t.Errorf("the same license lacks %v", lacks)
	}
}

// TestLacksOfLegacy: what an older version's snapshot had and a new one lacks.
func TestLacksOfLegacy(t *testing.T) {
	for _, tt := range []struct {
		why    string
		change func(l *resource.License)
		want   []string
	}{
		{"a kind is gone", func(l *resource.License) { l.Remove("bots") }, []string{"bots"}},
		{"an object is gone", func(l *resource.License) { l.Gaps = []resource.Gap{{Kind: "bots", ID: "b1"}} }, []string{"bots b1"}},
		{"an id of the version's own", func(l *resource.License) { l.Gaps = []resource.Gap{{Kind: "webhooks", ID: "w1"}} }, []string{"webhooks w1"}},
		{"values of a group that had some", func(l *resource.License) { l.Gaps = []resource.Gap{{Kind: "group_properties", ID: "7"}} }, []string{"group_properties 7"}},
		{"values of a group that had none", func(l *resource.License) { l.Gaps = []resource.Gap{{Kind: "group_properties", ID: "8"}} }, nil},
	} {
		l := legacyLicense()
		tt.change(l)
		if diff := cmp.Diff(tt.want, Lacks(legacyLicense(), l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}
