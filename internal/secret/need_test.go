package secret

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestNeeds(t *testing.T) {
	l := &resource.License{}
	l.SetRows("webhooks", []*resource.Object{
		resource.Of("url", "u1", "secret_key", resource.Secret("z")),
		resource.Of("url", "u2", "secret_key", resource.Secret("a"), "filters", resource.Of("list", resource.List{"x", resource.Secret("z")})),
	})
	l.SetRows("tags", []*resource.Object{resource.Of("name", "t")})
	var got []string
	for _, n := range Needs(l) {
		got = append(got, n.Name+" "+n.Kind.Name+" "+n.Row.String("url")+" "+n.Path)
	}
	if d := cmp.Diff([]string{"a webhooks u2 secret_key", "z webhooks u1 secret_key", "z webhooks u2 filters.list[1]"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestSource(t *testing.T) {
	s, err := Load(file(t, "# mine\na: x\n\nb: y\n", 0o600), []string{"LCSYNC_SECRET_C=z", "LCSYNC_SECRET_A=other"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Source{"a": {Line: 2}, "b": {Line: 4}, "c": {Variable: "LCSYNC_SECRET_C"}} {
		if got, ok := s.Source(name); !ok || got != want {
			t.Errorf("%s: %v %+v, want %+v", name, ok, got, want)
		}
	}
	if got, ok := s.Source("none"); ok {
		t.Errorf("none: %+v", got)
	}
}
