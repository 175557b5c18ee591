package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Summary is the plan in one line.
func (p *Plan) Summary() string { return p.summary(p.Keys(nil)) }

// summary is the plan in one line, with keys written as the plan's are.
func (p *Plan) summary(keys *Keys) string {
	c := p.Count()
	unchanged := 0
	for _, n := range p.Unchanged {
		unchanged += n
	}
	if p.InSync() {
		text := fmt.Sprintf("no differences, %d unchanged", unchanged)
		if !p.Complete() {
			text = fmt.Sprintf("no differences in what could be compared, %d unchanged", unchanged)
		}
		return text + p.ignoredText()
	}
	parts := todo(c.Actions)
	if c.Blocked > 0 {
		parts = append(parts, fmt.Sprintf("%d blocked%s", c.Blocked, p.causes(keys)))
	}
	return strings.Join(append(parts, fmt.Sprintf("%d unchanged", unchanged)), ", ") + p.ignoredText()
}

// todo says how many changes there are of each action.
func todo(counts map[Action]int) (parts []string) {
	for _, a := range []Action{Create, Update, Replace, Delete} {
		if counts[a] > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", counts[a], a))
		}
	}
	return parts
}

// ignoredText counts the differences that rules ignore, "" for none.
func (p *Plan) ignoredText() string {
	if len(p.Ignored) == 0 {
		return ""
	}
	return fmt.Sprintf(", %d ignored", len(p.Ignored))
}

// causes names what blocks others, if one does: " (1 cause: group Support)".
func (p *Plan) causes(keys *Keys) string {
	const most = 3
	byID := changesByID(p.Changes)
	blocked := 0
	var roots []*Change
	for _, ch := range p.Changes {
		if ch.Blocked == "" {
			continue
		}
		blocked++
		if root := ch.cause(byID); !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	if len(roots) == blocked {
		return ""
	}
	causes := screen.Plural(len(roots), "cause", "causes")
	if len(roots) <= most {
		names := make([]string, len(roots))
		for i, ch := range roots {
			names[i] = ch.kind().Singular + " " + keys.Text(ch.Kind, ch.Key)
		}
		causes += ": " + strings.Join(names, ", ")
	}
	return " (" + causes + ")"
}

// cause returns the change that a blocked one is blocked for in the end: itself,
// or one that it needs, directly or not. A change with a reason of its own, which
// names no other change, is a cause.
func (c *Change) cause(byID map[string]*Change) *Change {
	for seen := map[*Change]bool{}; !seen[c]; {
		seen[c] = true
		for _, id := range c.needs(byID) {
			if need := byID[id]; need != nil && need.Blocked != "" && strings.Contains(c.Blocked, id) {
				c = need
				break
			}
		}
	}
	return c
}

// needs returns the changes that a change needs: those that it depends on, and for
// a new object those that create what it refers to.
func (c *Change) needs(byID map[string]*Change) []string {
	needs := slices.Clone(c.DependsOn)
	if c.Action != Create {
		return needs
	}
	for ref := range c.kind().References(c.After) {
		if id := createdBy(ref, byID); id != "" && !isMemberMap(c.kind(), ref.To) {
			needs = append(needs, id)
		}
	}
	return needs
}

// Counts says how much a plan does.
type Counts struct {
	Actions map[Action]int // unblocked changes
	Blocked int
	Invited int // people who get an invitation
	Reach   int // changes that act on other licenses
	Lost    int // changes that lose something for good
}

// Count counts.
func (p *Plan) Count() Counts {
	c := Counts{Actions: map[Action]int{}}
	for _, ch := range p.Changes {
		if ch.Blocked != "" {
			c.Blocked++
			continue
		}
		c.Actions[ch.Action]++
		if ch.kind().Person && ch.Action == Create {
			c.Invited++
		}
		if ch.kind().Reach == resource.OfApplication {
			c.Reach++
		}
		if len(ch.Loses) > 0 {
			c.Lost++
		}
	}
	return c
}

func (r *renderer) summary() {
	c := r.plan.Count()
	r.line(r.paint.Bold, "%s", r.plan.summary(r.keys))
	if c.Invited > 0 {
		r.line(nil, "%s invited by e-mail", screen.Plural(c.Invited, "person is", "people are"))
	}
	if c.Reach > 0 {
		r.line(nil, "%s on every license that installed the application", screen.Plural(c.Reach, "change acts", "changes act"))
	}
	if c.Lost > 0 {
		r.line(nil, "%s permanent effects", screen.Plural(c.Lost, "change has", "changes have"))
	}
}
