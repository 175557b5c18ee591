package handover

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lcsync/internal/resource"
)

// license makes a license of JSON rows by kind.
func license(t *testing.T, kinds map[string]string) *resource.License {
	t.Helper()
	l := &resource.License{}
	for kind, text := range kinds {
		v, err := resource.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := resource.ObjectsOf(v)
		if err != nil {
			t.Fatal(err)
		}
		if rows == nil {
			rows = []*resource.Object{}
		}
		for _, row := range rows {
			resource.Lookup(kind).Canonical(row)
		}
		l.SetRows(kind, rows)
	}
	return l
}

// shown is a license's rows as JSON by kind.
func shown(l *resource.License) map[string]string {
	out := map[string]string{}
	for _, k := range l.Kinds() {
		list := resource.List{}
		for _, row := range l.Rows(k.Name) {
			list = append(list, row)
		}
		out[k.Name] = resource.JSON(list)
	}
	return out
}

func TestLacking(t *testing.T) {
	const (
		hookA = `{"action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://a.example/"}`
		hookB = `{"action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://b.example/"}`
	)
	for _, tt := range []struct {
		why, kind, want, live string
		lacking               string // "" if the kind lacks nothing
		told                  []string
	}{
		{"an agent that both have lacks nothing", "agents",
			`[{"id":"a@x.example","name":"A","job_title":"Lead"}]`, `[{"id":"a@x.example","name":"A","job_title":"Lead"}]`, "", nil},
		{"what says nothing in live is lacking, with what tells whose it is", "agents",
			`[{"id":"a@x.example","name":"A","job_title":"Lead","work_scheduler":{"schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]}}]`,
			`[{"id":"a@x.example","name":"A","job_title":"","work_scheduler":{"timezone":"","schedule":[]}}]`,
			`[{"id":"a@x.example","job_title":"Lead","work_scheduler":{"schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"16:00"}]}}]`, nil},
		{"what live says otherwise stays: the old shape may have shown less", "agents",
			`[{"id":"a@x.example","work_scheduler":{"schedule":[]}}]`,
			`[{"id":"a@x.example","work_scheduler":{"timezone":"Europe/Paris","schedule":[{"day":"monday","enabled":false,"start":"08:00","end":"16:00"}]}}]`, "",
			[]string{"agent a@x.example: work_scheduler.schedule differs in the older version; it is not changed"}},
		{"an agent that is gone is not invited again", "agents",
			`[{"id":"a@x.example","name":"A"}]`, `[]`, "", []string{"agent a@x.example: only the older version has it; it is not created"}},
		{"a bot is the same one by its id", "bots",
			`[{"id":"b1","name":"Old name"}]`, `[{"id":"b2","name":"Old name"}]`, "", []string{"bot Old name: only the older version has it; it is not created"}},
		{"claims of groups about members are the members' own affair", "groups",
			`[{"id":7,"name":"Sales","agent_priorities":{"a@x.example":"normal"}}]`, `[{"id":7,"name":"Sales"}]`, "", nil},
		{"a property that live has is whole", "properties",
			`[{"name":"p","owner_client_id":"app","type":"string","access":{"chat":{"agent":["read"]}}}]`,
			`[{"name":"p","owner_client_id":"app","type":"string","access":{"chat":{"agent":["read"]}},"public_access":["read"]}]`, "",
			[]string{"property app/p: public_access differs in the older version; it is not changed"}},
		{"a property that live has not is registered", "properties",
			`[{"name":"p","owner_client_id":"app","type":"string","access":{"chat":{"agent":["read"]}}}]`, `[]`,
			`[{"name":"p","owner_client_id":"app","type":"string","access":{"chat":{"agent":["read"]}}}]`, nil},
		{"one of an application that could not be read is as it was", "properties",
			`[{"name":"p","owner_client_id":"foreign","type":"string","access":{"chat":{"agent":["read"]}}}]`, `[]`, "", nil},
		{"a value that live has not is written", "license_properties",
			`[{"namespace":"app","name":"p","value":"x"},{"namespace":"app","name":"q","value":"y"}]`, `[{"namespace":"app","name":"p","value":"x"}]`,
			`[{"namespace":"app","name":"q","value":"y"}]`, nil},
		{"a bot's status is known already", "routing_statuses",
			`[{"agent_id":"b1","status":"offline"}]`, `[{"agent_id":"b1","status":"accepting_chats"}]`, "",
			[]string{"routing status b1: status differs in the older version; it is not changed"}},
		{"a webhook that live has, by whatever id and description, is registered", "webhooks",
			`[` + hookA + `]`, `[{"id":"n1","action":"chat_deactivated","description":"new","owner_client_id":"app","type":"license","url":"https://a.example/"}]`, "", nil},
		{"one that it has not comes beside those that it has", "webhooks",
			`[` + hookA + `,` + hookB + `]`, `[{"id":"n1",` + hookA[1:] + `]`,
			`[{"id":"n1","action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://a.example/"},` + hookB + `]`, nil},
		{"the same address with other filters is another webhook", "webhooks",
			`[{"action":"incoming_event","owner_client_id":"app","type":"license","url":"https://a.example/","filters":{"author_type":"agent"}}]`,
			`[{"id":"n1","action":"incoming_event","owner_client_id":"app","type":"license","url":"https://a.example/","filters":{"author_type":"customer"}}]`,
			`[{"action":"incoming_event","owner_client_id":"app","type":"license","url":"https://a.example/","filters":{"author_type":"agent"}},` +
				`{"id":"n1","action":"incoming_event","owner_client_id":"app","type":"license","url":"https://a.example/","filters":{"author_type":"customer"}}]`, nil},
		{"the same thing twice needs two", "webhooks",
			`[` + hookA + `,` + hookA + `]`, `[{"id":"n1",` + hookA[1:] + `]`,
			`[` + hookA + `,{"id":"n1","action":"chat_deactivated","owner_client_id":"app","type":"license","url":"https://a.example/"}]`, nil},
		{"an old form under its own id gets a successor, without that id", "webhooks",
			`[{"id":"o1","action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://a.example/"}]`,
			`[{"id":"o1","action":"chat_access_granted","owner_client_id":"app","type":"license","url":"https://a.example/"}]`,
			`[{"id":"o1","action":"chat_access_granted","owner_client_id":"app","type":"license","url":"https://a.example/"},` +
				`{"action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://a.example/"}]`, nil},
		{"and no second one after a stop", "webhooks",
			`[{"id":"o1","action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://a.example/"},` +
				`{"id":"n1","action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://a.example/"}]`,
			`[{"id":"o1","action":"chat_access_granted","owner_client_id":"app","type":"license","url":"https://a.example/"},` +
				`{"id":"n1","action":"chat_access_updated","owner_client_id":"app","type":"license","url":"https://a.example/"}]`, "", nil},
	} {
		t.Run(tt.kind+": "+tt.why, func(t *testing.T) {
			want := license(t, map[string]string{tt.kind: tt.want})
			before := shown(want)
			live := license(t, map[string]string{tt.kind: tt.live})
			live.ClientIDs = []string{"app"}
			lacking, meanings := Lacking(want, live)
			var told []string
			for _, m := range meanings {
				told = append(told, m.Object+": "+m.Text)
			}
			if d := cmp.Diff(tt.lacking, shown(lacking)[tt.kind]); d != "" {
				t.Errorf("lacking: -want +got:\n%s", d)
			}
			if d := cmp.Diff(tt.told, told, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("told: -want +got:\n%s", d)
			}
			if d := cmp.Diff(before, shown(want)); d != "" {
				t.Errorf("what was given has changed:\n%s", d)
			}
		})
	}

	t.Run("what could not be read is left to whoever compares", func(t *testing.T) {
		lacking, _ := Lacking(license(t, map[string]string{"bots": `[{"id":"b1","name":"B"}]`}), license(t, nil))
		if got := shown(lacking)["bots"]; got != `[{"id":"b1","name":"B"}]` {
			t.Error(got)
		}
	})
}
