package secret

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func file(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLookup(t *testing.T) {
	path := file(t, "webhooks/c/chat_deactivated/3fa9c1d2: from file\nnumber: 0048123\n", 0o600)
	s, err := Load(path, []string{
		"LCSYNC_SECRET_WEBHOOKS_C_CHAT_DEACTIVATED_3FA9C1D2=from environment",
		"LCSYNC_SECRET_OTHER_1=other", "LCSYNC_SECRET_EMPTY=",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, n := range []string{"webhooks/c/chat_deactivated/3fa9c1d2", "number", "other-1", "empty", "none"} {
		if v, ok := s.Lookup(n); ok {
			got[n] = v
		}
	}
	want := map[string]string{
		"webhooks/c/chat_deactivated/3fa9c1d2": "from file",
		"number":                               "0048123", // a text, whatever it looks like
		"other-1":                              "other",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCollisions(t *testing.T) {
	s, err := Load(file(t, "a/c: in the file\n", 0o600), []string{"LCSYNC_SECRET_A_B=x", "LCSYNC_SECRET_A_C=x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		why   string
		names []string
		want  string
	}{
		{"two names, one variable", []string{"a-b", "a/b", "z"}, "the variable LCSYNC_SECRET_A_B matches 2 secrets: a-b, a/b"},
		{"the same name twice", []string{"a/b", "a/b"}, ""},
		{"the file has one of them", []string{"a/c", "a-c"}, ""},
		{"the variable is not set", []string{"x/y", "x-y"}, ""},
	} {
		got := ""
		if err := s.Collisions(tt.names); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want, hint string
	}{
		{"readable by the group", "a: hush\n", 0o640, "other users can read ", "run: chmod 600 "},
		{"duplicate", "a: hush\na: hush\n", 0o600, `secrets.yaml:2:1: the secret "a" is given twice`, "one `name: value`"},
		{"not a value", "a: {b: hush}\n", 0o600, `secrets.yaml:1:4: the secret "a" has no value`, ""},
		{"null", "a:\n", 0o600, "has no value", ""},
		{"a list", "- hush\n", 0o600, "expected a mapping", ""},
		{"broken", "a: 'hush\nb: hush: hush\n", 0o600, "not valid YAML", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(file(t, tt.text, tt.mode), nil)
			var refused *Error
			if !errors.As(err, &refused) || !strings.Contains(refused.Text, tt.want) || !strings.Contains(refused.Hint, tt.hint) {
				t.Fatalf("got %#v, want %q, %q", err, tt.want, tt.hint)
			}
			if strings.Contains(refused.Text+refused.Hint, "hush") {
				t.Errorf("a secret is in %q", refused)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	want := map[string]string{}
	var wait sync.WaitGroup
	for i := range 20 {
		name, value := "bots/"+strconv.Itoa(i), "va\"lue: #"+strconv.Itoa(i)+" \\ \n"
		want[name] = value
		wait.Go(func() {
			if err := Append(path, Entry{name, value}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	s, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, s.file); d != "" {
		t.Error(d)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o", got)
	}
}

// TestAppendAnything: whatever is in a name or in a value, it is read as it was.
func TestAppendAnything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	want := map[string]string{}
	for first := rune(0); first < 0x20000; first += 64 {
		var text strings.Builder
		for r := first; r < first+64; r++ {
			text.WriteRune(r) // U+FFFD where there is none
		}
		want[strconv.Itoa(int(first))+text.String()] = text.String()
	}
	if err := Merge(path, want); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, s.file); d != "" {
		t.Error(d)
	}
	if err := Append(path, Entry{"b", "\xff"}); err == nil {
		t.Error("a value that cannot be read again was taken")
	}
}

func TestAppendToAnOpenLine(t *testing.T) {
	path := file(t, "a: x", 0o600)
	if err := Append(path, Entry{"b", "y"}); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"a": "x", "b": "y"}, s.file); d != "" {
		t.Error(d)
	}
	if err := Append(file(t, "", 0o644), Entry{"b", "y"}); err == nil {
		t.Error("a secret went into a file that others can read")
	}
}

func TestMerge(t *testing.T) {
	path := file(t, "# mine\na: x\n", 0o600)
	if err := Merge(path, map[string]string{"a": "x", "b": "y"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "# mine\na: x\n\"b\": \"y\"\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := Merge(path, map[string]string{"0": "new", "b": "other"}); err == nil {
		t.Errorf("a value was replaced: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(got) {
		t.Errorf("a refused merge wrote %q", after)
	}
}
