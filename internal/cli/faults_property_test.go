package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/sandbox"
)

// licenseDraw is the current and the wanted state of a license.
type licenseDraw struct {
	*rapid.T
	side [2]map[string]any // the objects of a state, in the form of the sandbox
}

func (d *licenseDraw) flip(label string) bool { return rapid.Bool().Draw(d.T, label) }

func (d *licenseDraw) of(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.T, label)
}

// both draws up to n objects of a kind for each state. An object in both states
// has the same id.
func (d *licenseDraw) both(kind string, n int, draw func(side, i int) map[string]any) {
	for s := range d.side {
		d.side[s][kind] = []any{}
	}
	for i := range n {
		for s := range d.side {
			if d.flip(fmt.Sprint(kind, i, " is in ", s)) {
				d.side[s][kind] = append(d.side[s][kind].([]any), draw(s, i))
			}
		}
	}
}

// groups draws ids of groups in a state.
func (d *licenseDraw) groups(side int) []int {
	out := []int{}
	for _, g := range d.side[side]["groups"].([]any) {
		if d.flip("group") {
			out = append(out, g.(map[string]any)["id"].(int))
		}
	}
	return out
}

func (d *licenseDraw) members(side int) []any {
	out := []any{}
	for _, id := range d.groups(side) {
		out = append(out, map[string]any{"id": id, "priority": d.of("priority", "first", "normal", "last")})
	}
	return out
}

// drawLicenses draws the current and the wanted state of a license, with
// similar objects in them.
func drawLicenses(t *rapid.T) *licenseDraw {
	type obj = map[string]any
	d := &licenseDraw{T: t, side: [2]obj{{}, {}}}
	d.both("groups", 3, func(_, i int) obj {
		return obj{"id": i + 1, "name": fmt.Sprint("Group ", i), "language_code": d.of("language", "en", "pl")}
	})
	d.both("agents", 3, func(s, i int) obj {
		return obj{"id": fmt.Sprintf("a%d@shop.example", i), "name": d.of("name", "Ann", "Abe"), "role": "normal",
			"job_title": d.of("job", "Boss", "Help"), "groups": d.members(s)}
	})
	for s := range d.side {
		all := []any{} // a new group needs a member
		for _, g := range d.side[s]["groups"].([]any) {
			all = append(all, obj{"id": g.(obj)["id"], "priority": "normal"})
		}
		d.side[s]["agents"] = append([]any{obj{"id": "owner@shop.example", "name": "Owner", "role": "owner", "account_id": "9f2c0a51-owner", "groups": all}}, d.side[s]["agents"].([]any)...)
	}
	d.both("bots", 3, func(s, i int) obj {
		return obj{"id": fmt.Sprintf("b%031d", i), "name": d.of("bot", "Bot", "Butler"), "owner_client_id": appOne,
			"default_group_priority": "first", "groups": d.members(s)}
	})
	for s := range d.side { // a common id shows that both are the same license
		d.side[s]["bots"] = append(d.side[s]["bots"].([]any), obj{"id": strings.Repeat("a", 32), "name": "Anchor", "owner_client_id": appOne})
	}
	d.both("tags", 3, func(s, i int) obj {
		return obj{"name": fmt.Sprint("tag ", i), "group_ids": append([]int{0}, d.groups(s)...)}
	})
	d.both("auto_accesses", 4, func(_, i int) obj {
		return obj{"id": fmt.Sprintf("r%031d", i), "description": d.of("rule", "a", "b"), "access": obj{"groups": []int{0}},
			"conditions": obj{"url": obj{"values": []any{obj{"value": d.of("url", "/a", "/b"), "exact_match": true}}}}}
	})
	d.both("webhooks", 3, func(_, i int) obj {
		return obj{"id": fmt.Sprintf("w%031d", i), "owner_client_id": appOne, "action": "incoming_chat", "type": "license",
			"url": "https://hooks.shop.example/" + d.of("hook", "a", "b"), "secret_key": "k"}
	})
	d.both("properties", 3, func(_, i int) obj {
		return obj{"name": fmt.Sprint("p", i), "owner_client_id": appOne, "type": "int", "description": d.of("definition", "x", "y"),
			"access": obj{"license": obj{"agent": []any{"read", "write"}}}}
	})
	for s := range d.side {
		values := obj{}
		for _, p := range d.side[s]["properties"].([]any) {
			if d.flip("value") {
				values[p.(obj)["name"].(string)] = rapid.IntRange(1, 3).Draw(t, "value")
			}
		}
		if len(values) > 0 {
			d.side[s]["license_properties"] = obj{appOne: values}
		}
	}
	return d
}

// drawing is a test whose worlds end with each case.
type drawing struct {
	testing.TB
	rt *rapid.T
}

// testOf returns the test that a world is of.
func testOf(t testing.TB) *testing.T {
	if t, ok := t.(drawing); ok {
		return testOf(t.TB)
	}
	return t.(*testing.T)
}

func (t drawing) Helper()                           {}
func (t drawing) Cleanup(fn func())                 { t.rt.Cleanup(fn) }
func (t drawing) Fatal(args ...any)                 { t.rt.Fatal(args...) }
func (t drawing) Fatalf(format string, args ...any) { t.rt.Fatalf(format, args...) }

func (t drawing) TempDir() string {
	dir, err := os.MkdirTemp("", "lcsync-*")
	if err != nil {
		t.rt.Fatal(err)
	}
	t.rt.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// disorder makes a disorder of what was drawn.
func (d *licenseDraw) disorder(t testing.TB) *disorder {
	out := &disorder{args: append([]string{"apply", "before.yaml", "--match", "id", "--prune", "--full-scopes", "--max-delete", "100%",
		"--self", "owner@shop.example", "--secrets", "secrets.yaml"}, everything...)}
	for s := range d.side {
		data, err := json.Marshal(d.side[s])
		if err != nil {
			d.Fatal(err)
		}
		w := newWorld(t, sandbox.Options{Seed: 7})
		if err := w.license.Load(data); err != nil {
			d.Fatal(err)
		}
		if s == 0 {
			out.state = w.license.State()
			continue
		}
		if err := w.export("before.yaml"); err != nil {
			d.Fatal(err)
		}
		out.file, out.secrets, out.want = w.read("before.yaml"), w.read(w.secrets()), w.meaning()
	}
	return out
}

// draws runs a property a number of times.
func draws(t *testing.T, n int, prop func(*rapid.T)) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	old := f.Value.String()
	if old == f.DefValue { // the flag was not set
		if raceEnabled || testing.Short() {
			n /= 5
		}
		if err := f.Value.Set(fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(old) }()
	}
	t.Logf("%s licenses", f.Value)
	rapid.Check(t, prop)
}

// TestApplyConverges: for any current and wanted state, one run reaches the
// wanted state, and the next run has nothing to do.
func TestApplyConverges(t *testing.T) {
	draws(t, 300, func(rt *rapid.T) {
		d := drawLicenses(rt).disorder(drawing{t, rt})
		w := d.world(drawing{t, rt})
		if code, stdout, stderr := d.apply(w); code != 0 {
			rt.Fatalf("exit code %d:\n%s%s", code, stdout, stderr)
		}
		if err := d.fulfilled(w); err != nil {
			rt.Fatal(err)
		}
	})
}

// TestFaultsOnDrawnLicenses: with faults in some calls, a finite number of runs
// reaches the wanted state, and creates nothing twice.
func TestFaultsOnDrawnLicenses(t *testing.T) {
	most := 0
	draws(t, 300, func(rt *rapid.T) {
		d := drawLicenses(rt).disorder(drawing{t, rt})
		var faults []string
		left := 30
		for _, what := range rapid.Permutation([]string{"drop-before", "drop-after", "truncate", "500", "503", "429", "item-429", "503-after"}).Draw(rt, "faults") {
			p := rapid.IntRange(0, left).Draw(rt, what)
			left -= p
			faults = append(faults, fmt.Sprintf("*=%s%%%d", what, p))
		}
		w := d.worldOf(drawing{t, rt}, sandbox.Options{Faults: faults, FaultSeed: rapid.Int64Range(1, 1000).Draw(rt, "seed")})
		var said []string
		for n := 1; ; n++ {
			code, stdout, stderr := d.apply(w)
			said = append(said, fmt.Sprintf("run %d: exit code %d:\n%s%s", n, code, stdout, stderr))
			if most = max(most, n); code == 0 {
				break
			}
			if code != 3 && code != 4 || n == 40 {
				rt.Fatalf("it does not get there:\n%s", strings.Join(said[max(0, n-4):], "\n"))
			}
		}
		if diff := cmp.Diff(d.want, w.meaning()); diff != "" {
			rt.Fatalf("the license is not as wanted (-want +got):\n%s\n%s", diff, strings.Join(said, "\n"))
		}
	})
	t.Logf("at most %d runs", most)
}
