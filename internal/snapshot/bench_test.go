package snapshot

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// manyAgents is the stress case of the design: 20,000 agents.
func manyAgents(n int) *resource.License {
	l := &resource.License{Owner: "agent00000@example.com"}
	for i := range 80 {
		l.Append("groups", resource.Of("id", int64(i), "name", fmt.Sprintf("Group %d", i), "language_code", "en"))
	}
	for i := range n {
		var days resource.List
		for _, day := range []string{"monday", "tuesday", "wednesday"} {
			days = append(days, resource.Of("day", day, "enabled", true, "start", "08:00", "end", "16:00"))
		}
		l.Append("agents", resource.Of(
			"id", fmt.Sprintf("agent%05d@example.com", i), "name", fmt.Sprintf("Agent %d", i), "role", "normal",
			"avatar", "https://cdn.example.com/avatar.png", "mobile", fmt.Sprintf("004812%06d", i), "max_chats_count", int64(6),
			"groups", resource.List{
				resource.Of("id", int64(i%40), "priority", "normal"), resource.Of("id", int64(40+i%40), "priority", "last")},
			"notifications", resource.List{"incoming_chat", "ticket"},
			"work_scheduler", resource.Of("timezone", "Europe/Warsaw", "schedule", days)))
	}
	return l
}

func encoded(tb testing.TB, l *resource.License) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := Encode(&b, l, EncodeOptions{}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// BenchmarkDecode20000Agents compares with yaml.v3 reading the same bytes into
// plain values, and with the size of the file: what is allocated in all, most of
// it by the parser and gone at once, and what is still there afterwards.
func BenchmarkDecode20000Agents(b *testing.B) {
	data := encoded(b, manyAgents(20000))
	began := time.Now()
	var out any
	if err := yaml.Unmarshal(data, &out); err != nil {
		b.Fatal(err)
	}
	plain := time.Since(began)
	out = nil
	before := heap()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	b.ResetTimer()
	var doc *Document
	var findings Findings
	for range b.N {
		if doc, findings = Decode(data, "a.yaml"); findings != nil {
			b.Fatal(findings)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(plain), "x-plain-yaml")
	b.StopTimer()
	with := heap()
	allocated := with.TotalAlloc - before.TotalAlloc
	runtime.KeepAlive(doc)
	doc = nil
	without := heap()
	b.ReportMetric(float64(allocated)/float64(b.N)/float64(len(data)), "allocated/file")
	b.ReportMetric(float64(with.HeapAlloc-without.HeapAlloc)/float64(len(data)), "kept/file")
}

func heap() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC() // what hangs on finalizers and weak pointers goes the second time
	runtime.ReadMemStats(&m)
	return m
}

func BenchmarkValidate20000Agents(b *testing.B) {
	doc, _ := Decode(encoded(b, manyAgents(20000)), "a.yaml")
	b.ResetTimer()
	for range b.N {
		if findings := doc.Validate(); findings != nil {
			b.Fatal(findings)
		}
	}
}

func BenchmarkEncode20000Agents(b *testing.B) {
	l := manyAgents(20000)
	b.SetBytes(int64(len(encoded(b, l))))
	b.ReportAllocs()
	for b.Loop() {
		if err := Encode(io.Discard, l, EncodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
