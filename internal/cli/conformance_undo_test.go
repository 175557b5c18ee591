package cli

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUndo goes through every field and every kind of object: it makes a change
// by hand, apply reverts it, and undo makes it again. The test reads the
// license raw.
func TestUndo(t *testing.T) {
	for _, c := range changes() {
		if c.want != restored && c.want != replaced {
			continue
		}
		t.Run("field/"+c.kind+"/"+c.path+"/"+c.about, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, modes()[0].options)
			w.seed()
			err := w.undone(c.want, func() { w.calls(c.calls) }, nil)
			if err != nil {
				t.Error(err)
			}
		})
	}
	for _, o := range objects() {
		t.Run("removed/"+o.kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, modes()[0].options)
			w.seed()
			w.calls(o.make)
			if err := w.undone(replaced, func() { w.calls(o.remove) }, &o); err != nil {
				t.Error(err)
			}
		})
		t.Run("made/"+o.kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, modes()[0].options)
			w.seed()
			if err := w.undone(replaced, func() { w.calls(o.make) }, &o, "--prune"); err != nil {
				t.Error(err)
			}
		})
	}
}

// undone exports, changes the license by hand, applies the export, and undoes
// that run. The license must then be as after the change by hand.
func (w *world) undone(want outcome, byHand func(), o *object, flags ...string) error {
	if err := w.export("before.yaml"); err != nil {
		return err
	}
	byHand()
	before := w.state()
	if err := w.export("hand.yaml"); err != nil {
		return err
	}
	secrets := w.secrets("before.yaml", "hand.yaml")
	args := append([]string{"apply", "before.yaml", "--secrets", secrets, "--max-delete", "100%"}, everything...)
	if code, stdout, stderr := w.lcsync(append(args, flags...)...); code != 0 {
		return fmt.Errorf("apply: exit code %d:\n%s%s", code, stdout, stderr)
	}
	w.settle()
	args = append([]string{"undo", "2026", "--prune", "--secrets", secrets, "--max-delete", "100%"}, everything...)
	if code, stdout, stderr := w.lcsync(args...); code != 0 {
		return fmt.Errorf("undo: exit code %d:\n%s%s", code, stdout, stderr)
	}
	first, second := forget(before, want), forget(w.state(), want)
	if o != nil {
		first, second = w.comparable(before, *o), w.comparable(w.state(), *o)
	}
	if d := cmp.Diff(first, second); d != "" {
		return fmt.Errorf("undo did not put it back (-before +after):\n%s", d)
	}
	return nil
}
