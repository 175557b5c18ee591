package resource

import "testing"

// rule is a rule with conditions in JSON.
func rule(t *testing.T, conditions string) *Object {
	t.Helper()
	v, err := ParseJSON([]byte(conditions))
	if err != nil {
		t.Fatal(err)
	}
	return Of("conditions", v)
}

func TestCatchAll(t *testing.T) {
	k := Lookup("auto_accesses")
	for _, tt := range []struct {
		conditions string
		want       bool
		why        string
	}{
		{`{"url":{"values":[{"value":"/"}]}}`, true, "every address has a slash"},
		{`{"url":{"values":[{"value":"http","exact_match":false}]}}`, true, "every address begins so"},
		{`{"url":{"exclude_values":[{"value":"/careers"}]}}`, true, "all but some pages"},
		{`{"domain":{"values":[{"value":"."}]}}`, true, "every domain has a dot"},
		{`{"domain":{"values":[{"value":"/"}]}}`, false, "no domain has a slash"},
		{`{"url":{"values":[{"value":"/","exact_match":true}]}}`, false, "no address is a slash"},
		{`{"url":{"values":[{"value":"/"}]},"geolocation":{"values":[{"country":"Austria"}]}}`, false, "only visitors from a country"},
		{`{"url":{"values":[{"value":"/checkout"}]}}`, false, "some pages"},
		{`{}`, false, "no condition is no rule"},
	} {
		if got := k.CatchAll(rule(t, tt.conditions)); got != tt.want {
			t.Errorf("%s: got %v: %s", tt.conditions, got, tt.why)
		}
	}
}
