package diff

import (
	"fmt"
	"io"
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// size is how many objects a license has of each kind.
type size struct{ agents, groups, bots, rules, tags, properties, webhooks int }

var (
	big  = size{agents: 400, groups: 80, bots: 50, rules: 200, tags: 500, properties: 30, webhooks: 18} // for each of three client ids
	huge = size{agents: 20_000, groups: 80}
)

// build makes a license; seed makes its random ids another's, edit its content.
func build(s size, seed string, edit int) *resource.License {
	l := &resource.License{Owner: resourcetest.Owner, AccountID: "acc", ClientIDs: []string{"c0", "c1", "c2"}}
	add := func(kind string, pairs ...any) {
		row := resource.Of(pairs...)
		k := resource.Lookup(kind)
		k.HideSecrets(row)
		k.Canonical(row)
		l.Append(kind, row)
	}
	member := func(i int) resource.List {
		return resource.List{resource.Of("id", int64(i%s.groups), "priority", "normal"), resource.Of("id", int64((i+1)%s.groups), "priority", "last")}
	}
	for i := range s.groups {
		add("groups", "id", int64(i), "name", fmt.Sprint("Group ", i), "language_code", "en")
	}
	for i := range s.agents {
		schedule := resource.List{}
		for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday"} {
			schedule = append(schedule, resource.Of("day", day, "enabled", true, "start", "09:00", "end", "17:00"))
		}
		add("agents", "id", fmt.Sprintf("agent%05d@example.com", i), "name", fmt.Sprint("Agent ", i+edit*(i%10/9)), "role", "normal",
			"job_title", "Support", "max_chats_count", int64(6), "groups", member(i), "notifications", resource.List{"new_goal", "ticket"},
			"work_scheduler", resource.Of("timezone", "UTC", "schedule", schedule))
	}
	for i := range s.bots {
		add("bots", "id", fmt.Sprint("bot", seed, i), "name", fmt.Sprint("Bot ", i), "groups", member(i), "job_title", fmt.Sprint(edit*(i%5)))
	}
	for i := range s.tags {
		add("tags", "name", fmt.Sprintf("tag%04d", i), "group_ids", resource.List{int64((i + edit) % s.groups)})
	}
	for i := range s.rules {
		add("auto_accesses", "id", fmt.Sprint("rule", seed, i), "description", fmt.Sprint("Rule ", (i+edit*7)%s.rules), "access", resource.Of("groups", resource.List{int64(i % s.groups)}),
			"conditions", resource.Of("url", resource.Of("values", resource.List{resource.Of("value", fmt.Sprint("/p", i))})))
	}
	for c := range 3 {
		client := fmt.Sprint("c", c)
		for i := range s.properties {
			name := fmt.Sprint("property", i)
			add("properties", "name", name, "owner_client_id", client, "type", "int", "description", fmt.Sprint(edit*(i%2)),
				"access", resource.Of("license", resource.Of("agent", resource.List{"read"}), "group", resource.Of("agent", resource.List{"read"})))
			add("license_properties", "namespace", client, "name", name, "value", int64(i))
			for g := range s.groups {
				add("group_properties", "group", int64(g), "namespace", client, "name", name, "value", int64(i+edit))
			}
		}
		for i := range s.webhooks {
			add("webhooks", "id", fmt.Sprint("w", seed, c, "-", i), "owner_client_id", client, "action", resource.WebhookActions()[i], "type", "bot", "url", fmt.Sprint("https://example.com/", i+edit))
		}
	}
	return l
}

func BenchmarkCompute(b *testing.B) {
	all := Options{Match: ByID, Prune: true, AllowApplication: true, ReplaceDefinitions: true, CreateAgents: true, Self: "x"}
	for _, c := range []struct {
		name       string
		live, want *resource.License
		match      Match
	}{
		{"big/same", build(big, "a", 0), build(big, "a", 0), ByID},
		{"big/edited", build(big, "a", 0), build(big, "a", 1), ByID},
		{"big/by name", build(big, "a", 0), build(big, "b", 1), ByName},
		{"big/into an empty one", emptyOf(build(big, "a", 0)), build(big, "b", 0), ByName},
		{"20,000 agents/same", build(huge, "a", 0), build(huge, "a", 0), ByID},
		{"20,000 agents/edited", build(huge, "a", 0), build(huge, "a", 1), ByID},
		{"20,000 agents/into an empty one", emptyOf(build(huge, "a", 0)), build(huge, "b", 0), ByName},
	} {
		o := all
		o.Match = c.match
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var p *Plan
			for b.Loop() {
				var err error
				if p, err = Compute(c.live, c.want, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(p.Changes)), "changes")
		})
	}
}

func BenchmarkText(b *testing.B) {
	p, err := Compute(build(huge, "a", 0), build(huge, "a", 1), Options{Match: ByID})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Text(io.Discard, Style{}); err != nil {
			b.Fatal(err)
		}
	}
}

// emptyOf is a license that has nothing of what another has.
func emptyOf(l *resource.License) *resource.License {
	out := l.Clone()
	for _, k := range l.Kinds() {
		out.SetRows(k.Name, nil)
	}
	return out
}
