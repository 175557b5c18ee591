package api

import (
	"fmt"
	"strings"
	"testing"
)

// many writes n objects as a JSON list.
func many(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = strings.ReplaceAll(format, "%d", fmt.Sprint(i))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// big is a big license: 400 agents, 80 groups, 50 bots, 200 rules, 500 tags
// and 3 client ids with 30 properties and 18 webhooks each.
func big() answers {
	const week = `{"timezone":"Europe/Warsaw","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"},{"day":"friday","enabled":true,"start":"08:00","end":"16:00"}]}`
	a := answers{
		"list_agents":                many(400, `{"id":"agent%d@example.com","account_id":"a%d","name":"Agent %d","role":"normal","avatar":"https://example.com/%d.png","login_status":"accepting chats","job_title":"x","mobile":"","max_chats_count":6,"groups":[{"id":1,"priority":"normal"},{"id":2,"priority":"first"}],"notifications":["ticket"],"email_subscriptions":[],"work_scheduler":`+week+`}`),
		"list_groups":                many(80, `{"id":%d,"name":"Group %d","language_code":"en","routing_status":"offline"}`),
		"list_bots":                  many(50, `{"id":"bot%d","name":"Bot %d","avatar":"x","groups":[{"id":1,"priority":"normal"}],"work_scheduler":`+week+`}`),
		"get_bot":                    `{"default_group_priority":"normal","owner_client_id":"c1","max_chats_count":6}`,
		"list_auto_accesses":         many(200, `{"id":"rule%d","next_id":"","description":"Rule %d","access":{"groups":[%d]},"conditions":{"url":{"values":[{"value":"https://example.com/%d","exact_match":false}]}}}`),
		"list_tags":                  many(500, `{"name":"tag%d","group_ids":[1,2],"author_id":"a","created_at":"2020"}`),
		"get_license_webhooks_state": `{"license_webhooks_enabled":true}`,
		"list_license_properties":    `{}`, "list_groups_properties": `[]`, "list_channels": `[]`, "get_product_source": `{"source_id":""}`,
	}
	var properties []string
	for i := range 30 {
		properties = append(properties, fmt.Sprintf(`"p%d":{"type":"string","access":{"license":{"agent":["read","write"]}}}`, i))
	}
	for _, c := range []string{"c1", "c2", "c3"} {
		a["list_properties/"+c] = "{" + strings.Join(properties, ",") + "}"
		a["list_webhooks/"+c] = many(18, `{"id":"`+c+`-%d","action":"incoming_chat","url":"https://example.com/%d","type":"license"}`)
		a["list_bot_templates/"+c] = `[]`
	}
	return a
}

func BenchmarkReadBigLicense(b *testing.B) {
	s := big().serve(b, false)
	c := connect(b, s.URL, nil)
	b.ReportAllocs()
	for b.Loop() {
		l, err := Read(b.Context(), c, ReadOptions{ClientIDs: []string{"c1", "c2", "c3"}, Discover: true})
		if err != nil || len(l.Gaps) > 0 || len(l.Rows("agents")) != 400 || len(l.Rows("webhooks")) != 54 {
			b.Fatal(err, l)
		}
	}
}
