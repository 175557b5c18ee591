package clone_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/clone"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// TestSides: what is told of how the licenses were reached.
func TestSides(t *testing.T) {
	whole := license(t, "whole", "groups: []\ntags: []\n")
	gaps := license(t, "gaps", "groups: []\ntags: []\n")
	gaps.Gaps = []resource.Gap{
		{Kind: "webhooks", ClientID: "shop", Method: "list_webhooks", Reason: "authorization: no", Scopes: []string{"webhooks.configuration:rw"}},
		{Kind: "bots", Method: "get_bot", Reason: "authorization: no", Scopes: []string{"agents-bot--all:ro"}, Partial: true},
		{Kind: "groups", Method: "list_groups", Reason: "internal: no"},
	}
	for _, tt := range []struct {
		why    string
		source *resource.License
		from   *clone.Side
		to     clone.Side
		want   []string
	}{
		{"a file is in no data center, and nobody's scopes are known", whole, nil, clone.Side{Region: "dal"}, nil},
		{"the same data center, and all scopes", whole, &clone.Side{Region: "dal", Scopes: []string{"tags--all:rw"}}, clone.Side{Region: "dal"}, nil},
		{"two data centers", whole, &clone.Side{Region: "dal", Scopes: []string{"tags--all:rw"}}, clone.Side{Region: "fra-a"},
			[]string{"informs the source is in the data center dal, the target in fra-a"}},
		{"a token that sees a part of the tags", whole, &clone.Side{Scopes: []string{"tags--groups:rw"}}, clone.Side{},
			[]string{"warns tags: not cloned completely: with its scopes the source's token sees a part of list_tags (give it tags--all:ro)"}},
		{"a token whose scopes nobody knows", whole, &clone.Side{}, clone.Side{},
			[]string{"informs the scopes of the source's token are not known: lists that a narrow scope shortens may be incomplete: tags"}},
		{"what could not be read, of a file, too", gaps, nil, clone.Side{}, []string{
			"warns webhooks/shop: not cloned: the source's token lacks a scope for list_webhooks (give it webhooks.configuration:rw)",
			"warns bots: not cloned completely: the source's token lacks a scope for get_bot (give it agents-bot--all:ro)",
		}},
	} {
		var got []string
		for _, f := range clone.Preflight(clone.Check{Plan: &diff.Plan{}, Target: whole, To: tt.to, Source: tt.source, From: tt.from}) {
			text := string(f.Level) + " " + f.String()
			if f.Hint != "" {
				text += " (" + f.Hint + ")"
			}
			got = append(got, text)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.why, d)
		}
	}
}
