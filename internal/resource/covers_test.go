package resource

import "testing"

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		why, earlier, later string
		want                bool
	}{
		{"no condition takes everything", `{}`, `{"url":{"values":[{"value":"shop"}]}}`, true},
		{"nor does an empty one leave anything", `{"url":{"values":[{"value":""}]}}`, `{"domain":{"values":[{"value":"shop"}]}}`, true},
		{"the same", `{"url":{"values":[{"value":"shop"}]}}`, `{"url":{"values":[{"value":"shop"}]}}`, true},
		{"a part of an address", `{"url":{"values":[{"value":"shop"}]}}`, `{"url":{"values":[{"value":"shop/cart"},{"value":"myshop","exact_match":true}]}}`, true},
		{"more of an address", `{"url":{"values":[{"value":"shop/cart"}]}}`, `{"url":{"values":[{"value":"shop"}]}}`, false},
		{"one of two addresses", `{"url":{"values":[{"value":"shop"}]}}`, `{"url":{"values":[{"value":"shop"},{"value":"blog"}]}}`, false},
		{"an exact address", `{"url":{"values":[{"value":"shop","exact_match":true}]}}`, `{"url":{"values":[{"value":"shop"}]}}`, false},
		{"a condition more behind it", `{"url":{"values":[{"value":"shop"}]}}`, `{"url":{"values":[{"value":"shop"}]},"geolocation":{"values":[{"country":"Poland"}]}}`, true},
		{"a condition more before it", `{"url":{"values":[{"value":"shop"}]},"geolocation":{"values":[{"country":"Poland"}]}}`, `{"url":{"values":[{"value":"shop"}]}}`, false},
		{"a city of the country", `{"geolocation":{"values":[{"country":"Poland"}]}}`, `{"geolocation":{"values":[{"country":"Poland","city":"Kraków"}]}}`, true},
		{"the country of a city", `{"geolocation":{"values":[{"country":"Poland","city":"Kraków"}]}}`, `{"geolocation":{"values":[{"country":"Poland"}]}}`, false},
		{"fewer exceptions", `{"url":{"exclude_values":[{"value":"admin"}]}}`, `{"url":{"exclude_values":[{"value":"a"},{"value":"blog"}]}}`, true},
		{"other exceptions", `{"url":{"exclude_values":[{"value":"admin"}]}}`, `{"url":{"exclude_values":[{"value":"blog"}]}}`, false},
	} {
		rule := func(conditions string) *Object {
			v, err := ParseJSON([]byte(`{"conditions":` + conditions + `}`))
			if err != nil {
				t.Fatal(err)
			}
			return v.(*Object)
		}
		if got := autoAccesses.Covers(rule(tt.earlier), rule(tt.later)); got != tt.want {
			t.Errorf("%s: got %v", tt.why, got)
		}
	}
}
