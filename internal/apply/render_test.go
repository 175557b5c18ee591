package apply

import (
	"encoding/json"
	"strings"
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/screen"
)

var sample = &Report{
	FormatVersion: 1,
	Results: []Result{
		{ID: "tags/good", Status: Done},
		{ID: "tags/gone", Status: Done, Detail: "was deleted already"},
		{ID: "groups/Sales", Status: Failed, Error: "create_group: validation: name is\nfar too long for this server to be kept"},
		{ID: "tags/vip", Status: Skipped, Detail: "needs groups/Sales, which failed"},
		{ID: "webhooks/https://" + strings.Repeat("long", 20), Status: Unknown, Error: "register_webhook: timeout"},
		{ID: "agents/a@x", Status: Kept, Kept: []diff.FieldChange{{Path: "avatar", Before: "https://cdn/x.png", After: "x.png"}, {Path: presence, After: "there"}}},
		{ID: "agents/b@x", Status: Blocked, Detail: "needs --create-agents"},
	},
	Notices:  []string{"1 new bot is offline"},
	Requests: 12,
}

func TestText(t *testing.T) {
	sample.Counts = count(sample.Results)
	var b strings.Builder
	if err := sample.Text(&b, Style{Width: 60}); err != nil {
		t.Fatal(err)
	}
	same(t, "text", b.String(), `done       tags/gone: was deleted already
failed     groups/Sales: create_group: validation: name is
           far too long for this server to be kept
skipped    tags/vip: needs groups/Sales, which failed
unknown    webhooks/https://longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong:
           register_webhook: timeout
kept       agents/a@x
           avatar: the server kept "https://cdn/x.png"
           instead of "x.png"
           accepted, but the object does not exist
blocked    agents/b@x: needs --create-agents
notice: 1 new bot is offline

2 done, 1 failed, 1 skipped, 1 unknown, 1 blocked, 1 kept
(the server has its own value).
It took 12 requests.
Changes with an unknown outcome may have taken effect; check
them first with lcsync diff.
Fix the cause, then run the same command again; it does not
repeat what is done.
lcsync diff shows the kept values again until the file has
them too.
`)
	for _, width := range []int{20, 33, 80} {
		b.Reset()
		if err := sample.Text(&b, Style{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			text := line
			if status, rest, _ := strings.Cut(line, " "); colors[Status(status)] != nil {
				text = rest
			}
			text = strings.TrimLeft(text, " ")
			if folded := screen.Wrap(text, width-len(line)+len(text)); len(folded) > 1 {
				t.Errorf("width %d: %q", width, line)
			}
		}
	}
}

func TestNothingToDo(t *testing.T) {
	r := mustRun(t, plan(), &fake{}, options())
	var b strings.Builder
	if err := r.Text(&b, Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	same(t, "text", b.String(), "Nothing to do.\n")
	if !r.OK() {
		t.Error("not OK")
	}
}

// JSON is the report as a document has it.
func (r *Report) JSON() ([]byte, error) { return json.Marshal(r) }

func TestJSON(t *testing.T) {
	data, err := sample.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	same(t, "a report survives its JSON", &got, sample)
}
