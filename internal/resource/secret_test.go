package resource

import (
	"maps"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

const hook = `{"id":"1","action":"incoming_chat","owner_client_id":"abc","type":"bot","url":"https://a.example/","filters":{"source_type":["my_client","system"],"chat_presence":{"my_bots":true}}}`

func secretName(t *testing.T, row *Object) string {
	t.Helper()
	k := Lookup("webhooks")
	if got := k.HideSecrets(row); got != nil {
		t.Errorf("a secret was revealed where there was none: %v", got)
	}
	name, ok := row.Get("secret_key").(Secret)
	if !ok {
		t.Fatalf("no reference was put in: %s", JSON(row))
	}
	return string(name)
}

func TestSecretNames(t *testing.T) {
	base := secretName(t, parse(t, hook))
	if !regexp.MustCompile(`^webhooks/abc/incoming_chat/[0-9a-f]{8}$`).MatchString(base) {
		t.Errorf("name %q", base)
	}
	for _, c := range []struct {
		reason string
		edit   func(o *Object)
		same   bool
	}{
		{"another server id", func(o *Object) { o.Set("id", "2") }, true},
		{"another description", func(o *Object) { o.Set("description", "new") }, true},
		{"members in another order", func(o *Object) { f := o.Get("filters"); o.Delete("filters"); o.Set("filters", f) }, true},
		{"filters in another order", func(o *Object) {
			f := o.Object("filters")
			v := f.Get("source_type")
			f.Delete("source_type")
			f.Set("source_type", v)
		}, true},
		{"a set in another order", func(o *Object) { o.Object("filters").Set("source_type", List{"system", "my_client"}) }, true},
		{"an unknown filter", func(o *Object) { o.Object("filters").Set("new_one", true) }, true},
		{"an unknown member", func(o *Object) { o.Set("new_one", true) }, true},
		{"a filter that is null", func(o *Object) { o.Object("filters").Set("author_type", nil) }, true},
		{"another url", func(o *Object) { o.Set("url", "https://b.example/") }, false},
		{"another type", func(o *Object) { o.Set("type", "license") }, false},
		{"another filter", func(o *Object) { o.Object("filters").Set("only_my_chats", true) }, false},
		{"another action", func(o *Object) { o.Set("action", "chat_deactivated") }, false},
		{"another application", func(o *Object) { o.Set("owner_client_id", "xyz") }, false},
		{"no filters", func(o *Object) { o.Delete("filters") }, false},
	} {
		o := parse(t, hook)
		c.edit(o)
		if got := secretName(t, o); (got == base) != c.same {
			t.Errorf("%s: %q and %q", c.reason, base, got)
		}
	}
	none, empty := parse(t, hook), parse(t, hook)
	none.Delete("filters")
	empty.Set("filters", &Object{})
	if a, b := secretName(t, none), secretName(t, empty); a != b {
		t.Errorf("no filters and empty filters differ: %q and %q", a, b)
	}
}

func TestSecretNamesAreBlindToOrder(t *testing.T) {
	k := Lookup("webhooks")
	rapid.Check(t, func(t *rapid.T) {
		o := anyRow(k).Draw(t, "row")
		raw, sorted := o.Clone(), o.Clone()
		k.Canonical(sorted)
		k.HideSecrets(raw)
		k.HideSecrets(sorted)
		if raw.Get("secret_key") != sorted.Get("secret_key") {
			t.Fatalf("%s: %v as it came, %v in canonical form", JSON(o), raw.Get("secret_key"), sorted.Get("secret_key"))
		}
	})
}

func TestHideSecretsTakesThemOut(t *testing.T) {
	o := parse(t, hook)
	o.Set("secret_key", "s3cr3t")
	got := Lookup("webhooks").HideSecrets(o)
	name := o.Get("secret_key").(Secret)
	if !maps.Equal(got, map[string]string{string(name): "s3cr3t"}) {
		t.Errorf("revealed %v under %v", got, name)
	}
	if regexp.MustCompile("s3cr3t").MatchString(JSON(o)) {
		t.Errorf("the secret is still there: %s", JSON(o))
	}
	tag := Of("name", "vip")
	if got := Lookup("tags").HideSecrets(tag); got != nil || tag.Len() != 1 {
		t.Errorf("a kind without secrets got one: %v, %s", got, JSON(tag))
	}
}
