package resource

import "testing"

func TestScopeHint(t *testing.T) {
	scopes := []string{"agents--all:rw", "agents--my:rw"}
	const needs, may = " (needs the scope agents--all:rw or agents--my:rw)", " (may need the scope agents--all:rw or agents--my:rw)"
	for message, want := range map[string]string{
		"":                                            needs,
		"authorization":                               needs,
		"Authorization error":                         needs,
		"authorization: Authorization error":          needs,
		"missing_access: Forbidden.":                  needs,
		"Missing scopes":                              needs,
		"The owner cannot be deleted":                 may,
		"authorization: The owner is suspended":       may,
		"Authorization error: other client":           may,
		"Authorization error: requires agents--my:rw": "",
	} {
		if got := ScopeHint(message, scopes); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
	if got := ScopeHint("The owner cannot be deleted", nil); got != "" {
		t.Errorf("without scopes: %q", got)
	}
}
