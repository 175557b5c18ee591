package diff

import (
	"strings"
	"testing"

	"lcsync/internal/resource"
)

const byNameNote = "note the file may be of another license…"

// TestSameLicense is the table of evidence: what makes two sides one license.
func TestSameLicense(t *testing.T) {
	const (
		bot1  = `"bots":[{"id":"b1","name":"Bot"}]`
		bot2  = `"bots":[{"id":"b2","name":"Bot"}]`
		other = `"owner":"other@example.com","account":"acc2",`
	)
	for _, c := range []struct {
		reason, live, want string
		same               bool
		decide             string // part of the question
	}{
		{"same owner, nothing else to go by", `{}`, `{}`, true, ""},
		{"same owner, a bot in common", `{` + bot1 + `}`, `{` + bot1 + `}`, true, ""},
		{"same owner, bots and none in common: two licenses of one owner", `{` + bot1 + `}`, `{` + bot2 + `}`, false, ""},
		{"same owner, bots on one side", `{` + bot1 + `}`, `{"bots":[]}`, true, ""},
		{"same owner, other bots, but a rule in common", `{` + bot1 + `,"auto_accesses":[{"id":"r"}]}`, `{` + bot2 + `,"auto_accesses":[{"id":"r"}]}`, true, ""},
		{"a tag of the same moment", `{` + bot1 + `,"tags":[{"name":"vip","created_at":"2020"}]}`, `{` + bot2 + `,"tags":[{"name":"vip","created_at":"2020"}]}`, true, ""},
		{"a tag of the same name", `{"tags":[{"name":"vip","created_at":"2020"}]}`, `{"tags":[{"name":"vip","created_at":"2021"}]}`, false, ""},
		{"tags that say nothing of their making", `{"tags":[{"name":"vip"}]}`, `{"tags":[{"name":"vip"}]}`, true, ""},
		{"a channel of the same moment", `{"channels":[{"channel_type":"code","channel_subtype":"","first_activity_timestamp":"2020"}]}`,
			`{"channels":[{"channel_type":"code","channel_subtype":"","first_activity_timestamp":"2020"}]}`, true, ""},
		{"another owner", `{}`, `{` + other + `"tags":[]}`, false, ""},
		{"another owner, yet a bot in common", `{` + bot1 + `}`, `{` + other + bot1 + `}`, false, "share objects"},
		{"the account counts before the address", `{}`, `{"owner":"renamed@example.com","tags":[]}`, true, ""},
		{"without accounts the address counts", `{"account":""}`, `{"account":"","owner":"OWNER@example.com"}`, true, ""},
		{"an unknown owner is no evidence", `{` + bot1 + `}`, `{"owner":"","account":"",` + bot1 + `}`, false, ""},
		{"webhooks prove nothing, as licenses share them", `{"webhooks":[{"id":"w1"}]}`, `{` + other + `"webhooks":[{"id":"w1"}]}`, false, ""},
		{"same owner, no evidence, a group id under another name", `{"groups":[{"id":3,"name":"A"}]}`, `{"groups":[{"id":3,"name":"B"}]}`, false, "group 3"},
		{"the same with evidence: renamed", `{"groups":[{"id":3,"name":"A"}],` + bot1 + `}`, `{"groups":[{"id":3,"name":"B"}],` + bot1 + `}`, true, ""},
		{"the same group id on licenses told apart", `{"groups":[{"id":3,"name":"A"}],` + bot1 + `}`, `{"groups":[{"id":3,"name":"B"}],` + bot2 + `}`, false, ""},
	} {
		q := decision(t, c.live, c.want, Options{})
		if (c.decide == "") != (q == "") || !strings.Contains(q, c.decide) {
			t.Errorf("%s: question %q", c.reason, q)
			continue
		}
		if q != "" {
			for _, m := range []Match{ByID, ByName} {
				if q := decision(t, c.live, c.want, Options{Match: m}); q != "" {
					t.Errorf("%s: --match %s is still a question: %s", c.reason, m, q)
				}
			}
			continue
		}
		p, err := Compute(parseLicense(t, c.live), parseLicense(t, c.want), Options{})
		if err != nil || p.SameLicense != c.same || (p.Pairing == "id") != c.same {
			t.Errorf("%s: same %v by %s, %v", c.reason, p.SameLicense, p.Pairing, err)
		}
		if told := len(p.Notices) > 0 && strings.HasPrefix(p.Notices[0], "the file may be of another license"); told == c.same {
			t.Errorf("%s: notices %q", c.reason, p.Notices)
		}
	}
}

func TestPairing(t *testing.T) {
	const other = `"owner":"other@example.com","account":"acc2",`
	runCases(t, []planCase{
		{"an id is the same object under another name", `{"groups":[{"id":3,"name":"A"}],"bots":[{"id":"b","name":"Bot"}]}`,
			`{"groups":[{"id":3,"name":"B"}],"bots":[{"id":"b","name":"Robot"}]}`, Options{},
			[]string{"update groups/A name", "update bots/Bot name"}},
		{"ids of another license mean nothing", `{"groups":[{"id":3,"name":"A"},{"id":4,"name":"B"}]}`,
			`{` + other + `"groups":[{"id":3,"name":"B","language_code":"pl"}]}`, Options{},
			[]string{"update groups/B language_code", "unmanaged groups/A", byNameNote}},
		{"nor with --match name on the same license", `{"groups":[{"id":3,"name":"A"}],"bots":[{"id":"b","name":"Bot"}]}`,
			`{"groups":[{"id":3,"name":"B"}],"bots":[{"id":"b","name":"Robot"}]}`, Options{Match: ByName},
			[]string{"create groups/B BLOCKED the API creates a group only with an agent…", "create bots/Robot", "unmanaged groups/A", "unmanaged bots/Bot"}},
		{"without an id by name", `{"groups":[{"id":3,"name":"A"}]}`, `{"groups":[{"name":"A","language_code":"pl"}]}`, Options{},
			[]string{"update groups/A language_code"}},
		{"bots alike pair in the order of their ids", `{"bots":[{"id":"b2","name":"Bot","job_title":"x"},{"id":"b1","name":"Bot","job_title":"y"}]}`,
			`{` + other + `"bots":[{"id":"z1","name":"Bot","job_title":"p"},{"id":"z2","name":"Bot","job_title":"x"}]}`, Options{},
			[]string{"update bots/Bot job_title", byNameNote}},
		{"rules by their one description", `{"auto_accesses":[{"id":"r1","description":"a","conditions":{"url":{"values":[{"value":"1"}]}}}]}`,
			`{"auto_accesses":[{"description":"a","conditions":{"url":{"values":[{"value":"2"}]}}}]}`, Options{},
			[]string{"update auto_accesses/a conditions.url.values"}},
		{"rules by their conditions, defaults filled in", `{"auto_accesses":[{"id":"r1","description":"a","conditions":{"url":{"values":[{"value":"1","exact_match":false}]}}}]}`,
			`{"auto_accesses":[{"description":"b","conditions":{"url":{"values":[{"value":"1"}]},"domain":{}}}]}`, Options{},
			[]string{"update auto_accesses/a description"}},
		{"a rename without an id is made anew, with a hint", `{"bots":[{"id":"b1","name":"Bot","job_title":"x"}]}`, `{"bots":[{"name":"Robot","job_title":"x"}]}`, Options{},
			[]string{"create bots/Robot", "unmanaged bots/Bot", `note bot "Robot" will be created, but looks like "Bot" renamed…`}},
		{"a random id is the same object whoever the owner is", `{"clients":["c"],"owner":"","account":"","bots":[{"id":"b","name":"Bot"}],"auto_accesses":[{"id":"r","description":"a"}],"webhooks":[{"id":"w","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"u"}],"bot_templates":[{"id":"t","owner_client_id":"c","name":"T"}]}`,
			`{"clients":["c"],"bots":[{"id":"b","name":"Robot"}],"auto_accesses":[{"id":"r","description":"b"}],"webhooks":[{"id":"w","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"v"}],"bot_templates":[{"id":"t","owner_client_id":"c","name":"Theo"}]}`, Options{},
			[]string{"update bot_templates/c/T name", "update bots/Bot name", "update auto_accesses/a description",
				"replace webhooks/c/incoming_chat/u url BLOCKED " + needApplication, byNameNote}},
		{"and on another license", `{"clients":["c"],"webhooks":[{"id":"w","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"u"}]}`,
			`{` + other + `"clients":["c"],"webhooks":[{"id":"w","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"v"}]}`, Options{},
			[]string{"replace webhooks/c/incoming_chat/u url BLOCKED " + needApplication, byNameNote}},
		{"names exchanged by id are no question", `{"bots":[{"id":"b1","name":"A"},{"id":"b2","name":"B"}]}`, `{"bots":[{"id":"b1","name":"B"},{"id":"b2","name":"A"}]}`, Options{},
			[]string{"update bots/A name", "update bots/B name"}},
	})
	live, want := `{"bots":[{"id":"b1","name":"A"},{"id":"b2","name":"B"}]}`, `{"bots":[{"id":"b1","name":"B"}]}`
	for _, want := range []string{want, `{"owner":"","account":"",` + want[1:]} {
		if q := decision(t, live, want, Options{}); !strings.Contains(q, `"B"`) || !strings.Contains(q, "b2") {
			t.Errorf("an id and a name that lead to two objects: %q", q)
		}
	}
	if q := decision(t, live, want, Options{Match: ByID}); q != "" {
		t.Errorf("answered with --match id: %q", q)
	}
}

// TestSameLicenseProven: a license is another one's copy only if that is proven.
func TestSameLicenseProven(t *testing.T) {
	license := func(owner string, kinds ...string) *resource.License {
		l := &resource.License{Owner: owner}
		for _, kind := range kinds {
			name, tag, _ := strings.Cut(kind, "/")
			l.Append(name, resource.Of("name", tag, "created_at", "2020-01-01"))
		}
		return l
	}
	for _, tt := range []struct {
		a, b  *resource.License
		same  bool
		other bool
		why   string
	}{
		{license("ann"), license("ann"), true, false, "nothing tells them apart"},
		{license("ann", "tags/vip"), license("ann", "tags/vip", "tags/new"), true, false, "a tag in common"},
		{license("ann", "tags/vip"), license("ann"), false, false, "a new license of the same owner, or its last tag is deleted"},
		{license("ann", "tags/vip"), license("ann", "tags/other"), false, false, "nothing in common, but also next to nothing"},
		{license("ann", "tags/1", "tags/2", "tags/3", "tags/4", "tags/5"), license("ann", "tags/6", "tags/7", "tags/8", "tags/9", "tags/0"), false, true, "nothing in common of a lot"},
		{license("ann", "tags/vip"), license("zoe", "tags/vip"), false, false, "another owner, perhaps of the same license"},
		{license("ann", "tags/vip"), license("zoe", "tags/other"), false, true, "another owner, and nothing in common"},
		{license("ann"), license("zoe"), false, true, "another owner, and nothing that proves anything"},
		{license("", "tags/vip"), license("", "tags/vip"), false, false, "owners that are not known"},
		{license(""), license("zoe"), false, false, "an owner that could not be read"},
	} {
		if got := SameLicense(tt.a, tt.b); got != tt.same {
			t.Errorf("%s: same: got %v", tt.why, got)
		}
		if got := OtherLicense(tt.a, tt.b); got != tt.other {
			t.Errorf("%s: other: got %v", tt.why, got)
		}
	}
}
