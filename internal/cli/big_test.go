package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lcsync/internal/sandbox"
)

// bigLicense is the state of a very large license: 400 agents, 80 groups, 50
// bots, 200 rules, 500 tags, and three applications with 30 properties and 18
// webhooks each.
func bigLicense() []byte {
	type obj = map[string]any
	var groups, agents, bots, rules, tags, properties, webhooks, values []any
	for i := range 80 {
		groups = append(groups, obj{"id": 3 * (i + 1), "name": fmt.Sprintf("Group %d", i), "language_code": "en"})
	}
	membership := func(i int) []any {
		return []any{obj{"id": 3 * (i%80 + 1), "priority": "normal"}, obj{"id": 3 * ((i*7+1)%80 + 1), "priority": "last"}}
	}
	for i := range 400 {
		role := "normal"
		if i == 0 {
			role = "owner"
		}
		m := membership(i)
		if (i*7+1)%80 == i%80 {
			m = m[:1]
		}
		agents = append(agents, obj{"id": fmt.Sprintf("agent%03d@big.example", i), "name": fmt.Sprintf("Agent %d", i), "role": role,
			"job_title": fmt.Sprintf("Job %d", i%9), "max_chats_count": 1 + i%9, "groups": m, "notifications": []any{"incoming_chat"},
			"work_scheduler": obj{"timezone": "Europe/Paris", "schedule": []any{obj{"day": "monday", "enabled": true, "start": "08:00", "end": "16:00"}}}})
	}
	clients := []string{"big-one", "big-two", "big-three"}
	for i := range 50 {
		bots = append(bots, obj{"id": fmt.Sprintf("bot-%02d-d1f5a7", i), "name": fmt.Sprintf("Bot %d", i), "owner_client_id": clients[i%3],
			"default_group_priority": "first", "groups": []any{obj{"id": 3 * (i + 1), "priority": "first"}}})
	}
	for i := range 200 {
		rules = append(rules, obj{"id": fmt.Sprintf("rule-%03d-77ab", i), "description": fmt.Sprintf("Rule %d", (i*37)%200),
			"access":     obj{"groups": []any{3 * (i%80 + 1)}},
			"conditions": obj{"url": obj{"values": []any{obj{"value": fmt.Sprintf("/path/%d", i), "exact_match": false}}}}})
	}
	for i := range 500 {
		tags = append(tags, obj{"name": fmt.Sprintf("tag %d", i), "group_ids": []any{3 * (i%80 + 1)}, "author_id": "", "created_at": "2024-01-01T00:00:00Z"})
	}
	access := obj{"license": obj{"agent": []any{"read", "write"}}, "group": obj{"agent": []any{"read", "write"}}}
	actions := []string{"incoming_chat", "chat_deactivated", "chat_transferred", "user_added_to_chat", "thread_tagged", "incoming_event"}
	own := obj{}
	for _, client := range clients {
		of := obj{}
		for i := range 30 {
			properties = append(properties, obj{"owner_client_id": client, "name": fmt.Sprintf("property_%02d", i), "type": "int", "access": access})
			of[fmt.Sprintf("property_%02d", i)] = i
		}
		own[client] = of
		for i := range 18 {
			webhooks = append(webhooks, obj{"id": fmt.Sprintf("hook-%s-%02d", client, i), "owner_client_id": client, "type": "license",
				"action": actions[i%6], "url": fmt.Sprintf("https://hooks.big.example/%s/%d", client, i)})
		}
	}
	for i := range 10 {
		values = append(values, obj{"id": 3 * (i + 1), "properties": own})
	}
	state, _ := json.Marshal(obj{"groups": groups, "agents": agents, "bots": bots, "auto_accesses": rules, "tags": tags,
		"properties": properties, "webhooks": webhooks, "license_properties": own, "group_properties": values})
	return state
}

// asPerson makes lcsync use a personal access token, which sees the objects of
// all applications.
func (w *world) asPerson() *world {
	w.env = append(w.env, "LCSYNC_ACCOUNT_ID=someone", "LCSYNC_CLIENT_IDS=big-one,big-two,big-three")
	return w
}

// TestBigLicense clones a large license into an empty one by name.
func TestBigLicense(t *testing.T) {
	source := newWorld(t, sandbox.Options{Seed: 1}).asPerson()
	if err := source.license.Load(bigLicense()); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := source.lcsync("export", "-o", "before.yaml"); code != 0 {
		t.Fatalf("export: exit code %d: %s%s", code, stdout, stderr)
	}
	reads := len(source.license.Calls())
	target := newWorld(t, sandbox.Options{Seed: 2}).asPerson()
	target.dir = source.dir
	code, stdout, stderr := target.lcsync("apply", "before.yaml", "--yes", "--match", "name", "--create-agents", "--secrets", source.secrets())
	if code != 0 {
		t.Fatalf("apply: exit code %d: %s", code, tail(stdout+stderr))
	}
	sent := map[string]int{}
	writes, re := 0, 0
	for _, c := range target.license.Calls() {
		if strings.HasPrefix(c.Method, "list_") || strings.HasPrefix(c.Method, "get_") {
			re++
			continue
		}
		sent[c.Method]++
		writes++
	}
	for _, single := range []string{"create_agent", "update_agent", "create_bot", "update_bot"} {
		if sent[single] > 0 {
			t.Errorf("%s was called %d times: agents and bots go in batches", single, sent[single])
		}
	}
	least := map[string]int{"batch_create_agents": 4, "create_group": 80, "batch_create_bots": 1, "add_auto_access": 200, "create_tag": 500,
		"register_property": 90, "register_webhook": 54, "update_license_properties": 1, "update_group_properties": 10}
	sum := 0
	for _, n := range least {
		sum += n
	}
	t.Logf("export made %d calls; apply made %d writes of at least %d, and %d reads", reads, writes, sum, re)
	if writes*10 > sum*11 {
		t.Errorf("apply made %d writes, more than 10 %% above the least possible %d: %v", writes, sum, sent)
	}
	if code, stdout, _ := target.lcsync("diff", "before.yaml", "--match", "name"); code != 0 {
		t.Errorf("diff after apply: exit code %d: %s", code, tail(stdout))
	}
	if got, want := rules(t, target), rules(t, source); got != want {
		t.Error("the rules are not in the source's order")
	}
}

// rules are the descriptions of a license's rules in their true order.
func rules(t *testing.T, w *world) string {
	t.Helper()
	var list []struct{ Description string }
	if err := json.Unmarshal([]byte(w.state()["auto_accesses"]), &list); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(list)
}

func tail(s string) string { return s[max(0, len(s)-3000):] }
