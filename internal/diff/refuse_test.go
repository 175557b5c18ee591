package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// odd is a license with values that the vendor's rules forbid.
const odd = `{"account":"acc","clients":["c"],"groups":[{"id":3,"name":""},{"id":4,"name":"Sales"}],
	"agents":[{"id":"bob","name":"Bob","role":"boss","mobile":48,"notifications":["smoke"],"groups":[{"id":4,"priority":"frist"},{"id":99,"priority":"normal"},5],
		"work_scheduler":{"timezone":"Mars/North","schedule":[{"day":"monday","start":"22:00","end":"06:00"}]}}],
	"tags":[{"name":"t","group_ids":[98]}],
	"webhooks":[{"id":"w","owner_client_id":"c","action":"old_action","type":"license","url":"/hook"}],
	"group_properties":[{"group":97,"namespace":"c","name":"p","value":1}]}`

func TestWhatALicenseHasIsLeftAlone(t *testing.T) {
	runCases(t, []planCase{
		{"odd values, dangling ids, odd types", odd, odd, Options{}, nil},
		{"also with everything allowed", odd, odd, allowAll, nil},
	})
}

func TestRefusals(t *testing.T) {
	agent := func(fields string) string {
		return `{"account":"acc","agents":[{"id":"a@x.y","name":"A"` + fields + `}]}`
	}
	group := func(groups string) string {
		return `{"account":"acc","groups":[{"id":4,"name":"Sales"}],"agents":[{"id":"a@x.y","name":"A","groups":[` + groups + `]}]}`
	}
	hooks := func(urls ...string) string {
		rows := ""
		for _, u := range urls {
			rows += `,{"id":"` + u + `","owner_client_id":"c","action":"incoming_chat","type":"bot","secret_key":"s","url":"https://` + u + `"}`
		}
		return `{"account":"acc","clients":["c"],"webhooks":[` + rows[1:] + `]}`
	}
	runCases(t, []planCase{
		{"a value that would be sent", agent(``), agent(`,"role":"boss"`), Options{},
			[]string{`update agents/a@x.y role BLOCKED role cannot be "boss"`}},
		{"other fields of the object go", agent(``), agent(`,"role":"boss","mobile":48,"job_title":"Lead"`), Options{},
			[]string{`update agents/a@x.y#role role mobile BLOCKED role cannot be "boss"; mobile must be a string, got the number 48`, "update agents/a@x.y job_title"}},
		{"what is odd already does not go along", agent(`,"role":"boss"`), agent(`,"role":"boss","job_title":"Lead"`), Options{},
			[]string{"update agents/a@x.y job_title"}},
		{"an odd value that changes", agent(`,"role":"boss"`), agent(`,"role":"chief"`), Options{},
			[]string{`update agents/a@x.y role BLOCKED role cannot be "chief"`}},
		{"an odd value that is corrected", agent(`,"role":"boss"`), agent(`,"role":"normal"`), Options{},
			[]string{"update agents/a@x.y role"}},
		{"hours past midnight may be sent", agent(``), agent(`,"work_scheduler":{"schedule":[{"day":"monday","start":"22:00","end":"06:00"}]}`), Options{},
			[]string{"update agents/a@x.y work_scheduler.schedule", "note end on monday is not after start 22:00"}},
		{"as many chats as some pages allow, too", agent(``), agent(`,"max_chats_count":50`), Options{},
			[]string{"update agents/a@x.y max_chats_count", "note max_chats_count is 50: the vendor's pages contradict each other on whether more than 20 is allowed"}},
		{"what is doubtful already is not told again", agent(`,"max_chats_count":50`), agent(`,"max_chats_count":50,"job_title":"Lead"`), Options{},
			[]string{"update agents/a@x.y job_title"}},
		{"a list goes whole", group(`{"id":4,"priority":"first"},{"id":99,"priority":"normal"}`), group(`{"id":4,"priority":"last"},{"id":99,"priority":"normal"}`), Options{},
			[]string{"update agents/a@x.y groups[4].priority BLOCKED groups: neither the file nor the license has the group 99"}},
		{"an id of nothing that the license does not have", group(``), group(`{"id":99,"priority":"normal"}`), Options{},
			[]string{"update agents/a@x.y groups[99] BLOCKED groups: neither the file nor the license has the group 99"}},
		{"a new object", `{"account":"acc","tags":[]}`, `{"account":"acc","tags":[{"name":""}]}`, Options{},
			[]string{"create tags/new BLOCKED name is empty"}},
		{"what is replaced is sent whole", hooks("a"), `{"account":"acc","clients":["c"],"webhooks":[{"id":"a","owner_client_id":"c","action":"incoming_chat","type":"chat","secret_key":"s","url":"https://a"}]}`,
			Options{AllowApplication: true}, []string{`replace webhooks/c/incoming_chat/https://a type BLOCKED type cannot be "chat"`}},
		{"more than a limit allows", hooks("a", "b"), hooks("a", "b", "c", "d"), Options{AllowApplication: true},
			[]string{"create webhooks/c/incoming_chat/https://c", "create webhooks/c/incoming_chat/https://d BLOCKED more than 3 webhooks would share owner_client_id and action; the vendor allows 3"}},
		{"what is replaced keeps its place, whatever comes before it", hooks("a", "b", "c"),
			strings.Replace(hooks("d", "a", "b", "c"), `"url":"https://a"`, `"url":"https://a","description":"new"`, 1), Options{AllowApplication: true},
			[]string{"create webhooks/c/incoming_chat/https://d BLOCKED more than 3 webhooks would share owner_client_id and action; the vendor allows 3",
				"replace webhooks/c/incoming_chat/https://a description delete first"}},
		{"what goes makes room", hooks("a", "b", "z"), hooks("a", "b", "c"), Options{AllowApplication: true, Match: ByName, Prune: true},
			[]string{"create webhooks/c/incoming_chat/https://c waits:webhooks/c/incoming_chat/https://z", "delete webhooks/c/incoming_chat/https://z"}},
		{"a license that is over a limit stays so", hooks("a", "b", "c", "d"), hooks("a", "b", "c", "d"), Options{AllowApplication: true}, nil},
		{"two new objects that the server takes for one", `{"account":"acc","tags":[]}`, `{"account":"acc","tags":[{"name":"Sale"},{"name":"sale"}]}`, Options{},
			[]string{"create tags/Sale", `create tags/sale BLOCKED the plan also creates the tag "Sale", and the server ignores case in names`}},
		{"a member's priority that is refused", `{"account":"acc","groups":[],"agents":[{"id":"a@x.y","name":"A"}]}`,
			`{"account":"acc","groups":[{"name":"New"}],"agents":[{"id":"a@x.y","name":"A","groups":[{"id":"New","priority":"normal"}]},{"id":"b@x.y","name":"","groups":[{"id":"New","priority":"last"}]}]}`, Options{},
			[]string{"create groups/New", "update agents/a@x.y groups[New] waits:groups/New", "create agents/b@x.y BLOCKED name is empty"}},
	})
}

// TestRefusedPlaces: a refused value is told with its place in the file, also
// if the row that is sent has it elsewhere.
func TestRefusedPlaces(t *testing.T) {
	live := parseLicense(t, `{"account":"acc","groups":[{"id":4,"name":"Sales"},{"id":5,"name":"Other"}],"agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"last"}]}]}`)
	want := parseLicense(t, `{"account":"acc","groups":[{"id":4,"name":"Sales"},{"id":5,"name":"Other"}],"agents":[{"id":"a@x.y","name":"A","groups":[{"id":"Other","priority":"frist"},{"id":"Sales","priority":"frist"}]}]}`)
	p, err := Compute(live, want, Options{Where: func(row *resource.Object, path string) string {
		if row != want.Rows("agents")[0] {
			t.Errorf("asked for the place of %s", resource.JSON(row))
		}
		return "f:" + path
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, r := range p.Refused() {
		got = append(got, r.String())
	}
	if d := cmp.Diff([]string{`f:groups[0].priority: priority cannot be "frist"`, `f:groups[1].priority: priority cannot be "frist"`}, got); d != "" {
		t.Error(d)
	}
	if ch := change(p, "agents/a@x.y"); ch.Blocked != got[0]+"; "+got[1] {
		t.Errorf("blocked: %q", ch.Blocked)
	}
}

// TestACheckedPlanSendsNothingRefused: a plan that somebody edited cannot be
// used.
func TestACheckedPlanSendsNothingRefused(t *testing.T) {
	p, err := Compute(parseLicense(t, `{"agents":[{"id":"a@x.y","name":"A"}]}`), parseLicense(t, `{"agents":[{"id":"a@x.y","name":"B"}]}`), Options{})
	if err != nil || p.Check() != nil {
		t.Fatal(err, p.Check())
	}
	p.Changes[0].After.Set("name", "")
	if err := p.Check(); err == nil || err.Error() != "the change agents/a@x.y sends what the vendor's rules forbid: name is empty" {
		t.Error(err)
	}
}

// TestWhatIsSentOfSchedules: requests always say whether a day is enabled, and a
// new object gets no scheduler that says nothing.
func TestWhatIsSentOfSchedules(t *testing.T) {
	live := parseLicense(t, `{"account":"acc","agents":[{"id":"a@x.y","name":"A"}],"bots":[]}`)
	want := parseLicense(t, `{"account":"acc","agents":[{"id":"a@x.y","work_scheduler":{"schedule":[{"day":"monday","start":"08:00","end":"16:00"}]}}],
		"bots":[{"name":"B","work_scheduler":{"timezone":"","schedule":[]}},{"name":"C","work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","start":"08:00","end":"16:00"}]}}]}`)
	p, err := Compute(live, want, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const day = `[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]`
	for id, want := range map[string]string{
		"agents/a@x.y": `{"schedule":` + day + `}`, "bots/B": "null", "bots/C": `{"timezone":"UTC","schedule":` + day + `}`,
	} {
		if got := resource.JSON(change(p, id).After.Get("work_scheduler")); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}
