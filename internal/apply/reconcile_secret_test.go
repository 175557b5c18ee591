package apply

import (
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A bot whose creation was not answered may read back otherwise than it was
// sent: whether it is adopted or not, somebody has to hear that its secret is
// lost.
func TestSecretsThatNobodyHeard(t *testing.T) {
	sent := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		why    string
		avatar string
		kept   bool
		told   bool
	}{
		{"it reads back as sent", "https://a.example/b.png", false, true},
		{"the server keeps its picture elsewhere", "https://cdn.example/b.png", false, true},
		{"its secret was kept before the kill", "https://a.example/b.png", true, false},
	} {
		live := &resource.License{}
		live.SetRows("bots", []*resource.Object{resource.Of("id", "b1", "name", "B", "avatar", tt.avatar, "owner_client_id", "c")})
		rest := Reconcile(UnfinishedRun{
			Plan: &diff.Plan{Changes: []*diff.Change{{ID: "bots/B", Kind: "bots", Key: "B", Action: diff.Create,
				After: resource.Of("name", "B", "avatar", "https://a.example/b.png", "owner_client_id", "c")}}},
			Entries: told(nil, "bots/B", "creating", sent, "", nil),
			Before:  &resource.License{}, Live: live, Now: sent.Add(time.Hour), Propagation: time.Minute, Begun: true,
			Kept: func(string) bool { return tt.kept },
		})
		if told := strings.Contains(strings.Join(rest.Notices, "\n"), `reset_bot_secret {"id":"b1","owner_client_id":"c"}`); told != tt.told {
			t.Errorf("%s: notices %q", tt.why, rest.Notices)
		}
	}
}
