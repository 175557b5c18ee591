package diff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What is ignored as a whole leaves nothing to do, and what is not ignored is
// planned as if there were no rules.
func TestIgnored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 4)
		want := anything.Edited(t, live)
		o := allowAll
		plain, err := Compute(live, want, o)
		if err != nil {
			return // a person has to decide
		}
		o.Ignored = func(Place) string { return "" }
		none, err := Compute(live, want, o)
		if err != nil || summary(none) != summary(plain) {
			t.Fatalf("rules that match nothing change the plan: %v\n%s", err, cmp.Diff(summary(plain), summary(none)))
		}
		o.Ignored = func(Place) string { return "all" }
		p, err := Compute(live, want, o)
		if err != nil {
			t.Fatal(err)
		}
		if !p.InSync() || len(p.Unmanaged)+len(p.Observed) > 0 || !plain.InSync() && len(p.Ignored) == 0 {
			t.Fatalf("everything is ignored:\n%s", summary(p))
		}
	})
}

func TestFoldedText(t *testing.T) {
	live, want := `{"agents":[`, `{"agents":[`
	for i, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"} {
		live += `{"id":"` + name + `@x","job_title":"` + name + `","mobile":"1"},`
		switch {
		case i < 5:
			want += `{"id":"` + name + `@x","job_title":"` + name + `","mobile":"2"},`
		case i < 11:
			want += `{"id":"` + name + `@x","job_title":"` + name + name + `"},`
		default:
			want += `{"id":"` + name + `@x","job_title":"L","mobile":"2"},`
		}
	}
	end := func(s string) string { return strings.TrimSuffix(s, ",") + "]}" }
	p, err := Compute(parseLicense(t, end(live)), parseLicense(t, end(want)), Options{Match: ByID})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		style Style
		want  string
	}{
		{Style{}, `agents
  ~ 5 agents: mobile: 1 -> 2: a@x, b@x, c@x, …
  ~ 6 agents: job_title, each in its own way: f@x, g@x, h@x, …
  ~ l@x
      job_title: l -> L
      mobile: 1 -> 2
12 to update, 0 unchanged
`},
		{Style{Stat: true}, `agents: 12 to update
12 to update, 0 unchanged
`},
	} {
		var b bytes.Buffer
		_ = p.Text(&b, tt.style)
		if d := cmp.Diff(tt.want, b.String()); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	var all bytes.Buffer
	_ = p.Text(&all, Style{All: true})
	if n := strings.Count(all.String(), "\n  ~ "); n != 12 {
		t.Errorf("%d changes where all are asked for:\n%s", n, all.String())
	}
}
