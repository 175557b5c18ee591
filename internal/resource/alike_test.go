package resource

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFoldGaps(t *testing.T) {
	g := func(kind, client, id, reason string) Gap {
		return Gap{Kind: kind, ClientID: client, ID: id, Reason: reason}
	}
	var bots []Gap
	for i := range 10 {
		bots = append(bots, g("bots", "", fmt.Sprintf("b%d", i), "internal"))
	}
	for _, tt := range []struct {
		name string
		in   []Gap
		want []Gap
	}{
		{"none", nil, nil},
		{"ten objects", bots, []Gap{g("bots", "", "(10 objects: b0, b1, b2, …)", "internal")}},
		{"three client ids, of two kinds", []Gap{g("webhooks", "a", "", "no"), g("webhooks", "b", "", "no"), g("properties", "a", "", "no"), g("webhooks", "c", "", "no"), g("properties", "b", "", "no")},
			[]Gap{g("webhooks", "3 client ids (a, b, c)", "", "no"), g("properties", "2 client ids (a, b)", "", "no")}},
		{"another reason", []Gap{g("bots", "", "a", "no"), g("bots", "", "b", "never"), g("bots", "", "c", "no")},
			[]Gap{g("bots", "", "(2 objects: a, c)", "no"), g("bots", "", "b", "never")}},
		{"a whole kind beside one of its objects", []Gap{g("bots", "", "", "no"), g("bots", "", "b", "no"), g("bots", "c", "", "no")},
			[]Gap{g("bots", "", "", "no"), g("bots", "", "b", "no"), g("bots", "c", "", "no")}},
		{"other scopes", []Gap{{Kind: "bots", ID: "a", Scopes: []string{"x"}}, {Kind: "bots", ID: "b", Scopes: []string{"y"}}},
			[]Gap{{Kind: "bots", ID: "a", Scopes: []string{"x"}}, {Kind: "bots", ID: "b", Scopes: []string{"y"}}}},
	} {
		before := fmt.Sprint(tt.in)
		if d := cmp.Diff(tt.want, FoldGaps(tt.in)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
		if fmt.Sprint(tt.in) != before {
			t.Errorf("%s: the gaps themselves were changed", tt.name)
		}
	}
}
