package diff

import (
	"testing"
)

const otherLicense = `"owner":"other@example.com","account":"acc2",`

func TestGaps(t *testing.T) {
	const bots = `"bots":[{"id":"b1","name":"One"},{"id":"b2","name":"Two"}]`
	runCases(t, []planCase{
		{"a kind that cannot be read is not planned, creates included", `{"gaps":[{"kind":"tags"}]}`, `{"tags":[{"name":"vip"}]}`, Options{Prune: true},
			[]string{"skip tags: could not be read: refused"}},
		{"a kind that was not read", `{}`, `{"tags":[{"name":"vip"}]}`, Options{}, []string{"skip tags: not read"}},
		{"of which nothing is wanted", `{}`, `{"tags":[]}`, Options{}, nil},
		{"a kind that is not in the file is left alone", `{"tags":[{"name":"vip"}]}`, `{}`, Options{Prune: true}, nil},
		{"kinds that were not asked for", `{"tags":[],"groups":[]}`, `{"tags":[{"name":"vip"}],"groups":[{"id":1,"name":"A"}]}`, Options{Only: []string{"tags"}},
			[]string{"create tags/vip"}},
		{"one client id's part", `{"clients":["a"],"properties":[{"owner_client_id":"a","name":"x","type":"int"}],"gaps":[{"kind":"properties","client":"b"}]}`,
			`{"clients":["a","b"],"properties":[{"owner_client_id":"a","name":"x","type":"int"},{"owner_client_id":"b","name":"y","type":"int"}]}`, Options{},
			[]string{"skip properties/b/y: could not be read: refused"}},
		{"one bot", `{` + bots + `,"gaps":[{"kind":"bots","id":"b1"}]}`, `{"bots":[{"id":"b1","name":"New"},{"id":"b2","name":"Zwei"}]}`, Options{Prune: true},
			[]string{"update bots/Two name", "skip bots/New: could not be read: refused"}},
		{"one bot, by its name: no second one is made", `{` + bots + `,"gaps":[{"kind":"bots","id":"b1"}]}`, `{` + otherLicense + `"bots":[{"id":"z","name":"One"}]}`, Options{},
			[]string{"unmanaged bots/Two", "skip bots/One: could not be read: refused", byNameNote}},
		{"one bot, not in the file: not deleted", `{` + bots + `,"gaps":[{"kind":"bots","id":"b1"}]}`, `{"bots":[{"id":"b2","name":"Two"}]}`, Options{Prune: true}, nil},
		{"what the file lacks is not deleted", `{"tags":[{"name":"vip"}]}`, `{"tags":[],"gaps":[{"kind":"tags"}]}`, Options{Prune: true}, nil},
		{"one client id's part of the file", `{"clients":["a","b"],"webhooks":[{"id":"1","owner_client_id":"a","action":"incoming_chat","url":"u"},{"id":"2","owner_client_id":"b","action":"incoming_chat","url":"u"}]}`,
			`{"clients":["a","b"],"webhooks":[],"gaps":[{"kind":"webhooks","client":"b"}]}`, Options{Prune: true, AllowApplication: true},
			[]string{"delete webhooks/a/incoming_chat/u"}},
		{"client ids that nobody named: those of the file are whole", `{"clients":["a","b"],"webhooks":[{"id":"1","owner_client_id":"a","action":"incoming_chat","url":"u"},{"id":"2","owner_client_id":"b","action":"incoming_chat","url":"u"}]}`,
			`{"clients":["a"],"webhooks":[],"gaps":[{"kind":"webhooks","partial":true}]}`, Options{Prune: true, AllowApplication: true},
			[]string{"delete webhooks/a/incoming_chat/u"}},
		{"a client id that the file does not cover", `{"clients":["b"],"webhooks":[{"id":"2","owner_client_id":"b","action":"incoming_chat","url":"u"}]}`,
			`{"clients":["a"],"webhooks":[]}`, Options{Prune: true, AllowApplication: true}, nil},
		{"a client id that the license was not read for", `{"webhooks":[]}`, `{"webhooks":[{"owner_client_id":"a","action":"incoming_chat","url":"u","type":"bot","secret_key":"x"}]}`, Options{},
			[]string{"skip webhooks/a/incoming_chat/u: the license was not read for the client id a; pass --client-id a"}},
		{"an object that nothing identifies may be the one to create", `{"tags":[],"gaps":[{"kind":"tags","partial":true}]}`, `{"tags":[{"name":"vip"}]}`, Options{},
			[]string{"create tags/vip BLOCKED it may exist already: refused"}},
		{"but what is known is compared", `{"tags":[{"name":"vip","group_ids":[]}],"gaps":[{"kind":"tags","partial":true}]}`, `{"tags":[{"name":"vip","group_ids":[]}]}`, Options{}, nil},
		{"one of a client id", `{"clients":["a","b"],"properties":[],"gaps":[{"kind":"properties","client":"a","partial":true}]}`,
			`{"clients":["a","b"],"properties":[{"owner_client_id":"a","name":"x","type":"int","access":{"chat":{"agent":["read"]}}},{"owner_client_id":"b","name":"x","type":"int","access":{"chat":{"agent":["read"]}}}]}`, Options{},
			[]string{"create properties/a/x BLOCKED it may exist already: refused", "create properties/b/x"}},
		{"a rule without an id, known by its key", `{"auto_accesses":[{"id":"1","description":"x"}],"gaps":[{"kind":"auto_accesses","id":"odd"}]}`,
			`{"auto_accesses":[{"id":"1","description":"x"},{"description":"odd"}]}`, Options{Prune: true},
			[]string{"skip auto_accesses/odd: could not be read: refused"}},
		{"a namespace of values", `{"license_properties":[{"namespace":"core","name":"x","value":1}],"gaps":[{"kind":"license_properties","id":"odd"}]}`,
			`{"license_properties":[{"namespace":"core","name":"x","value":1},{"namespace":"odd","name":"y","value":1}]}`, Options{},
			[]string{"skip license_properties/odd/y: could not be read: refused"}},
		{"values of a group that the file lacks are not deleted", `{"groups":[{"id":1,"name":"One"}],"group_properties":[{"group":1,"namespace":"core","name":"x","value":1}]}`,
			`{"groups":[{"id":1,"name":"One"}],"group_properties":[],"gaps":[{"kind":"group_properties","id":"1"}]}`, Options{Prune: true}, nil},
		{"a partial list is not pruned", `{"tags":[{"name":"vip"}],"gaps":[{"kind":"tags","partial":true}]}`, `{"tags":[]}`, Options{Prune: true, Partial: []string{"tags"}},
			[]string{"delete tags/vip BLOCKED the token may not see all tags…"}},
	})
	p, err := Compute(parseLicense(t, `{"tags":[],"gaps":[{"kind":"groups"},{"kind":"tags","partial":true}]}`), parseLicense(t, `{"tags":[]}`), Options{})
	if err != nil || len(p.Gaps) != 1 || p.Gaps[0].Kind != "tags" || p.Complete() || !p.InSync() {
		t.Errorf("gaps of wanted kinds count, others do not: %+v, %v", p.Gaps, err)
	}
}

func TestFields(t *testing.T) {
	agent := func(fields string) string { return `{"agents":[{"id":"a@x.y","name":"A"` + fields + `}]}` }
	runCases(t, []planCase{
		{"absent is left alone", agent(`,"job_title":"x"`), agent(``), Options{}, nil},
		{"null clears", agent(`,"job_title":"x"`), agent(`,"job_title":null`), Options{}, []string{"update agents/a@x.y job_title"}},
		{"empty clears", agent(`,"job_title":"x"`), agent(`,"job_title":""`), Options{}, []string{"update agents/a@x.y job_title"}},
		{"nothing is cleared twice", agent(``), agent(`,"job_title":null,"mobile":"","groups":[],"notifications":null`), Options{}, nil},
		{"absent in the license is the default", agent(``), agent(`,"login_status":"not accepting chats","max_chats_count":6,"role":"normal"`), Options{}, nil},
		{"a set has no order and no repetition", agent(`,"notifications":["ticket","new_goal"]`), agent(`,"notifications":["new_goal","ticket","new_goal"]`), Options{}, nil},
		{"a schedule by its entries", agent(`,"work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","enabled":true,"start":"09:00","end":"17:00"}]}`),
			agent(`,"work_scheduler":{"schedule":[{"day":"monday","start":"09:00","end":"17:00"}]}`), Options{}, nil},
		{"a zone that the server filled in is nobody's claim, one in the file is", agent(`,"work_scheduler":{"timezone":"UTC"}`),
			agent(`,"work_scheduler":{"timezone":"Europe/Warsaw"}`), Options{}, []string{"update agents/a@x.y work_scheduler.timezone"}},
		{"what cannot be read is not compared, and said once", `{"unreadable":{"bots":["job_title"]},"bots":[{"id":"b1","name":"One"},{"id":"b2","name":"Two"}]}`,
			`{"bots":[{"id":"b1","name":"One","job_title":"x"},{"id":"b2","name":"Two","job_title":"x"},{"name":"New","job_title":"x"}]}`, Options{},
			[]string{"create bots/New", "note bots: the license does not return job_title…"}},
		{"unknown fields count where both sides have them", agent(`,"mood":"good"`), agent(`,"mood":"bad"`), Options{}, []string{"update agents/a@x.y mood"}},
		{"and not where one has", agent(``), agent(`,"mood":"bad"`), Options{}, nil},
		{"and not on another license", agent(`,"mood":"good","work_scheduler":{"x":1}`),
			`{` + otherLicense + `"agents":[{"id":"a@x.y","name":"A","mood":"bad","work_scheduler":{"x":2}}]}`, Options{},
			[]string{byNameNote, "note agents: lcsync does not know work_scheduler…", "note agents: lcsync does not know mood…"}},
		{"unknown fields whose name is no path", agent(`,"a.b":1`), agent(`,"a.b":2`), Options{}, nil},
		{"the owner stays the owner", agent(`,"role":"owner"`), agent(`,"role":"normal"`), Options{}, []string{"observed agents/a@x.y role"}},
		{"nobody becomes the owner", agent(`,"role":"normal"`), agent(`,"role":"owner","name":"B"`), Options{}, []string{"update agents/a@x.y name", "observed agents/a@x.y role"}},
		{"on another license the owner is its own", agent(`,"role":"owner"`), `{` + otherLicense + `"agents":[{"id":"a@x.y","name":"A","role":"normal"}]}`, Options{}, []string{byNameNote}},
		{"a new owner is made a normal agent", `{"agents":[]}`, agent(`,"role":"owner"`), Options{}, []string{"create agents/a@x.y", "note agent a@x.y: the API cannot set the role owner…"}},
		{"what the API cannot change is observed", agent(`,"suspended":true`), agent(`,"suspended":false`), Options{}, []string{"observed agents/a@x.y suspended"}},
		{"but not on another license", agent(`,"suspended":true`), `{` + otherLicense + `"agents":[{"id":"a@x.y","name":"A","suspended":false}]}`, Options{}, []string{byNameNote}},
		{"people are invited to another license only if asked", `{"agents":[]}`, `{` + otherLicense + `"agents":[{"id":"a@x.y","name":"A"}]}`, Options{},
			[]string{"create agents/a@x.y BLOCKED pass --create-agents to invite people to another license", byNameNote}},
		{"a bot's client id is set once", `{"bots":[{"id":"b","name":"B","owner_client_id":"x"}]}`, `{"bots":[{"id":"b","name":"C","owner_client_id":"y"}]}`, Options{},
			[]string{"update bots/B name", "update bots/B#owner_client_id owner_client_id BLOCKED it can be set only when the object is created"}},
		{"a template's bot is not made as a bot", `{"bots":[],"bot_templates":[]}`, `{"clients":["a"],"bot_templates":[],"bots":[{"id":"t","name":"T"}]}`, Options{}, []string{"create bots/T"}},
		{"a template's bot that the file has", `{"clients":["a"],"bots":[],"bot_templates":[{"id":"t","owner_client_id":"a","name":"T"}]}`,
			`{"clients":["a"],"bot_templates":[{"id":"t","owner_client_id":"a","name":"T"}],"bots":[{"id":"t","name":"T"}]}`, Options{},
			[]string{"note bot T is created together with the bot template of the same id"}},
	})
}

func TestReferences(t *testing.T) {
	const groups = `"groups":[{"id":0,"name":"General"},{"id":3,"name":"Sales"}]`
	tag := func(ids string) string { return `"tags":[{"name":"vip","group_ids":` + ids + `}]` }
	runCases(t, []planCase{
		{"by name", `{` + groups + `,` + tag(`[3]`) + `}`, `{` + groups + `,` + tag(`["Sales"]`) + `}`, Options{}, nil},
		{"by name, of a group that only the license has", `{` + groups + `,` + tag(`[3]`) + `}`, `{` + tag(`["Sales"]`) + `}`, Options{}, nil},
		{"by id, on the same license", `{` + groups + `,` + tag(`[3]`) + `}`, `{` + tag(`[0]`) + `}`, Options{}, []string{"update tags/vip group_ids"}},
		{"by an id of the file, on another license", `{` + groups + `,` + tag(`[3]`) + `}`, `{` + otherLicense + `"groups":[{"id":8,"name":"Sales"},{"id":3,"name":"General"}],` + tag(`[8]`) + `}`, Options{}, []string{byNameNote}},
		{"by an id that the file does not explain, on another license", `{` + groups + `,` + tag(`[0]`) + `}`, `{` + otherLicense + tag(`[3]`) + `}`, Options{},
			[]string{"skip tags/vip: group_ids: group 3 is not in the file, and ids of another license are not valid here", byNameNote}},
		{"to nothing, in an update", `{` + groups + `,` + tag(`[3]`) + `}`, `{` + groups + `,` + tag(`["Sails"]`) + `}`, Options{},
			[]string{"skip tags/vip: group_ids: neither the file nor the license has the group Sails"}},
		{"to nothing, in a create", `{` + groups + `,"tags":[]}`, `{` + groups + `,` + tag(`["Sails"]`) + `}`, Options{},
			[]string{"create tags/vip BLOCKED group_ids: neither the file nor the license has the group Sails"}},
		{"to one of several of the name", `{"groups":[{"id":3,"name":"A"},{"id":4,"name":"A"}],"tags":[]}`, `{` + tag(`["A"]`) + `}`, Options{},
			[]string{"create tags/vip BLOCKED group_ids: there are several groups named A; give the id"}},
		{"to a group that will be made", `{"agents":[{"id":"a@x.y","name":"A"}],` + groups + `,"tags":[]}`,
			`{"agents":[{"id":"a@x.y","groups":[{"id":"New","priority":"normal"}]}],"groups":[{"name":"New"}],` + tag(`["New"]`) + `}`, Options{},
			[]string{"create groups/New", "update agents/a@x.y groups[New] waits:groups/New", "create tags/vip needs:groups/New", "unmanaged groups/General", "unmanaged groups/Sales"}},
		{"to a group that cannot be made", `{"agents":[],` + groups + `,"tags":[]}`, `{"groups":[{"name":"New"}],` + tag(`["New"]`) + `}`, Options{},
			[]string{"create groups/New BLOCKED the API creates a group only with an agent…", "create tags/vip needs:groups/New BLOCKED needs groups/New, which is blocked",
				"unmanaged groups/General", "unmanaged groups/Sales"}},
		{"an object called like an id is not that one", `{"agents":[{"id":"a@x.y","name":"A"}],` + groups + `,"tags":[]}`,
			`{"agents":[{"id":"a@x.y","groups":[{"id":"3","priority":"normal"}]}],"groups":[{"id":0,"name":"General"},{"id":3,"name":"Sales"},{"name":"3"}],` + tag(`[3]`) + `}`, Options{},
			[]string{"create groups/3", "update agents/a@x.y groups[3] waits:groups/3", "create tags/vip"}},
		{"a filter's users may be anyone", `{"clients":["a"],"agents":[],"bots":[],"webhooks":[]}`,
			`{"clients":["a"],"agents":[{"id":"n@x.y","name":"N"}],"bots":[],"webhooks":[{"owner_client_id":"a","action":"incoming_chat","url":"https://u.example","type":"bot","secret_key":"s","filters":{"chat_presence":{"user_ids":{"values":["n@x.y","customer-1"]}}}}]}`, Options{},
			[]string{"create agents/n@x.y", "create webhooks/a/incoming_chat/https://u.example waits:agents/n@x.y"}},
		{"a value of a group of another license is nobody's here", `{` + groups + `,"group_properties":[{"group":3,"namespace":"a","name":"p","value":1}]}`,
			`{` + otherLicense + `"clients":["a"],"group_properties":[{"group":3,"namespace":"a","name":"p","value":2}]}`, Options{Prune: true},
			[]string{"delete group_properties/3/a/p", "skip group_properties/3/a/p: group: group 3 is not in the file…", byNameNote}},
	})
}
