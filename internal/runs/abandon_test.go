package runs

import (
	"errors"
	"strings"
	"testing"

	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// stuck is a license with a webhook that cannot be unregistered, and the run
// that replaced it.
func stuck(t *testing.T) (w *world, replaced *resource.Object, run string) {
	w = newWorld(t, sandbox.Options{Faults: []string{"unregister_webhook=403-html"}})
	w.secrets = map[string]string{"one": "hush-hush", "two": "hush-hush"}
	w.application = true
	if out := w.apply("webhooks", webhook("one")); out.err != nil || out.text != "" {
		t.Fatalf("%+v %v", out, out.err)
	}
	replaced = webhook("two")
	replaced.Set("id", w.webhooks()[0].ID)
	out := w.apply("webhooks", replaced)
	if out.err != nil || !strings.Contains(out.text, "unregister_webhook: ") {
		t.Fatalf("%+v %v", out, out.err)
	}
	return w, replaced, out.run
}

func (w *world) webhooks() []struct{ ID string } {
	var state struct{ Webhooks []struct{ ID string } }
	w.state(&state)
	return state.Webhooks
}

// What is left of a run and fails for good is tried again by everybody until it
// is given up.
func TestAbandon(t *testing.T) {
	w, replaced, first := stuck(t)
	w.ends(first, "")
	if out := w.apply("webhooks", replaced); out.err != nil || !out.left || !w.told("lcsync runs abandon ") {
		t.Fatalf("%+v %v %q", out, out.err, w.notices)
	}
	h, err := w.store.Find(first)
	w.must(err)

	asked := ""
	ask := func(answer bool, err error) func(string) (bool, error) {
		return func(question string) (bool, error) { asked = question; return answer, err }
	}
	_, err = Abandon(w.store, first, w.clock.Now(), ask(true, nil))
	fails(t, err, Invalid, "run "+first+" has finished")
	_, err = Abandon(w.store, h.Next, w.clock.Now(), ask(false, nil))
	fails(t, err, Invalid, "declined")
	w.ends(h.Next, "")
	nobody := errors.New("there is nobody to ask")
	if _, err := Abandon(w.store, h.Next, w.clock.Now(), ask(false, nobody)); err != nobody {
		t.Errorf("got %v", err)
	}
	if id, err := Abandon(w.store, h.Next, w.clock.Now(), ask(true, nil)); err != nil || id != h.Next || !strings.Contains(asked, h.Next+" of owner@example.com?") {
		t.Errorf("%s, %v, %q", id, err, asked)
	}
	w.ends(h.Next, journal.Abandoned)
	w.notices = nil
	if out := w.apply("webhooks"); out.err != nil || out.left || w.told("did not finish") {
		t.Errorf("%+v %v %q", out, out.err, w.notices)
	}
}

// A run that a process works on is not given up.
func TestAbandonRunInUse(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	run := w.killed("tags", []*resource.Object{tag("a")})
	open, err := w.store.Resume(run)
	w.must(err)
	defer open.Close()
	_, err = Abandon(w.store, run, w.clock.Now(), func(string) (bool, error) { return true, nil })
	fails(t, err, Failed, "wait until that run ends")
}
