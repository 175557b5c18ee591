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

// BenchmarkManyAgents migrates 20,000 agents. What is kept of the documents, the
// license and the report is told as a multiple of the file.
func BenchmarkManyAgents(b *testing.B) {
	data := manyAgents(20_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var docs []*Document
	var r *Result
	for b.Loop() {
		var err error
		if docs, err = Read("agents.json", data); err != nil {
			b.Fatal(err)
		}
		r = Run(docs, Options{})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(r.Report.Decisions) > 0 || len(r.License.Rows("agents")) != 20_000 {
		b.Fatal(r.Report.Decisions)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(data)), "kept/file")
	b.ReportMetric(float64(len(data))/1e6, "MB-file")
	runtime.KeepAlive(docs)
	runtime.KeepAlive(r)
}
