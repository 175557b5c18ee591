package migrate

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// scaled is a case whose cost must not grow with the square of its size.
type scaled struct {
	name string
	size int
	make func(n int) string // a document
	o    Options
}

var scales = []scaled{
	{"bots with addresses of their own", 4_000, ownHooks(`"url": "https://hooks.example/%d", "secret_key": "s"`), Options{}},
	{"bots with secrets of their own", 4_000, ownHooks(`"url": "https://hooks.example/", "secret_key": "s%d"`), Options{}},
	{"bots with equal webhooks", 4_000, ownHooks(`"url": "https://hooks.example/", "secret_key": "s", "description": "%d"`), Options{}},
	{"bots with webhooks confined to them", 4_000, ownHooks(`"url": "https://hooks.example/", "secret_key": "s", "description": "%d"`), Options{PerBot: true}},
	{"bots among the agents", 4_000, listedBots, Options{}},
	{"rules before one another", 4_000, movedRules, Options{}},
}

// ownHooks is an answer of list_bots of 3.1 whose bots have webhooks of their
// own, which differ in what of says.
func ownHooks(of string) func(n int) string {
	return func(n int) string {
		return listOf(n, func(i int) string {
			return fmt.Sprintf(`{"id": "bot%d", "name": "Bot %d", "application": {"client_id": "app"}, "webhooks": {`+of+`,
   "actions": [{"name": "incoming_event", "filters": {}}, {"name": "access_granted"}, {"name": "access_revoked"}]}}`, i, i, i)
		})
	}
}

// listedBots is an answer of list_agents of 3.2 that has nothing but bots.
func listedBots(n int) string {
	return listOf(n, func(i int) string {
		return fmt.Sprintf(`{"id": "bot%d", "name": "Bot %d", "role": "normal", "login_status": "accepting chats", "max_chats_count": 5, "notifications": ["ticket"], "summaries": []}`, i, i)
	})
}

// movedRules is an answer of list_auto_accesses whose first rule has no link and
// comes behind all others, which say so from one to the next.
func movedRules(n int) string {
	return listOf(n, func(i int) string {
		link := fmt.Sprintf(`"next_id": "rule%d"`, (i+1)%n)
		if i == 0 {
			link = `"description": "Last"`
		}
		return fmt.Sprintf(`{"id": "rule%d", "access": {"groups": [%d]}, "conditions": {"url": {"values": [{"value": "/%d"}]}}, %s}`, i, i%9, i, link)
	})
}

func listOf(n int, element func(i int) string) string {
	var all []string
	for i := range n {
		all = append(all, element(i))
	}
	return "[" + strings.Join(all, ",\n") + "]"
}

// migrating returns what is measured of a case.
func (s scaled) migrating(tb testing.TB, n int) func() {
	docs, err := Read("in.json", []byte(s.make(n)))
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		if r := Run(docs, s.o); r.Report.Summary.Dropped == r.Report.Summary.Fields {
			tb.Fatal(r.Report.Decisions)
		}
	}
}

// BenchmarkScale reports how much longer twice the size takes: 2 is linear, 4
// is quadratic.
func BenchmarkScale(b *testing.B) {
	for _, s := range scales {
		b.Run(s.name, func(b *testing.B) {
			half, whole := s.migrating(b, s.size/2), s.migrating(b, s.size)
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
		n := s.size / 20
		half, whole := testing.AllocsPerRun(1, s.migrating(t, n)), testing.AllocsPerRun(1, s.migrating(t, 2*n))
		if whole > 2.8*half {
			t.Errorf("%s: %d take %.0f allocations, %d take %.0f", s.name, n, half, 2*n, whole)
		}
	}
}
