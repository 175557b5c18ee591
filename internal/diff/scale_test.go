package diff

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"lcsync/internal/resource"
)

// scaled is a case whose cost must not grow with the square of its size.
type scaled struct {
	name string
	size int
	make func(n int) func() // what is measured, for a size
}

var scales = []scaled{
	{"new groups, agents not compared", 500, newGroups},
	{"new groups that name new agents, agents compared", 500, namedMembers},
	{"misspelt references", 100_000, misspelt},
	{"reordered rules without description", 2_000, reordered},
	{"changed rules", 2_000, changedRules},
	{"long texts", 9_900, longTexts},
	{"objects picked one by one", 5_000, picks},
	{"deleted properties", 3_000, deletedProperties},
	{"new agents with time zones", 20_000, creates},
	{"members of all groups", 1_000, allGroups},
}

// BenchmarkScale reports how much longer twice the size takes: 2 is linear, 4
// is quadratic.
func BenchmarkScale(b *testing.B) {
	for _, s := range scales {
		b.Run(s.name, func(b *testing.B) {
			half, whole := s.make(s.size/2), s.make(s.size)
			var short, long time.Duration
			for b.Loop() {
				start := time.Now()
				half()
				middle := time.Now()
				whole()
				short, long = short+middle.Sub(start), long+time.Since(middle)
			}
			b.ReportMetric(float64(long)/float64(short), "×half")
			b.ReportMetric(long.Seconds()*1000/float64(b.N), "ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// TestScale holds the same without a clock: what is made and thrown away on the
// way does not grow with the square of the size either.
func TestScale(t *testing.T) {
	for _, s := range scales {
		n := s.size / 50
		half, whole := testing.AllocsPerRun(1, s.make(n)), testing.AllocsPerRun(1, s.make(2*n))
		if whole > 2.8*half {
			t.Errorf("%s: %d take %.0f allocations, %d take %.0f", s.name, n, half, 2*n, whole)
		}
	}
}

func computing(live, want *resource.License, o Options) func() {
	return func() {
		if _, err := Compute(live, want, o); err != nil {
			panic(err)
		}
	}
}

func newGroups(n int) func() {
	want := build(size{agents: 40 * n, groups: n}, "a", 0)
	live := want.WithRows("groups", want.Rows("groups")[:1])
	return computing(live, want, Options{Match: ByID, Only: []string{"groups"}})
}

func namedMembers(n int) func() {
	want := build(size{agents: 20 * n, groups: n}, "a", 0)
	for i, row := range want.Rows("groups") {
		row.Set("agent_priorities", resource.Of(fmt.Sprintf("agent%05d@example.com", i), "normal"))
	}
	for _, row := range want.Rows("agents") {
		row.Delete("groups")
	}
	return computing(emptyOf(want), want, Options{Match: ByID, CreateAgents: true})
}

func misspelt(n int) func() {
	want := build(size{agents: n / 5, groups: 80}, "a", 0)
	live := want.Clone()
	for i, row := range want.Rows("agents") {
		var groups resource.List
		for j := range 5 {
			groups = append(groups, resource.Of("id", fmt.Sprint("Gruop ", i, "-", j), "priority", "normal"))
		}
		row.Set("groups", groups)
	}
	return func() {
		p, err := Compute(live, want, Options{Match: ByID})
		if err != nil {
			panic(err)
		}
		if err := p.Text(io.Discard, Style{}); err != nil {
			panic(err)
		}
	}
}

// undescribed are rules that nothing but their conditions tells apart.
func undescribed(n int) *resource.License {
	l := build(size{rules: n, groups: 500}, "a", 0)
	for _, row := range l.Rows("auto_accesses") {
		row.Delete("description")
	}
	return l
}

func reordered(n int) func() {
	live := undescribed(n)
	rows := slices.Clone(live.Rows("auto_accesses"))
	slices.Reverse(rows)
	for i, row := range rows {
		rows[i] = row.Clone()
		rows[i].Delete("id")
	}
	return computing(live, live.WithRows("auto_accesses", rows), Options{Match: ByID})
}

func changedRules(n int) func() {
	live := undescribed(n)
	want := live.Clone()
	for _, row := range want.Rows("auto_accesses") {
		row.Set("description", "changed")
	}
	return computing(live, want, Options{Match: ByID})
}

// longTexts are two texts of a length that have next to nothing in common.
func longTexts(n int) func() {
	text := func(seed int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			seed = (seed*1103515245 + 12345) & 0x7fffffff
			b.WriteString(fmt.Sprintf("%x ", seed>>8))
		}
		return b.String()[:n]
	}
	p := &Plan{Changes: []*Change{{Kind: "groups", Key: "a", Action: Update, After: &resource.Object{},
		Fields: []FieldChange{{"name", text(1), text(2)}}}}}
	return func() {
		if err := p.Text(io.Discard, Style{}); err != nil {
			panic(err)
		}
	}
}

func picks(n int) func() {
	want := build(size{groups: 80, tags: n}, "a", 1)
	var keys []string
	for _, row := range want.Rows("tags") {
		keys = append(keys, row.String("name"))
	}
	return computing(build(size{groups: 80, tags: n}, "a", 0), want,
		Options{Match: ByID, Only: []string{"tags"}, Objects: map[string][]string{"tags": keys}})
}

// deletedProperties are as many as there are values of other properties.
func deletedProperties(n int) func() {
	live := build(size{groups: 1, properties: n / 3}, "a", 0)
	want := live.WithRows("properties", nil)
	return computing(live, want, Options{Match: ByID, Prune: true, AllowApplication: true})
}

// allGroups are agents who leave one of many groups.
func allGroups(n int) func() {
	live := build(size{agents: 20, groups: n}, "a", 0)
	list := resource.List{}
	for i := range n {
		list = append(list, resource.Of("id", int64(i), "priority", "normal"))
	}
	want := live.Clone()
	for i, row := range want.Rows("agents") {
		row.Set("groups", resource.CloneValue(list[1:]))
		live.Rows("agents")[i].Set("groups", resource.CloneValue(list))
	}
	return computing(live, want, Options{Match: ByID})
}

func creates(n int) func() {
	want := build(size{agents: n, groups: 80}, "a", 0)
	for _, row := range want.Rows("agents") {
		row.Object("work_scheduler").Set("timezone", "Europe/Warsaw")
	}
	return computing(emptyOf(want), want, Options{Match: ByID, CreateAgents: true})
}
