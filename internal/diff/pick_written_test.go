package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A selection may name an object as texts do: with the beginning of a client id, the
// name of an application, or the name of an object in the place of its id.
func TestPickAsWritten(t *testing.T) {
	const live = `{"groups": [{"id": 5, "name": "Returns"}],
		"properties": [{"owner_client_id": "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", "name": "crm", "type": "string", "public_access": []},
			{"owner_client_id": "7c1fa0ffffffffffffffffffffffffff", "name": "crm", "type": "string", "public_access": []}],
		"group_properties": [{"group": 5, "namespace": "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", "name": "crm", "value": "a"}]}`
	const want = `{"groups": [{"id": 5, "name": "Returns"}],
		"properties": [{"owner_client_id": "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", "name": "crm", "type": "string", "description": "x", "public_access": []},
			{"owner_client_id": "7c1fa0ffffffffffffffffffffffffff", "name": "crm", "type": "string", "description": "y", "public_access": []}],
		"group_properties": [{"group": 5, "namespace": "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", "name": "crm", "value": "b"}]}`
	for _, tt := range []struct {
		why, kind, key, want, fails string
	}{
		{"the beginning that a text has", "properties", "7c1fa0b2…/crm", "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60/crm", ""},
		{"a longer one, of a text about more", "properties", "7c1fa0b2d9…/crm", "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60/crm", ""},
		{"one of two", "properties", "7c1fa0…/crm", "", "properties/7c1fa0…/crm matches 2 properties"},
		{"an application", "properties", "CRM/crm", "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60/crm", ""},
		{"a group", "group_properties", "Returns/7c1fa0b2…/crm", "5/7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60/crm", ""},
		{"nothing", "properties", "8c1fa0b2…/crm", "", "neither the file nor the license has the property 8c1fa0b2…/crm"},
	} {
		p, err := Compute(parseLicense(t, live), parseLicense(t, want), Options{Match: ByID, Only: []string{tt.kind}, Objects: map[string][]string{tt.kind: {tt.key}},
			Applications: map[string]string{"7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60": "CRM"}})
		if tt.fails != "" {
			if err == nil || err.Error() != tt.fails {
				t.Errorf("%s: error %v, want %s", tt.why, err, tt.fails)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		var got []string
		for _, ch := range p.Changes {
			got = append(got, ch.Key)
		}
		if d := cmp.Diff([]string{tt.want}, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.why, d)
		}
	}
}
