package secret

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plainly replaces a file as production does, but for the disk.
func plainly(path string, data []byte) error {
	temp := path + ".new"
	return errors.Join(os.WriteFile(temp, data, 0o600), os.Rename(temp, path))
}

// count returns values that can be told apart.
func counter() func() string {
	n := 0
	return func() string { n++; return "value-" + strconv.Itoa(n) }
}

func values(t *testing.T, path string) map[string]string {
	t.Helper()
	s, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.file
}

func TestFill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	value := counter()
	for _, step := range []struct {
		why   string
		names []string
		added []string
		want  map[string]string
	}{
		{"a new file", []string{"b", "a", "b"}, []string{"a", "b"}, map[string]string{"a": "value-1", "b": "value-2"}},
		{"names that are there keep their values", []string{"a", "b"}, nil, map[string]string{"a": "value-1", "b": "value-2"}},
		{"others are added", []string{"a", "webhooks/c/é \"q\""}, []string{"webhooks/c/é \"q\""}, map[string]string{"a": "value-1", "b": "value-2", "webhooks/c/é \"q\"": "value-3"}},
	} {
		added, torn, err := Fill(path, step.names, value, plainly)
		if err != nil || torn != "" {
			t.Fatalf("%s: %v, torn %q", step.why, err, torn)
		}
		if d := cmp.Diff(step.added, added); d != "" {
			t.Errorf("%s: added (-want +got):\n%s", step.why, d)
		}
		if d := cmp.Diff(step.want, values(t, path)); d != "" {
			t.Errorf("%s (-want +got):\n%s", step.why, d)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestFillKeepsAFileByHand: what a person wrote stays as it is, and is asked for
// no last line.
func TestFillKeepsAFileByHand(t *testing.T) {
	path := file(t, "# mine\na: x # by hand", 0o600)
	if _, _, err := Fill(path, []string{"a", "b"}, counter(), plainly); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if want := "# mine\na: x # by hand\n\"b\": \"value-1\"\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestFillFails: a failure, before or after the file is replaced, leaves it as it
// was or with all names, and no file where there was none.
func TestFillFails(t *testing.T) {
	broken := errors.New("no space left")
	early := func(string, []byte) error { return broken }
	late := func(path string, data []byte) error { return errors.Join(plainly(path, data), broken) }
	path := file(t, "a: x\n", 0o600)
	if _, _, err := Fill(path, []string{"a", "b", "c"}, counter(), early); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if got := values(t, path); len(got) != 1 {
		t.Errorf("a failed attempt left %v", got)
	}
	if _, _, err := Fill(path, []string{"a", "b", "c"}, counter(), late); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if got := values(t, path); len(got) != 3 {
		t.Errorf("an attempt that was killed late left %v", got)
	}
	none := filepath.Join(t.TempDir(), "none.yaml")
	if _, _, err := Fill(none, []string{"a"}, counter(), early); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := os.Stat(none); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a failed attempt left a file: %v", err)
	}
	if _, _, err := Fill(file(t, "", 0o644), []string{"a"}, counter(), plainly); err == nil {
		t.Error("a secret went into a file that others can read")
	}
}

// TestCutOff: a file of Fill that is cut off anywhere is known to be, has no wrong
// value, and can be filled up and added to.
func TestCutOff(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "secrets.yaml")
	names := []string{"a", "b \"c\"", "long/" + strings.Repeat("d", 40)}
	if _, _, err := Fill(whole, names, counter(), plainly); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	want := values(t, whole)
	for n := 2; n < len(data); n++ {
		path := file(t, string(data[:n]), 0o600)
		s, err := Load(path, nil)
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		line := 1 + bytes.Count(data[:n], []byte("\n"))
		if !strings.HasPrefix(s.Torn(), fmt.Sprintf("secrets.yaml:%d: the file is truncated here", line)) {
			t.Fatalf("cut at %d, in line %d: %q", n, line, s.Torn())
		}
		for name, value := range s.file {
			if want[name] != value {
				t.Fatalf("cut at %d: %s is %q", n, name, value)
			}
		}
		if n%2 == 0 {
			err = Append(path, Entry{"other", "value"})
		}
		added, _, failed := Fill(path, names, counter(), plainly)
		if err := errors.Join(err, failed); err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		again, err := Load(path, nil)
		if err != nil || again.Torn() != "" || len(added)+len(s.file) != len(names) {
			t.Fatalf("cut at %d, then filled up: %v, %q, added %v to %v", n, err, again.Torn(), added, s.file)
		}
	}
}

// TestLastLine: it stays the last one when entries are added, and what a person
// adds after it is read.
func TestLastLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	if _, _, err := Fill(path, []string{"a"}, counter(), plainly); err != nil {
		t.Fatal(err)
	}
	if err := Merge(path, map[string]string{"b": "y"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if want := heading + "\"a\": \"value-1\"\n\"b\": \"y\"\n" + ending; err != nil || string(data) != want {
		t.Errorf("%q, %v, want %q", data, err, want)
	}
	if err := os.WriteFile(path, append(data, "c: z\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Load(path, nil); err != nil || s.Torn() != "" || len(s.file) != 3 {
		t.Errorf("%v, %q, %v", err, s.Torn(), s.file)
	}
}

// TestHole: zeros inside of a file are where a crash lost a block of it.
func TestHole(t *testing.T) {
	_, err := Load(file(t, "a: x\nb: \"hu\x00\x00\x00\nc: z\n", 0o600), nil)
	var refused *Error
	if !errors.As(err, &refused) || refused.Text != "secrets.yaml:2: a crash damaged the file" || refused.Hint == "" {
		t.Errorf("%v", err)
	}
}

// TestFillAndAppend: nothing is lost where several processes add to one file.
func TestFillAndAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	var wait sync.WaitGroup
	for i := range 10 {
		name := "n" + strconv.Itoa(i)
		wait.Go(func() {
			if _, _, err := Fill(path, []string{"filled/" + name, "shared"}, counter(), plainly); err != nil {
				t.Error(err)
			}
		})
		wait.Go(func() {
			if err := Append(path, Entry{"appended/" + name, name}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := values(t, path); len(got) != 21 {
		t.Errorf("%d entries, want 21: %v", len(got), got)
	}
}
