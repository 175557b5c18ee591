package diff

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/resource/resourcetest"
)

// TestOddLicensesDoNotDiffer: a license with odd values of every sort does not
// differ from itself, and nothing of it is skipped.
func TestOddLicensesDoNotDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := resourcetest.Odd(t, anything.License(t, 3))
		o := allowAll
		o.Prune = rapid.Bool().Draw(t, "prune")
		p, err := Compute(a, a.Clone(), o)
		if err != nil {
			t.Fatal(err)
		}
		if !p.InSync() || len(p.Unmanaged)+len(p.Observed)+len(p.Skipped) > 0 {
			t.Fatalf("a license differs from itself:\n%s\n%s", summary(p), resourcetest.Texts(a))
		}
	})
}

// TestNothingOddIsSent: whatever a file holds, nothing that the vendor's rules
// forbid is sent, and nothing panics.
func TestNothingOddIsSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 3)
		want := resourcetest.Odd(t, anything.Edited(t, live))
		o := allowAll
		o.Match = ByID
		p, err := Compute(live, want, o)
		if question := (*Decision)(nil); errors.As(err, &question) {
			return // nothing is sent before it is answered
		} else if err != nil {
			t.Fatal(err)
		}
		for _, ch := range p.Todo() {
			if refused := ch.Refusals(); len(refused) > 0 {
				t.Fatalf("%s sends %s", ch.ID, refused[0])
			}
		}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
	})
}
