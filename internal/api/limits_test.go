package api

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limits are ways to limit requests. Those that change do so in the middle of a
// number of calls.
var limits = []struct {
	name   string
	limit  func(calls int) limiter
	shared bool // two clients make as many calls each
}{
	{"20/s, burst 1", func(int) limiter { return bucketOf(20, 1) }, false},
	{"20/s, burst 20", func(int) limiter { return bucketOf(20, 20) }, false},
	{"20 in each second", func(int) limiter { return &fixed{n: 20, every: time.Second} }, false},
	{"60 in each minute", func(int) limiter { return &fixed{n: 60, every: time.Minute} }, false},
	{"300 in each minute", func(int) limiter { return &fixed{n: 300, every: time.Minute} }, false},
	{"20 in any second", func(int) limiter { return &sliding{n: 20, span: time.Second} }, false},
	{"100 in any 10 s", func(int) limiter { return &sliding{n: 100, span: 10 * time.Second} }, false},
	{"raised from 5/s to 20/s", func(n int) limiter { return &changing{before: bucketOf(5, 5), after: bucketOf(20, 20), n: n / 2} }, false},
	{"lowered from 20/s to 5/s", func(n int) limiter { return &changing{before: bucketOf(20, 20), after: bucketOf(5, 5), n: n / 2} }, false},
	{"20/s, burst 20, shared", func(int) limiter { return bucketOf(20, 20) }, true},
	{"20 in each second, shared", func(int) limiter { return &fixed{n: 20, every: time.Second} }, true},
	{"20 in any second, shared", func(int) limiter { return &sliding{n: 20, span: time.Second} }, true},
	{"100 in any 10 s, shared", func(int) limiter { return &sliding{n: 100, span: 10 * time.Second} }, true},
}

// row is a line of the table of limits.
type row struct {
	name     string
	limit    func(calls int) limiter
	told     bool // refusals say how many whole seconds to wait
	clients  int
	calls    int // of each client
	latency  time.Duration
	bound    time.Duration // the least time that it needs
	took     time.Duration
	requests int
	refused  int
}

// table returns the lines of the table, unmeasured.
func table() []*row {
	var rows []*row
	for _, l := range limits {
		for _, told := range []bool{false, true} {
			for _, n := range []int{62, 250, 1000} {
				for _, ms := range []time.Duration{20, 50, 200} {
					r := &row{name: l.name, limit: l.limit, told: told, clients: 1, calls: n, latency: ms * time.Millisecond}
					if l.shared {
						r.clients = 2
					}
					r.name += fmt.Sprintf(", told %t, %d calls, %v", told, n, r.latency)
					rows = append(rows, r)
				}
			}
		}
	}
	return rows
}

// measure makes the calls of a row in a bubble. They must all go well.
func (r *row) measure(t *testing.T) {
	s := newLimited(r.limit(r.calls), r.latency)
	s.told = r.told
	r.bound = r.least()
	start := time.Now()
	var wg sync.WaitGroup
	for range r.clients {
		wg.Go(func() { makeCalls(t, s.client(t, 0), r.calls) })
	}
	wg.Wait()
	r.took, r.requests, r.refused = time.Since(start), s.seen, s.refused
}

// least is the least time in which the calls can be made, by who knows the limit.
func (r *row) least() time.Duration {
	limit, start := r.limit(r.calls), time.Now()
	free := make([]time.Time, r.clients*DefaultConcurrency)
	arrives := start
	for i := range r.clients * r.calls {
		w := i % len(free)
		if free[w].IsZero() {
			free[w] = start
		}
		if t := free[w].Add(r.latency / 2); t.After(arrives) {
			arrives = t
		}
		for d := limit.allow(arrives); d > 0; d = limit.allow(arrives) {
			arrives = arrives.Add(d)
		}
		free[w] = arrives.Add(r.latency / 2)
	}
	return arrives.Add(r.latency / 2).Sub(start)
}

func (r *row) ratio() float64 { return r.took.Seconds() / r.bound.Seconds() }
func (r *row) share() float64 { return float64(r.refused) / float64(r.requests) }

func (r *row) String() string {
	return fmt.Sprintf("%-62s %4.2f × %8.3fs, %3d of %4d refused (%4.1f %%)", r.name, r.ratio(), r.bound.Seconds(), r.refused, r.requests, 100*r.share())
}

// holds tells whether the promise of TestLimits holds for a measured row.
func (r *row) holds() bool {
	slack, met := 1.5, 0
	if r.told {
		slack = 3
	}
	if r.calls < 100 {
		met = DefaultConcurrency * r.clients
	}
	if _, two := r.limit(r.calls).(*changing); two {
		met *= 2
	}
	return r.took.Seconds() <= slack*r.bound.Seconds()+2 && float64(r.refused-met) < 0.15*float64(r.requests)
}

// TestLimits holds the client to its promise under limits that nobody told it:
// it takes half as long again as the limit demands, three times as long if it is
// made to wait whole seconds, and less than 15 % is refused. Of few calls, those
// are not counted that were under way when a limit was met first. Who gets how
// much of a shared limit is a matter of luck: there it is two runs of three.
func TestLimits(t *testing.T) {
	for _, r := range table() {
		if raceEnabled && r.calls > 62 {
			continue
		}
		inBubble(t, r.name, func(t *testing.T) {
			runs := 2*r.clients - 1
			held := 0
			for range runs {
				if r.measure(t); r.holds() {
					held++
				} else {
					t.Log(r)
				}
			}
			if held <= runs/2 {
				t.Error("the promise does not hold")
			}
		})
	}
}

// Limits of other kinds are found, too.
func TestOddLimits(t *testing.T) {
	none := func() limiter { return free{} }
	for _, tt := range []struct {
		name  string
		limit func(calls int) limiter
		calls int
		slack float64
		more  time.Duration
	}{
		{"one in five seconds", func(int) limiter { return bucketOf(0.2, 1) }, 150, 1.3, 0},
		{"5/s with a minute's worth in store", func(int) limiter { return bucketOf(5, 300) }, 1500, 1.2, 0},
		{"5/s from the middle on", func(n int) limiter { return &changing{before: none(), after: bucketOf(5, 5), n: n / 2} }, 600, 1.2, 0},
		{"5/s until the middle", func(n int) limiter { return &changing{before: bucketOf(5, 5), after: none(), n: n / 2} }, 600, 1.1, 20 * time.Second},
		{"5/s, none for long, 5/s again", func(n int) limiter {
			lifted := &changing{before: bucketOf(5, 5), after: none(), n: 50}
			return &changing{before: lifted, after: bucketOf(5, 5), n: n - 100}
		}, 30_000, 1.3, 15 * time.Second},
		{"none", func(int) limiter { return none() }, 800, 1.03, 0},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			r := &row{name: tt.name, limit: tt.limit, clients: 1, calls: tt.calls, latency: 20 * time.Millisecond}
			r.measure(t)
			if r.took.Seconds() > tt.slack*r.bound.Seconds()+tt.more.Seconds() || r.share() >= 0.15 {
				t.Error(r)
			}
		})
	}
}

// BenchmarkLimits prints the table and the geometric mean of its ratios.
func BenchmarkLimits(b *testing.B) {
	for b.Loop() {
		logs, rows := 0.0, table()
		all := func(t *testing.T) {
			for _, r := range rows {
				synctest.Test(t, r.measure)
				fmt.Println(r)
				logs += math.Log(r.ratio())
			}
		}
		// Bubbles are for tests, so this is one in a benchmark.
		every := func(string, string) (bool, error) { return true, nil }
		if !testing.RunTests(every, []testing.InternalTest{{Name: "limits", F: all}}) {
			b.Fatal("calls failed")
		}
		b.ReportMetric(math.Exp(logs/float64(len(rows))), "×least")
	}
}
