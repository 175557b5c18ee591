package resource

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAbsentNullAndEmptyAreThreeThings(t *testing.T) {
	o := Of("null", nil, "empty", "")
	for _, c := range []struct {
		name  string
		value Value
		has   bool
	}{{"null", nil, true}, {"empty", "", true}, {"absent", nil, false}} {
		if v, has := o.Lookup(c.name); v != c.value || has != c.has || o.Has(c.name) != c.has {
			t.Errorf("Lookup(%s) = %v, %v; want %v, %v", c.name, v, has, c.value, c.has)
		}
	}
	if Equal(Of("a", nil), Of()) || Equal(Of("a", ""), Of("a", nil)) {
		t.Error("absent, null and empty are equal")
	}
}

func TestNilObjectIsEmpty(t *testing.T) {
	var o *Object
	if o.Len() != 0 || o.Has("a") || o.Get("a") != nil || o.String("a") != "" || o.Object("a") != nil || o.List("a") != nil || o.Clone() != nil || len(o.Names()) != 0 {
		t.Error("a nil object holds something")
	}
	if JSON(o) != "null" {
		t.Errorf("JSON of a nil object is %s", JSON(o))
	}
}

func TestGettersTellTypesApart(t *testing.T) {
	o := Of("s", "x", "l", List{int64(1)}, "o", Of("a", true))
	if o.String("s") != "x" || len(o.List("l")) != 1 || !o.Object("o").Has("a") {
		t.Error("a getter misses its own type")
	}
	if o.String("l") != "" || o.List("o") != nil || o.Object("s") != nil {
		t.Error("a getter takes another type for its own")
	}
}

// TestObjectIsAnOrderedMap holds an object against a plain model of one, on
// both sides of the size from which it keeps an index.
func TestObjectIsAnOrderedMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &Object{}
		var names []string
		values := map[string]int64{}
		for i := range int64(rapid.IntRange(0, 120).Draw(t, "steps")) {
			name := fmt.Sprint("n", rapid.IntRange(0, 2*indexFrom).Draw(t, "name"))
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				o.Delete(name)
				delete(values, name)
				names = slices.DeleteFunc(names, func(n string) bool { return n == name })
			case 1:
				o = o.Clone()
			default:
				if _, ok := values[name]; !ok {
					names = append(names, name)
				}
				o.Set(name, i)
				values[name] = i
			}
		}
		if d := cmp.Diff(names, o.Names(), cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); d != "" {
			t.Fatalf("names (-model +object):\n%s", d)
		}
		for i := range 2*indexFrom + 1 {
			name := fmt.Sprint("n", i)
			want, ok := values[name]
			if got, has := o.Lookup(name); has != ok || ok && got != want {
				t.Fatalf("Lookup(%s) = %v, %v; want %v, %v", name, got, has, want, ok)
			}
		}
	})
}

func TestSortByKeepsTheIndex(t *testing.T) {
	o := &Object{}
	for i := range 2 * indexFrom {
		o.Set(fmt.Sprintf("n%02d", 2*indexFrom-i), int64(i))
	}
	before := o.Clone()
	o.SortBy(strings.Compare)
	if !slices.IsSorted(o.Names()) || !Equal(before, o) {
		t.Error("sorting changed what the object holds")
	}
}

func TestClonesAreIndependent(t *testing.T) {
	o := Of("list", List{Of("a", int64(1))}, "object", Of("b", List{"x"}))
	before := JSON(o)
	c := o.Clone()
	c.List("list")[0].(*Object).Set("a", int64(2))
	c.Object("object").List("b")[0] = "y"
	c.Object("object").Set("new", true)
	c.Delete("list")
	if JSON(o) != before {
		t.Errorf("changing a clone changed the original: %s", JSON(o))
	}
	l := &License{Gaps: []Gap{{Kind: "tags"}}, Unreadable: map[string][]string{"bots": {"job_title"}}}
	l.SetRows("tags", []*Object{Of("name", "vip")})
	cl := l.Clone()
	cl.Rows("tags")[0].Set("name", "other")
	cl.Append("tags", Of("name", "more"))
	cl.Gaps[0].Kind, cl.Unreadable["bots"][0] = "bots", "name"
	cl.Remove("groups")
	if l.Rows("tags")[0].String("name") != "vip" || len(l.Rows("tags")) != 1 || l.Gaps[0].Kind != "tags" || l.Unreadable["bots"][0] != "job_title" {
		t.Error("changing a cloned license changed the original")
	}
}

func TestLicenseTellsNoneFromNotThere(t *testing.T) {
	l := &License{}
	l.SetRows("tags", nil)
	if !l.Has("tags") || l.Has("groups") || len(l.Kinds()) != 1 {
		t.Error("a kind with no rows is not told from a kind that is not there")
	}
	l.Remove("tags")
	if l.Has("tags") {
		t.Error("a removed kind is still there")
	}
}

func TestCompareIsATotalOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyValue(2).Draw(t, "a"), anyValue(2).Draw(t, "b"), anyValue(2).Draw(t, "c")
		if Compare(a, a) != 0 {
			t.Fatalf("%s is not equal to itself", JSON(a))
		}
		if sign(Compare(a, b)) != -sign(Compare(b, a)) {
			t.Fatalf("%s and %s: order depends on the side", JSON(a), JSON(b))
		}
		if Compare(a, b) <= 0 && Compare(b, c) <= 0 && Compare(a, c) > 0 {
			t.Fatalf("%s <= %s <= %s, but not the first and the last", JSON(a), JSON(b), JSON(c))
		}
		if Equal(a, b) && Compare(a, c) != Compare(b, c) && sign(Compare(a, c)) != sign(Compare(b, c)) {
			t.Fatalf("%s and %s are equal, but not in the face of %s", JSON(a), JSON(b), JSON(c))
		}
		if !Equal(a, CloneValue(a)) {
			t.Fatalf("%s is not equal to its clone", JSON(a))
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestCompareByContent(t *testing.T) {
	for _, c := range []struct {
		reason string
		a, b   Value
		want   int
	}{
		{"numbers by value", int64(1), 1.0, 0},
		{"whole and broken numbers", int64(1), 1.5, -1},
		{"what a float cannot count", int64(1<<53 + 1), float64(1 << 53), 1},
		{"beyond any integer", int64(1<<63 - 1), float64(1 << 63), -1},
		{"types before content", "2", int64(1), 1},
		{"members whatever their order", Of("a", "1", "b", "2"), Of("b", "2", "a", "1"), 0},
		{"lists element by element", List{"a", "b"}, List{"b", "a"}, -1},
		{"a prefix first", List{"a"}, List{"a", "b"}, -1},
		{"a nil list is an empty one", List(nil), List{}, 0},
		{"a reference is no text", Ref{"groups", "a"}, "a", 1},
		{"what is no Value is not equal to everything", 1, 2, -1},
	} {
		if got := sign(Compare(c.a, c.b)); got != c.want {
			t.Errorf("%s: Compare(%v, %v) = %d, want %d", c.reason, c.a, c.b, got, c.want)
		}
	}
}
