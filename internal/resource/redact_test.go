package resource

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	v, err := ParseJSON([]byte(`{"secret":"a","password":{"b":"c"},"token":null,"list":[{"api_key":7},"quoted hush"],"name":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := JSON(Redact(v, func(s string) string { return strings.ReplaceAll(s, "hush", Mask) }))
	want := `{"secret":"***","password":"***","token":null,"list":[{"api_key":"***"},"quoted ***"],"name":"x"}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
