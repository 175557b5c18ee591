package resource

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vendorProperty is an entry of the vendor's table of default properties.
type vendorProperty struct {
	Namespace, Name, Type string
	Access                map[string]map[string]string // place → user → r, w or rw
}

func TestDefaultPropertiesAreTheVendors(t *testing.T) {
	data, err := os.ReadFile("../../testdata/vendor/default-properties.json")
	if err != nil {
		t.Fatal(err)
	}
	var vendor struct{ Properties []vendorProperty }
	if err := json.Unmarshal(data, &vendor); err != nil {
		t.Fatal(err)
	}
	want, got := map[string]vendorProperty{}, map[string]vendorProperty{}
	for _, p := range vendor.Properties {
		want[p.Namespace+"/"+p.Name] = p
	}
	for _, p := range defaultProperties {
		if p.Doc == "" {
			t.Errorf("%s/%s: says not what it means", p.Namespace, p.Name)
		}
		as := vendorProperty{p.Namespace, p.Name, p.Type, map[string]map[string]string{}}
		for place, users := range p.definition().Object("access").All() {
			as.Access[place] = map[string]string{}
			for user, may := range users.(*Object).All() {
				letters := ""
				for _, right := range may.(List) {
					letters += right.(string)[:1]
				}
				as.Access[place][user] = letters
			}
		}
		got[p.Namespace+"/"+p.Name] = as
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("default properties (-vendor +registry):\n%s", diff)
	}
}

func TestReadOnlyRows(t *testing.T) {
	tests := []struct {
		kind            *Kind
		namespace, name string
		isDefault, told bool
		why             string
	}{
		{licenseProperties, "chats", "queue.enabled", true, false, "an agent may write it"},
		{licenseProperties, "chats", "queue.limit", true, true, "an agent may only read it"},
		{groupProperties, "chats", "queue.enabled", true, true, "it does not exist at groups"},
		{groupProperties, "chats", "queue.enabled.override", true, false, "an agent may write it there"},
		{licenseProperties, "limits", "agents.base", true, true, "plan limits are told"},
		{licenseProperties, "limits", "something.new", true, true, "so is what the vendor adds to them"},
		{licenseProperties, "statistics", "something.new", true, true, "the same of statistics"},
		{licenseProperties, "test", "int_property", true, true, "writable, but nobody's setting"},
		{licenseProperties, "test", "something.new", true, true, "the whole namespace is for tests"},
		{licenseProperties, "chats", "something.new", true, false, "an undocumented setting may be one"},
		{licenseProperties, "7c1fa0b2", "queue.enabled", false, false, "an application's own"},
		{tags, "chats", "queue.limit", false, false, "no kind of values"},
	}
	for _, tt := range tests {
		row := Of("namespace", tt.namespace, "name", tt.name, "value", int64(1))
		if got := tt.kind.IsDefault(row); got != tt.isDefault {
			t.Errorf("%s %s/%s: IsDefault is %v: %s", tt.kind.Name, tt.namespace, tt.name, got, tt.why)
		}
		if got := tt.kind.ReadOnlyRow(row); got != tt.told {
			t.Errorf("%s %s/%s: ReadOnlyRow is %v: %s", tt.kind.Name, tt.namespace, tt.name, got, tt.why)
		}
	}
}

func TestDropReadOnly(t *testing.T) {
	l := &License{}
	limit := Of("namespace", "limits", "name", "agents.base", "value", int64(5))
	own := Of("namespace", "chats", "name", "queue.enabled", "value", true)
	l.SetRows("license_properties", []*Object{limit, own})
	l.SetRows("group_properties", []*Object{})
	l.DropReadOnly()
	if got := l.Rows("license_properties"); len(got) != 1 || got[0] != own || !l.Has("group_properties") {
		t.Errorf("left %v, group_properties %v", got, l.Has("group_properties"))
	}
}
