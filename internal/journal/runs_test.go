package journal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRuns(t *testing.T) {
	s := openStore(t, Options{})
	finished(t, s, "z-old", start.Add(-time.Hour))
	story(t, s, "middle")
	finished(t, s, "a-new", start.Add(time.Hour))
	damaged := "20261120T230000Z-dddd" // between middle and a-new by its id
	check(t, begin(t, s, damaged).Close())
	check(t, os.WriteFile(filepath.Join(s.runDir(damaged), metaFile), []byte("{"), 0o600))
	check(t, os.WriteFile(filepath.Join(s.runsDir(), "a-file"), nil, 0o600)) // not a run

	runs, err := s.Runs()
	check(t, err)
	want := []string{"a-new", damaged, "middle", "z-old"}
	var got []string
	for _, r := range runs {
		got = append(got, r.ID)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("runs (-want +got):\n%s", d)
	}
	if err := runs[1].Err; err == nil || !strings.Contains(err.Error(), damaged) || !strings.Contains(err.Error(), metaFile) {
		t.Errorf("the damaged run's error is %v", err)
	}
	middle := Head{Meta: sampleMeta("middle"), Dir: s.runDir("middle")}
	if d := cmp.Diff(middle, runs[2].Head); d != "" {
		t.Errorf("head (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]int{"done": 1, "failed": 1}, results(runs[2])); d != "" || calls(runs[2]) != 3 || openCalls(runs[2]) != 1 {
		t.Errorf("%d calls, %d open, results (-want +got):\n%s", calls(runs[2]), openCalls(runs[2]), d)
	}
	if r := runs[3]; r.Finished != "done" || !r.FinishedAt.Equal(start.Add(-59*time.Minute)) {
		t.Errorf("finished %q at %v", r.Finished, r.FinishedAt)
	}
}
