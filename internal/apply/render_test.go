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
		{ID: "tags/gone", Status: Done, Detail: "was already gone"},
		{ID: "groups/Sales", Status: Failed, Error: "create_group: validation: name is\nfar too long for this server to be kept"},
		{ID: "tags/vip", Status: Skipped, Detail: "it needs groups/Sales, which failed"},
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
	same(t, "text", b.String(), `done       tags/gone: was already gone
failed     groups/Sales: create_group: validation: name is
           far too long for this server to be kept
skipped    tags/vip: it needs groups/Sales, which failed
unknown    webhooks/https://longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong:
           register_webhook: timeout
kept       agents/a@x
           avatar: the server kept "https://cdn/x.png", sent
           was "x.png"
           it was accepted, but is not there
blocked    agents/b@x: needs --create-agents
notice: 1 new bot is offline

2 done, 1 failed, 1 skipped, 1 unknown, 1 blocked, 1 kept
(as the server had it or made it).
It took 12 requests.
Check the changes with an unknown outcome first, with lcsync
diff: some of them may have taken effect.
When the cause is gone, run the same command again: what is
done is not done again.
What the server kept will differ again until the file says
the same.
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
