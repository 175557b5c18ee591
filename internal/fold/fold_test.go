package fold

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	line := func(object, what string) Line {
		return Line{Kind: "agents", Object: object, What: what, About: "job_title"}
	}
	many := func(n int, what func(int) string) (lines []Line) {
		for i := range n {
			lines = append(lines, line(fmt.Sprintf("a%d", i), what(i)))
		}
		return lines
	}
	for _, tt := range []struct {
		why   string
		lines []Line
		want  []string
	}{
		{"nothing", nil, nil},
		{"a few objects stand alone", many(Alone, func(int) string { return "x" }), []string{"1 agents x: a0", "1 agents x: a1", "1 agents x: a2"}},
		{"many are one line", many(300, func(int) string { return "x" }), []string{"300 agents x: a0, a1, a2, …"}},
		{"where the first of them stood", append([]Line{line("z", "y")}, many(4, func(int) string { return "x" })...), []string{"1 agents y: z", "4 agents x: a0, a1, a2, …"}},
		{"a few different things stay", many(Apart, func(i int) string { return fmt.Sprint(i) }),
			[]string{"1 agents 0: a0", "1 agents 1: a1", "1 agents 2: a2", "1 agents 3: a3", "1 agents 4: a4"}},
		{"many different things about one field are one line", many(300, func(i int) string { return fmt.Sprint(i) }), []string{"300 agents varied job_title: a0, a1, a2, …"}},
		{"unless they are about nothing", []Line{{Kind: "k", Object: "a", What: "1"}, {Kind: "k", Object: "b", What: "2"}, {Kind: "k", Object: "c", What: "3"},
			{Kind: "k", Object: "d", What: "4"}, {Kind: "k", Object: "e", What: "5"}, {Kind: "k", Object: "f", What: "6"}},
			[]string{"1 k 1: a", "1 k 2: b", "1 k 3: c", "1 k 4: d", "1 k 5: e", "1 k 6: f"}},
		{"another kind is another line", []Line{{Kind: "a", Object: "1", What: "x"}, {Kind: "b", Object: "2", What: "x"}}, []string{"1 a x: 1", "1 b x: 2"}},
	} {
		var got []string
		for _, g := range Lines(tt.lines) {
			what := g.What
			if g.Varied {
				what = "varied " + what
			}
			got = append(got, fmt.Sprintf("%s %s: %s", g.Count(), what, g.Names()))
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, d)
		}
	}
}

// Whatever folds, each line is in one group.
func TestLinesLoseNothing(t *testing.T) {
	var lines []Line
	for i := range 200 {
		lines = append(lines, Line{Kind: fmt.Sprint(i % 3), Object: fmt.Sprint(i), What: fmt.Sprint(i % (1 + i%17)), About: fmt.Sprint(i % 4)})
	}
	seen := map[int]int{}
	for _, g := range Lines(lines) {
		for n, at := range g.At {
			seen[at]++
			if lines[at].Object != g.Objects[n] || lines[at].Kind != g.Kind {
				t.Errorf("line %d is in the group of %s", at, g.What)
			}
		}
	}
	for i := range lines {
		if seen[i] != 1 {
			t.Errorf("line %d is in %d groups", i, seen[i])
		}
	}
}
