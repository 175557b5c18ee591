package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/cli/snapshots"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
	"lcsync/internal/sandbox"
)

// verifyDoc is the part of verify --json that tests read.
type verifyDoc struct {
	Agrees, Complete bool
	Lost             []rehearsal.Loss
	Secrets          []snapshots.NeededSecret
	Writes           int
}

// verify runs verify on a file, which has to end with an exit code.
func (w *world) verify(want int, args ...string) *verifyDoc {
	w.t.Helper()
	code, stdout, stderr := w.lcsync(append([]string{"verify", "--json"}, args...)...)
	if code != want {
		w.t.Fatalf("verify %v: exit code %d, want %d:\n%s%s", args, code, want, stdout, stderr)
	}
	var doc verifyDoc
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		w.t.Fatalf("%v\n%s", err, stdout)
	}
	return &doc
}

// rawRows returns the objects of the license's raw state by kind and key.
// References are by name.
func (w *world) rawRows() map[string]*resource.Object {
	w.t.Helper()
	v, err := resource.ParseJSON(w.license.State())
	if err != nil {
		w.t.Fatal(err)
	}
	rows, names := map[string][]*resource.Object{}, map[string]string{}
	for _, k := range resource.Kinds() {
		if rows[k.Name], err = k.Flatten(v.(*resource.Object).Get(k.Name)); err != nil {
			w.t.Fatal(err)
		}
		for _, row := range rows[k.Name] {
			if k.ServerID != "" {
				names[k.Name+"/"+resource.Text(k.IDOf(row))] = k.KeyOf(row)
			}
		}
	}
	out := map[string]*resource.Object{}
	for _, k := range resource.Kinds() {
		for _, row := range rows[k.Name] {
			row = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
				for _, kind := range ref.Kinds {
					if name, known := names[kind+"/"+resource.Text(v)]; known {
						return name
					}
				}
				return v
			})
			k.DropVolatile(row)
			k.Canonical(row)
			out[k.Name+"/"+k.KeyOf(row)] = row
		}
	}
	return out
}

// notBack returns the fields of deleted objects that differ from before. It
// ignores secrets, which come from the secrets file.
func notBack(was, deleted, is map[string]*resource.Object) map[string][]string {
	out := map[string][]string{}
	for at, row := range was {
		if deleted[at] != nil {
			continue
		}
		kind, _, _ := strings.Cut(at, "/")
		fields := []string{}
		for _, name := range row.Names() {
			f := resource.Lookup(kind).Field(name)
			if (f == nil || f.Input != resource.SecretInput) && !resource.Equal(row.Get(name), is[at].Get(name)) {
				fields = append(fields, name)
			}
		}
		if slices.Sort(fields); len(fields) > 0 {
			out[at] = fields
		}
	}
	return out
}

// said returns what verify says about the deleted objects.
func (d *verifyDoc) said(was, deleted map[string]*resource.Object) map[string][]string {
	out := map[string][]string{}
	for _, l := range d.Lost {
		at := l.Kind + "/" + l.Key
		if was[at] == nil || deleted[at] != nil || len(l.Fields) == 0 {
			continue
		}
		slices.Sort(l.Fields)
		out[at] = l.Fields
	}
	return out
}

// TestVerifyTellsWhatIsLost deletes each object of the example by hand, and all
// of them together. verify passed before, the restore succeeds, and exactly the
// losses that verify listed do not come back.
func TestVerifyTellsWhatIsLost(t *testing.T) {
	check := func(t *testing.T, statuses bool, calls func(*world) []removal) {
		w := acmeWorld(t)
		if statuses {
			if err := w.export("before.yaml"); err != nil {
				t.Fatal(err)
			}
		}
		doc := w.verify(0, "before.yaml")
		was, meant := w.rawRows(), w.meaning()
		for _, r := range calls(w) {
			w.raw(r.method, r.body)
		}
		deleted := w.rawRows()
		if err := w.restored(meant); err != nil {
			t.Fatal(err)
		}
		said, lost := doc.said(was, deleted), notBack(was, deleted, w.rawRows())
		for _, l := range doc.Lost {
			if l.Key == "" { // all of the kind
				maps.DeleteFunc(lost, func(at string, _ []string) bool { return strings.HasPrefix(at, l.Kind+"/") })
			}
		}
		if d := cmp.Diff(said, lost); d != "" {
			t.Errorf("what verify said (-), and what did not come back (+):\n%s", d)
		}
		if all := len(calls(w)) > 1; all && len(said) < 15 {
			t.Errorf("verify spoke of only %d objects: %v", len(said), said)
		}
	}
	all := acmeWorld(t).removals()
	for i, r := range all {
		t.Run(strings.ReplaceAll(r.what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			check(t, true, func(w *world) []removal { return []removal{find(t, w.removals(), all[i].what)} })
		})
	}
	t.Run("all together", func(t *testing.T) {
		t.Parallel()
		check(t, true, (*world).removals)
	})
	t.Run("all together, without statuses", func(t *testing.T) {
		t.Parallel()
		check(t, false, (*world).removals)
	})
}

func find(t *testing.T, all []removal, what string) removal {
	i := slices.IndexFunc(all, func(r removal) bool { return r.what == what })
	if i < 0 {
		t.Fatalf("nothing deletes %s", what)
	}
	return all[i]
}

// TestVerifySecrets: verify names every secret of the example, and does not
// report those with a value as missing.
func TestVerifySecrets(t *testing.T) {
	w := acmeWorld(t)
	doc := w.verify(0, "before.yaml")
	if len(doc.Secrets) != strings.Count(w.read("before.yaml"), "!secret ") {
		t.Errorf("got %v", doc.Secrets)
	}
	for _, s := range w.verify(0, "--secrets", w.secrets(), "before.yaml").Secrets {
		if s.In != "secrets.yaml" {
			t.Errorf("%s is %q", s.Name, s.In)
		}
	}
}

// TestVerifyTruncated cuts an export in many places, between lines and within
// lines. No part passes as complete.
func TestVerifyTruncated(t *testing.T) {
	w := acmeWorld(t)
	lines := strings.SplitAfter(w.read("before.yaml"), "\n")
	last := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "product_source:") })
	for n := 0; n < last; n += 3 {
		cut := strings.Join(lines[:n], "")
		if n%2 == 0 {
			cut += lines[n][:len(lines[n])/2]
		}
		if err := os.WriteFile(filepath.Join(w.dir, "cut.yaml"), []byte(cut), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, stdout, stderr := w.lcsync("verify", "cut.yaml"); code != 3 && code != 5 {
			t.Errorf("cut in line %d: exit code %d\n%s%s", n+1, code, stdout, stderr)
		}
	}
}

// TestVerifyIsRight: for any license, verify passes an export exactly if one
// apply to an empty license of the same owner restores it.
func TestVerifyIsRight(t *testing.T) {
	lawful := resourcetest.Draw{Seed: 1, Writable: true, Lawful: true}
	passed, refused := 0, 0
	draws(t, 40, func(rt *rapid.T) {
		drawn := lawful.License(rt, 3)
		if rapid.Bool().Draw(rt, "odd") {
			drawn = resourcetest.Odd(rt, drawn)
		}
		state, err := rehearsal.StateOf(drawn)
		if err != nil {
			rt.Fatal(err)
		}
		w := newWorld(drawing{t, rt}, sandbox.Options{}, "--client-id", "clientA", "--client-id", "clientB")
		w.env = append(w.env, "LCSYNC_ACCOUNT_ID=somebody")
		if err := w.license.LoadUnchecked(state); err != nil {
			rt.Skip(err) // another draw: what nothing can store
		}
		if code, _, stderr := w.lcsync("export", "-o", "before.yaml"); code != 0 {
			rt.Fatalf("export: exit code %d: %s", code, stderr)
		}
		said, stdout, stderr := w.lcsync("verify", "before.yaml")
		if err := w.license.Load([]byte(`{"agents":[{"id":"` + resourcetest.Owner + `","name":"Owner","role":"owner"}]}`)); err != nil {
			rt.Fatal(err)
		}
		args := append([]string{"apply", "--match", "id", "--create-agents", "--secrets", w.secrets(), "before.yaml"}, everything...)
		code, told, _ := w.lcsync(args...)
		if code == 0 {
			code, told, _ = w.lcsync("diff", "--match", "id", "before.yaml")
		}
		if (said == 0) != (code == 0) {
			rt.Fatalf("verify: exit code %d\n%s%s\nthe restore: exit code %d\n%s\n%s", said, stdout, stderr, code, told, w.read("before.yaml"))
		}
		if said == 0 {
			passed++
		} else {
			refused++
		}
	})
	t.Logf("%d passed, %d did not", passed, refused)
}
