package diff

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sergi/go-diff/diffmatchpatch"
	"pgregory.net/rapid"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

var allowAll = Options{Prune: true, AllowApplication: true, ReplaceDefinitions: true, CreateAgents: true, Self: resourcetest.Owner}

// anything draws what a file may hold; elsewhere draws another license.
var (
	anything  = resourcetest.Draw{Seed: 1, NameMembers: true}
	elsewhere = resourcetest.Draw{Seed: 2}
)

func summary(p *Plan) string {
	var b bytes.Buffer
	_ = p.Text(&b, Style{Width: 200})
	for _, ch := range p.Changes {
		b.WriteString(ch.ID + " " + string(ch.Action) + " " + ch.Blocked + "\n")
	}
	return b.String()
}

func TestNothingDiffersFromItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anything.License(t, 4)
		o := allowAll
		o.Prune = rapid.Bool().Draw(t, "prune")
		o.Match = rapid.SampledFrom([]Match{Auto, ByID, ByName}).Draw(t, "match")
		p, err := Compute(a, a.Clone(), o)
		if err != nil {
			t.Fatal(err)
		}
		if !p.InSync() || len(p.Unmanaged)+len(p.Observed)+len(p.Skipped) > 0 {
			t.Fatalf("a license differs from itself:\n%s", summary(p))
		}
	})
}

// TestAPlanLeadsToWhatIsWanted: doing what a plan says in memory leaves a
// license with which nothing more is to be done, and the same is known,
// skipped and blocked as before.
func TestAPlanLeadsToWhatIsWanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 4)
		want := anything.Edited(t, live)
		o := allowAll
		o.Prune = rapid.Bool().Draw(t, "prune")
		o.AllowApplication = rapid.Bool().Draw(t, "allow application")
		o.ReplaceDefinitions = rapid.Bool().Draw(t, "replace")
		o.Match = ByID
		before := resourcetest.Texts(live) + resourcetest.Texts(want)
		p, err := Compute(live, want, o)
		if err != nil {
			t.Fatal(err)
		}
		if resourcetest.Texts(live)+resourcetest.Texts(want) != before {
			t.Fatal("computing a plan changed a license")
		}
		after, err := simulate(live, p)
		if err != nil {
			t.Fatalf("%v\n%s", err, summary(p))
		}
		if resourcetest.Texts(live)+resourcetest.Texts(want) != before {
			t.Fatal("a plan shares something with a license")
		}
		again, err := Compute(after, want, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Todo()) > 0 && !confusing(p) {
			t.Fatalf("the plan\n%s\nleaves to do\n%s\nLIVE\n%s\nWANT\n%s\nAFTER\n%s", summary(p), summary(again), resourcetest.Texts(live), resourcetest.Texts(want), resourcetest.Texts(after))
		}
	})
}

// TestAPlanForAnotherLicense: the same between licenses that share nothing.
func TestAPlanForAnotherLicense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := anything.License(t, 3), elsewhere.License(t, 3)
		o := allowAll
		o.Match = ByName
		p, err := Compute(live, want, o)
		if err != nil {
			t.Fatal(err)
		}
		after, err := simulate(live, p)
		if err != nil {
			t.Fatalf("%v\n%s", err, summary(p))
		}
		again, err := Compute(after, want, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Todo()) > 0 && !confusing(p) {
			t.Fatalf("the plan\n%s\nleaves to do\n%s\nLIVE\n%s\nWANT\n%s\nAFTER\n%s", summary(p), summary(again), resourcetest.Texts(live), resourcetest.Texts(want), resourcetest.Texts(after))
		}
	})
}

// confusing tells whether an object that goes by its content stays as it was
// although something else is wanted: next time it may be taken for another.
func confusing(p *Plan) bool {
	return slices.ContainsFunc(p.Changes, func(ch *Change) bool {
		return ch.Blocked != "" && (ch.kind().Order == resource.Linked || !p.SameLicense || p.Pairing == "name")
	})
}

// TestPlansSurviveJSON: a plan that was written and read is the same plan, in
// every value and in how it looks.
func TestPlansSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 3)
		want := anything.Edited(t, live)
		p, err := Compute(live, want, Options{Prune: rapid.Bool().Draw(t, "prune"), Match: ByID})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back Plan
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		same := cmp.Options{cmp.Comparer(func(a, b *resource.Object) bool {
			return (a == nil) == (b == nil) && resource.JSON(a) == resource.JSON(b)
		}), cmp.Comparer(func(a, b resource.List) bool { return resource.Equal(a, b) })}
		if d := cmp.Diff(p, &back, same); d != "" {
			t.Fatalf("the plan that was read is another (-written +read):\n%s", d)
		}
		if a, b := summary(p), summary(&back); a != b {
			t.Fatalf("the plan that was read looks different:\n%s\n%s", a, b)
		}
	})
}

// TestMovesAreFewest: as many rules move as cannot stay.
func TestMovesAreFewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 8)
		want := live.Clone()
		rules := rapid.Permutation(want.Rows("auto_accesses")).Draw(t, "order")
		want.SetRows("auto_accesses", rules)
		p, err := Compute(live, want, Options{Match: ByID})
		if err != nil {
			t.Fatal(err)
		}
		var places []int
		for _, r := range rules {
			places = append(places, slices.IndexFunc(live.Rows("auto_accesses"), func(l *resource.Object) bool { return l.Get("id") == r.Get("id") }))
		}
		if moves := len(rules) - len(resource.LongestIncreasing(places)); len(p.Changes) != moves {
			t.Fatalf("%v needs %d moves, the plan has %d", places, moves, len(p.Changes))
		}
	})
}

// TestPiecesMakeUpTheStrings: what is shown as gone and come, with what is
// shown as kept, is what there was and what there will be, be it by characters
// or, of long strings, by words.
func TestPiecesMakeUpTheStrings(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab żółw\n🙂é")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		middle := rapid.SampledFrom([]string{"", strings.Repeat("żółw ab\n", byWords/16)}).Draw(t, "middle")
		a, b := text.Draw(t, "before")+middle+text.Draw(t, "before"), text.Draw(t, "after")+middle+text.Draw(t, "after")
		var before, after strings.Builder
		for _, p := range pieces(a, b) {
			if p.Type != diffmatchpatch.DiffInsert {
				before.WriteString(p.Text)
			}
			if p.Type != diffmatchpatch.DiffDelete {
				after.WriteString(p.Text)
			}
		}
		if before.String() != a || after.String() != b {
			t.Fatalf("%q and %q became %q and %q", a, b, before.String(), after.String())
		}
	})
}
