package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// everything is the flags that allow what the suite does on purpose.
var everything = []string{"--yes", "--allow-application", "--replace-properties"}

// TestConformance goes through every user field of every kind: seed a license
// by raw calls, export, change the field by hand, see diff name it, apply,
// read the license raw, and export again.
func TestConformance(t *testing.T) {
	for n, mode := range raced(modes()) {
		t.Run(mode.name, func(t *testing.T) {
			for i, c := range changes() {
				if raceEnabled && i%2 != n { // fields differ in data, not in code that runs at once
					continue
				}
				t.Run(c.kind+"/"+c.path+"/"+c.about, func(t *testing.T) {
					t.Parallel()
					if err := conform(newWorld(t, mode.options, mode.global...), c); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

type mode struct {
	name    string
	options sandbox.Options
	global  []string
}

func modes() []mode {
	odd := sandbox.Options{Shuffle: true, UnknownFields: true, StaleReads: 25 * time.Second}
	merging := odd
	merging.MergeLists = true
	return []mode{
		{"plain", sandbox.Options{}, nil},
		{"odd server, one call at a time", odd, []string{"--concurrency", "1"}},
		{"odd server that merges lists, 64 calls at a time", merging, []string{"--concurrency", "64"}},
		{"nulls, a foreign bot and 25 s of lag", sandbox.Options{Nulls: true, ForeignBot: true, StaleReads: 25 * time.Second}, nil},
	}
}

// raced leaves out, under the race detector, the modes that run no other code
// than the rest.
func raced(all []mode) []mode {
	if raceEnabled {
		return all[2:]
	}
	return all
}

// planDoc is what the suite reads of diff --json.
type planDoc struct {
	Changes []struct {
		Kind, Key, Action, Blocked string
		Fields                     []struct{ Path string }
	}
	Unmanaged []struct{ Kind, Key string }
	Notices   []string
}

// conform runs one case and returns what is wrong.
func conform(w *world, c change) error {
	w.seed()
	before := w.state()
	if err := w.export("before.yaml"); err != nil {
		return err
	}
	if _, err := w.diff("before.yaml", 0); err != nil {
		return fmt.Errorf("untouched: %w", err)
	}
	if code, stdout, stderr := w.lcsync("validate", "before.yaml"); code != 0 || w.global == nil && strings.Contains(stdout+stderr, "unknown") {
		return fmt.Errorf("validate: exit code %d: %s%s", code, stdout, stderr)
	}
	if err := w.told(c); err != nil {
		return err
	}
	for _, call := range c.calls {
		w.raw(call.method, call.body)
	}
	w.settle()
	if cmp.Equal(before, w.state()) { // a server that merges lists removes nothing
		_, err := w.diff("before.yaml", 0)
		return err
	}
	path := c.path
	for name, id := range w.ids {
		path = strings.ReplaceAll(path, "{{"+name+"}}", fmt.Sprint(id))
	}
	switch c.want {
	case unreadable:
		return w.notCompared(c)
	case recreated:
		return w.another(c)
	}
	plan, err := w.diff("before.yaml", 2)
	if err != nil {
		return err
	}
	if err := names(plan, c, path); err != nil {
		return err
	}
	if c.want == blocked {
		return w.refuses(path)
	}
	return w.comesBack(c, before)
}

// told checks that lcsync kinds lists the field as one that is applied.
func (w *world) told(c change) error {
	if c.path == "position" {
		return nil // the order of the list
	}
	_, stdout, _ := w.lcsync("kinds", "--json", c.kind)
	var doc struct {
		Fields []struct{ Path, Class string }
	}
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		return fmt.Errorf("kinds: %w", err)
	}
	root := strings.FieldsFunc(c.path, func(r rune) bool { return r == '.' || r == '[' })[0]
	for _, f := range doc.Fields {
		if f.Path == root && f.Class == "user" {
			return nil
		}
	}
	return fmt.Errorf("kinds does not name %s.%s as a field of the user", c.kind, root)
}

func (w *world) export(name string) error {
	code, _, stderr := w.lcsync("export", "--with-routing-statuses", "-o", name)
	if code != 0 {
		return fmt.Errorf("export: exit code %d: %s", code, stderr)
	}
	return nil
}

func (w *world) diff(file string, want int, flags ...string) (*planDoc, error) {
	code, stdout, stderr := w.lcsync(append([]string{"diff", "--json", file}, flags...)...)
	if code != want {
		return nil, fmt.Errorf("diff: exit code %d, want %d:\n%s%s", code, want, stdout, stderr)
	}
	var plan planDoc
	if err := json.Unmarshal([]byte(stdout), &plan); err != nil {
		return nil, fmt.Errorf("diff: %w\n%s", err, stdout)
	}
	return &plan, nil
}

// names checks that a plan consists of exactly the changed path. Where a
// filter turns from including to excluding, its other half is named too.
func names(plan *planDoc, c change, path string) error {
	var got []string
	for _, ch := range plan.Changes {
		for _, f := range ch.Fields {
			got = append(got, ch.Kind+" "+f.Path)
		}
		if len(ch.Fields) == 0 {
			got = append(got, ch.Kind+" "+ch.Action)
		}
	}
	want := []string{c.kind + " " + path}
	if other, ok := strings.CutSuffix(path, "exclude_values"); ok && c.kind == "webhooks" {
		want = append(want, c.kind+" "+other+"values")
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		return fmt.Errorf("diff does not name exactly the changed path (-want +got):\n%s", d)
	}
	return nil
}

// comesBack applies the file and checks that the license is as before.
func (w *world) comesBack(c change, before map[string]string) error {
	args := append([]string{"apply", "before.yaml", "--secrets", w.secrets()}, everything...)
	code, stdout, stderr := w.lcsync(args...)
	merges := slices.Contains(w.global, "64")
	if code == 3 && merges && strings.Contains(stdout+stderr, "server kept") {
		return nil // the report is true, and does not claim success
	}
	if code != 0 {
		return fmt.Errorf("apply: exit code %d:\n%s%s", code, stdout, stderr)
	}
	if d := cmp.Diff(forget(before, c.want), forget(w.state(), c.want)); d != "" {
		return fmt.Errorf("the license is not as it was (-before +after):\n%s", d)
	}
	if _, err := w.diff("before.yaml", 0); err != nil {
		return fmt.Errorf("after apply: %w", err)
	}
	if err := w.export("after.yaml"); err != nil {
		return err
	}
	first, second := w.read("before.yaml"), w.read("after.yaml")
	if c.want == replaced {
		first, second = serverID.ReplaceAllString(first, "id: …"), serverID.ReplaceAllString(second, "id: …")
	}
	if c.kind == "webhooks" { // sorted by key and then by id, which is new
		return nil
	}
	if d := cmp.Diff(first, second); d != "" {
		return fmt.Errorf("the next export is not the same (-before +after):\n%s", d)
	}
	return nil
}

var (
	serverID = regexp.MustCompile(`(?m)\bid: .*$`)
	stateID  = regexp.MustCompile(`"(id|secret_key)": "[^"]*"`)
)

// forget removes from a state what a replacement cannot bring back.
func forget(state map[string]string, want outcome) map[string]string {
	if want != replaced {
		return state
	}
	out := map[string]string{}
	for kind, text := range state {
		var list []any
		text = stateID.ReplaceAllString(text, `"$1": "…"`)
		if json.Unmarshal([]byte(text), &list) == nil {
			lines := make([]string, len(list))
			for i, v := range list {
				b, _ := json.Marshal(v)
				lines[i] = string(b)
			}
			slices.Sort(lines)
			text = strings.Join(lines, "\n")
		}
		out[kind] = text
	}
	return out
}

// secrets writes the secrets file that webhooks of exports need, before.yaml
// if none is named.
func (w *world) secrets(exports ...string) string {
	if exports == nil {
		exports = []string{"before.yaml"}
	}
	values := map[string]string{}
	for _, name := range exports {
		for _, n := range regexp.MustCompile(`!secret (\S+)`).FindAllStringSubmatch(w.read(name), -1) {
			values[n[1]] = "s3cr3t"
		}
	}
	data, err := json.Marshal(values) // which is YAML, too
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "secrets.yaml"), data, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return "secrets.yaml"
}

func (w *world) notCompared(c change) error {
	plan, err := w.diff("before.yaml", 0)
	if err != nil {
		return fmt.Errorf("a field that cannot be read was compared: %w", err)
	}
	f := resource.Lookup(c.kind).Field(c.path)
	if f != nil && f.Seen == resource.Never || w.read("before.yaml") == "" {
		return nil
	}
	if strings.Contains(strings.Join(plan.Notices, "\n"), c.path) {
		return fmt.Errorf("a file that does not have %s needs no notice about it", c.path)
	}
	return nil
}

func (w *world) another(c change) error {
	plan, err := w.diff("before.yaml", 2)
	if err != nil {
		return err
	}
	if len(plan.Changes) != 1 || plan.Changes[0].Kind != c.kind || plan.Changes[0].Action != "create" {
		return fmt.Errorf("want one %s to be created, got %+v", c.kind, plan.Changes)
	}
	if len(plan.Unmanaged) != 1 || plan.Unmanaged[0].Kind != c.kind {
		return fmt.Errorf("want one %s to be unmanaged, got %+v", c.kind, plan.Unmanaged)
	}
	return nil
}

func (w *world) refuses(path string) error {
	before := w.state()
	code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml"}, everything...)...)
	if code != 3 {
		return fmt.Errorf("apply of what is not possible: exit code %d:\n%s%s", code, stdout, stderr)
	}
	if d := cmp.Diff(before, w.state()); d != "" {
		return fmt.Errorf("apply of what is not possible changed the license:\n%s", d)
	}
	return nil
}

// TestEveryUserFieldHasACase checks that the suite has a case for every user
// field of the registry.
func TestEveryUserFieldHasACase(t *testing.T) {
	var covered []string
	for _, c := range changes() {
		covered = append(covered, c.kind+"."+regexp.MustCompile(`\[[^]]*\]`).ReplaceAllString(c.path, ""))
	}
	for _, k := range resource.Kinds() {
		if !k.ReadOnly {
			for i := range k.Fields {
				if k.Fields[i].Class == resource.User {
					needCase(t, covered, k.Name+"."+k.Fields[i].Name, &k.Fields[i])
				}
			}
		}
	}
}

// needCase requires a case for a field, or for every member of a record.
func needCase(t *testing.T, covered []string, path string, f *resource.Field) {
	t.Helper()
	if slices.ContainsFunc(covered, func(c string) bool { return c == path || f.Type != resource.Record && strings.HasPrefix(c, path+".") }) {
		return
	}
	if f.Type != resource.Record {
		t.Errorf("no case changes %s", path)
	}
	for i := range f.Fields {
		needCase(t, covered, path+"."+f.Fields[i].Name, &f.Fields[i])
	}
}
