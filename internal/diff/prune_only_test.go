package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPruneOnly: what is named goes, with the guards of any deletion, and
// nothing else does.
func TestPruneOnly(t *testing.T) {
	live := parseLicense(t, `{"clients": ["cA"],
		"groups": [{"id": 0, "name": "General"}, {"id": 1, "name": "Sales"}, {"id": 2, "name": "Shoes"}],
		"agents": [{"id": "owner@example.com", "name": "O", "role": "owner"}, {"id": "a@example.com", "name": "A"}],
		"tags": [{"name": "vip"}, {"name": "new"}],
		"webhooks": [{"id": "w1", "owner_client_id": "cA", "action": "chat_deactivated", "type": "bot", "url": "https://a.example/"}],
		"license_properties": [{"namespace": "elsewhere", "name": "n", "value": 1}, {"namespace": "elsewhere", "name": "m", "value": 1}]}`)
	want := parseLicense(t, `{"clients": ["cA"], "groups": [{"id": 2}], "agents": [], "tags": [], "webhooks": [], "license_properties": []}`)
	for _, tc := range []struct {
		name string
		o    Options
		want map[string]string // change → why it is not made
	}{
		{"nothing is named", Options{Prune: true, PruneOnly: map[string][]string{}}, map[string]string{}},
		{"by id, without prune", Options{PruneOnly: map[string][]string{"groups": {"1"}}}, map[string]string{"groups/Sales": ""}},
		{"by id, with prune", Options{Prune: true, PruneOnly: map[string][]string{"groups": {"1"}}}, map[string]string{"groups/Sales": ""}},
		{"what the file has stays", Options{PruneOnly: map[string][]string{"groups": {"2"}}}, map[string]string{}},
		{"what can never go stays", Options{PruneOnly: map[string][]string{"groups": {"0"}, "agents": {"owner@example.com"}}, Self: "x"}, map[string]string{}},
		{"a name is not an id", Options{PruneOnly: map[string][]string{"groups": {"Sales"}}}, map[string]string{}},
		{"by key", Options{PruneOnly: map[string][]string{"tags": {"new"}}}, map[string]string{"tags/new": ""}},
		{"of a client id that the file does not cover", Options{PruneOnly: map[string][]string{"license_properties": {"elsewhere/n"}}},
			map[string]string{"license_properties/elsewhere/n": ""}},
		{"the token's own agent", Options{PruneOnly: map[string][]string{"agents": {"a@example.com"}}, Self: "a@example.com"},
			map[string]string{"agents/a@example.com": "the token belongs to this agent"}},
		{"what acts on other licenses", Options{PruneOnly: map[string][]string{"webhooks": {"w1"}}},
			map[string]string{"webhooks/cA/chat_deactivated/https://a.example/": needApplication}},
		{"what is protected", Options{PruneOnly: map[string][]string{"groups": {"1"}}, Protect: []ProtectedObject{{"groups", "Sales"}}},
			map[string]string{"groups/Sales": isProtected}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.o.Match = ByID
			p, err := Compute(live, want, tc.o)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, ch := range p.Changes {
				if ch.Action != Delete || ch.Reason != "named to be deleted" {
					t.Errorf("%s: %s, %s", ch.ID, ch.Action, ch.Reason)
				}
				got[ch.ID] = ch.Blocked
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Errorf("the deletions are not those that were named (-want +got):\n%s", d)
			}
		})
	}
}
