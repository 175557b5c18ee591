package resource

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func parse(t *testing.T, text string) *Object {
	t.Helper()
	v, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v.(*Object)
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want string }{
		{"other spellings", "agents", `{"id":"a","avatar_path":"x","summaries":["weekly_summary","daily_summary"]}`,
			`{"id":"a","avatar":"x","email_subscriptions":["daily_summary","weekly_summary"]}`},
		{"the field's own spelling wins", "agents", `{"avatar_path":"old","avatar":"new"}`, `{"avatar":"new"}`},
		{"members in the registry's order, unknown ones last", "tags", `{"z":1,"a":2,"group_ids":[],"name":"vip"}`, `{"name":"vip","group_ids":[],"a":2,"z":1}`},
		{"sets sorted, each element once", "tags", `{"name":"vip","group_ids":[7,3,7,0]}`, `{"name":"vip","group_ids":[0,3,7]}`},
		{"sets of objects, those with fewer members last", "auto_accesses", `{"conditions":{"url":{"values":[{"exact_match":true,"value":"b"},{"value":"a"},{"value":"a"}]}}}`,
			`{"conditions":{"url":{"values":[{"value":"b","exact_match":true},{"value":"a"}]}}}`},
		{"memberships by group", "bots", `{"groups":[{"priority":"first","id":7},{"id":3,"priority":"last"}]}`,
			`{"groups":[{"id":3,"priority":"last"},{"id":7,"priority":"first"}]}`},
		{"schedules by weekday and start", "agents",
			`{"work_scheduler":{"schedule":[{"day":"sunday","start":"09:00"},{"day":"monday","start":"13:00"},{"day":"monday","start":"09:00"}],"timezone":"UTC"}}`,
			`{"work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","start":"09:00"},{"day":"monday","start":"13:00"},{"day":"sunday","start":"09:00"}]}}`},
		{"null, empty and absent stay", "agents", `{"job_title":null,"mobile":"","groups":[]}`, `{"job_title":null,"mobile":"","groups":[]}`},
		{"values are not touched", "properties", `{"default_value":["b","a"]}`, `{"default_value":["b","a"]}`},
		{"seconds of which there are none", "agents", `{"work_scheduler":{"schedule":[{"start":"08:00:00","end":"16:00:30"}]},"mobile":"08:00:00"}`,
			`{"mobile":"08:00:00","work_scheduler":{"schedule":[{"start":"08:00","end":"16:00:30"}]}}`},
		{"what is of another type stays", "agents", `{"groups":"none","work_scheduler":[2,1]}`, `{"groups":"none","work_scheduler":[2,1]}`},
	} {
		o := parse(t, c.in)
		Lookup(c.kind).Canonical(o)
		if d := cmp.Diff(c.want, JSON(o)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

// TestCanonicalIntegers: 3.0 is 3, where a field is an integer or any value.
func TestCanonicalIntegers(t *testing.T) {
	for _, c := range []struct {
		kind, in string
		want     List // of the members, by type and value
	}{
		{"agents", `{"max_chats_count":3.0,"groups":[{"id":4.0}],"new":5.0}`, List{int64(3), List{Of("id", int64(4))}, 5.0}},
		{"agents", `{"max_chats_count":3.5,"groups":[{"id":1e300}]}`, List{3.5, List{Of("id", 1e300)}}},
		{"tags", `{"name":"vip","group_ids":[2.0,1.0]}`, List{"vip", List{int64(1), int64(2)}}},
		{"license_properties", `{"name":"n","value":6.0}`, List{"n", int64(6)}},
		{"properties", `{"domain":[1.0],"range":{"from":-1.0}}`, List{List{int64(1)}, Of("from", int64(-1))}},
	} {
		o := parse(t, c.in)
		Lookup(c.kind).Canonical(o)
		got := List{}
		for _, v := range o.All() {
			got = append(got, v)
		}
		if d := cmp.Diff(typed(c.want), typed(got)); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.kind, c.in, d)
		}
	}
}

// typed writes a value with the types of its numbers.
func typed(v Value) string {
	text := ""
	switch v := v.(type) {
	case List:
		for _, e := range v {
			text += typed(e) + ","
		}
		return "[" + text + "]"
	case *Object:
		for name, m := range v.All() {
			text += name + ":" + typed(m) + ","
		}
		return "{" + text + "}"
	}
	return fmt.Sprintf("%T(%v)", v, v)
}

func TestCanonicalIsIdempotentAndBlindToOrder(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				o := anyRow(k).Draw(t, "row")
				k.Canonical(o)
				once := JSON(o)
				k.Canonical(o)
				if JSON(o) != once {
					t.Fatalf("twice is not once:\n%s\n%s", once, JSON(o))
				}
				names := o.Names()
				shuffled := &Object{}
				for _, i := range rapid.Permutation(indices(len(names))).Draw(t, "order") {
					shuffled.Set(names[i], CloneValue(o.Get(names[i])))
				}
				k.Canonical(shuffled)
				if JSON(shuffled) != once {
					t.Fatalf("another order of members gives another form:\n%s\n%s", once, JSON(shuffled))
				}
			})
		})
	}
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestDropVolatile(t *testing.T) {
	o := parse(t, `{"id":1,"name":"A","agent_priorities":{"a":"normal"},"routing_status":"online","more":1}`)
	Lookup("groups").DropVolatile(o)
	if d := cmp.Diff(`{"id":1,"name":"A","more":1}`, JSON(o)); d != "" {
		t.Error(d)
	}
}

func TestSortRows(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want string }{
		{"counted ids as numbers", "groups", `[{"id":10,"name":"A"},{"id":9,"name":"B"},{"name":"C"}]`, `[{"name":"C"},{"id":9,"name":"B"},{"id":10,"name":"A"}]`},
		{"random ids come after the key", "bots", `[{"id":"1","name":"B"},{"id":"9","name":"A"},{"id":"3","name":"A"}]`,
			`[{"id":"3","name":"A"},{"id":"9","name":"A"},{"id":"1","name":"B"}]`},
		{"by key", "agents", `[{"id":"b"},{"id":"a"}]`, `[{"id":"a"},{"id":"b"}]`},
		{"by all of the key", "properties", `[{"owner_client_id":"b","name":"a"},{"owner_client_id":"a","name":"z"},{"owner_client_id":"a","name":"b"}]`,
			`[{"owner_client_id":"a","name":"b"},{"owner_client_id":"a","name":"z"},{"owner_client_id":"b","name":"a"}]`},
		{"rules stay where they are", "auto_accesses", `[{"id":"b"},{"id":"a"}]`, `[{"id":"b"},{"id":"a"}]`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := ObjectsOf(v)
		Lookup(c.kind).SortRows(rows)
		got := List{}
		for _, r := range rows {
			got = append(got, r)
		}
		if d := cmp.Diff(c.want, JSON(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestKeyOf(t *testing.T) {
	for _, c := range []struct{ kind, in, want string }{
		{"groups", `{"id":3,"name":"Sales"}`, "Sales"},
		{"properties", `{"name":"plan","owner_client_id":"abc"}`, "abc/plan"},
		{"group_properties", `{"group":3,"namespace":"abc","name":"plan"}`, "3/abc/plan"},
		{"auto_accesses", `{"id":"r1","description":""}`, "r1"},
		{"webhooks", `{"id":"w1"}`, "w1"},
	} {
		if got := Lookup(c.kind).KeyOf(parse(t, c.in)); got != c.want {
			t.Errorf("%s %s: key %q, want %q", c.kind, c.in, got, c.want)
		}
	}
	o := Of("group", Ref{"groups", "New"}, "namespace", "abc", "name", "plan")
	if got := Lookup("group_properties").KeyOf(o); got != "New/abc/plan" {
		t.Errorf("key with a reference: %q", got)
	}
}

func TestMapRefs(t *testing.T) {
	double := func(ref *RefTo, path string, v Value) Value {
		if n, ok := v.(int64); ok {
			return n * 2
		}
		return path + "=" + Text(v)
	}
	for _, c := range []struct{ reason, kind, in, want string }{
		{"elements of a set, sorted again", "tags", `{"name":"a","group_ids":[1,-3]}`, `{"name":"a","group_ids":[-6,2]}`},
		{"members of elements", "bots", `{"groups":[{"id":1,"priority":"first"}]}`, `{"groups":[{"id":2,"priority":"first"}]}`},
		{"deep inside", "auto_accesses", `{"access":{"groups":[4]},"x":{"groups":[4]}}`, `{"access":{"groups":[8]},"x":{"groups":[4]}}`},
		{"keys of a map", "groups", `{"agent_priorities":{"a@b.c":"first"}}`, `{"agent_priorities":{"agent_priorities=a@b.c":"first"}}`},
		{"strings in filters", "webhooks", `{"filters":{"chat_presence":{"user_ids":{"values":["a"]}}}}`,
			`{"filters":{"chat_presence":{"user_ids":{"values":["filters.chat_presence.user_ids.values=a"]}}}}`},
		{"null refers to nothing", "tags", `{"group_ids":null}`, `{"group_ids":null}`},
		{"values are none", "license_properties", `{"value":[1,{"a":1}]}`, `{"value":[1,{"a":1}]}`},
	} {
		o := parse(t, c.in)
		got := Lookup(c.kind).MapRefs(o, double)
		if d := cmp.Diff(c.want, JSON(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
		if JSON(o) != c.in {
			t.Errorf("%s: the row itself changed to %s", c.reason, JSON(o))
		}
	}
}

// TestMapRefsCopies holds that mapping every reference to itself gives an
// equal row that shares nothing with the first.
func TestMapRefsCopies(t *testing.T) {
	for _, k := range Kinds() {
		rapid.Check(t, func(t *rapid.T) {
			o := anyRow(k).Draw(t, "row")
			k.Canonical(o)
			before := JSON(o)
			got := k.MapRefs(o, func(_ *RefTo, _ string, v Value) Value { return v })
			if JSON(got) != before {
				t.Fatalf("%s: %s became %s", k.Name, before, JSON(got))
			}
			scribble(got)
			if JSON(o) != before {
				t.Fatalf("%s: the copy shares something: %s became %s", k.Name, before, JSON(o))
			}
		})
	}
}

// scribble changes everything inside a value that can be changed in place.
func scribble(v Value) {
	switch v := v.(type) {
	case *Object:
		for _, n := range v.Names() {
			scribble(v.Get(n))
			v.Set(n, "scribbled")
		}
		if v != nil {
			v.Set("scribbled", true)
		}
	case List:
		for i := range v {
			scribble(v[i])
			v[i] = "scribbled"
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		in   Value
		want string
	}{{nil, ""}, {"a b", "a b"}, {int64(7), "7"}, {true, "true"}, {Ref{"groups", "New"}, "New"}, {List{"a"}, `["a"]`}} {
		if got := Text(c.in); got != c.want {
			t.Errorf("Text(%v) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestChain holds the order of rules against hand-made arrays.
func TestChain(t *testing.T) {
	for _, c := range []struct{ reason, in, want string }{
		{"follows the links", `[{"id":"c","next_id":""},{"id":"a","next_id":"b"},{"id":"b","next_id":"c"}]`, "a b c"},
		{"no rules", `[]`, ""},
		{"one dangling link: the piece comes before the end", `[{"id":"a","next_id":""},{"id":"z","next_id":"gone"},{"id":"y","next_id":"z"}]`, "y z a"},
		{"a loop has no end either", `[{"id":"a","next_id":""},{"id":"c","next_id":"b"},{"id":"b","next_id":"c"}]`, "b c a"},
		{"a rule before itself", `[{"id":"b","next_id":"b"},{"id":"a","next_id":""}]`, "b a"},
		{"two rules before one: the first by id keeps it", `[{"id":"b","next_id":"c"},{"id":"a","next_id":"c"},{"id":"c","next_id":""}]`, "b a c"},
		{"no links at all", `[{"id":"b"},{"id":"a"}]`, "a b"},
		{"a rule without an id: nothing leads to it, and it leads on", `[{"id":"a","next_id":""},{"next_id":"a"},{"id":"b","next_id":"a"},{"id":"c","next_id":"b"}]`, " c b a"},
	} {
		v, _ := ParseJSON([]byte(c.in))
		rows, _, err := chain(v, "")
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
		}
		var ids []string
		for _, r := range rows {
			ids = append(ids, r.String("id"))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.reason, got, c.want)
		}
	}
	if _, _, err := chain("x", ""); err == nil {
		t.Error("a text is taken for a list of rules")
	}
}

// TestChainIsAPermutation: nothing is lost or doubled, and the order of the
// array means nothing, however broken the links are.
func TestChainIsAPermutation(t *testing.T) {
	id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
	rapid.Check(t, func(t *rapid.T) {
		var rows List
		for i := range rapid.IntRange(0, 8).Draw(t, "rules") {
			rows = append(rows, Of("id", id.Draw(t, "id"), "description", int64(i),
				"next_id", rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e", "f", "gone"}).Draw(t, "next")))
		}
		if rows == nil {
			return
		}
		first, _, err := chain(rows, "")
		if err != nil {
			t.Fatal(err)
		}
		second, _, _ := chain(List(rapid.Permutation(rows).Draw(t, "shuffled")), "")
		if !slices.Equal(first, second) {
			t.Fatalf("the order of the array counts: %s and %s", texts(first), texts(second))
		}
		seen := map[*Object]bool{}
		for _, r := range first {
			seen[r] = true
		}
		if len(first) != len(rows) || len(seen) != len(rows) {
			t.Fatalf("%d rules became %s", len(rows), texts(first))
		}
	})
}

func texts(rows []*Object) string {
	var out []string
	for _, r := range rows {
		out = append(out, JSON(r))
	}
	return strings.Join(out, " ")
}
