package sandbox

import "slices"

// Limits of a license's plan, as the properties of the namespace limits tell
// them: X.base, X.additional and X.hard. The pages say that the sum of base and
// additional cannot exceed hard, and that limit_reached means that a change would
// exceed a limit. They do not say which methods check which limit. Of agents those
// count that are active, says the method that holds a license against a plan; of
// anything else everything is counted here, General included.
//
// A license that was given none of the three has no plan, and nothing limits it:
// it shows the defaults of the page, but takes as much as a test wants to put in.
const (
	limitsNamespace  = "limits"
	limitAgents      = "agents"
	limitGroups      = "groups"
	limitMemberships = "groups_per_agent" // of agents, not of bots
	limitTags        = "tags"
	limitRules       = "access_rules"
)

// limit is how many a license may have of something. -1 means any number; the
// pages say so of some limits, and it is taken to hold for all.
func (s *state) limit(of string) (most int, limited bool) {
	base, ofBase := s.limitPart(of + ".base")
	additional, ofAdditional := s.limitPart(of + ".additional")
	hard, ofHard := s.limitPart(of + ".hard")
	if most = base + additional; hard >= 0 {
		most = min(most, hard)
	}
	return most, (ofBase || ofAdditional || ofHard) && base >= 0 && additional >= 0
}

// limitPart is the value of a property of the namespace limits, or its default,
// and whether the license was given it.
func (s *state) limitPart(name string) (n int, given bool) {
	value := builtinsByKey[pair(limitsNamespace, name)]["default_value"]
	row, given := s.licenseValues.get(pair(limitsNamespace, name))
	if given {
		value = row["value"]
	}
	number, ok := value.(int64)
	if !ok {
		number = -1
	}
	return int(number), given
}

// roomFor refuses one more of something when the license has as many as its plan
// allows.
func (c *call) roomFor(of string, t *table) *apiError {
	n := 0
	for _, row := range t.all() {
		if !row.flag("suspended") {
			n++
		}
	}
	if most, limited := c.st.limit(of); limited && n >= most {
		return fail(errLimitReached, "Limit reached: %d %s", most, of)
	}
	return nil
}

// roomForGroups refuses more memberships than an agent had before and may have.
func (c *call) roomForGroups(id string, before, after int) *apiError {
	if most, limited := c.st.limit(limitMemberships); limited && after > most && after > before {
		return fail(errLimitReached, "Limit reached: %d groups of the agent %s", most, id)
	}
	return nil
}

// roomForMembers refuses members of a group who would be in more groups than an
// agent may be.
func (c *call) roomForMembers(group int64, wanted obj) *apiError {
	for _, id := range sortedKeys(wanted) {
		row, _ := c.st.agents.get(id)
		n := len(row.list("groups"))
		if slices.ContainsFunc(row.list("groups"), func(e any) bool { return e.(obj).number("id") == group }) {
			continue
		}
		if err := c.roomForGroups(id, n, n+1); err != nil {
			return err
		}
	}
	return nil
}
