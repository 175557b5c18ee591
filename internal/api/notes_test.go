package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNotes: an export notes bots' routing statuses with one call, none where
// there are no bots; that they cannot be read is no gap.
func TestNotes(t *testing.T) {
	const statuses = `[{"agent_id":"bot1","status":"accepting_chats"},{"agent_id":"smith@example.com","status":"not_accepting_chats"}]`
	for _, tt := range []struct {
		why    string
		answer answers
		opts   ReadOptions
		want   string // calls, what is noted of the bots, gaps, what is told of them
	}{
		{"as asked", answers{"list_routing_statuses": statuses}, ReadOptions{Notes: true}, "1 [accepting_chats ] 0 gaps"},
		{"not for a comparison", answers{"list_routing_statuses": statuses}, ReadOptions{}, "0 [ ] 0 gaps"},
		{"not without bots", answers{"list_routing_statuses": statuses, "list_bots": `[]`}, ReadOptions{Notes: true}, "0 [] 0 gaps"},
		{"not where bots are not wanted", answers{"list_routing_statuses": statuses}, ReadOptions{Notes: true, Kinds: []string{"agents"}}, "0 [] 0 gaps"},
		{"once, if the kind is wanted itself", answers{"list_routing_statuses": statuses},
			ReadOptions{Notes: true, Kinds: []string{"bots", "routing_statuses"}}, "1 [accepting_chats ] 0 gaps"},
		{"refused", answers{"list_routing_statuses": "!authorization"}, ReadOptions{Notes: true},
			"1 [ ] 0 gaps: routing_statuses of bots were not read, so bots created from this snapshot start offline: authorization: about authorization"},
		{"refused, and wanted itself", answers{"list_routing_statuses": "!authorization"},
			ReadOptions{Notes: true, Kinds: []string{"bots", "routing_statuses"}}, "1 [ ] 1 gaps"},
		{"an odd answer", answers{"list_routing_statuses": `{"a":1}`}, ReadOptions{Notes: true},
			"1 [ ] 0 gaps: routing_statuses of bots were not read, so bots created from this snapshot start offline: the response has an unexpected format: an object in the response cannot be identified"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l, s := mustRead(t, everything.with(tt.answer), tt.opts)
			calls := 0
			for _, r := range s.requests() {
				if r.Method == "list_routing_statuses" {
					calls++
				}
			}
			var noted []string
			for _, row := range l.Rows("bots") {
				noted = append(noted, row.String("routing_status"))
			}
			got := fmt.Sprintf("%d %v %d gaps", calls, noted, len(l.Gaps))
			for _, n := range l.Notices {
				if strings.Contains(n, "routing") {
					got += ": " + n
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if fields := l.Unreadable["bots"]; strings.Contains(fmt.Sprint(fields), "routing_status") {
				t.Errorf("unreadable: %v", fields)
			}
		})
	}
}
