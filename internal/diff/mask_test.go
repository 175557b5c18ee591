package diff

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

// A plan that is shown has no secrets in any of its texts, also in those that are
// added later, and the plan itself keeps them.
func TestMaskedPlanIsComplete(t *testing.T) {
	p := &Plan{}
	const secret = "https://me:hush@h.example/?key=hush"
	fill(reflect.ValueOf(p).Elem(), secret)
	for _, ch := range p.Changes {
		ch.Kind, ch.Action = "agents", Update
		ch.Before, ch.After = resource.Of("id", "ben@x", "avatar", secret), resource.Of("id", "ben@x", "avatar", secret)
		ch.Move, ch.Interim = nil, nil // ids and priorities alone
	}
	before := encoded(t, p)
	shown := encoded(t, p.Masking(nil).Plan())
	// Owners, client ids, kinds and names of fields are no texts of objects.
	var plan map[string]any
	if err := json.Unmarshal([]byte(shown), &plan); err != nil {
		t.Fatal(err)
	}
	for name, of := range plan {
		if name == "license" || name == "pairing" {
			continue
		}
		for path, text := range leaves(name, of) {
			if strings.Contains(text, "hush") && !exempt(path) {
				t.Errorf("%s is %s", path, text)
			}
		}
	}
	if after := encoded(t, p); after != before {
		t.Errorf("the plan itself was changed")
	}
}

// exempt tells whether a member is the name of a kind, a method or a scope.
func exempt(path string) bool {
	for _, name := range []string{"kind", "client_id", "method", "missing_scopes", "place", "write", "orders"} {
		if strings.Contains(path+"/", "/"+name+"/") {
			return true
		}
	}
	return false
}

func leaves(path string, v any) map[string]string {
	out := map[string]string{}
	add := func(name string, of any) {
		for p, text := range leaves(path+"/"+name, of) {
			out[p] = text
		}
	}
	switch v := v.(type) {
	case string:
		out[path] = v
	case []any:
		for _, e := range v {
			add("0", e)
		}
	case map[string]any:
		for name, e := range v {
			add(name, e)
		}
	}
	return out
}

// fill sets every text inside of a value.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Interface:
		v.Set(reflect.ValueOf(text))
	case reflect.Pointer:
		if v.Type() != reflect.TypeFor[*resource.Object]() {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), text)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, text)
		v.SetMapIndex(reflect.ValueOf("groups"), value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text)
			}
		}
	}
}

func encoded(t *testing.T, p *Plan) string {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What a profile names is masked in objects, fields, texts and requests.
func TestMaskedFields(t *testing.T) {
	p := &Plan{Changes: []*Change{{ID: "agents/ben@x", Kind: "agents", Key: "ben@x", Action: Update,
		Before: resource.Of("id", "ben@x", "mobile", "5550188"), After: resource.Of("id", "ben@x", "mobile", "5550199"),
		Fields:  []FieldChange{{Path: "mobile", Before: "5550188", After: "5550199"}},
		Blocked: `mobile "5550199" is too long`}}}
	m := p.Masking(resource.Masks{{Kind: "agents", Key: "ben@*", Field: "mobile"}})
	body := m.Request(resource.Of("requests", resource.List{resource.Of("id", "ben@x", "phone", "5550199")}), []string{"agents/ben@x"})
	shown := m.Plan()
	for _, text := range []string{encoded(t, shown), resource.JSON(body), text(t, shown)} {
		if strings.Contains(text, "55501") {
			t.Errorf("a secret is in %s", text)
		}
	}
	if f := shown.Changes[0].Fields[0]; !f.Masked() || p.Changes[0].Fields[0].Masked() {
		t.Errorf("the change shows as %v", f)
	}
}

func text(t *testing.T, p *Plan) string {
	t.Helper()
	var b strings.Builder
	if err := p.Text(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
