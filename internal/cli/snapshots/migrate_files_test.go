package snapshots

import (
	"os"
	"slices"
	"testing"

	"lcsync/internal/cli/session"
	"lcsync/internal/migrate"
	"lcsync/internal/snapshot"
)

// TestFindingInDocument moves findings about a snapshot to the payloads that it
// was made from.
func TestFindingInDocument(t *testing.T) {
	from := sourcesOf(slices.Values([]migrate.Field{
		{File: "a.json", Line: 2, Targets: []string{"bots[0].name"}},
		{File: "a.json", Line: 4, Targets: []string{"bots[0].groups[1].id", "webhooks[0].owner_client_id"}},
		{File: "b.json", Line: 7, Targets: []string{"bots[10].name"}},
	}))
	for _, tt := range []struct {
		path, file string
		line       int
		why        string
	}{
		{"bots[0].name", "a.json", 2, "the field itself"},
		{"bots[0].groups[1].priority", "a.json", 4, "the nearest beside it"},
		{"bots[0].work_scheduler.timezone", "a.json", 2, "the object, if nothing is nearer"},
		{"bots[10]", "b.json", 7, "another object"},
		{"webhooks[0].owner_client_id", "a.json", 4, "a field with two places"},
		{"tags[0].name", "out.yaml", 3, "what no document has stays where it is"},
	} {
		got := from.move(snapshot.Finding{File: "out.yaml", Line: 3, Path: tt.path})
		if got.File != tt.file || got.Line != tt.line {
			t.Errorf("%s: %s:%d, want %s:%d: %s", tt.path, got.File, got.Line, tt.file, tt.line, tt.why)
		}
	}
}

// TestReportAgain replaces a report with a completely different one, in every
// format.
func TestReportAgain(t *testing.T) {
	one := &migrate.Report{Summary: migrate.Summary{Fields: 7, Exact: 7}}
	other := &migrate.Report{Summary: migrate.Summary{Fields: 12345, Dropped: 3}, Meanings: []migrate.Meaning{{File: "a.json", Text: "x"}}}
	for _, name := range []string{"report", "report.md", "report.json"} {
		p := session.PlacesOf(t.Context(), &session.Env{Dir: t.TempDir()}, nil)
		for _, r := range []*migrate.Report{one, other, one} {
			data, err := RenderReport(p, r, name)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(p.Abs(name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
