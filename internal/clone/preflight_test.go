package clone_test

import (
	"strings"
	"testing"

	"lcsync/internal/clone"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// TestSuspendedAgentsTakeNoSeat: a plan limits the agents that are active.
func TestSuspendedAgentsTakeNoSeat(t *testing.T) {
	const suspended, active = "    suspended: true\n", "    suspended: false\n"
	for _, c := range []struct {
		state string
		full  bool
	}{{suspended, false}, {active, true}} {
		target := license(t, "target", "agents:\n  - id: a@x.y\n    name: A\n    role: owner\n  - id: b@x.y\n    name: B\n"+c.state)
		target.SetRows("license_properties", []*resource.Object{
			resource.Of("namespace", "limits", "name", "agents.base", "value", int64(2)),
			resource.Of("namespace", "limits", "name", "agents.additional", "value", int64(0))})
		plan := &diff.Plan{Changes: []*diff.Change{{ID: "agents/c@x.y", Kind: "agents", Action: diff.Create, Key: "c@x.y",
			After: resource.Of("id", "c@x.y", "name", "C")}}}
		var texts []string
		for _, f := range clone.Preflight(clone.Check{Plan: plan, Target: target}) {
			if f.Level == clone.Blocks && f.Kind == "agents" {
				texts = append(texts, f.Text)
			}
		}
		if (len(texts) > 0) != c.full {
			t.Errorf("%s: %q", c.state, texts)
		}
		if got, seats := clone.Invited(plan, target), "(1 of 2 are in use)"; strings.Contains(got, seats) == c.full {
			t.Errorf("%s: %s", c.state, got)
		}
	}
}
