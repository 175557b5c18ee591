package rehearsal

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// read decodes a snapshot.
func read(t *testing.T, text string) *resource.License {
	t.Helper()
	doc, findings := snapshot.Decode([]byte(text), "f.yaml")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return doc.License
}

// manyTags is a list of more tags than the limits that an embedded license shows.
func manyTags() string {
	var b strings.Builder
	b.WriteString("tags:\n")
	for i := range 1001 {
		fmt.Fprintf(&b, "  - {name: tag %d, group_ids: [0]}\n", i)
	}
	return b.String()
}

// TestPlanLimits: a rehearsal refuses what the limits of the license refuse, and
// nothing else: limits that could not be read refuse nothing.
func TestPlanLimits(t *testing.T) {
	want := head + manyTags()
	for _, tt := range []struct {
		limits string
		failed int
	}{
		{"", 0},
		{"license_properties: {limits: {tags.base: 990, tags.additional: 5}}\n", 6},
		{"license_properties: {limits: {tags.base: 990, tags.additional: 50, tags.hard: 1000}}\n", 1},
	} {
		target := read(t, head+"tags: []\n"+tt.limits)
		plan, err := diff.Compute(target, read(t, want), diff.Options{Match: diff.ByID})
		if err != nil {
			t.Fatal(err)
		}
		trial, err := Try(context.Background(), plan, target, nil, Options{Clock: wire.System{}, Concurrency: 4})
		if err != nil {
			t.Fatal(err)
		}
		if c := trial.Report.Counts; c.Failed != tt.failed || c.Done != 1001-tt.failed {
			t.Errorf("with %q %d changes failed and %d are done, want %d that failed", tt.limits, c.Failed, c.Done, tt.failed)
		}
	}
}

// TestRestoreOfMany: a snapshot does not say what the plan of its license allows,
// so a restore of it is not limited.
func TestRestoreOfMany(t *testing.T) {
	if r, _ := restored(t, manyTags()); !r.Report.OK() || !r.Agrees() {
		t.Errorf("of %d tags %d were restored", 1001, r.Report.Counts.Done)
	}
}
