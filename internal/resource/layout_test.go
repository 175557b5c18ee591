package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNest(t *testing.T) {
	value := func(group any, namespace, name string, v Value) *Object {
		return Of("group", group, "namespace", namespace, "name", name, "value", v)
	}
	for _, c := range []struct {
		reason, kind string
		rows         []*Object
		want         string
		back         int // rows that come back
	}{
		{"a list of objects", "tags", []*Object{Of("name", "a"), Of("name", "b")}, `[{"name":"a"},{"name":"b"}]`, 2},
		{"a list of none", "tags", nil, `[]`, 0},
		{"one object", "product_source", []*Object{Of("source_id", "x")}, `{"source_id":"x"}`, 1},
		{"one object that is not there", "product_source", nil, `{}`, 0},
		{"values by namespace and name", "license_properties", []*Object{
			Of("namespace", "a", "name", "x", "value", int64(1)),
			Of("namespace", "b", "name", "x", "value", List{}),
			Of("namespace", "a", "name", "y", "value", Of("m", "n")),
		}, `{"a":{"x":1,"y":{"m":"n"}},"b":{"x":[]}}`, 3},
		{"no values", "license_properties", nil, `{}`, 0},
		{"values of groups", "group_properties", []*Object{
			value(int64(1), "a", "x", true), value(int64(2), "a", "x", false), value(int64(1), "a", "y", "z"),
		}, `[{"id":1,"properties":{"a":{"x":true,"y":"z"}}},{"id":2,"properties":{"a":{"x":false}}}]`, 3},
		{"what says nothing, and of two the first", "group_properties", []*Object{
			value(nil, "a", "x", true), value(int64(2), "a", "x", nil), value(int64(3), "a", "x", "first"), value(int64(3), "a", "x", "second"),
		}, `[{"id":3,"properties":{"a":{"x":"first"}}}]`, 1},
	} {
		t.Run(c.reason, func(t *testing.T) {
			k := Lookup(c.kind)
			nested := k.Nest(c.rows)
			if diff := cmp.Diff(c.want, JSON(nested)); diff != "" {
				t.Errorf("nested (-want +got)\n%s", diff)
			}
			rows, err := k.Flatten(nested)
			if err != nil || len(rows) != c.back {
				t.Errorf("%d rows come back, %v", len(rows), err)
			}
			if diff := cmp.Diff(c.want, JSON(k.Nest(rows))); diff != "" {
				t.Errorf("nested again (-want +got)\n%s", diff)
			}
		})
	}
}

func TestFlattenRefuses(t *testing.T) {
	for _, c := range []struct {
		reason, kind string
		v            Value
		want         string
	}{
		{"no list", "tags", "x", "expected a list of objects, got a string"},
		{"a list of something else", "tags", List{int64(1)}, "expected a list of objects: expected an object, got an integer"},
		{"values without names", "license_properties", Of("ns", int64(1)), "expected an object of names, got an integer"},
		{"values of groups without a list", "group_properties", int64(1), "expected a list of objects, got an integer"},
		{"a group without values", "group_properties", List{Of("id", int64(1))}, "expected an object of namespaces, got null"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := Lookup(c.kind).Flatten(c.v)
			if err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
