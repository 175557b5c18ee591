package migrate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestRead reads documents and shows each field with its line.
func TestRead(t *testing.T) {
	for _, tt := range []struct{ why, in, want string }{
		{"JSON keeps lines", "{\n\"a\": {\n\"b\": [1,\n2.5]}}", `3 a.b[0]=1 4 a.b[1]=2.5`},
		{"comments and a last comma, as samples have them", "{ // one\n  \"a\": [true, // two\n ],\n // three\n}", `2 a[0]=true`},
		{"a comment is none inside a text", `{"u": "https://x"}`, `1 u="https://x"`},
		{"empty objects and lists are fields", `{"a": {}, "b": []}`, `1 a={} 1 b=[]`},
		{"one document after another", "{\"a\": 1}\n{\"b\": null}", `1 a=1 2 b=null`},
		{"escapes", `{"a": "\u00e4\"\\"}`, `1 a="ä\"\\"`},
		{"a character in two halves, and an escape that looks like one", `{"a": "\ud83d\ude00 \\ud83d"}`, `1 a="😀 \\ud83d"`},
		{"UTF-16, as some shells write it", "\xff\xfea\x00:\x00 \x001\x00", `1 a=1`},
		{"a byte order mark", "\xEF\xBB\xBF[1]", `1 [0]=1`},
		{"YAML keeps lines", "a:\n  - b: x\n    c: !secret s\n", `2 a[0].b="x" 3 a[0].c={"$secret":"s"}`},
		{"YAML dates and yes are texts", "a: 2020-01-02\nb: yes\nc: ~", `1 a="2020-01-02" 2 b="yes" 3 c=null`},
		{"aliases are written out", "a: &x {b: 1}\nc: *x", `1 a.b=1 1 c.b=1`},
		{"several YAML documents", "a: 1\n---\nb: 2\n", `1 a=1 3 b=2`},
		{"YAML in braces", "{a: 1, b: c}", `1 a=1 1 b="c"`},
	} {
		docs, err := Read("in", []byte(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		var got []string
		for _, d := range docs {
			each(d.root, func(l *leaf) {
				got = append(got, fmt.Sprintf("%d %s=%s", l.from[0].Line, l.from[0].Path(), resource.JSON(l.value)))
			})
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.why, diff)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct{ why, in, want string }{
		{"nothing", " \n", "in:1: the file is empty"},
		{"only a comment", "# x\n", "in:1: the file is empty"},
		{"a name twice would lose a field", "{\"a\": 1,\n\"a\": 2}", `in:2: "a" is given twice in one object: keep one of the two`},
		{"so it would in YAML", "a: 1\na: 2\n", `in:2: "a" is given twice in one object: keep one of the two`},
		{"an open object", `{"a": 1`, "in:1: expected a comma or }"},
		{"an open text", `{"a": "b`, "in:1: a string is not closed, or has characters that JSON does not allow"},
		{"a number that readers disagree on", "a: 010\n", "in:1: 010 is not a decimal number: quote it if it is a string"},
		{"a name twice, once escaped", "{\"a\": 1,\n\"\\u0061\": 2}", `in:2: "a" is given twice in one object: keep one of the two`},
		{"a byte of Latin-1", "{\"a\": 1,\n\"b\": \"M\xfcnchen\"}", "in:2: invalid UTF-8: save the file as UTF-8"},
		{"a byte of Latin-1 in YAML", "a: 1\nb: M\xfcnchen\n", "in:2: invalid UTF-8: save the file as UTF-8"},
		{"a byte of Latin-1 in a comment", "{\"a\": 1} // M\xfcnchen", "in:1: invalid UTF-8: save the file as UTF-8"},
		{"a compressed file", "\x1f\x8b\x08\x00\x00", "in:1: the file is compressed: decompress it with gunzip"},
		{"what curl -i prints", "HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n[]", "in:1: the file begins with the headers of an HTTP response: remove everything before the body, or save it without curl -i"},
		{"what curl -i prints with HTTP/1.1", "HTTP/1.1 401 Unauthorized\n\n{}", "in:1: the file begins with the headers of an HTTP response: remove everything before the body, or save it without curl -i"},
		{"UTF-16 without a mark", "[\x00]\x00", "in:1: the file is UTF-16 without a byte order mark: save it as UTF-8"},
		{"UTF-16 without a mark, the other way round", "\x00[\x00]", "in:1: the file is UTF-16 without a byte order mark: save it as UTF-8"},
		{"half a character", `{"a": "x\ud83d"}`, `in:1: \ud83d is half of a surrogate pair`},
		{"half a character and another", `{"a": "\ud83d\u0041"}`, `in:1: \ud83d is half of a surrogate pair`},
		{"the other half alone", `{"\uDE00": 1}`, `in:1: \uDE00 is half of a surrogate pair`},
		{"infinity", "a: .inf\n", "in:1: .inf is not a decimal number: quote it if it is a string"},
		{"a huge number", `{"a": 1e999}`, "in:1: the number 1e999 is too large"},
		{"merge keys", "a: {<<: {b: 1}}\n", "in:1: merge keys (<<) are not supported: write every field"},
		{"a tag", "a: !ruby/x y\n", "in:1: the tag !ruby/x is not allowed here"},
		{"an alias inside itself", "a: &x [*x]\n", "in:1: the document is nested too deeply, or its aliases expand to too much"},
		{"depth", strings.Repeat("[", 200), "in:1: the document is nested deeper than 100 levels"},
	} {
		_, err := Read("in", []byte(tt.in))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.why, err, tt.want)
		}
	}
}

func TestReadAnswers(t *testing.T) {
	o := Options{Timezone: "Europe/Paris", Timezones: map[string]string{"a": "Europe/Rome"}}
	err := o.ReadAnswers("in", []byte("timezone: Europe/Oslo\ntimezones: {a: Asia/Tokyo, b: Asia/Seoul}\nclient_id: c\nleave_out: [x]\ndrop_gone: true\nper_bot: true\n"))
	want := Options{Timezone: "Europe/Paris", Timezones: map[string]string{"a": "Europe/Rome", "b": "Asia/Seoul"}, ClientID: "c",
		As: map[string]string{}, ClientIDs: map[string]string{}, LeaveOut: []string{"x"}, DropGone: true, PerBot: true}
	if diff := cmp.Diff(want, o); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if err := o.ReadAnswers("in", []byte("# nothing\n{}\n")); err != nil {
		t.Error(err)
	}
	for in, text := range map[string]string{
		"timezne: x\n":        `in:1: unknown key "timezne": the keys are as, from, timezone, timezones, client_id, client_ids, prefer, leave_out, drop_gone, split_overnight, per_bot, with_routing_statuses`,
		"\ntimezones: [a]\n":  "in:2: timezones has the wrong type",
		"- a\n":               "in:1: expected one object with answers",
		"per_bot: perhaps\n":  "in:1: per_bot has the wrong type",
		"leave_out: [1, 2]\n": "in:1: leave_out has the wrong type",
	} {
		if err := new(Options).ReadAnswers("in", []byte(in)); err == nil || err.Error() != text {
			t.Errorf("%q: %v, want %s", in, err, text)
		}
	}
}

func TestSummary(t *testing.T) {
	s := Summary{Fields: 1204, Exact: 1180, Converted: 20, Dropped: 4}
	if want := "migrated 1,204 fields: 1,180 exact, 20 converted, 4 dropped"; s.String() != want {
		t.Errorf("%s, want %s", s, want)
	}
}
