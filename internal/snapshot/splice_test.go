package snapshot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// splices decodes a file, lets the license become another one, and returns what
// is written over the file.
func splices(t *testing.T, file string, change func(l *resource.License), o EncodeOptions) *SpliceResult {
	t.Helper()
	old, findings := Decode([]byte(file), "f.yaml")
	if findings.Errors() > 0 {
		t.Fatal(findings)
	}
	want := old.License.Clone()
	change(want)
	out, err := Splice([]byte(file), old, want, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rowOf(l *resource.License, kind, key string) *resource.Object {
	k := resource.Lookup(kind)
	for _, row := range l.Rows(kind) {
		if k.KeyOf(row) == key || k.NameOf(row) == key {
			return row
		}
	}
	panic("no " + kind + " " + key)
}

func without(l *resource.License, kind, key string) {
	gone := rowOf(l, kind, key)
	var rows []*resource.Object
	for _, row := range l.Rows(kind) {
		if row != gone {
			rows = append(rows, row)
		}
	}
	l.SetRows(kind, rows)
}

// TestSplice shows what becomes of a file, the header aside.
func TestSplice(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		change     func(l *resource.License)
		want       string
		notices    []string
	}{
		{name: "an object among references that the file has by name stays what it is",
			file: "groups:\n  - id: 1\n    name: Sales\ntags:\n  - name: a\n    group_ids: [Sales]\n",
			change: func(l *resource.License) {
				rowOf(l, "tags", "a").Set("group_ids", resource.List{int64(1), resource.Of("a", int64(1))})
			},
			want: "groups:\n  - id: 1\n    name: Sales\ntags:\n  - name: a\n    group_ids: [Sales, {a: 1}]\n"},
		{name: "nothing changed, and nothing does",
			file:   "# Ours.\ntags:   # all of them\n    - {name: 'a', group_ids: [1]}   # first\n\n\n    # second\n    - name: b # beside\n# end\n",
			change: func(l *resource.License) {},
			want:   "# Ours.\ntags:   # all of them\n    - {name: 'a', group_ids: [1]}   # first\n\n\n    # second\n    - name: b # beside\n# end\n"},
		{name: "a value keeps what stands around it, and its quotes",
			file: "agents:\n  - name: 'Ben'   # from Berlin\n    # by hand\n    job_title: \"Agent\"  # for now\n    id: b@x.y\n    mobile: \"1\"\n",
			change: func(l *resource.License) {
				rowOf(l, "agents", "b@x.y").Set("name", "Ben's")
				rowOf(l, "agents", "b@x.y").Set("job_title", "Head \"B\"")
			},
			want: "agents:\n  - name: 'Ben''s'   # from Berlin\n    # by hand\n    job_title: \"Head \\\"B\\\"\"  # for now\n    id: b@x.y\n    mobile: \"1\"\n"},
		{name: "a new member stands behind the one that it follows in an export",
			file: "bots:\n  - name: Bob # the builder\n    # where he sits\n    job_title: Agent\n  - id: c\n    name: C\n",
			change: func(l *resource.License) {
				bob := rowOf(l, "bots", "Bob")
				bob.Set("id", "b")
				bob.Set("max_chats_count", int64(3))
				bob.Set("routing_status", "offline")
			},
			want: "bots:\n  - id: b\n    name: Bob # the builder\n    max_chats_count: 3\n    # where he sits\n    job_title: Agent\n    routing_status: offline\n  - id: c\n    name: C\n"},
		{name: "an object that is new has its place among those of the file",
			file: "tags:\n  # the last\n  - name: z\n\n  # the first\n  - name: a\n    group_ids: []\n",
			change: func(l *resource.License) {
				l.Append("tags", resource.Of("name", "b", "group_ids", resource.List{int64(3)}), resource.Of("name", "A"))
			},
			want: "tags:\n  - name: A\n  # the last\n  - name: z\n\n  # the first\n  - name: a\n    group_ids: []\n  - name: b\n    group_ids:\n      - 3\n"},
		{name: "an object that is gone takes its comments with it, not those of others",
			file:    "tags:\n  # Sales has these:\n\n  # hot\n  - name: a # !\n    # inside\n    group_ids: [1]\n    # below\n  # cold\n  - name: b\n",
			change:  func(l *resource.License) { without(l, "tags", "a") },
			want:    "tags:\n  # Sales has these:\n\n  # cold\n  - name: b\n",
			notices: []string{`tag "a" was removed; 4 comments removed: # hot # ! # inside # below`}},
		{name: "the last object",
			file: "tags: # words\n  # one\n  - name: a\n\n# who\nagents:\n  - id: b@x.y\n    name: B\n", change: func(l *resource.License) { without(l, "tags", "a") },
			want:    "tags: [] # words\n\n# who\nagents:\n  - id: b@x.y\n    name: B\n",
			notices: []string{"the list of tags is now empty; comment removed: # one"}},
		{name: "the first object", file: "tags: [] # none yet\n", change: func(l *resource.License) { l.Append("tags", resource.Of("name", "a")) },
			want: "tags: # none yet\n  - name: a\n"},
		{name: "a kind has its place among those of the file",
			file:   "agents: []\n\n# rules\nauto_accesses: []\n",
			change: func(l *resource.License) { l.SetRows("tags", nil); l.SetRows("webhooks", nil) },
			want:   "agents: []\ntags: []\n\n# rules\nauto_accesses: []\nwebhooks: []\n"},
		{name: "a kind that is gone", file: "# labels\ntags: []\n\n# rules\nauto_accesses: []\n", change: func(l *resource.License) { l.Remove("tags") },
			want: "\n# rules\nauto_accesses: []\n", notices: []string{"the section tags was removed; comment removed: # labels"}},
		{name: "rules stand in the order of the license, with their comments",
			file: "auto_accesses:\n  # one\n  - id: a # A\n    description: a\n\n  # two\n  - id: b\n    description: b\n  # three\n  - id: c\n    description: c\n",
			change: func(l *resource.License) {
				r := l.Rows("auto_accesses")
				r[0].Set("description", "last")
				l.SetRows("auto_accesses", []*resource.Object{r[1], resource.Of("id", "d"), r[2], r[0]})
			},
			want: "auto_accesses:\n\n  # two\n  - id: b\n    description: b\n  - id: d\n  # three\n  - id: c\n    description: c\n  # one\n  - id: a # A\n    description: last\n"},
		{name: "names stay names, also of what has another one now",
			file: "groups:\n  - id: 1\n    name: VIP # important\n  - id: 2\n    name: Sales\n  - id: 3\n    name: New\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - name: VIP # them\n        priority: first\n  - id: c@x.y\n    name: C\n    groups:\n      - id: 1 # VIP\n        priority: first\n      - id: 2 # my own words\n        priority: last\ntags:\n  - name: t\n    group_ids: [VIP]\n",
			change: func(l *resource.License) {
				rowOf(l, "groups", "1").Set("name", "Gold")
				for _, id := range []string{"b@x.y", "c@x.y"} {
					list := rowOf(l, "agents", id).List("groups")
					list[0].(*resource.Object).Set("id", int64(1))
					list = append(list, resource.Of("id", int64(3), "priority", "last"))
					rowOf(l, "agents", id).Set("groups", list)
				}
				rowOf(l, "tags", "t").Set("group_ids", resource.List{int64(1), int64(2)})
			},
			want: "groups:\n  - id: 1\n    name: Gold # important\n  - id: 2\n    name: Sales\n  - id: 3\n    name: New\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - name: Gold # them\n        priority: first\n      - name: New\n        priority: last\n  - id: c@x.y\n    name: C\n    groups:\n      - id: 1 # Gold\n        priority: first\n      - id: 2 # my own words\n        priority: last\n      - id: 3 # New\n        priority: last\ntags:\n  - name: t\n    group_ids: [Gold, Sales]\n"},
		{name: "the name beside a number stays true",
			file:   "groups:\n  - id: 1\n    name: VIP\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - id: 1\n        name: VIP # them\n        priority: first\n",
			change: func(l *resource.License) { rowOf(l, "groups", "1").Set("name", "Gold") },
			want:   "groups:\n  - id: 1\n    name: Gold\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - id: 1\n        name: Gold # them\n        priority: first\n"},
		{name: "the name beside a number stays true where something else changes, too",
			file: "groups:\n  - id: 1\n    name: VIP\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - id: 1\n        name: VIP # them\n        priority: first\n",
			change: func(l *resource.License) {
				rowOf(l, "groups", "1").Set("name", "Gold")
				rowOf(l, "agents", "b@x.y").List("groups")[0].(*resource.Object).Set("priority", "last")
			},
			want: "groups:\n  - id: 1\n    name: Gold\nagents:\n  - id: b@x.y\n    name: B\n    groups:\n      - id: 1\n        name: Gold # them\n        priority: last\n"},
		{name: "a webhook that succeeds another keeps the name of its secret",
			file: "webhooks:\n  - id: w1 # ours\n    action: tag_created\n    owner_client_id: shop\n    secret_key: !secret crm   # in the vault\n    type: license\n    url: https://a.b/c\n",
			change: func(l *resource.License) {
				w := l.Rows("webhooks")[0]
				w.Set("id", "w2")
				w.Set("secret_key", resource.Secret("webhooks/shop/tag_created/01234567"))
				w.Set("description", "new")
			},
			want: "webhooks:\n  - id: w2 # ours\n    action: tag_created\n    owner_client_id: shop\n    secret_key: !secret crm   # in the vault\n    type: license\n    url: https://a.b/c\n    description: new\n"},
		{name: "lists inside of objects",
			file: "agents:\n  - id: b@x.y\n    name: B\n    notifications:\n    - ticket # tickets\n    # chats\n    - incoming_chat\n    work_scheduler:\n      schedule:\n        # early\n        - day: monday\n          enabled: true\n          start: 08:00 # o'clock\n          end: \"16:00\"\n        - {day: friday, enabled: true, start: \"08:00\", end: \"12:00\"} # short\n",
			change: func(l *resource.License) {
				a := rowOf(l, "agents", "b@x.y")
				a.Set("notifications", resource.List{"new_goal", "ticket"})
				days := a.Object("work_scheduler").List("schedule")
				days[0].(*resource.Object).Set("start", "09:00")
				days[1].(*resource.Object).Set("end", "11:30")
			},
			want:    "agents:\n  - id: b@x.y\n    name: B\n    notifications:\n    - new_goal\n    - ticket # tickets\n    work_scheduler:\n      schedule:\n        # early\n        - day: monday\n          enabled: true\n          start: \"09:00\" # o'clock\n          end: \"16:00\"\n        - {day: friday, enabled: true, start: \"08:00\", end: \"11:30\"} # short\n",
			notices: []string{`agent "b@x.y" was changed; comment removed: # chats`}},
		{name: "texts of several lines",
			file: "license_properties:\n  core:\n    # hello\n    greeting: |  # said first\n      Good morning,\n\n      # how are you?\n    # bye\n    farewell: >-\n      Good\n      bye\n    long: one\n      two\n",
			change: func(l *resource.License) {
				for _, row := range l.Rows("license_properties") {
					row.Set("value", row.String("value")+"more\nlines\n")
				}
				rowOf(l, "license_properties", "core/long").Set("value", "short")
			},
			want: "license_properties:\n  core:\n    # hello\n    greeting: |  # said first\n      Good morning,\n\n      # how are you?\n      more\n      lines\n    # bye\n    farewell: |\n      Good byemore\n      lines\n    long: short\n"},
		{name: "values of groups, by name",
			file: "groups:\n  - id: 1\n    name: VIP\ngroup_properties:\n  - name: VIP # gold\n    properties:\n      core:\n        a: 1\n        b: 2 # two\n  - id: 0\n    properties: {core: {a: 1}}\n",
			change: func(l *resource.License) {
				rowOf(l, "group_properties", "VIP/core/a").Set("value", int64(5))
				without(l, "group_properties", "VIP/core/b")
				for _, row := range l.Rows("group_properties") {
					if row.Get("group") == "VIP" {
						row.Set("group", int64(1))
					}
				}
			},
			want:    "groups:\n  - id: 1\n    name: VIP\ngroup_properties:\n  - name: VIP # gold\n    properties:\n      core:\n        a: 5\n  - id: 0\n    properties: {core: {a: 1}}\n",
			notices: []string{"the section group_properties was changed; comment removed: # two"}},
		{name: "what has no room in a layout is not missed",
			file: "license_properties: {core: {a: 1}} # A\n",
			change: func(l *resource.License) {
				l.SetRows("product_source", []*resource.Object{resource.Of("source_id", nil)})
				l.Append("license_properties", resource.Of("namespace", "core", "name", "b", "value", nil), resource.Of("namespace", "core", "name", "c", "value", int64(2)))
			},
			want: "license_properties: {core: {a: 1, c: 2}} # A\nproduct_source: {}\n"},
		{name: "an object in flow style is written anew",
			file: "tags:\n  # mine\n  - {name: a, # A\n     group_ids: [1]}\n  - {name: b}\n", change: func(l *resource.License) { rowOf(l, "tags", "a").Set("author_id", "me") },
			want:    "tags:\n  # mine\n  - name: a\n    group_ids:\n      - 1\n    author_id: me\n  - {name: b}\n",
			notices: []string{`tag "a" was rewritten; comment removed: # A`}},
		{name: "what moves in front of its anchor is written out",
			file: "auto_accesses:\n- id: a\n  access: &all\n    groups: [1]\n- id: b\n- id: c # last\n  access: *all\n",
			change: func(l *resource.License) {
				r := l.Rows("auto_accesses")
				l.SetRows("auto_accesses", []*resource.Object{r[2], r[0], r[1]})
			},
			want:    "auto_accesses:\n- id: c\n  access:\n    groups:\n      - 1\n- id: a\n  access: &all\n    groups: [1]\n- id: b\n",
			notices: []string{`auto access "c" was rewritten; comment removed: # last`}},
		{name: "what an anchor is needed for is written out",
			file: "agents:\n  - id: b@x.y\n    name: B\n    work_scheduler: &hours\n      timezone: UTC\n  # same hours\n  - id: c@x.y\n    name: C\n    work_scheduler: *hours # see B\n",
			change: func(l *resource.License) {
				rowOf(l, "agents", "b@x.y").Object("work_scheduler").Set("timezone", "Europe/Rome")
			},
			want:    "agents:\n  - id: b@x.y\n    name: B\n    work_scheduler:\n      timezone: Europe/Rome\n  # same hours\n  - id: c@x.y\n    name: C\n    work_scheduler:\n      timezone: UTC\n",
			notices: []string{`agent "b@x.y" was rewritten`, `agent "c@x.y" was rewritten; comment removed: # see B`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, breaks := range []string{"\n", "\r\n"} {
				file := strings.ReplaceAll(header+tt.file, "\n", breaks)
				out := splices(t, file, tt.change, EncodeOptions{})
				if diff := cmp.Diff(strings.ReplaceAll(header+tt.want, "\n", breaks), string(out.Data)); diff != "" {
					t.Errorf("with %q (-want +got)\n%s", breaks, diff)
				}
				var notices []string
				for _, n := range out.Notices {
					notices = append(notices, n.String())
				}
				if diff := cmp.Diff(tt.notices, notices); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
		})
	}
}
