package diff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestStart: what a file notes of a bot's routing status is for bots that the
// plan creates, and a row of routing_statuses goes before it.
func TestStart(t *testing.T) {
	const live = `{"bots":[{"id":"b1","name":"Old","max_chats_count":6}],"routing_statuses":[{"agent_id":"b1","status":"offline"}]}`
	const bare = `{"bots":[{"id":"b1","name":"Old","max_chats_count":6}]}`
	for _, tt := range []struct {
		why, live, want string
		o               Options
		lines           []string
		starts          string // with what the new bot is started, as the plan says
	}{
		{"an existing bot is left alone", live, `{"bots":[{"id":"b1","name":"Old","routing_status":"accepting_chats"}]}`, Options{}, []string{}, ""},
		{"a new one is started", live, `{"bots":[{"name":"New","max_chats_count":3,"routing_status":"accepting_chats"}]}`, Options{},
			[]string{"create bots/New", "unmanaged bots/Old"}, "accepting_chats"},
		{"but not if it was offline", live, `{"bots":[{"name":"New","max_chats_count":3,"routing_status":"offline"}]}`, Options{}, []string{"create bots/New", "unmanaged bots/Old"}, ""},
		{"nor if nothing is noted", live, `{"bots":[{"name":"New","max_chats_count":3}]}`, Options{}, []string{"create bots/New", "unmanaged bots/Old"}, ""},
		{"a row of its own goes before the note", live,
			`{"bots":[{"name":"New","max_chats_count":3,"routing_status":"accepting_chats"}],"routing_statuses":[{"agent_id":"New","status":"not_accepting_chats"}]}`, Options{},
			[]string{"create bots/New", "create routing_statuses/New needs:bots/New", "unmanaged bots/Old"}, ""},
		{"also where routing statuses are not compared", bare,
			`{"bots":[{"name":"New","max_chats_count":3,"routing_status":"accepting_chats"}],"routing_statuses":[{"agent_id":"New","status":"not_accepting_chats"}]}`, Options{Only: []string{"bots"}},
			[]string{"create bots/New", "unmanaged bots/Old"}, "not_accepting_chats"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			p, err := Compute(parseLicense(t, tt.live), parseLicense(t, tt.want), tt.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.lines, lines(p)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var b bytes.Buffer
			if err := p.Text(&b, Style{}); err != nil {
				t.Fatal(err)
			}
			_, said, _ := strings.Cut(b.String(), "then set routing status ")
			said, _, _ = strings.Cut(said, "\n")
			if said != tt.starts || strings.Contains(b.String(), "routing_status:") {
				t.Errorf("the plan says %q, want %q:\n%s", said, tt.starts, b.String())
			}
			for _, ch := range p.Changes {
				args := ch.kind().StartArgs(ch.After, resource.Ref{Kind: ch.Kind, Key: ch.Key})
				if got := args.String("status"); got != tt.starts {
					t.Errorf("%s starts with %q, want %q", ch.ID, got, tt.starts)
				}
			}
		})
	}
}
