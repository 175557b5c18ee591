package runs

import (
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// The undo of a run takes back what the run did that went on with it, too.
func TestUndoOfContinuedRun(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	wanted := []*resource.Object{tag("a"), tag("b")}
	first := w.killed("tags", wanted, "creating tags/a")
	w.call("create_tag", `{"name":"a","group_ids":[]}`)
	if out := w.resume(first); out.err != nil || out.text != "" {
		t.Fatalf("%+v %v", out, out.err)
	}
	w.has("tags", "a b")
	if out := w.undo(first, true); out.err != nil || out.text != "" {
		t.Fatalf("%+v %v", out, out.err)
	}
	w.has("tags", "")
}

// What went on with a run is no run to be undone by itself.
func TestUndoOfContinuingRun(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	first := w.killed("tags", []*resource.Object{tag("a"), tag("b")}, "creating tags/a")
	if out := w.resume(first); out.err != nil {
		t.Fatal(out.err)
	}
	h, err := w.store.Find(first)
	w.must(err)
	fails(t, w.undo(h.Next, true).err, Invalid, "run "+h.Next+" continued run "+first, "lcsync undo "+first)
}

// What is found of a lost answer is known to the undo, too.
func TestUndoOfWhatWasFound(t *testing.T) {
	for _, tt := range []struct {
		why    string
		finish func(w *world, run string) applied
	}{
		{"by --resume", func(w *world, run string) applied { return w.resume(run) }},
		{"by the next apply", func(w *world, _ string) applied { return w.apply("bots", bot("Guide")) }},
	} {
		w := newWorld(t, sandbox.Options{})
		run := w.killed("bots", []*resource.Object{bot("Guide")}, "creating bots/Guide")
		w.call("create_bot", `{"name":"Guide","owner_client_id":"`+client+`"}`)
		if out := tt.finish(w, run); out.err != nil || out.text != "" {
			t.Fatalf("%s: %+v %v", tt.why, out, out.err)
		}
		w.has("bots", "Guide")
		if out := w.undo(run, true); out.err != nil || out.text != "" {
			t.Fatalf("%s: %+v %v", tt.why, out, out.err)
		}
		w.has("bots", "")
	}
}
