package diff

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
	"lcsync/internal/screen"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const paintedLive = `{
	"clients": ["c"],
	"gaps": [{"kind": "bot_templates"}, {"kind": "bots", "id": "b2"}],
	"groups": [{"id":0,"name":"General"},{"id":3,"name":"Sales"},{"id":4,"name":"Old\u001b[31m team"}],
	"agents": [
		{"id":"owner@example.com","name":"Owner","role":"owner","suspended":false},
		{"id":"a@example.com","name":"Ann","job_title":"Sells shoes, boots, laces, polish and everything else that goes on a foot","notifications":["ticket","new_goal"],
		 "groups":[{"id":0,"priority":"normal"},{"id":3,"priority":"first"}],"work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","enabled":true,"start":"09:00","end":"17:00"},{"day":"friday","enabled":true,"start":"09:00","end":"17:00"}]}}],
	"bots": [{"id":"b1","name":"Bot","max_chats_count":5,"groups":[]},{"id":"b2","name":"Dark"}],
	"tags": [{"name":"vip","group_ids":[3]},{"name":"gone\nfor good"}],
	"auto_accesses": [{"id":"r1","description":"one","access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"x"}]}}},
		{"id":"r2","description":"two","access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"y"}]}}}],
	"properties": [{"name":"plan","owner_client_id":"c","type":"int"}],
	"webhooks": [{"id":"w1","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"https://a.example/"}]
}`

const paintedWant = `{
	"clients": ["c"],
	"groups": [{"id":0,"name":"General"},{"id":3,"name":"Shoes"},{"name":"Support \u202egnp.exe"}],
	"agents": [
		{"id":"owner@example.com","name":"Owner","role":"normal","suspended":true},
		{"id":"a@example.com","name":"żółta łódź 東京 東京 東京 東京 東京 東京 東京 東京 東京 東京 東京 東京 東京","job_title":"Sells shoes, boots, strings, polish and everything else that goes on a foot","notifications":["ticket","queued_visitor"],
		 "groups":[{"id":0,"priority":"normal"},{"id":3,"priority":"last"},{"id":"Support \u202egnp.exe","priority":"normal"}],"work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday","enabled":true,"start":"08:00","end":"17:00"},{"day":"friday","enabled":true,"start":"09:00","end":"17:00"}]}},
		{"id":"new@example.com","name":"New","groups":[{"id":3,"priority":"normal"}]}],
	"bot_templates": [{"owner_client_id":"c","name":"T"}],
	"bots": [{"id":"b1","name":"Bot","max_chats_count":6,"groups":[{"id":"Support \u202egnp.exe","priority":"first"}]},{"id":"b2","name":"Dark"}],
	"tags": [{"name":"vip","group_ids":[3,0]},{"name":"new","group_ids":["Support \u202egnp.exe"]},{"name":"lost","group_ids":["Nowhere"]}],
	"auto_accesses": [{"id":"r2","description":"two","access":{"groups":[0]},"conditions":{"url":{"values":[{"value":"y"}]}}},
		{"id":"r1","description":"one","access":{"groups":[0,3]},"conditions":{"url":{"values":[{"value":"x"}]}}}],
	"properties": [{"name":"plan","owner_client_id":"c","type":"string"}],
	"webhooks": [{"id":"w1","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"https://b.example/"}]
}`

func paint(t *testing.T, o Options, s Style) string {
	t.Helper()
	p, err := Compute(parseLicense(t, paintedLive), parseLicense(t, paintedWant), o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.Text(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestText(t *testing.T) {
	careful, bold := Options{Match: ByID}, Options{Match: ByID, Prune: true, AllowApplication: true, Self: resourcetest.Owner}
	golden(t, "testdata/careful.txt", paint(t, careful, Style{Width: 80}))
	golden(t, "testdata/prune.txt", paint(t, bold, Style{Width: 80}))
	for _, width := range []int{40, 80, 120} {
		text := paint(t, bold, Style{Width: width})
		for _, l := range strings.Split(text, "\n") {
			if folded := screen.Wrap(l, width); len(folded) > 1 {
				t.Errorf("not folded to %d columns: %q", width, l)
			}
			if strings.ContainsFunc(l, func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Errorf("control characters: %q", l)
			}
		}
	}
	colored := paint(t, bold, Style{Width: 80, Color: true})
	for _, code := range []string{"\x1b[0m", "\x1b[22m", "\x1b[0;22m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m"} {
		colored = strings.ReplaceAll(colored, code, "")
	}
	if d := cmp.Diff(paint(t, bold, Style{Width: 80}), colored); d != "" {
		t.Errorf("colours change the text (-plain +coloured):\n%s", d)
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct{ reason, live, want, text string }{
		{"in sync", `{"tags":[{"name":"a"}]}`, `{"tags":[{"name":"a"}]}`, "no differences, 1 unchanged"},
		{"in sync as far as is known", `{"gaps":[{"kind":"groups"}],"tags":[]}`, `{"tags":[],"groups":[]}`, "no differences in what could be compared, 0 unchanged"},
		{"changes", `{"tags":[{"name":"a"}],"bots":[{"id":"b","name":"B"}]}`, `{"tags":[{"name":"a"},{"name":"c"},{"name":"d"}],"bots":[{"id":"b","name":"C"}]}`, "2 to create, 1 to update, 1 unchanged"},
		{"blocked ones", `{"agents":[],"tags":[]}`, `{"tags":[{"name":"c","group_ids":["x"]}]}`, "1 blocked, 0 unchanged"},
		{"one cause of several", `{"agents":[{"id":"a@x.y"}],"groups":[],"tags":[]}`, `{"groups":[{"name":"Support"}],"tags":[{"name":"b","group_ids":["Support"]},{"name":"c","group_ids":["Support"]}]}`,
			"3 blocked (1 cause: group Support), 0 unchanged"},
		{"two causes", `{"agents":[{"id":"a@x.y"}],"groups":[],"tags":[]}`, `{"groups":[{"name":"G"}],"tags":[{"name":"b","group_ids":["G"]},{"name":"c","group_ids":["H"]}]}`,
			"3 blocked (2 causes: group G, tag c), 0 unchanged"},
		{"people who are not invited are a cause", `{"agents":[{"id":"a@x.y"}],"groups":[],"tags":[]}`, `{` + otherLicense + `"groups":[{"name":"G"}],"agents":[{"id":"n@x.y","name":"N","groups":[{"id":"G","priority":"normal"}]}],"tags":[{"name":"b","group_ids":["G"]}]}`,
			"3 blocked (1 cause: agent n@x.y), 0 unchanged"},
		{"each for itself", `{"agents":[{"id":"a@x.y"}],"groups":[]}`, `{"groups":[{"name":"G"},{"name":"H"}]}`, "2 blocked, 0 unchanged"},
	} {
		p, err := Compute(parseLicense(t, c.live), parseLicense(t, c.want), Options{})
		if err != nil || p.Summary() != c.text {
			t.Errorf("%s: %q, %v; want %q", c.reason, p.Summary(), err, c.text)
		}
	}
}

func TestElide(t *testing.T) {
	if got := screen.Columns(elide(strings.Repeat("x", 99), false, false)); got != 2*context+1 {
		t.Errorf("sameness is %d columns long", got)
	}
}

func TestReorderedListsShowTheirOrder(t *testing.T) {
	p, err := Compute(parseLicense(t, `{"tags":[{"name":"a","unknown":["x","y"]}]}`), parseLicense(t, `{"tags":[{"name":"a","unknown":["y","x"]}]}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := summary(p); !strings.Contains(got, "[x, y] -> [y, x]") {
		t.Error(got)
	}
	if got := (FieldChange{Path: "groups[a.b].priority"}).Root(); got != "groups" {
		t.Errorf("root %q", got)
	}
	if resource.Lookup("tags") == nil {
		t.Error("no tags")
	}
}
