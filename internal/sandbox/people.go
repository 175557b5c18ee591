package sandbox

import (
	"regexp"
	"slices"
	"strings"
)

var (
	clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	zoneName  = regexp.MustCompile(`^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$`)
)

// checkAgentID checks that an agent's id is an e-mail address.
func checkAgentID(id string) *apiError {
	name, domain, ok := strings.Cut(id, "@")
	if !ok || name == "" || domain == "" || strings.ContainsAny(id, " \t\r\n") {
		return invalid("`id` must be an e-mail address")
	}
	return nil
}

// checkPerson checks what the table of types cannot express: groups and schedules.
func (c *call) checkPerson(p obj) *apiError {
	if err := checkMemberships(c.st, p.list("groups")); err != nil {
		return err
	}
	if !p.has("work_scheduler") {
		return nil
	}
	return checkScheduler(p.sub("work_scheduler"))
}

func checkMemberships(st *state, groups []any) *apiError {
	seen := map[int64]bool{}
	for _, e := range groups {
		id := e.(obj).number("id")
		if seen[id] {
			return invalid("`groups` names group %d twice", id)
		}
		seen[id] = true
		if !st.groups.has(groupKey(id)) {
			return noGroup(id)
		}
	}
	return nil
}

// checkScheduler accepts hours that end before they start: they pass midnight, and
// no page forbids them.
func checkScheduler(s obj) *apiError {
	zone := s.text("timezone")
	if zone != "" && !zoneName.MatchString(zone) {
		return invalid("`work_scheduler.timezone` is not the name of a time zone")
	}
	for _, e := range s.list("schedule") {
		day := e.(obj)
		if !clockTime.MatchString(day.text("start")) || !clockTime.MatchString(day.text("end")) {
			return invalid("`work_scheduler.schedule` times must be HH:MM")
		}
	}
	return nil
}

// overwrite returns a row after an update: named fields are replaced, or extended
// if the license merges lists. A work scheduler always has both parts.
func (l *License) overwrite(row, p obj) obj {
	out := row.with(p)
	if l.opts.MergeLists {
		for key, v := range p {
			out[key] = merge(row[key], v)
		}
	}
	return out
}

// completeScheduler adds the missing parts of a work scheduler: reads always show
// both.
func completeScheduler(p obj) obj {
	if s := p.sub("work_scheduler"); s != nil {
		return p.with(obj{"work_scheduler": noSchedule.with(s)})
	}
	return p
}

// leaveGroup removes a group from everything that refers to it.
func (s *state) leaveGroup(id int64) {
	gone := func(e any) bool {
		if g, ok := e.(obj); ok {
			return g.number("id") == id
		}
		return e == id
	}
	for _, t := range []*table{&s.agents, &s.bots} {
		dropFrom(t, "groups", gone)
	}
	dropFrom(&s.tags, "group_ids", gone)
	for key, rule := range s.rules.all() {
		access := rule.sub("access")
		if slices.ContainsFunc(access.list("groups"), gone) {
			rest := slices.DeleteFunc(slices.Clone(access.list("groups")), gone)
			s.rules.put(key, rule.with(obj{"access": access.with(obj{"groups": rest})}))
		}
	}
	s.groupValues.removeWhere(func(row obj) bool { return row.number("id") == id })
}

// dropFrom removes elements from a list field of every row.
func dropFrom(t *table, field string, gone func(any) bool) {
	for key, row := range t.all() {
		if slices.ContainsFunc(row.list(field), gone) {
			t.put(key, row.with(obj{field: slices.DeleteFunc(slices.Clone(row.list(field)), gone)}))
		}
	}
}

// setMemberships sets the agents of a group and their priorities; with keep set,
// no agent leaves the group.
func (s *state) setMemberships(group int64, wanted obj, keep bool) {
	for key, row := range s.agents.all() {
		priority, member := wanted[key]
		was := membership(row, group)
		if !member && (was == "" || keep) || member && was == priority {
			continue
		}
		groups := slices.DeleteFunc(slices.Clone(row.list("groups")), func(e any) bool {
			return e.(obj).number("id") == group
		})
		if member {
			groups = append(groups, obj{"id": group, "priority": priority})
		}
		s.agents.put(key, row.with(obj{"groups": groups}))
	}
}
