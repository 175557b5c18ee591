package migrate

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// goldens are the files of a case that the program makes.
var goldens = []string{"want.yaml", "secrets.txt", "report.txt"}

// TestCases migrates the documents in testdata/cases. Each archive begins with
// what it shows and, on lines that start with "option ", the Options; its files
// are the documents, and then the snapshot, the secrets and the report that
// they come to.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runCase(t, a)
			want := map[string]string{}
			for _, f := range a.Files {
				if isGolden(f.Name) {
					want[f.Name] = string(f.Data)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" && !*update {
				t.Errorf("(-want +got)\n%s", diff)
			} else if diff != "" {
				rewrite(t, file, a, got)
			}
		})
	}
}

func isGolden(name string) bool {
	for _, g := range goldens {
		if g == name {
			return true
		}
	}
	return false
}

func rewrite(t *testing.T, file string, a *txtar.Archive, got map[string]string) {
	t.Helper()
	var keep []txtar.File
	for _, f := range a.Files {
		if !isGolden(f.Name) {
			keep = append(keep, f)
		}
	}
	for _, g := range goldens {
		if got[g] != "" {
			keep = append(keep, txtar.File{Name: g, Data: []byte(got[g])})
		}
	}
	a.Files = keep
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// caseOptions reads the options of an archive: "option timezone Europe/Berlin".
func caseOptions(t *testing.T, comment string) Options {
	t.Helper()
	o := Options{As: map[string]string{}, Timezones: map[string]string{}, ClientIDs: map[string]string{}}
	for _, line := range strings.Split(comment, "\n") {
		rest, ok := strings.CutPrefix(line, "option ")
		if !ok {
			continue
		}
		name, value, _ := strings.Cut(rest, " ")
		key, of, _ := strings.Cut(value, "=")
		switch name {
		case "from":
			o.From = value
		case "as":
			o.As[key] = of
		case "timezone":
			if of == "" {
				o.Timezone = value
			} else {
				o.Timezones[key] = of
			}
		case "client-id":
			if of == "" {
				o.ClientID = value
			} else {
				o.ClientIDs[key] = of
			}
		case "prefer":
			o.Prefer = append(o.Prefer, value)
		case "leave-out":
			o.LeaveOut = append(o.LeaveOut, value)
		case "split-overnight":
			o.SplitOvernight = true
		case "drop-gone":
			o.DropGone = true
		case "with-routing-statuses":
			o.RoutingStatuses = true
		case "per-bot":
			o.PerBot = true
		default:
			t.Fatalf("unknown option %q", name)
		}
	}
	return o
}

func caseDocuments(t *testing.T, a *txtar.Archive) []*Document {
	t.Helper()
	var docs []*Document
	for _, f := range a.Files {
		if isGolden(f.Name) {
			continue
		}
		found, err := Read(f.Name, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, found...)
	}
	return docs
}

func runCase(t *testing.T, a *txtar.Archive) map[string]string {
	t.Helper()
	docs := caseDocuments(t, a)
	r := Run(docs, caseOptions(t, string(a.Comment)))
	checkBooks(t, docs, r)
	got := map[string]string{}
	var report bytes.Buffer
	if err := r.Report.Text(&report); err != nil {
		t.Fatal(err)
	}
	got["report.txt"] = report.String()
	for name := range r.Secrets {
		got["secrets.txt"] += name + "\n"
	}
	if strings.Count(got["secrets.txt"], "\n") > 1 {
		got["secrets.txt"] = fmt.Sprintf("%d secrets\n", len(r.Secrets))
	}
	if len(r.Report.Decisions) > 0 {
		return got
	}
	yaml := encode(t, r.License)
	got["want.yaml"] = yaml
	for _, problem := range problems(yaml) {
		t.Errorf("the output is not valid: %s", problem)
	}
	checkValues(t, docs, r, yaml)
	checkAgain(t, yaml)
	return got
}

// TestEveryRuleCounts takes each rule away: some case must come out otherwise.
func TestEveryRuleCounts(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var archives []*txtar.Archive
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, a)
	}
	outcome := func() string {
		var b strings.Builder
		for _, a := range archives {
			r := Run(caseDocuments(t, a), caseOptions(t, string(a.Comment)))
			b.WriteString(resource.JSON(r.License))
			fmt.Fprintln(&b, r.Report.Decisions, r.Report.Meanings)
			for f := range r.Report.Fields.All() {
				fmt.Fprintln(&b, f.Status, f.Rules, f.Targets, f.Note)
			}
		}
		return b.String()
	}
	whole := outcome()
	for i := range rules {
		apply := rules[i].apply
		if apply == nil {
			continue
		}
		rules[i].apply = nil
		if outcome() == whole {
			t.Errorf("no case needs the rule %s", rules[i].Name)
		}
		rules[i].apply = apply
	}
}

// checkBooks holds what must be true of every migration: each field of the
// input is accounted for, once.
func checkBooks(t *testing.T, docs []*Document, r *Result) {
	t.Helper()
	fields := 0
	for _, d := range docs {
		fields += d.Fields()
	}
	s := r.Report.Summary
	if len(slices.Collect(r.Report.Fields.All())) != fields || s.Fields != fields || s.Exact+s.Converted+s.Dropped+s.Undecided != fields {
		t.Errorf("%d fields in, %d in the report: %s", fields, len(slices.Collect(r.Report.Fields.All())), s)
	}
	for f := range r.Report.Fields.All() {
		if f.Status == Dropped && f.Note == "a snapshot has no field for it" {
			t.Errorf("no rule accounts for %s", f)
		}
		if f.Status != Dropped && f.Status != Undecided && len(f.Targets) == 0 && f.Note == "" {
			t.Errorf("%s has neither a place nor a reason", f)
		}
	}
}

// checkAgain migrates the output, which must not change it.
func checkAgain(t *testing.T, yaml string) {
	t.Helper()
	docs, err := Read("again.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	r := Run(docs, Options{})
	checkBooks(t, docs, r)
	for _, d := range r.Report.Decisions {
		t.Errorf("migrating twice asks: %s", d)
	}
	if diff := cmp.Diff(yaml, encode(t, r.License)); diff != "" {
		t.Errorf("migrating twice changes the output (-once +twice)\n%s", diff)
	}
	if r.Report.Summary.Exact != r.Report.Summary.Fields {
		t.Errorf("migrating twice: %s", r.Report.Summary)
	}
}

func encode(t testing.TB, l *resource.License) string {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Encode(&b, l, snapshot.EncodeOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func problems(yaml string) []string {
	var out []string
	doc, findings := snapshot.Decode([]byte(yaml), "out.yaml")
	if doc != nil {
		findings = append(findings, doc.Validate()...)
	}
	for _, f := range findings {
		if f.Severity != resource.Warning || strings.HasPrefix(f.Message, "unknown field") {
			out = append(out, f.String())
		}
	}
	return out
}
