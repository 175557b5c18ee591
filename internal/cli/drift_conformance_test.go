package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// driftDoc is what tests read of drift --json.
type driftDoc struct {
	InSync      bool `json:"in_sync"`
	Complete    bool
	Differences []struct {
		Kind, Key, Field, Action string
		New                      bool
	}
	Gone []struct{ Kind, Field, By string }
	Gaps []struct{ Kind string }
	New  int
}

// drift checks the license against a file and expects an exit code.
func (w *world) drift(file string, want int, flags ...string) (*driftDoc, error) {
	w.t.Helper()
	code, stdout, stderr := w.lcsync(append([]string{"drift", "--json", "--propagation", "0s", file}, flags...)...)
	if code != want {
		return nil, fmt.Errorf("drift: exit code %d, want %d:\n%s%s", code, want, stdout, stderr)
	}
	var doc driftDoc
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		return nil, fmt.Errorf("drift: %w\n%s", err, stdout)
	}
	if doc.InSync != (code == 0 || code == 3 && len(doc.Differences) == 0) && !slices.Contains(flags, "--only-new") || doc.Complete != (code != 3) {
		return nil, fmt.Errorf("drift: exit code %d, in_sync %v, complete %v", code, doc.InSync, doc.Complete)
	}
	return &doc, nil
}

// found are the kinds, fields and actions of differences, sorted.
func (d *driftDoc) found() []string {
	out := []string{}
	for _, one := range d.Differences {
		out = append(out, strings.TrimSpace(one.Kind+" "+one.Field)+" "+one.Action)
	}
	slices.Sort(out)
	return out
}

// TestDriftConformance: each field of each kind that is changed by hand is found
// by the next check, in the direction of what happened, told once, and reported
// as gone when it is as before.
func TestDriftConformance(t *testing.T) {
	tried := []mode{modes()[0], modes()[3]}
	if raceEnabled { // the plain server runs no other code
		tried = tried[1:]
	}
	for _, mode := range tried {
		for _, c := range changes() {
			t.Run(mode.name+"/"+c.kind+"/"+c.path+"/"+c.about, func(t *testing.T) {
				t.Parallel()
				if err := driftsFrom(newWorld(t, mode.options, mode.global...), c); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func driftsFrom(w *world, c change) error {
	age := "20h"
	if c.kind == "bots" && c.path == "default_group_priority" {
		age = "0s" // no list shows it, so that it is found when details are read; see TestDriftDetails
	}
	drift := func(want int, flags ...string) (*driftDoc, error) {
		return w.drift("before.yaml", want, append(flags, "--details-age", age)...)
	}
	w.seed()
	before := w.state()
	if err := w.export("before.yaml"); err != nil {
		return err
	}
	if _, err := drift(0); err != nil {
		return fmt.Errorf("untouched: %w", err)
	}
	w.calls(c.calls)
	if cmp.Equal(before, w.state()) || c.want == unreadable {
		_, err := drift(0)
		return err
	}
	doc, err := drift(2)
	if err != nil {
		return err
	}
	if want := w.driftOf(c); c.want != recreated {
		if d := cmp.Diff(want, doc.found()); d != "" {
			return fmt.Errorf("drift does not name exactly the changed path (-want +got):\n%s", d)
		}
	}
	if again, err := drift(2, "--only-new"); err != nil || len(again.Differences) > 0 {
		return fmt.Errorf("known differences are told again: %v, %w", again, err)
	}
	if c.want == blocked || c.want == recreated {
		return nil
	}
	if code, stdout, stderr := w.lcsync(append([]string{"apply", "before.yaml", "--secrets", w.secrets()}, everything...)...); code != 0 {
		return fmt.Errorf("apply: exit code %d:\n%s%s", code, stdout, stderr)
	}
	w.settle()
	after, err := drift(0)
	if err != nil {
		return err
	}
	if len(after.Gone) != len(doc.Differences) {
		return fmt.Errorf("%d of %d differences are gone", len(after.Gone), len(doc.Differences))
	}
	for _, g := range after.Gone {
		if g.By != "license" && c.want != replaced {
			return fmt.Errorf("%s %s is gone by %q", g.Kind, g.Field, g.By)
		}
	}
	return nil
}

// driftOf is what drift should find of a change.
func (w *world) driftOf(c change) []string {
	path := c.path
	for name, id := range w.ids {
		path = strings.ReplaceAll(path, "{{"+name+"}}", fmt.Sprint(id))
	}
	if path == "position" {
		return []string{c.kind + " order reordered"}
	}
	want := []string{c.kind + " " + path + " changed"}
	if other, ok := strings.CutSuffix(path, "exclude_values"); ok && c.kind == "webhooks" {
		want = append(want, c.kind+" "+other+"values changed")
	}
	slices.Sort(want)
	return want
}

// TestDriftOfObjects: each kind's objects that are made or deleted by hand are
// found, and gone when that is undone.
func TestDriftOfObjects(t *testing.T) {
	for _, o := range objects() {
		t.Run(o.kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, modes()[0].options)
			if err := comesAndGoes(w, o); err != nil {
				t.Error(err)
			}
		})
	}
}

func comesAndGoes(w *world, o object) error {
	w.seed()
	if err := w.export("without.yaml"); err != nil {
		return err
	}
	of := func(doc *driftDoc) []string {
		return slices.DeleteFunc(doc.found(), func(f string) bool {
			kind, _, _ := strings.Cut(f, " ")
			return slices.Contains(o.collateral, kind) || kind == "routing_statuses"
		})
	}
	w.calls(o.make)
	made, err := w.drift("without.yaml", 2)
	if err != nil {
		return err
	}
	if d := cmp.Diff([]string{o.kind + " appeared"}, of(made)); d != "" {
		return fmt.Errorf("an object that was made (-want +got):\n%s", d)
	}
	if doc, err := w.drift("without.yaml", 0, "--ignore-extra"); err != nil || len(doc.Gone) > 0 {
		return fmt.Errorf("--ignore-extra: %v, %w", doc, err)
	}
	if err := w.export("with.yaml"); err != nil {
		return err
	}
	if _, err := w.drift("with.yaml", 0); err != nil {
		return err
	}
	w.calls(o.remove)
	removed, err := w.drift("with.yaml", 2)
	if err != nil {
		return err
	}
	if d := cmp.Diff([]string{o.kind + " deleted"}, of(removed)); d != "" {
		return fmt.Errorf("an object that was deleted (-want +got):\n%s", d)
	}
	undone, err := w.drift("without.yaml", 0)
	if err != nil {
		return err
	}
	if len(undone.Gone) != len(made.Differences) {
		return fmt.Errorf("%d of %d differences are gone", len(undone.Gone), len(made.Differences))
	}
	return nil
}
