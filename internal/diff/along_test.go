package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAlong: a deletion says what it takes out of other objects, be it of kinds
// that the file leaves alone.
func TestAlong(t *testing.T) {
	const live = `{"clients":["c"],
		"groups":[{"id":0,"name":"General"},{"id":1,"name":"A"},{"id":2,"name":"B"}],
		"agents":[{"id":"a@x.y","name":"Ann","groups":[{"id":1,"priority":"first"}]},{"id":"b@x.y","name":"Ben","groups":[{"id":1,"priority":"first"},{"id":0,"priority":"first"}]}],
		"bots":[{"id":"b1","name":"Bot","groups":[{"id":1,"priority":"first"}]}],
		"tags":[{"name":"vip","group_ids":[0,1]}],
		"auto_accesses":[{"id":"r1","description":"both","access":{"groups":[1,0]}}],
		"properties":[{"name":"p","owner_client_id":"c","type":"int","access":{"group":{"agent":["read","write"]}},"default_value":1}],
		"webhooks":[{"id":"w","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"u","filters":{"chat_presence":{"user_ids":{"values":["a@x.y","b@x.y"]}}}}],
		"routing_statuses":[{"agent_id":"a@x.y","status":"accepting_chats"}],
		"group_properties":[{"group":1,"namespace":"c","name":"p","value":5},{"group":2,"namespace":"c","name":"p","value":1}]}`
	pruning := Options{Prune: true, Self: "b@x.y", AllowApplication: true}
	kept := []Along{
		{"agents", "a@x.y", "", "groups"}, {"agents", "b@x.y", "", "groups"}, {"bots", "Bot", "b1", "groups"}, {"tags", "vip", "", "group_ids"},
		{"auto_accesses", "both", "r1", "access.groups"}, {"group_properties", "1/c/p", "", ""},
	}
	for _, c := range []struct {
		reason, want, id string
		along            []Along
	}{
		{"kinds that the file leaves alone", `{"groups":[{"id":0,"name":"General"},{"id":2,"name":"B"}]}`, "groups/A", kept},
		{"values that nobody set go unsaid", `{"groups":[{"id":0,"name":"General"},{"id":1,"name":"A"}]}`, "groups/B", nil},
		{"what has a change of its own goes by that", `{"groups":[{"id":0,"name":"General"},{"id":2,"name":"B"}],"agents":[{"id":"a@x.y","groups":[]},{"id":"b@x.y"}],"tags":[]}`, "groups/A",
			[]Along{kept[1], kept[2], kept[4], kept[5]}},
		{"filters, but not statuses, which come and go", `{"agents":[{"id":"b@x.y"}]}`, "agents/a@x.y", []Along{{"webhooks", "c/incoming_chat/u", "w", "filters.chat_presence.user_ids.values"}}},
	} {
		p, err := Compute(parseLicense(t, live), parseLicense(t, c.want), pruning)
		if err != nil {
			t.Fatal(err)
		}
		ch := change(p, c.id)
		if d := cmp.Diff(c.along, ch.Along); d != "" || ch.Blocked != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.reason, ch.Blocked, d)
		}
	}

	p, err := Compute(parseLicense(t, live), parseLicense(t, `{"groups":[{"id":0,"name":"General"},{"id":2,"name":"B"}]}`), pruning)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.Text(&b, Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	const text = `groups
  - A  delete
      also removed from: agents a@x.y, b@x.y (groups)
      also removed from: bots Bot (groups)
      also removed from: tags vip (group_ids)
      also removed from: auto_accesses both (access.groups)
      also deleted: group_properties A/c/p
      lost for good: the group's id and its link to past statistics are lost
`
	if d := cmp.Diff(text, b.String()[:min(len(text), b.Len())]); d != "" {
		t.Errorf("text (-want +got):\n%s", d)
	}
}

// TestNoChatsToNobody: a group that a rule cannot do without stays.
func TestNoChatsToNobody(t *testing.T) {
	const groups = `"groups":[{"id":0,"name":"General"},{"id":1,"name":"A"},{"id":2,"name":"B"}]`
	const none = `{"groups":[{"id":0,"name":"General"}]}`
	rule := func(id, groups string) string {
		return `{"id":"` + id + `","description":"` + id + `","access":{"groups":` + groups + `},"conditions":{"url":{"values":[{"value":"1"}]}}}`
	}
	live := func(rules ...string) string {
		return `{` + groups + `,"auto_accesses":[` + strings.Join(rules, ",") + `]}`
	}
	pruning := Options{Prune: true}
	runCases(t, []planCase{
		{"its only group", live(rule("r1", `[1]`)), none, pruning,
			[]string{"delete groups/A BLOCKED the auto access \"r1\" would be left with an empty access.groups", "delete groups/B"}},
		{"all of its groups", live(rule("r1", `[1,2]`)), none, pruning,
			[]string{"delete groups/A BLOCKED the auto access \"r1\" would be left with an empty access.groups", "delete groups/B BLOCKED the auto access \"r1\" would be left with an empty access.groups"}},
		{"one of them", live(rule("r1", `[0,1]`)), none, pruning, []string{"delete groups/A", "delete groups/B"}},
		{"a rule that goes too", live(rule("r1", `[1]`)), `{"groups":[{"id":0,"name":"General"},{"id":2,"name":"B"}],"auto_accesses":[]}`, pruning,
			[]string{"delete groups/A waits:auto_accesses/r1", "delete auto_accesses/r1"}},
		{"a rule that has another one then", live(rule("r1", `[1]`)), `{"groups":[{"id":0,"name":"General"},{"id":2,"name":"B"}],"auto_accesses":[` + rule("r1", `[0]`) + `]}`, pruning,
			[]string{"delete groups/A waits:auto_accesses/r1", "update auto_accesses/r1 access.groups"}},
		{"rules that could not be read", `{` + groups + `,"gaps":[{"kind":"auto_accesses"}]}`, none, pruning,
			[]string{"delete groups/A BLOCKED auto_accesses were not read, so that nobody knows whether one of them has nothing else to refer to", "delete groups/B BLOCKED auto_accesses were not read…"}},
		{"rules that are left out", `{` + groups + `}`, none, Options{Prune: true, Skip: []string{"auto_accesses"}},
			[]string{"delete groups/A BLOCKED auto_accesses were not read…", "delete groups/B BLOCKED auto_accesses were not read…"}},
		{"what else could not be read is said", `{` + groups + `,"auto_accesses":[],"gaps":[{"kind":"tags"}]}`, none, pruning,
			[]string{"delete groups/A", "delete groups/B", "note tags were not read, so that it is not known what of them goes with what is deleted"}},
	})
}
