package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// story is a journal with every sort of entry.
func story(t *testing.T, s *Store, id string) []byte {
	t.Helper()
	r := begin(t, s, id)
	check(t, r.Intent(intent(1)))
	check(t, r.Outcome(outcome(1, "done")))
	check(t, r.Finish("incomplete", start))
	check(t, r.Intent(intent(2)))
	check(t, r.Intent(intent(3)))
	check(t, r.Outcome(outcome(3, "failed")))
	check(t, r.Close())
	return readLogFile(t, s, id)
}

// TestCutAnywhere cuts the journal at every byte, as a kill may. What remains
// is read, and is a beginning of what was written; Resume goes on from there.
func TestCutAnywhere(t *testing.T) {
	s := openStore(t, Options{})
	whole := story(t, s, "a")
	all, err := s.Load("a")
	check(t, err)
	for n := range len(whole) + 1 {
		writeLog(t, s, "a", whole[:n])
		rec, err := s.Load("a")
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		ended := bytes.Count(whole[:n], []byte("\n"))
		if d := cmp.Diff(all.Entries[:ended], rec.Entries, cmp.Transformer("nil", notNil)); d != "" {
			t.Fatalf("cut at %d (-want +got):\n%s", n, d)
		}
		if torn := n > 0 && whole[n-1] != '\n'; rec.Torn != torn {
			t.Fatalf("cut at %d: torn %v, want %v", n, rec.Torn, torn)
		}
		goOn(t, s, rec)
	}
}

func notNil(e []Entry) []Entry { return append([]Entry{}, e...) }

func goOn(t *testing.T, s *Store, before *Record) {
	t.Helper()
	r, err := s.Resume(before.ID)
	check(t, err)
	in := intent(100) // a number that no call of the story has
	check(t, r.Intent(in))
	check(t, r.Close())
	after, err := s.Load(before.ID)
	check(t, err)
	if d := cmp.Diff(append(before.Entries, Entry{Intent: &in}), after.Entries); d != "" || after.Torn {
		t.Fatalf("after going on, torn %v (-want +got):\n%s", after.Torn, d)
	}
}

func TestDamage(t *testing.T) {
	s := openStore(t, Options{})
	whole := string(story(t, s, "a"))
	line := strings.SplitAfter(whole, "\n")
	for _, c := range []struct{ name, log, want string }{
		{"garbage in the middle", line[0] + "garbage\n" + line[1], "journal.jsonl: line 2: invalid character"},
		{"an empty line", line[0] + "\n" + line[1], "line 2: unexpected end"},
		{"half a line in the middle", line[0] + line[1][:20] + "\n" + line[2], "line 2: "},
		{"a whole last line of garbage", whole + "garbage\n", "line 7: "},
		{"blocks that were never written", line[0] + "\x00\x00\x00\n", "line 2: "},
		{"an entry of no sort", line[0] + "{}\n", "line 2: the entry is not an intent, an outcome or a finish"},
		{"two in one", `{"intent":{"call":1},"finish":{"status":"done"}}` + "\n", "line 1: the entry is not an intent, an outcome or a finish"},
		{"an outcome without intent", line[1], "line 1: call 1 has an outcome without an intent"},
		{"a finish without status", `{"finish":{}}` + "\n", "line 1: the finish has no status"},
	} {
		writeLog(t, s, "a", []byte(c.log))
		_, err := s.Load("a")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "run a in "+s.runsDir()) {
			t.Errorf("%s: Load: %v, want %q", c.name, err, c.want)
		}
		if _, err := s.Resume("a"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Resume: %v, want %q", c.name, err, c.want)
		}
		if got := string(readLogFile(t, s, "a")); got != c.log {
			t.Errorf("%s: refusing it changed it", c.name)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"meta cut short", metaFile, `{"format`, "meta.json: not JSON"},
		{"meta of a later version", metaFile, `{"format_version":2,"id":"a"}`, "newer lcsync"},
		{"meta of no version", metaFile, `{"id":"a"}`, "the format version is missing"},
		{"meta of another run", metaFile, `{"format_version":1,"id":"b"}`, `belongs to run "b"`},
		{"meta that is a list", metaFile, `[]`, "meta.json: json: cannot unmarshal"},
		{"plan cut short", planFile, `{`, "plan.json: not JSON"},
		{"no pre-image", preimageFile, "", "preimage.json"},
		{"no journal", logFile, "", "journal.jsonl"},
	} {
		s := openStore(t, Options{})
		story(t, s, "a")
		path := filepath.Join(s.runDir("a"), c.file)
		check(t, os.Remove(path))
		if c.text != "" {
			check(t, os.WriteFile(path, []byte(c.text), 0o600))
		}
		if _, err := s.Load("a"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	s := openStore(t, Options{})
	_, err := s.Load("x")
	if err == nil || err.Error() != `there is no run "x": `+s.runsDir()+" has no runs" {
		t.Errorf("without runs: %v", err)
	}
	for _, id := range []string{"20261119T100000Z-aaaa", "20261120T224501Z-3fa9", "20261120T224501Z-77be", "20261120"} {
		check(t, begin(t, s, id).Close())
	}
	check(t, os.Mkdir(filepath.Join(s.runsDir(), "no-meta"), 0o700)) // not a run
	for _, c := range []struct{ name, ask, want, text string }{
		{"a whole id", "20261120T224501Z-77be", "20261120T224501Z-77be", ""},
		{"the beginning of one", "20261119", "20261119T100000Z-aaaa", ""},
		{"a whole id that others begin with", "20261120", "20261120", ""},
		{"the beginning of several", "20261120T", "",
			`"20261120T" matches several runs: 20261120T224501Z-77be, 20261120T224501Z-3fa9`},
		{"the end of one", "3fa9", "20261120T224501Z-3fa9", ""},
		{"what several have inside", "T22", "", `"T22" matches several runs: 20261120T224501Z-77be, 20261120T224501Z-3fa9`},
		{"a slip", "20261119T100001Z", "", "similar: 20261119T100000Z-aaaa, "},
		{"nothing", "", "", "there is no run"},
		{"a directory that is no run", "no-meta", "", "there is no run"},
		{"a path", "../runs/20261120", "", "there is no run"},
	} {
		rec, err := s.Load(c.ask)
		if c.want != "" {
			if err != nil || rec.ID != c.want {
				t.Errorf("%s: %v, %v; want %s", c.name, rec, err, c.want)
			}
			continue
		}
		var no *NotFound
		if !errors.As(err, &no) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %q", c.name, err, c.text)
		}
		if _, err := s.Resume(c.ask); !errors.As(err, &no) {
			t.Errorf("%s: Resume: %v", c.name, err)
		}
	}
}

// FuzzParse: whatever is in a journal, reading it does not panic, makes up
// nothing, and reading what was read says the same.
func FuzzParse(f *testing.F) {
	in, out := intent(1), outcome(1, "done")
	var text []byte
	for _, e := range []Entry{{Intent: &in}, {Outcome: &out}, {Finish: &Finish{"done", start}}} {
		line, err := encode(e)
		if err != nil {
			f.Fatal(err)
		}
		text = append(text, line...)
	}
	f.Add(text)
	f.Add(text[:len(text)-5])
	f.Add([]byte("garbage\n"))
	f.Add([]byte("{\"intent\":{\"call\":1,\"args\":null}}\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, whole, err := parse(data)
		if err != nil {
			return
		}
		if whole > len(data) || bytes.IndexByte(data[whole:], '\n') >= 0 || len(entries) != bytes.Count(data, []byte("\n")) {
			t.Fatalf("%d entries, %d of %d bytes", len(entries), whole, len(data))
		}
		var again []byte
		for _, e := range entries {
			line, err := encode(e)
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, line...)
		}
		same, n, err := parse(again)
		if err != nil || n != len(again) {
			t.Fatalf("reading it again: %d of %d bytes, %v", n, len(again), err)
		}
		if d := cmp.Diff(texts(t, entries), texts(t, same)); d != "" {
			t.Fatalf("reading it again (-first +second):\n%s", d)
		}
	})
}

func texts(t *testing.T, entries []Entry) []string {
	var out []string
	for _, e := range entries {
		line, err := encode(e)
		check(t, err)
		out = append(out, string(line))
	}
	return out
}

// TestSentAgain: a call that was sent again, with a part of its changes, is one
// call, and open as long as it has no outcome.
func TestSentAgain(t *testing.T) {
	s := openStore(t, Options{})
	r := begin(t, s, "a")
	first, second, other := intent(1), intent(1), intent(2)
	first.Changes = []string{"groups/1", "groups/x"}
	second.Time = start.Add(time.Minute)
	for _, in := range []Intent{first, other, second} {
		check(t, r.Intent(in))
	}
	for _, c := range []struct {
		why         string
		open        []Intent
		calls, left int
	}{{"before", []Intent{first, other, second}, 2, 2}, {"after", []Intent{other}, 2, 1}} {
		rec, err := s.Load("a")
		check(t, err)
		if d := cmp.Diff(c.open, rec.Open()); d != "" {
			t.Errorf("%s its outcome: open (-want +got):\n%s", c.why, d)
		}
		runs, err := s.Runs()
		check(t, err)
		if calls(runs[0]) != c.calls || openCalls(runs[0]) != c.left {
			t.Errorf("%s its outcome: %d calls, %d open", c.why, calls(runs[0]), openCalls(runs[0]))
		}
		if c.why == "before" {
			check(t, r.Outcome(outcome(1, "unknown")))
			check(t, r.Outcome(outcome(1, "done")))
		}
	}
	check(t, r.Close())
}
