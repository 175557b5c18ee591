package migrate

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// manyAgents is an answer of list_agents of 3.2.
func manyAgents(n int) []byte {
	var b strings.Builder
	b.WriteString("[\n")
	for i := range n {
		fmt.Fprintf(&b, `  {"id": "agent%05d@acme.example", "account_id": "a-%d", "name": "Agent %d", "role": "normal", "avatar_path": "https://cdn.acme.example/%d.png",
   "job_title": "Job %d", "mobile": "+49 30 %d", "max_chats_count": %d, "login_status": "accepting chats", "awaiting_approval": false, "suspended": false,
   "groups": [{"id": %d, "priority": "normal"}, {"id": %d, "priority": "last"}], "notifications": ["incoming_chat", "ticket"], "summaries": ["daily_summary"],
   "work_scheduler": {"monday": {"start": "08:00", "end": "16:00"}, "friday": {"start": "09:30", "end": "14:00"}}}`,
			i, i, i, i, i%9, i, 1+i%9, 1+i%80, 81+i%7)
		if i < n-1 {
			b.WriteString(",\n")
		}
	}
	b.WriteString("\n]\n")
	return []byte(b.String())
}

// kept migrates agents and returns what is kept of the documents, the license
// and the report, as a multiple of the file.
func kept(tb testing.TB, data []byte, agents int) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	docs, err := Read("agents.json", data)
	if err != nil {
		tb.Fatal(err)
	}
	r := Run(docs, Options{})
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(r.Report.Decisions) > 0 || len(r.License.Rows("agents")) != agents {
		tb.Fatal(r.Report.Decisions)
	}
	runtime.KeepAlive(docs)
	return float64(after.HeapAlloc-before.HeapAlloc) / float64(len(data))
}

// BenchmarkManyAgents migrates 20,000 agents.
func BenchmarkManyAgents(b *testing.B) {
	const agents = 20_000
	data := manyAgents(agents)
	times := 0.0
	for b.Loop() {
		times = kept(b, data, agents)
	}
	b.ReportMetric(times, "kept/file")
	b.ReportMetric(float64(len(data))/1e6, "MB-file")
}

// TestKept holds what is kept to ten times the file.
func TestKept(t *testing.T) {
	const agents = 4_000
	data := manyAgents(agents)
	if times := kept(t, data, agents); times > 10 {
		t.Errorf("%.1f times the file is kept", times)
	}
	runtime.KeepAlive(data)
}
