package secret

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written returns a file of Append's, its entries, and where each ends.
func written(t *testing.T) (data []byte, entries []Entry, ends []int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	entries = []Entry{
		{"bots/1", "plain"}, {"webhooks/\"a\" \\ b/é", "va\"lue: #\\ \n\\"}, {strings.Repeat("long/", 40), "{\x7f\u2028"},
		{"empty", ""}, {"one", "1"},
	}
	for _, e := range entries {
		if err := Append(path, e); err != nil {
			t.Fatal(err)
		}
		var err error
		if data, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, len(data))
	}
	if n := bytes.Count(data, []byte("\n")); n != len(entries) {
		t.Fatalf("%d entries have %d lines:\n%s", len(entries), n, data)
	}
	return data, entries, ends
}

// TestTorn: whatever a crash has left of a file, all entries that were whole
// are read, what is torn is named, and the file can be added to: nothing that
// was in it goes.
func TestTorn(t *testing.T) {
	data, entries, ends := written(t)
	for n := range len(data) + 1 {
		for _, zeros := range []int{0, 1, 4096} {
			want, begun := map[string]string{}, 0
			for i, e := range entries {
				if n >= ends[i]-1 { // without the end of its line it is whole, too
					want[e.Name], begun = e.Value, min(n, ends[i])
				}
			}
			left := append(bytes.Clone(data[:n]), make([]byte, zeros)...)
			path := file(t, string(left), 0o600)
			place := fmt.Sprintf("cut at %d, then %d zeros", n, zeros)

			s, err := Load(path, nil)
			if err != nil {
				t.Fatalf("%s: %v", place, err)
			}
			if d := cmp.Diff(want, s.file, cmp.Transformer("nil", maps.Clone[map[string]string])); d != "" && len(want)+len(s.file) > 0 {
				t.Fatalf("%s (-want +got):\n%s", place, d)
			}
			torn, _, _ := bytes.Cut(data[begun:n], []byte("\n"))
			if (s.Torn() != "") != (len(torn) > 0) {
				t.Fatalf("%s: %q is torn, and it says %q", place, torn, s.Torn())
			}

			if err := Append(path, Entry{"new/1", "v1"}, Entry{"new/2", "v2"}); err != nil {
				t.Fatalf("%s: %v", place, err)
			}
			if s, err = Load(path, nil); err != nil || s.Torn() != "" {
				t.Fatalf("%s, then added to: %v, %q", place, err, s.Torn())
			}
			want["new/1"], want["new/2"] = "v1", "v2"
			if d := cmp.Diff(want, s.file); d != "" {
				t.Fatalf("%s, then added to (-want +got):\n%s", place, d)
			}
			now, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(now, data[:begun]) || !strings.Contains(string(now), strings.Trim(fmt.Sprintf("%q", torn), `"`)) {
				t.Fatalf("%s: something went: %q", place, now)
			}
		}
	}
}

// TestTornByHand: what a user left without an end is not taken for torn by a
// crash: it is read, or refused.
func TestTornByHand(t *testing.T) {
	for _, c := range []struct{ text, want, torn string }{
		{"a: x", "", ""},
		{"a: x\n# the rest", "", ""},
		{"a: x\n\"b\": \"y\" # done", "", ""},
		{"a: x\n\"b\": y", "", ""},
		{"a: x\nb: 'y", "not valid YAML", ""},
		{"a: x\nb", "not valid YAML", ""},
		{"a: x\nb:", `secrets.yaml:2:3: the secret "b" has no value`, ""},
		{"a: x\n\"b\": \"y", "", "secrets.yaml:2: "},
	} {
		path := file(t, c.text, 0o600)
		s, err := Load(path, nil)
		if got := fmt.Sprint(err); c.want != "" {
			if err == nil || !strings.Contains(got, c.want) {
				t.Errorf("%q: %v, want %q", c.text, err, c.want)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(s.Torn(), c.torn) || (s.Torn() == "") != (c.torn == "") {
			t.Errorf("%q: %v, torn %q", c.text, err, s.Torn())
		}
		if v, _ := s.Lookup("a"); v != "x" {
			t.Errorf("%q: a is %q", c.text, v)
		}
	}
}

// TestKilledAppending kills an append to a torn file before each of its steps.
func TestKilledAppending(t *testing.T) {
	data, entries, _ := written(t)
	for n := 1; ; n++ {
		path := file(t, string(data[:len(data)-3])+"\x00\x00", 0o600)
		steps, died := 0, false
		func() {
			defer func() { died = recover() != nil }()
			_ = AppendWith(path, func(string) {
				if steps++; steps == n {
					panic("killed")
				}
			}, Entry{"new", "v"})
		}()
		s, err := Load(path, nil)
		if err != nil || len(s.file) != len(entries)-1 && len(s.file) != len(entries) {
			t.Fatalf("killed before step %d: %v, %d entries", n, err, len(s.file))
		}
		if err := Append(path, Entry{"next", "v"}); err != nil {
			t.Fatal(err)
		}
		if s, err = Load(path, nil); err != nil || s.file["next"] != "v" || s.file["bots/1"] != "plain" {
			t.Fatalf("killed before step %d, then added to: %v, %v", n, err, s.file)
		}
		if !died {
			return
		}
	}
}
