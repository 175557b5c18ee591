package clone_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/clone"
	"lcsync/internal/diff"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire"
)

// TestCloneAgain: whatever a license is made to be by a clone, there is nothing
// left to be done by the same clone.
func TestCloneAgain(t *testing.T) {
	mapping := clone.Mapping{clone.ClientIDs: {{From: "clientA", To: "appA"}, {From: "clientB", To: "appB"}}}
	o := clone.Options{CreateAgents: true, UpdateAgents: true, UpdateRoles: true, KeepURLs: true, KeepEmails: true}
	clones, asked, refused := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		source := resourcetest.Draw{Seed: 1, Writable: true, Lawful: true}.License(rt, 3)
		before := resourcetest.Draw{Seed: 2, Writable: true, Lawful: true}.License(rt, 2)
		license, err := rehearsal.Start(sandbox.Options{Seed: 3, Clock: wire.System{}})
		if err == nil {
			err = license.Give(before)
		}
		if err != nil {
			rt.Fatal(err)
		}
		conn, err := license.Connect([]string{"appA", "appB", "clientA", "clientB"}, rehearsal.Options{Clock: wire.System{}, Concurrency: 4})
		if err != nil {
			rt.Fatal(err)
		}
		read := func() *resource.License {
			l, err := conn.Read(context.Background(), nil)
			if err != nil {
				rt.Fatal(err)
			}
			return l
		}
		plan := func(live *resource.License) *diff.Plan {
			res := clone.Map(source, live, mapping, o)
			if len(res.Questions) > 0 {
				return nil
			}
			p, err := diff.Compute(live, res.Wanted, diff.Options{Match: diff.Mapped, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true})
			if err != nil {
				rt.Fatal(err)
			}
			clone.StartLast(p)
			return p
		}
		live := read()
		first := plan(live)
		if first == nil {
			asked++
			return
		}
		report, err := conn.Run(context.Background(), first, live)
		if err != nil {
			rt.Fatal(err)
		}
		if report.Counts.Failed > 0 {
			refused++ // what is drawn may be what no license takes
			return
		}
		clones++
		again := plan(read())
		if again == nil {
			rt.Fatal("the second clone has questions that the first one did not have")
		}
		for _, ch := range again.Todo() {
			rt.Errorf("the second clone: %s", change(ch))
		}
	})
	t.Logf("%d clones, %d with questions, and %d that the license refused", clones, asked, refused)
	if clones < 10 {
		t.Errorf("only %d licenses could be cloned", clones)
	}
}
