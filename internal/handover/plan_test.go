package handover

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
)

// The successors of a webhook of 3.2, of two of it, and of what a bot has inside.
const (
	closed   = `{"action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://a.example/"}`
	access   = `{"action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://b.example/"}`
	inside   = `{"action":"incoming_event","owner_client_id":"app","type":"bot","url":"https://bot.example/"}`
	switched = `{"owner_client_id":"app","license_webhooks_enabled":true}`
)

// both is a license with what 3.2 shows of it: two webhooks that become one, one
// more, and one bot's own.
func both(t *testing.T, live map[string]string) *resource.License {
	t.Helper()
	l := license(t, live)
	l.ClientIDs = []string{"app"}
	old := &resource.License{Version: "3.2", Secrets: map[string]string{"bots/b1/webhooks": "s3"}}
	bot := resource.Of("url", "https://bot.example/", "secret_key", resource.Secret("bots/b1/webhooks"),
		"actions", resource.List{resource.Of("name", "incoming_event")})
	old.SetRows("bots", []*resource.Object{resource.Of("id", "b1", "name", "Parcel", "webhooks", bot), resource.Of("id", "b2")})
	old.SetRows("webhooks", []*resource.Object{
		resource.Of("webhook_id", "w1", "action", "thread_closed", "owner_client_id", "app", "url", "https://a.example/"),
		resource.Of("webhook_id", "w2", "action", "chat_access_granted", "owner_client_id", "app", "url", "https://b.example/"),
		resource.Of("webhook_id", "w3", "action", "chat_access_revoked", "owner_client_id", "app", "url", "https://b.example/")})
	l.AddOlder(old)
	return l
}

var successions = []migrate.Succession{
	{Kind: "bots", ID: "b1", Action: "incoming_event", URL: "https://bot.example/", Rows: []int{2}},
	{Kind: "webhooks", ID: "w1", Action: "thread_closed", URL: "https://a.example/", Rows: []int{0}},
	{Kind: "webhooks", ID: "w2", Action: "chat_access_granted", URL: "https://b.example/", Rows: []int{1}},
	{Kind: "webhooks", ID: "w3", Action: "chat_access_revoked", URL: "https://b.example/", Rows: []int{1}},
}

// handedOver plans the hand-over of both, with what 3.5 lacks.
func handedOver(t *testing.T, live *resource.License, of []migrate.Succession, keep bool, o diff.Options, gaps ...resource.Gap) (*Handover, *diff.Plan) {
	t.Helper()
	want := license(t, map[string]string{"webhooks": "[" + closed + "," + access + "," + inside + "]"})
	for i, name := range []string{"closed", "access", "inside"} {
		want.Rows("webhooks")[i].Set("secret_key", resource.Secret(name))
	}
	lacking, _ := Lacking(want, live)
	o.Match = diff.ByID
	plan, err := diff.Compute(live, lacking, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range resource.OlderKinds("3.2") {
		live.SetRows(k.Name, slices.DeleteFunc(live.Rows(k.Name), func(row *resource.Object) bool {
			return !slices.ContainsFunc(of, func(s migrate.Succession) bool { return s.ID == resource.Text(k.IdentityOf(row)) })
		}))
	}
	h := New("3.2", of, want, live, o)
	h.AddTo(plan, keep, gaps)
	if err := plan.Check(); err != nil {
		t.Error(err)
	}
	if conflicts := plan.Conflicts(live); conflicts != nil {
		t.Errorf("what the plan was made of is in its way: %v", conflicts)
	}
	return h, plan
}

func online() map[string]string {
	return map[string]string{"webhooks": "[]", "webhooks_state": "[" + switched + "]", "routing_statuses": `[{"agent_id":"b1","status":"accepting_chats"}]`}
}

// TestAddTo: old webhooks become changes of the plan that makes their
// successors.
func TestAddTo(t *testing.T) {
	const (
		a = "webhooks/app/chat_deactivated/https://a.example/"
		b = "webhooks/app/chat_access_updated/https://b.example/"
		c = "webhooks/app/incoming_event/https://bot.example/"
	)
	leftOut := append([]migrate.Succession{}, successions...)
	leftOut[1].Rows, leftOut[1].LeftOut = nil, true
	registered := online()
	registered["webhooks"] = `[{"id":"n1",` + closed[1:] + `,{"id":"n2",` + access[1:] + `,{"id":"n3",` + inside[1:] + `]`
	offline := online()
	offline["routing_statuses"] = `[{"agent_id":"b1","status":"offline"}]`
	for _, tt := range []struct {
		why     string
		live    map[string]string
		of      []migrate.Succession
		keep    bool
		options diff.Options
		gaps    []resource.Gap
		want    []string // change: after what, needing what; or why it is blocked
		notes   []string
	}{
		{why: "each goes when its successors are made, one by one, after all else", live: online(), of: successions, want: []string{
			"3.2/bot_webhooks/b1 after " + b + " " + a + " " + c + ", needs " + c,
			"3.2/webhooks/w1 after 3.2/bot_webhooks/b1, needs " + a,
			"3.2/webhooks/w2 after 3.2/webhooks/w1, needs " + b,
			"3.2/webhooks/w3 after 3.2/webhooks/w2, needs " + b},
			notes: []string{"what is deleted in 3.2 goes once its successors are registered and will be sent"}},
		{why: "what is registered already is needed by nobody", live: registered, of: successions, want: []string{
			"3.2/bot_webhooks/b1 after , needs ", "3.2/webhooks/w1 after 3.2/bot_webhooks/b1, needs ",
			"3.2/webhooks/w2 after 3.2/webhooks/w1, needs ", "3.2/webhooks/w3 after 3.2/webhooks/w2, needs "},
			notes: []string{"what is deleted in 3.2 goes once its successors are registered and will be sent"}},
		{why: "what has to stay is blocked", live: offline, of: successions[:2], want: []string{
			"3.2/bot_webhooks/b1: the bot is offline, and offline bots are sent nothing",
			"3.2/webhooks/w1 after " + b + " " + a + " " + c + ", needs " + a},
			notes: []string{"what is deleted in 3.2 goes once its successors are registered and will be sent"}},
		{why: "so is what the profile protects", live: registered, of: successions[1:2],
			options: diff.Options{Protect: []diff.Protected{{Kind: "webhooks", Key: "w1"}}},
			want:    []string{"3.2/webhooks/w1: the profile protects it"}},
		{why: "what is left alone, as asked, is only told of", live: registered, of: successions[1:2], keep: true,
			notes: []string{"thread_closed https://a.example/ (w1) stays in 3.2, as asked: both it and its successors are sent"}},
		{why: "so is what is left out", live: registered, of: leftOut[1:2],
			notes: []string{"thread_closed https://a.example/ (w1) stays in 3.2: thread_closed is left out, as asked"}},
		{why: "nothing is there", live: registered, notes: []string{"webhooks in 3.2: there are none that would have to go"}},
		{why: "nothing was seen", live: registered, gaps: []resource.Gap{{Kind: "bots", Reason: "r"}}},
	} {
		t.Run(tt.why, func(t *testing.T) {
			_, plan := handedOver(t, both(t, tt.live), tt.of, tt.keep, tt.options, tt.gaps...)
			var got []string
			for _, ch := range plan.Changes {
				switch {
				case ch.Action == diff.Create:
				case ch.Blocked != "":
					got = append(got, ch.ID+": "+ch.Blocked)
				default:
					got = append(got, ch.ID+" after "+strings.Join(ch.StartsAfter, " ")+", needs "+strings.Join(ch.DependsOn, " "))
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("changes: -want +got:\n%s", d)
			}
			if d := cmp.Diff(tt.notes, append([]string(nil), plan.Notices...)); d != "" {
				t.Errorf("notices: -want +got:\n%s", d)
			}
			if n := plan.Found.Sizes["3.2/webhooks"]; n != len(tt.of) {
				t.Errorf("%d old webhooks, want %d", n, len(tt.of))
			}
			if (len(tt.gaps) == 0) != plan.Complete() {
				t.Errorf("gaps: %v", plan.Gaps)
			}
		})
	}
}

// TestKeptSecrets: what undo needs to register a webhook again is in the plan,
// with the secret that its successor is registered with.
func TestKeptSecrets(t *testing.T) {
	_, plan := handedOver(t, both(t, online()), successions, false, diff.Options{})
	got := map[string]string{}
	for _, ch := range plan.Changes {
		if ch.Action == diff.Delete {
			got[ch.ID] = resource.JSON(ch.Before)
		}
	}
	want := map[string]string{
		"3.2/bot_webhooks/b1": `{"id":"b1","name":"Parcel","url":"https://bot.example/","secret_key":{"$secret":"bots/b1/webhooks"},"actions":[{"name":"incoming_event"}]}`,
		"3.2/webhooks/w1":     `{"webhook_id":"w1","action":"thread_closed","owner_client_id":"app","url":"https://a.example/","secret_key":{"$secret":"closed"}}`,
		"3.2/webhooks/w2":     `{"webhook_id":"w2","action":"chat_access_granted","owner_client_id":"app","url":"https://b.example/","secret_key":{"$secret":"access"}}`,
		"3.2/webhooks/w3":     `{"webhook_id":"w3","action":"chat_access_revoked","owner_client_id":"app","url":"https://b.example/","secret_key":{"$secret":"access"}}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestLimits: what bots have inside counts with the other webhooks of the
// version against the limits of deletions.
func TestLimits(t *testing.T) {
	_, plan := handedOver(t, both(t, online()), successions, false, diff.Options{})
	three, err := diff.ParseLimit("3")
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []diff.Limit{{}, three} {
		got := plan.Exceeds(limit, diff.Limit{})
		want := []diff.Excess{{Kind: "3.2/webhooks", Text: "4 of 4 3.2/webhooks would be deleted or replaced", Flag: "--max-delete 4"}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("limit %+v: -want +got:\n%s", limit, d)
		}
	}
	plan.Changes[len(plan.Changes)-1].Blocked = "it stays"
	if got := plan.Exceeds(diff.Limit{}, diff.Limit{}); got != nil {
		t.Errorf("three of four are too many: %v", got)
	}
}
