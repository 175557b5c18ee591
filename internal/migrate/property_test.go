package migrate

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	acme "lcsync/examples"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// generous answers every question that can be answered for any document.
var generous = Options{DropGone: true, ClientID: "7c1fa0b2d94e4b6f8a3e5d1c9b7f2a60", Timezone: "Europe/Berlin", SplitOvernight: true}

// TestTargetUnchanged migrates a snapshot of the target version.
func TestTargetUnchanged(t *testing.T) {
	doc, findings := snapshot.Decode(acme.Acme, "acme.yaml")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	want := encode(t, doc.License)
	checkAgain(t, want)
	docs, err := Read("acme.yaml", acme.Acme)
	if err != nil {
		t.Fatal(err)
	}
	r := Run(docs, generous)
	checkBooks(t, docs, r)
	if diff := cmp.Diff(want, encode(t, r.License)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if s := r.Report.Summary; s.Exact != s.Fields || len(r.Report.Meanings) > 0 || len(r.Secrets) > 0 {
		t.Errorf("%s, %d behaviour changes, %d secrets", s, len(r.Report.Meanings), len(r.Secrets))
	}
}

// sampleSecrets are the secrets of the cases that look like nothing else.
var sampleSecrets = []string{"behind-the-door", "kept-by-nobody", "never-in-a-snapshot"}

// documents returns the documents of all cases, by file.
func documents(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if !isGolden(f.Name) {
				all[filepath.Base(file)+":"+f.Name] = f.Data
			}
		}
	}
	return all
}

// checkAnything holds what must be true whatever the document: no field
// without a line, and a result that is valid or is refused for a reason.
func checkAnything(t *testing.T, docs []*Document, o Options) {
	t.Helper()
	r := Run(docs, o)
	fields := 0
	for _, d := range docs {
		fields += d.Fields()
	}
	if s := r.Report.Summary; len(slices.Collect(r.Report.Fields.All())) != fields || s.Exact+s.Converted+s.Dropped+s.Undecided != fields {
		t.Fatalf("%d fields in, %d in the report: %s", fields, len(slices.Collect(r.Report.Fields.All())), s)
	}
	var out bytes.Buffer
	for _, render := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return r.Report.Text(b) }, func(b *bytes.Buffer) error { return r.Report.JSON(b) },
		func(b *bytes.Buffer) error { return r.Report.Markdown(b) },
	} {
		if err := render(&out); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range r.Secrets {
		if slices.Contains(sampleSecrets, value) && !elsewhere(docs, value) && strings.Contains(out.String(), value) {
			t.Fatalf("the secret %s is in the report", name)
		}
	}
	if len(r.Report.Decisions) > 0 {
		return
	}
	var yaml bytes.Buffer
	if err := snapshot.Encode(&yaml, r.License, snapshot.EncodeOptions{}); err != nil {
		return // such as a number that is none; the command refuses it
	}
	if problems(yaml.String()) == nil {
		checkValues(t, docs, r, yaml.String())
		checkTwice(t, yaml.Bytes())
	}
}

// elsewhere tells whether a secret also stands where none does: it was put
// there, and nobody can know what it is.
func elsewhere(docs []*Document, secret string) bool {
	found := false
	for _, d := range docs {
		each(d.root, func(l *leaf) {
			found = found || l.value == secret && !strings.HasSuffix(l.from[0].Path(), "secret_key")
		})
	}
	return found
}

// checkTwice migrates a valid output once more.
func checkTwice(t *testing.T, yaml []byte) {
	t.Helper()
	docs, err := Read("again.yaml", yaml)
	if err != nil {
		t.Fatalf("%s\n%s", err, yaml)
	}
	r := Run(docs, Options{})
	if n := len(r.Report.Decisions); n > 0 {
		t.Fatalf("migrating twice asks: %s\n%s", r.Report.Decisions[0], yaml)
	}
	if diff := cmp.Diff(string(yaml), encode(t, r.License)); diff != "" {
		t.Fatalf("migrating twice changes the output (-once +twice)\n%s", diff)
	}
}

// TestMutated migrates documents in which something was changed, taken away,
// doubled or put elsewhere.
func TestMutated(t *testing.T) {
	all := documents(t)
	rounds := 12
	for name, data := range all {
		docs, err := Read("in", data)
		if err != nil {
			t.Fatalf("%s: %s", name, err)
		}
		for i := range rounds {
			m := &mutator{rng: rand.New(rand.NewPCG(uint64(i), uint64(len(data))))}
			var changed []*Document
			for _, d := range docs {
				changed = append(changed, fromValue("in", m.mutate(plain(d.root))))
			}
			if !t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				checkAnything(t, changed, Options{})
				checkAnything(t, changed, generous)
			}) {
				for _, d := range changed {
					t.Log(resource.JSON(plain(d.root)))
				}
				return
			}
		}
	}
}

// mutator changes values at random.
type mutator struct{ rng *rand.Rand }

var oddValues = []resource.Value{nil, true, int64(-1), 1.5, "", "offline", "thread_closed", "22:00", "owner@acme.example",
	resource.List{}, &resource.Object{}, resource.List{nil, "x"}, resource.Of("id", int64(3)), resource.Of("access", resource.Of("agent", nil))}

var oddNames = []string{"id", "name", "bot_agent", "status", "webhooks", "filters", "locations", "access", "timezone", "work_scheduler",
	"monday", "schedule", "avatar", "avatar_path", "url", "action", "properties", "secret_key", "next_id", "owner_client_id", "namespace", "agent_priorities", "x"}

func (m *mutator) odd() resource.Value {
	return resource.CloneValue(oddValues[m.rng.IntN(len(oddValues))])
}

// mutate returns a value with about one change in eight places.
func (m *mutator) mutate(v resource.Value) resource.Value {
	if m.rng.IntN(16) == 0 {
		return m.odd()
	}
	switch v := v.(type) {
	case *resource.Object:
		out := &resource.Object{}
		for name, e := range v.All() {
			switch m.rng.IntN(24) {
			case 0:
			case 1:
				out.Set(oddNames[m.rng.IntN(len(oddNames))], m.mutate(e))
			case 2:
				out.Set(oddNames[m.rng.IntN(len(oddNames))], m.odd())
				out.Set(name, e)
			default:
				out.Set(name, m.mutate(e))
			}
		}
		return out
	case resource.List:
		out := resource.List{}
		for _, e := range v {
			out = append(out, m.mutate(e))
			if m.rng.IntN(12) == 0 {
				out = append(out, resource.CloneValue(e))
			}
		}
		return out
	}
	return v
}

// FuzzMigrate reads and migrates anything.
func FuzzMigrate(f *testing.F) {
	for _, data := range documents(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := Read("in", data)
		if err != nil {
			return
		}
		checkAnything(t, docs, Options{})
		checkAnything(t, docs, generous)
	})
}

// FuzzMutated migrates several documents at once that were changed where the
// seed says: unlike FuzzMigrate, whatever it comes up with can be read.
func FuzzMutated(f *testing.F) {
	all := documents(f)
	names := slices.Sorted(maps.Keys(all))
	for i := range names {
		f.Add(uint64(i), uint16(i), uint16(i*7+1))
	}
	f.Fuzz(func(t *testing.T, seed uint64, a, b uint16) {
		var docs []*Document
		defer func() {
			for _, d := range docs {
				if t.Failed() {
					t.Log(resource.JSON(plain(d.root)))
				}
			}
		}()
		m := &mutator{rng: rand.New(rand.NewPCG(seed, uint64(a)<<16|uint64(b)))}
		for i, n := range []uint16{a, b} {
			found, err := Read("in", all[names[int(n)%len(names)]])
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range found {
				docs = append(docs, fromValue(fmt.Sprintf("in%d", i), m.mutate(plain(d.root))))
			}
		}
		checkAnything(t, docs, Options{})
		checkAnything(t, docs, generous)
	})
}

// TestInputStays checks that a migration leaves its documents as they are.
func TestInputStays(t *testing.T) {
	for name, data := range documents(t) {
		docs, err := Read("in", data)
		if err != nil {
			t.Fatal(err)
		}
		before := resource.JSON(plain(docs[0].root))
		first := Run(docs, generous)
		second := Run(docs, generous)
		if after := resource.JSON(plain(docs[0].root)); after != before {
			t.Errorf("%s: the document was changed:\n%s\n%s", name, before, after)
		}
		if diff := cmp.Diff(told(first.Report), told(second.Report)); diff != "" {
			t.Errorf("%s: two runs differ\n%s", name, diff)
		}
	}
}

// TestRuleList holds the table of rules in the documentation, which is made of
// the rules.
func TestRuleList(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The rules of `lcsync migrate`\n\n" +
		"This table is made of what `lcsync migrate --list-rules` prints. Rules are\n" +
		"applied in this order, each to what it finds of its shape, whichever version a\n" +
		"document is of. A report names the rules that each field went through.\n\n" +
		"| rule | kinds | what it does |\n|---|---|---|\n")
	for _, r := range Rules() {
		row(&b, r.Name, strings.Join(r.Kinds, ", "), r.Doc)
	}
	const file = "../../docs/migration-rules.md"
	want, err := os.ReadFile(file)
	if string(want) == b.String() {
		return
	}
	if !*update {
		t.Fatalf("%v (-want +got)\n%s", err, cmp.Diff(string(want), b.String()))
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
