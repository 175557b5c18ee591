package snapshot

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// Positions are found in the file as it was written, though rows are sorted,
// sets too, and names stand in for ids.
func TestPosition(t *testing.T) {
	text := header + `agents:
  - id: b@b.c
    name: B
    groups:
      - priority: last
        name: VIP
      - {id: 19, priority: first}
    notifications: [ticket, incoming_chat]
    summaries: [weekly_summary]
  - id: a@b.c
    work_scheduler:
      schedule:
        - {day: tuesday, enabled: true, start: "08:00", end: "16:00"}
        - {day: monday, enabled: true, start: "08:00", end: "16:00"}
groups:
  - {name: VIP, agent_priorities: {b@b.c: normal, a.b@c.d: last}}
group_properties:
  - id: 19
    properties:
      core: {greeting: hi, list: [1, 2]}
license_properties:
  a.b: {c.d: 1}
product_source:
  source_id: x
`
	doc, findings := Decode([]byte(text), "f")
	if findings != nil {
		t.Fatal(findings)
	}
	for _, tt := range []struct {
		kind    string
		row     int
		at      string
		want    string
		pointed string
	}{
		{"agents", 0, "", "12:5 agents[1]", "the row, which the file has last"},
		{"agents", 0, "name", "12:5 agents[1].name", "what is missing: its object"},
		{"agents", 0, "work_scheduler.schedule[0].day", "16:17 agents[1].work_scheduler.schedule[1].day", "monday, which the file has last"},
		{"agents", 0, "work_scheduler", "13:5 agents[1].work_scheduler", "the key of something large"},
		{"agents", 1, "name", "5:11 agents[0].name", "the value of a scalar"},
		{"agents", 1, "groups[0].priority", "9:28 agents[0].groups[1].priority", "19 comes first in canonical form"},
		{"agents", 1, "groups[1].id", "8:15 agents[0].groups[0].id", "the name that stands for the id"},
		{"agents", 1, "groups[7].id", "6:5 agents[0].groups", "no such element"},
		{"agents", 1, "notifications[0]", "10:29 agents[0].notifications[1]", "sets are sorted"},
		{"agents", 1, "email_subscriptions[0]", "11:17 agents[0].email_subscriptions[0]", "under the name that answers use"},
		{"groups", 0, "agent_priorities.b@b.c", "18:43 groups[0].agent_priorities.b@b.c", "a key with dots"},
		{"groups", 0, "agent_priorities.a.b@c.d", "18:60 groups[0].agent_priorities.a.b@c.d", "a key with dots"},
		{"group_properties", 0, "value", "22:24 group_properties[0].properties.core.greeting", "the value is the row"},
		{"group_properties", 1, "value[1]", "22:38 group_properties[0].properties.core.list[1]", "inside the value"},
		{"group_properties", 1, "group", "22:28 group_properties[0].properties.core.list", "a part of the key"},
		{"license_properties", 0, "value", "24:14 license_properties.a.b.c.d", "names with dots"},
		{"product_source", 0, "source_id", "26:14 product_source.source_id", "a kind of one object"},
	} {
		t.Run(tt.kind+" "+tt.at, func(t *testing.T) {
			line, column, full := doc.locate(doc.License.Rows(tt.kind)[tt.row], tt.at)
			if diff := cmp.Diff(tt.want, fmt.Sprintf("%d:%d %s", line, column, full)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.pointed, diff)
			}
		})
	}
	if line, column := doc.Position(resource.Of("id", "a@b.c"), "id"); line != 0 || column != 0 {
		t.Errorf("a row from elsewhere is at %d:%d", line, column)
	}
}

// A file that is parsed in one piece has the positions of one that is parsed
// item by item.
func TestPositionsOfEitherWay(t *testing.T) {
	data, err := os.ReadFile("testdata/tidy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	places := func(data []byte) []string {
		doc, findings := Decode(data, "f")
		if findings.Errors() > 0 {
			t.Fatal(findings)
		}
		var out []string
		for _, k := range doc.License.Kinds() {
			for _, row := range doc.License.Rows(k.Name) {
				for name := range row.All() {
					line, column, full := doc.locate(row, name)
					out = append(out, fmt.Sprintf("%d:%d %s", line, column, full))
				}
			}
		}
		return append(out, spelled(doc.Validate())...)
	}
	// A quoted key is unusual enough.
	wholeFile := append([]byte(`"lcsync"`), data[len("lcsync"):]...)
	if diff := cmp.Diff(places(data), places(wholeFile)); diff != "" {
		t.Errorf("(-item by item +whole)\n%s", diff)
	}
}

// A document keeps nothing of the file's text, and rows that were given members
// since are where they were.
func TestPositionsAreKept(t *testing.T) {
	data := []byte(header + "tags:\n  - name: a\n    group_ids: [7, 3]\n")
	doc, findings := Decode(data, "f")
	if findings != nil {
		t.Fatal(findings)
	}
	clear(data)
	row := doc.License.Rows("tags")[0]
	row.Set("author_id", "x")
	row.Set("group_ids", append(row.List("group_ids"), int64(9)))
	for at, want := range map[string]string{
		"":             "4:5 tags[0]",
		"group_ids[0]": "5:20 tags[0].group_ids[1]",
		"group_ids[1]": "5:17 tags[0].group_ids[0]",
		"group_ids[2]": "5:5 tags[0].group_ids",
		"author_id":    "4:5 tags[0].author_id",
	} {
		line, column, full := doc.locate(row, at)
		if got := fmt.Sprintf("%d:%d %s", line, column, full); got != want {
			t.Errorf("%q is at %s, want %s", at, got, want)
		}
	}
}
