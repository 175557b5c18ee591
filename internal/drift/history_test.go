package drift

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// checker makes checks of a file and a license, an hour apart.
type checker struct {
	t     *testing.T
	state State
	hours int
}

// check compares and returns the events, a line each. out are kinds out of scope,
// gaps kinds that could not be read.
func (c *checker) check(want, live string, out []string, gaps ...string) []string {
	c.t.Helper()
	l, w := parse(c.t, live), parse(c.t, want)
	for _, kind := range gaps {
		l.Remove(kind)
		l.Gaps = append(l.Gaps, resource.Gap{Kind: kind, Reason: "refused"})
	}
	d, err := diff.Deviate(l, w, diff.Options{Match: diff.ByID, Skip: out})
	if err != nil {
		c.t.Fatal(err)
	}
	c.hours++
	events := c.state.Record(Check{Time: monday.Add(time.Duration(c.hours) * time.Hour), File: digest(want), Differences: Find(d, nil, nil), Gaps: d.Gaps,
		InScope: func(at diff.Place, _ bool) bool { return d.Saw(at) }, Read: d.Read, Values: d.Values})
	var lines []string
	for _, e := range events {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Event, e.ID, e.By)))
	}
	return lines
}

func TestRecord(t *testing.T) {
	const (
		equal  = `{"agents":[{"id":"ben@x","job_title":"A","mobile":"1"}],"tags":[]}`
		boss   = `{"agents":[{"id":"ben@x","job_title":"B","mobile":"1"}],"tags":[]}`
		chief  = `{"agents":[{"id":"ben@x","job_title":"C","mobile":"1"}],"tags":[]}`
		tagged = `{"agents":[{"id":"ben@x","job_title":"C","mobile":"1"}],"tags":[{"name":"t"}]}`
		other  = `{"agents":[{"id":"ben@x","job_title":"D","mobile":"1"}],"tags":[]}`
	)
	title := "agents/ben@x#job_title"
	c := &checker{t: t}
	for _, step := range []struct {
		why, want, live string
		out, gaps       []string
		events          []string
	}{
		{"equal", equal, equal, nil, nil, nil},
		{"a change", equal, boss, nil, nil, []string{"appeared " + title}},
		{"known", equal, boss, nil, nil, nil},
		{"another value", equal, chief, nil, nil, []string{"changed " + title}},
		{"a gap hides it", equal, equal, nil, []string{"agents"}, []string{"gap gap:agents/"}},
		{"and is known", equal, equal, nil, []string{"agents"}, nil},
		{"the kind is left out", equal, equal, []string{"agents"}, nil, nil},
		{"all is there again", equal, tagged, nil, nil, []string{"appeared tags/t", "gap closed gap:agents/"}},
		{"the file follows in one of both", chief, tagged, nil, nil, []string{"gone " + title + " file"}},
		{"the license goes back in the other", chief, chief, nil, nil, []string{"gone tags/t license"}},
		{"both sides change", chief, boss, nil, nil, []string{"appeared " + title}},
		{"to the same", other, other, nil, nil, []string{"gone " + title + " both"}},
	} {
		if d := cmp.Diff(step.events, c.check(step.want, step.live, step.out, step.gaps...)); d != "" {
			t.Errorf("%s (-want +got):\n%s", step.why, d)
		}
	}
	if c.state.Edited(digest(other)) || !c.state.Edited(digest(chief)) || c.state.Equal != monday.Add(12*time.Hour) {
		t.Errorf("the license was last equal to the file at %s", c.state.Equal)
	}
}

func TestRules(t *testing.T) {
	rules := NewRules([]Rule{
		{Kind: "agents", Key: "*@x", Field: "groups", Reason: "r1", From: "f:1"},
		{Kind: "tags", Key: "tmp-*", Reason: "r2", From: "f:2"},
		{Kind: "bots", Reason: "r3", Until: "2026-03-01", From: "f:3"},
		{Kind: "groups", Reason: "r4", Until: "2026-03-02", From: "f:4"},
		{Kind: "webhooks", Reason: "r5", From: "f:5"},
	}, monday)
	for _, tt := range []struct {
		at   diff.Place
		want string
	}{
		{diff.Place{Kind: "agents", Key: "ben@x", Name: "ben@x", Field: "groups[19].priority"}, "r1"},
		{diff.Place{Kind: "agents", Key: "ben@x", Name: "ben@x", Field: "groupsome"}, ""},
		{diff.Place{Kind: "agents", Key: "ben@x", Name: "ben@x"}, ""},
		{diff.Place{Kind: "agents", Key: "ben@y", Name: "ben@y", Field: "groups"}, ""},
		{diff.Place{Kind: "tags", Key: "tmp-1", Name: "tmp-1"}, "r2"},
		{diff.Place{Kind: "tags", Key: "tmp-1", Name: "tmp-1", Field: "group_ids"}, "r2"},
		{diff.Place{Kind: "bots", Key: "Bot", Name: "b"}, ""},
		{diff.Place{Kind: "groups", Key: "Sales", Name: "19", Field: "name"}, "r4"},
	} {
		if got := rules.Reason(tt.at); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.at, got, tt.want)
		}
	}
	want := []string{"f:3: the rule for bots expired on 2026-03-01", "f:5: the rule for webhooks matches no difference"}
	if d := cmp.Diff(want, rules.Reports()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
