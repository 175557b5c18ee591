package resource

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestParseJSONSkipsMark: some servers begin with a byte order mark.
func TestParseJSONSkipsMark(t *testing.T) {
	v, err := ParseJSON([]byte("\ufeff[1]"))
	if err != nil || JSON(v) != "[1]" {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := ParseJSON([]byte("\ufeff\ufeff[1]")); err == nil {
		t.Errorf("two marks: %v", v)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Of("v", anyValue(3).Draw(t, "value"))
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back Object
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if !Equal(v, &back) || JSON(v) != JSON(&back) {
			t.Fatalf("%s came back as %s", JSON(v), JSON(&back))
		}
	})
}

func TestParseJSONKeepsWhatCounts(t *testing.T) {
	for _, c := range []struct{ reason, in, want string }{
		{"members keep their order", `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		{"nothing is escaped that need not be", `{"url":"https://a.example/?a=1&b=<2>"}`, `{"url":"https://a.example/?a=1&b=<2>"}`},
		{"integers stay integers", `[9007199254740993,-1,0]`, `[9007199254740993,-1,0]`},
		{"other numbers do not", `[1.5,1e2]`, `[1.5,100]`},
		{"null and empty", `{"a":null,"b":"","c":[],"d":{}}`, `{"a":null,"b":"","c":[],"d":{}}`},
		{"the last of two counts", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{"references are data until revived", `{"$ref":"groups/a"}`, `{"$ref":"groups/a"}`},
		{"white space", " [ 1 ]\n", `[1]`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil || JSON(v) != c.want {
			t.Errorf("%s: %s is %s, %v; want %s", c.reason, c.in, JSON(v), err, c.want)
		}
	}
	v, _ := ParseJSON([]byte(`[1, 1.0, 9223372036854775808]`))
	l := v.(List)
	if _, ok := l[0].(int64); !ok {
		t.Errorf("1 is %T", l[0])
	}
	if _, ok := l[1].(float64); !ok {
		t.Errorf("1.0 is %T", l[1])
	}
	if _, ok := l[2].(float64); !ok {
		t.Errorf("an integer that does not fit is %T", l[2])
	}
}

func TestParseJSONRefusesGarbage(t *testing.T) {
	for _, in := range []string{"", "{", "[1", `{"a"}`, "nul", "[1] 2", "{} {}", "1e999", `{"a":}`, "]", strings.Repeat("[", 100_000)} {
		if v, err := ParseJSON([]byte(in)); err == nil {
			t.Errorf("%.20q is taken for %s", in, JSON(v))
		}
	}
	if _, err := ParseJSON([]byte(strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth))); err != nil {
		t.Errorf("as deep as it may be: %v", err)
	}
	for _, in := range []string{"[]", "1", `{"$secret":"a"}`} {
		if err := new(Object).UnmarshalJSON([]byte(in)); err == nil {
			t.Errorf("%s is taken for an object", in)
		}
	}
}

func TestReviveJSON(t *testing.T) {
	in := List{Secret("webhooks/a&b/c/1"), Ref{"groups", "a/b"}, Of("$secret", int64(1)), Of("$ref", "x", "more", true)}
	data, err := AppendJSON(nil, in)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReviveJSON(data)
	if err != nil || !Equal(in, back) {
		t.Errorf("%s came back as %s, %v", data, JSON(back), err)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,null,true,"x"]}`, `{"$ref":"a/b"}`, "[[[", "1e400", "100000000000000100.0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseJSON(data)
		if err != nil {
			return
		}
		again, err := ParseJSON([]byte(JSON(v)))
		if err != nil || !Equal(v, again) {
			t.Errorf("%q reads as %s and then as %s, %v", data, JSON(v), JSON(again), err)
		}
	})
}
