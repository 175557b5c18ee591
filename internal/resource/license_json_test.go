package resource

import (
	"encoding/json"
	"testing"
)

func TestLicenseJSON(t *testing.T) {
	l := &License{Version: "3.2", Owner: "a@x", ClientIDs: []string{"c"}, Gaps: []Gap{{Kind: "bots", Reason: "no"}}, Unreadable: map[string][]string{"agents": {"mobile"}},
		Secrets: map[string]string{"name": "never"}}
	l.SetRows("groups", []*Object{Of("id", int64(3), "name", "Sales")})
	l.SetRows("tags", nil)
	l.SetRows("webhooks", []*Object{Of("secret_key", Secret("webhooks/x"))})
	data, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back License
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil || string(again) != string(data) {
		t.Errorf("%v\n%s\n%s", err, data, again)
	}
	if back.Version != "3.2" || !back.Has("tags") || back.Has("agents") || !Equal(back.Rows("webhooks")[0], l.Rows("webhooks")[0]) || back.Secrets != nil {
		t.Errorf("%s", again)
	}
}
