package cli

import (
	"fmt"
	"testing"
)

// TestDriftAccepts: whatever is changed, made or deleted by hand can be accepted,
// and then there is no drift.
func TestDriftAccepts(t *testing.T) {
	accepted := func(w *world, calls []call) error {
		w.seed()
		if err := w.export("acme.yaml"); err != nil {
			return err
		}
		w.calls(calls)
		if code, stdout, stderr := w.lcsync("drift", "--propagation", "0s", "--accept", "acme.yaml"); code != 0 {
			return fmt.Errorf("accept: exit code %d:\n%s%s", code, stdout, stderr)
		}
		if _, err := w.drift("acme.yaml", 0); err != nil {
			return err
		}
		if code, stdout, stderr := w.lcsync("validate", "acme.yaml"); code != 0 {
			return fmt.Errorf("validate: exit code %d:\n%s%s", code, stdout, stderr)
		}
		_, err := w.diff("acme.yaml", 0)
		return err
	}
	for _, c := range changes() {
		t.Run(c.kind+"/"+c.path+"/"+c.about, func(t *testing.T) {
			t.Parallel()
			if err := accepted(newWorld(t, modes()[0].options), c.calls); err != nil {
				t.Error(err)
			}
		})
	}
	for _, o := range objects() {
		t.Run("made/"+o.kind, func(t *testing.T) {
			t.Parallel()
			if err := accepted(newWorld(t, modes()[0].options), o.make); err != nil {
				t.Error(err)
			}
		})
		t.Run("deleted/"+o.kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, modes()[0].options)
			w.seed()
			w.calls(o.make)
			if err := w.export("acme.yaml"); err != nil {
				t.Fatal(err)
			}
			w.calls(o.remove)
			if code, stdout, stderr := w.lcsync("drift", "--propagation", "0s", "--accept", "acme.yaml"); code != 0 {
				t.Fatalf("accept: exit code %d:\n%s%s", code, stdout, stderr)
			}
			if _, err := w.drift("acme.yaml", 0); err != nil {
				t.Error(err)
			}
		})
	}
}
