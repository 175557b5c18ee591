package undo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

var allowAll = diff.Options{Prune: true, AllowApplication: true, ReplaceDefinitions: true, CreateAgents: true, Self: resourcetest.Owner}

// undoable draws what a server may hold and a run may bring about.
var undoable = resourcetest.Draw{Writable: true, Lawful: true}

func summary(p *diff.Plan, u *Undo) string {
	var b strings.Builder
	for _, ch := range p.Changes {
		fmt.Fprintf(&b, "%s %s %s %v %q\n", ch.ID, ch.Action, resource.JSON(ch.After), ch.Fields, ch.Blocked)
	}
	fmt.Fprintf(&b, "plan skipped %v\n", p.Skipped)
	if u != nil {
		fmt.Fprintf(&b, "undo skipped %v\nlost %v\n", u.Skipped, u.Lost)
	}
	return b.String()
}

// ran draws a license and a run on it.
func ran(t *rapid.T) (before, after *resource.License, r Run) {
	before = undoable.License(t, 3)
	o := allowAll
	o.Match, o.Prune = diff.ByID, rapid.Bool().Draw(t, "prune")
	p, err := diff.Compute(before, undoable.Edited(t, before), o)
	if err != nil {
		t.Fatal(err)
	}
	after, done, err := simulate(before, p, 10_000)
	if err != nil {
		t.Fatalf("%v\n%s", err, summary(p, nil))
	}
	return before, after, Run{p, done, before}
}

// TestUndoLeadsBack: undoing a run leaves a license that differs from what it
// was in ids alone.
func TestUndoLeadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after, r := ran(t)
		was := resourcetest.Texts(before) + resourcetest.Texts(after)
		back, u, err := Plan(r, after, true, allowAll)
		if err != nil {
			t.Fatal(err)
		}
		if resourcetest.Texts(before)+resourcetest.Texts(after) != was {
			t.Fatal("computing an undo changed a license")
		}
		end, _, err := simulate(after, back, 20_000)
		if err != nil {
			t.Fatalf("%v\n%s", err, summary(back, u))
		}
		o := allowAll
		o.Match = diff.ByID
		rest, err := diff.Compute(end, before, o)
		if err != nil {
			t.Fatal(err)
		}
		if left := unexplained(rest, back, u); len(left) > 0 || len(back.Skipped) > 0 {
			t.Fatalf("the run\n%s\nits undo\n%s\nleave to do\n%s\n%v\nBEFORE\n%s\nAFTER\n%s\nEND\n%s", summary(r.Plan, nil), summary(back, u), summary(rest, nil), left, resourcetest.Texts(before), resourcetest.Texts(after), resourcetest.Texts(end))
		}
	})
}

// unexplained returns what differs although the undo did not say so.
func unexplained(rest, back *diff.Plan, u *Undo) []string {
	var out []string
	for _, ch := range rest.Changes {
		said := slices.ContainsFunc(u.Skipped, func(s diff.Skip) bool { return s.Kind == ch.Kind && s.Key == ch.Key }) ||
			slices.ContainsFunc(back.Changes, func(b *diff.Change) bool { return b.Blocked != "" && b.Kind == ch.Kind && b.Key == ch.Key })
		for _, root := range roots(ch) {
			said = said || slices.ContainsFunc(u.Lost, func(line string) bool { return strings.HasPrefix(line, ch.Kind+"/"+ch.Key+": "+root+" names ") })
		}
		if !said {
			out = append(out, ch.ID)
		}
	}
	return out
}

func roots(ch *diff.Change) []string {
	var out []string
	for _, f := range ch.Fields {
		out = append(out, f.Root())
	}
	return out
}

// TestUndoIsDone: once undone, there is nothing more to undo.
func TestUndoIsDone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, after, r := ran(t)
		back, u, err := Plan(r, after, true, allowAll)
		if err != nil {
			t.Fatal(err)
		}
		end, _, err := simulate(after, back, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		again, v, err := Plan(r, end, true, allowAll)
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range again.Todo() {
			if ch.Kind != "auto_accesses" && ch.Kind != "webhooks" { // nothing tells a recreated one from another
				t.Fatalf("the undo\n%s\nis followed by\n%s", summary(back, u), summary(again, v))
			}
		}
	})
}

// TestForeignEditsStay: what somebody changed since the run is left alone.
func TestForeignEditsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, after, r := ran(t)
		k, row, field := foreignEdit(t, after)
		back, u, err := Plan(r, after, true, allowAll)
		if err != nil {
			t.Fatal(err)
		}
		value := resource.CloneValue(row.Get(field))
		end, _, err := simulate(after, back, 20_000)
		if err != nil {
			t.Fatalf("%v\n%s", err, summary(back, u))
		}
		now := resource.NewIndex(end).Find(k, row)
		if now == nil {
			for _, ch := range r.Plan.Changes { // a field that the run did not write may go with what it created
				mine := ch.Kind == k.Name && ch.Action == diff.Create && (r.Done[ch.ID] == nil && ch.Key == k.KeyOf(row) || resource.Equal(r.Done[ch.ID], k.IDOf(row)))
				if mine && !ch.After.Has(field) {
					return
				}
			}
			t.Fatalf("%s %s is gone\nRUN\n%s\nUNDO\n%s", k.Name, field, summary(r.Plan, nil), summary(back, u))
		}
		if !same(k, now, field, value) {
			t.Fatalf("%s.%s was %s and is %s\nRUN\n%s\nUNDO\n%s", k.KeyOf(row), field, resource.JSON(value), resource.JSON(now.Get(field)), summary(r.Plan, nil), summary(back, u))
		}
	})
}

// foreignEdit changes a field of a live object to what neither the run nor the
// license before had there.
func foreignEdit(t *rapid.T, l *resource.License) (*resource.Kind, *resource.Object, string) {
	type place struct {
		k     *resource.Kind
		row   *resource.Object
		field string
	}
	var places []place
	for _, k := range l.Kinds() {
		for _, r := range l.Rows(k.Name) {
			for i := range k.Fields {
				f := &k.Fields[i]
				text := f.Type == resource.String && f.Enum == nil && f.Input != resource.SecretInput
				members := f.List == resource.Keyed && len(l.Rows("groups")) > 0
				if f.Class == resource.User && f.OnChange == resource.ByUpdate && (text || members) {
					places = append(places, place{k, r, f.Name})
				}
			}
		}
	}
	p := places[rapid.IntRange(0, len(places)-1).Draw(t, "place")]
	if f := p.k.Field(p.field); f.Type == resource.String {
		p.row.Set(p.field, "somebody else's")
	} else {
		// A new member of what the run created, among others.
		list := resource.List{}
		for _, g := range l.Rows("groups") {
			if rapid.Bool().Draw(t, "joins") {
				list = append(list, resource.Of("id", g.Get("id"), "priority", "last"))
			}
		}
		if same(p.k, p.row, p.field, list) {
			list = resource.List{resource.Of("id", l.Rows("groups")[0].Get("id"), "priority", "supervisor")}
		}
		if same(p.k, p.row, p.field, list) {
			list = resource.List{}
		}
		p.row.Set(p.field, list)
	}
	p.k.Canonical(p.row)
	return p.k, p.row, p.field
}
