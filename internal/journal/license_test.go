package journal

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	long := strings.Repeat("x", 201)
	seen := map[string]string{}
	for _, c := range []struct{ text, want string }{
		{"api.livechatinc.com", "api.livechatinc.com"},
		{"127.0.0.1:7001", "127.0.0.1%3A7001"},
		{"ada+shop@shop.example", "ada+shop@shop.example"},
		{"Ada@shop.example", "%41da@shop.example"}, // not ada@ where case is the same
		{"token 3fa9c1d2", "token%203fa9c1d2"},
		{"../..", "%2E.%2F.."},
		{".hidden", "%2Ehidden"},
		{"50%", "50%25"},
		{"größe", "gr%C3%B6%C3%9Fe"},
		{"a/b\\c\x00", "a%2Fb%5Cc%00"},
		{"\xff", "%FF"},
		{"~", "%7E"},
		{"", "~"},
		{long, "~58dc01da89f31ff32c2bcb2b92e6f01fd1e3bd3b02df9b0a4e60a5c4e0fbec4a"},
	} {
		got := fileName(c.text)
		if c.text == long {
			if !strings.HasPrefix(got, nameless) || len(got) != 65 || unescape(got) != "" {
				t.Errorf("a long name is %q", got)
			}
			continue
		}
		if got != c.want || unescape(got) != c.text || filepath.Base(got) != got {
			t.Errorf("%q is %q, and back %q", c.text, got, unescape(got))
		}
		if other, taken := seen[strings.ToLower(got)]; taken {
			t.Errorf("%q and %q share a name", c.text, other)
		}
		seen[strings.ToLower(got)] = c.text
	}
}

func TestSameLicense(t *testing.T) {
	ann := License{Host: "h", Owner: "ann@x", AccountID: "a", Token: "t1"}
	const no, may, is = "no", "may be", "is"
	for _, c := range []struct {
		why   string
		other License
		want  string
	}{
		{"itself", ann, is},
		{"another host", License{Host: "i", Owner: "ann@x", AccountID: "a", Token: "t1"}, no},
		{"other credentials prove nothing", License{Host: "h", Owner: "ann@x", AccountID: "a", Token: "t2"}, is},
		{"its owner has another account", License{Host: "h", Owner: "ann@x", AccountID: "b"}, no},
		{"the account could not be read", License{Host: "h", Owner: "ann@x"}, is},
		{"the owner could not be read", License{Host: "h", AccountID: "a"}, is},
		{"another owner", License{Host: "h", Owner: "ben@x"}, no},
		{"nothing could be read, with the same credentials", License{Host: "h", Token: "t1"}, is},
		{"nothing could be read, with others", License{Host: "h", Token: "t2"}, may},
		{"nothing could be read, before there was Token", License{Host: "h", AccountID: "token t2"}.normal(), may},
		{"the same, with the same credentials", License{Host: "h", AccountID: "token t1"}.normal(), is},
		{"another account without an owner", License{Host: "h", AccountID: "b"}, no},
		{"nothing is known", License{}, may},
	} {
		got := no
		switch {
		case ann.is(c.other):
			got = is
		case ann.mayBe(c.other):
			got = may
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if known := c.other.Host != ""; known && c.other.is(ann) != (got == is) || known && c.other.mayBe(ann) != (got != no) {
			t.Errorf("%s: it is not the same from both sides", c.why)
		}
	}
}

// TestFiled: where the runs of a license are filed tells enough to find all
// that may be of another: none of its runs is overlooked.
func TestFiled(t *testing.T) {
	var all []License
	for _, host := range []string{"h", "127.0.0.1:7001"} {
		for _, owner := range []string{"", "ann@x", "Ben+1@x", strings.Repeat("x", 250) + "@x"} {
			for _, account := range []string{"", "a", "B-2"} {
				for _, token := range []string{"", "3fa9", "77be"} {
					all = append(all, License{host, owner, account, token})
				}
			}
		}
	}
	for _, l := range all {
		for _, o := range all {
			if l.Owner != "" && o.Owner != "" && l.Owner != o.Owner {
				continue // an owner has one directory
			}
			known := filed(filepath.Dir(o.path()), filepath.Base(o.path()))
			if l.mayBe(o) && !l.mayBeAt(known) {
				t.Fatalf("%+v is not looked for where %+v is, in %s", l, o, o.path())
			}
		}
	}
}
