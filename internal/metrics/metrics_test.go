package metrics

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// values returns what the official parser reads in a file, a line each.
func values(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v:\n%s", err, data)
	}
	var out []string
	for name, f := range families {
		if f.GetHelp() == "" || f.GetType().String() != "GAUGE" {
			t.Errorf("%s is a %s with the help %q", name, f.GetType(), f.GetHelp())
		}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			out = append(out, fmt.Sprintf("%s{%s} %g", strings.TrimPrefix(name, "lcsync_"), strings.Join(labels, ","), m.GetGauge().GetValue()))
		}
	}
	slices.Sort(out)
	return out
}

func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lcsync.prom")
	good := Check{Profile: `a"c\me`, ExitCode: 2, Time: time.Unix(1000, 500e6), Duration: 1500 * time.Millisecond, Requests: 14,
		Differences: map[string]map[string]int{"agents": {"changed": 300}}, Objects: map[string]int{"agents": 400, "tags": 0},
		Versions: []Version{{"3.5", "legacy", 90}}}
	if err := Write(file, nil, good); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`api_version_days_left{profile=a"c\me,stage=legacy,version=3.5} 90`,
		`drift_differences{action=changed,kind=agents,profile=a"c\me} 300`,
		`drift_duration_seconds{profile=a"c\me} 1.5`,
		`drift_exit_code{profile=a"c\me} 2`,
		`drift_last_check_timestamp_seconds{profile=a"c\me} 1000.5`,
		`drift_last_success_timestamp_seconds{profile=a"c\me} 1000.5`,
		`drift_objects{kind=agents,profile=a"c\me} 400`,
		`drift_objects{kind=tags,profile=a"c\me} 0`,
		`drift_requests{profile=a"c\me} 14`,
	}
	if d := cmp.Diff(want, values(t, file)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	// The last success stays, however often the next ones fail or lack something.
	for _, c := range []Check{
		{Profile: good.Profile, ExitCode: 1, Failed: true, Time: time.Unix(2000, 0)},
		{Profile: good.Profile, ExitCode: 3, Incomplete: []string{"tags"}, Time: time.Unix(3000, 0)},
	} {
		old, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(file, old, c); err != nil {
			t.Fatal(err)
		}
		got := values(t, file)
		if !slices.Contains(got, want[5]) || !slices.Contains(got, fmt.Sprintf(`drift_exit_code{profile=a"c\me} %d`, c.ExitCode)) {
			t.Errorf("after exit code %d: %v", c.ExitCode, got)
		}
	}
	if got := values(t, file); !slices.Contains(got, `drift_incomplete{kind=tags,profile=a"c\me} 1`) {
		t.Errorf("no incomplete kind in %v", got)
	}
	// A file that is not of metrics is replaced.
	if err := Write(file, []byte("{\nnonsense"), good); err != nil {
		t.Error(err)
	}
}
