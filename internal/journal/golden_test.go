package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorded are the state directories in testdata/journals, and what they tell:
// a line a run, with how it finished, its calls, those without an outcome, and
// the changes that are done.
var recorded = map[string][]string{
	"finished":           {"20260302T090000Z-896c done, 13 calls, 0 open, 16 done, torn false, continues "},
	"create-killed":      {"20260302T090000Z-6a61 , 4 calls, 1 open, 2 done, torn false, continues "},
	"replacement-killed": {"20260302T090000Z-c0a3 , 1 calls, 1 open, 0 done, torn false, continues "},
	"torn":               {"20260302T090000Z-4e29 , 3 calls, 1 open, 1 done, torn true, continues "},
	"continued-killed": {
		"20260302T090000Z-c827 , 3 calls, 1 open, 2 done, torn false, continues 20260302T090000Z-1d86",
		"20260302T090000Z-1d86 , 1 calls, 1 open, 0 done, torn false, continues "},
	"continued": {
		"20260302T090200Z-7c2b done, 9 calls, 0 open, 13 done, torn false, continues ",
		"20260302T090200Z-6bd2 done, 1 calls, 0 open, 1 done, torn false, continues 20260302T090000Z-c827",
		"20260302T090000Z-c827 continued, 3 calls, 1 open, 2 done, torn false, continues 20260302T090000Z-1d86",
		"20260302T090000Z-1d86 , 1 calls, 1 open, 0 done, torn false, continues "},
	"migrate-live-killed": {
		"20260302T090000Z-9ebb , 1 calls, 1 open, 0 done, torn false, continues ",
		"20260302T090000Z-3476 done, 2 calls, 0 open, 2 done, torn false, continues "},
}

// copyRecorded returns a store with a recorded state directory in it.
func copyRecorded(t *testing.T, name string) *Store {
	t.Helper()
	s := openStore(t, Options{})
	check(t, os.CopyFS(s.runsDir(), os.DirFS(filepath.Join("..", "..", "testdata", "journals", name, "state", "runs"))))
	return s
}

// TestRecorded reads what earlier versions have written.
func TestRecorded(t *testing.T) {
	for name, want := range recorded {
		s := copyRecorded(t, name)
		runs, err := s.Runs()
		check(t, err)
		var got, left []string
		for _, r := range runs {
			if r.Owner != "owner@example.com" || r.Host != "127.0.0.1:7001" || r.Err != nil {
				t.Errorf("%s: run %s of %s on %s: %v", name, r.ID, r.Owner, r.Host, r.Err)
			}
			rec, err := s.Load(r.ID)
			check(t, err)
			got = append(got, fmt.Sprintf("%s %s, %d calls, %d open, %d done, torn %v, continues %s",
				r.ID, rec.Finished, calls(r), len(rec.Open()), results(r)["done"], rec.Torn, r.Continues))
			if rec.Finished == "" && r.Next == "" {
				left = append(left, r.ID)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		own, maybe, err := unfinished(s, License{Host: "127.0.0.1:7001", Owner: "owner@example.com"})
		check(t, err)
		if got := idsOf(own); !slices.Equal(got, left) || len(maybe) > 0 {
			t.Errorf("%s: unfinished %q, want %q, and perhaps %v", name, got, left, maybe)
		}
	}
}

// TestRecordedGoOn resumes what earlier versions have written.
func TestRecordedGoOn(t *testing.T) {
	for name, lines := range recorded {
		s := copyRecorded(t, name)
		id, _, _ := strings.Cut(lines[0], " ")
		rec, err := s.Load(id)
		check(t, err)
		goOn(t, s, rec)
	}
}
