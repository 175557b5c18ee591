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

func TestShadows(t *testing.T) {
	k := Lookup("auto_accesses")
	const checkout, careers = `{"url":{"values":[{"value":"/checkout"}]}}`, `{"url":{"values":[{"value":"/careers/jobs"}]}}`
	for _, tt := range []struct {
		first, behind string
		want          bool
		why           string
	}{
		{`{"url":{"values":[{"value":"/"}]}}`, checkout, true, "everything is taken"},
		{checkout, `{"url":{"values":[{"value":"/"}]}}`, false, "other pages are left"},
		{checkout, checkout, true, "the same pages"},
		{checkout, `{"url":{"values":[{"value":"/checkout/basket"},{"value":"/de/checkout"}]}}`, true, "parts of these pages"},
		{checkout, `{"url":{"values":[{"value":"/checkout"},{"value":"/basket"}]}}`, false, "one page more"},
		{checkout, `{"url":{"values":[{"value":"/checkout"}]},"domain":{"values":[{"value":"a.example"}]}}`, true, "a narrower rule"},
		{`{"url":{"values":[{"value":"/checkout"}]},"domain":{"values":[{"value":"a.example"}]}}`, checkout, false, "a wider rule"},
		{`{"url":{"exclude_values":[{"value":"/careers"}]}}`, checkout, true, "all but some pages are taken"},
		{`{"url":{"exclude_values":[{"value":"/careers"}]}}`, careers, false, "the exceptions are left"},
		{`{"url":{"values":[{"value":"/a","exact_match":true}]}}`, `{"url":{"values":[{"value":"/a"}]}}`, false, "the whole address is narrower than a part"},
		{`{"geolocation":{"values":[{"country":"Austria"}]}}`, `{"geolocation":{"values":[{"country":"Austria","city":"Graz"}]}}`, true, "a city of the country"},
		{`{"geolocation":{"values":[{"country":"Austria","city":"Graz"}]}}`, `{"geolocation":{"values":[{"country":"Austria"}]}}`, false, "the rest of the country"},
		{`{}`, checkout, false, "no condition is no rule"},
	} {
		if got := k.Shadows(rule(t, tt.first), rule(t, tt.behind)); got != tt.want {
			t.Errorf("%s before %s: got %v: %s", tt.first, tt.behind, got, tt.why)
		}
	}
}
