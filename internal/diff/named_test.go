package diff

import (
	"testing"

	"lcsync/internal/resource"
)

// A routing status may name a bot that is to be created, which has no id yet.
func TestStatusOfABotByName(t *testing.T) {
	want := &resource.License{}
	want.SetRows("bots", []*resource.Object{resource.Of("name", "Night watch"), resource.Of("name", "Old hand")})
	want.SetRows("routing_statuses", []*resource.Object{
		resource.Of("agent_id", "Night watch", "status", "accepting_chats"), resource.Of("agent_id", "Old hand", "status", "offline")})
	live := &resource.License{}
	live.SetRows("agents", nil)
	live.SetRows("bots", []*resource.Object{resource.Of("id", "b1", "name", "Old hand")})
	live.SetRows("routing_statuses", []*resource.Object{resource.Of("agent_id", "b1", "status", "accepting_chats")})
	p, err := Compute(live, want, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]resource.Value{}
	for _, ch := range p.Changes {
		if ch.Kind == "routing_statuses" {
			got[string(ch.Action)] = ch.After.Get("agent_id")
			if ch.Action == Create && (len(ch.DependsOn) != 1 || ch.DependsOn[0] != "bots/Night watch") {
				t.Errorf("needs %v", ch.DependsOn)
			}
		}
	}
	if got["create"] != (resource.Ref{Kind: "bots", Key: "Night watch"}) || got["update"] != "b1" {
		t.Errorf("statuses of %v", got)
	}
}
