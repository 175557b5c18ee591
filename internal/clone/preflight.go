package clone

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Check is what is looked at before a plan is carried out.
type Check struct {
	Plan *diff.Plan
	// Target is the license as it is, with the values that nobody can set: the
	// limits of its plan are among them.
	Target *resource.License
	To     Side
	// Source is the license that the plan was made of, nil if that does not
	// matter. From is how it was reached, nil if it is a file's.
	Source *resource.License
	From   *Side
}

// Preflight says what would stop a plan, or go another way than one may expect.
func Preflight(c Check) []Finding {
	var out []Finding
	for _, check := range []func(Check) []Finding{blocked, scopes, limits, plain, regions, unread} {
		out = append(out, check(c)...)
	}
	return out
}

// blocked are changes that are not possible.
func blocked(c Check) []Finding {
	var out []Finding
	for _, ch := range c.Plan.Changes {
		if ch.Blocked != "" {
			out = append(out, Finding{Level: Blocks, Kind: ch.Kind, Key: ch.Key, Text: ch.Blocked})
		}
	}
	return out
}

// scopes are those that a plan needs and the token lacks.
func scopes(c Check) []Finding {
	if len(c.Plan.Todo()) == 0 {
		return nil
	}
	if c.To.Scopes == nil {
		return []Finding{{Level: Informs, Text: "the scopes of the target's token are not known: a missing scope shows only when a change is sent"}}
	}
	needed := map[string]int{} // changes, by method
	for _, ch := range c.Plan.Todo() {
		for _, method := range methodsOf(ch) {
			needed[method]++
		}
	}
	var out []Finding
	for _, m := range resource.EditionOf(resource.APIVersion).Methods {
		if needed[m.Name] == 0 || len(m.Scopes) == 0 {
			continue
		}
		has := func(scope string) bool { return resource.Grants(c.To.Scopes, scope) }
		lacks := func(scope string) bool { return !has(scope) }
		if m.All && !slices.ContainsFunc(m.Scopes, lacks) || !m.All && slices.ContainsFunc(m.Scopes, has) {
			continue
		}
		out = append(out, Finding{Level: Blocks, Text: fmt.Sprintf("the target's token lacks the scope for %s, which %d of the changes need", m.Name, needed[m.Name]),
			Hint: "give it " + resource.Words(m.Scopes)})
	}
	return out
}

// methodsOf returns the methods that a change is carried out with.
func methodsOf(ch *diff.Change) []string {
	k := resource.Lookup(ch.Kind)
	var ops []*resource.Op
	switch ch.Action {
	case diff.Create:
		ops = append(ops, k.Create)
	case diff.Update:
		ops = append(ops, k.Update)
	case diff.Delete:
		ops = append(ops, k.Delete)
	case diff.Replace:
		ops = append(ops, k.Delete, k.Create)
	}
	if start := k.StartArgs(ch.After, nil); start != nil && ch.Action == diff.Create {
		ops = append(ops, resource.Lookup(k.ActivatedBy.Kind).Create)
	}
	var out []string
	for _, op := range ops {
		switch {
		case op == nil:
		case op.OffField != "" && ch.After.Get(op.OffField) == false:
			out = append(out, op.Off)
		default:
			out = append(out, op.Method)
		}
	}
	return out
}

// limits are those of the target's plan that it would be beyond afterwards.
func limits(c Check) []Finding {
	allowed := limitsOf(c.Target)
	after := map[string]int{} // objects by kind
	for _, k := range resource.Kinds() {
		after[k.Name] = len(counted(c.Target, k))
	}
	var out []Finding
	come, limited := map[string]bool{}, false
	for _, ch := range c.Plan.Todo() {
		switch ch.Action {
		case diff.Create:
			after[ch.Kind]++
			come[ch.Kind] = true
			limited = limited || resource.Lookup(ch.Kind).PlanLimit != ""
		case diff.Delete:
			if k := resource.Lookup(ch.Kind); !k.IsIdle(ch.Before) {
				after[ch.Kind]--
			}
		}
		out = append(out, listLimit(allowed, ch)...)
	}
	for _, k := range resource.Kinds() {
		most, known := allowed.most(k.PlanLimit)
		if come[k.Name] && known && after[k.Name] > most {
			out = append(out, Finding{Level: Blocks, Kind: k.Name, Hint: "leave some out, delete some, or change the plan",
				Text: fmt.Sprintf("the target would have %d %s, and its plan allows %d", after[k.Name], k.Name, most)})
		}
	}
	if limited && len(allowed) == 0 {
		out = append(out, Finding{Level: Informs, Text: "the limits of the target's plan were not read: the preflight does not check them"})
	}
	return out
}

// counted returns the objects of a kind that count against the limit of a plan.
func counted(l *resource.License, k *resource.Kind) []*resource.Object {
	return slices.DeleteFunc(slices.Clone(l.Rows(k.Name)), k.IsIdle)
}

// listLimit holds the lists of a changed object against the limits of the plan.
func listLimit(allowed planLimits, ch *diff.Change) []Finding {
	var out []Finding
	k := resource.Lookup(ch.Kind)
	for i := range k.Fields {
		f := &k.Fields[i]
		most, known := allowed.most(f.PlanLimit)
		n := len(ch.After.List(f.Name))
		if known && n > most && n > len(ch.Before.List(f.Name)) {
			out = append(out, Finding{Level: Blocks, Kind: ch.Kind, Key: ch.Key, Text: fmt.Sprintf("it would have %d %s, and the target's plan allows %d", n, f.Name, most)})
		}
	}
	return out
}

// planLimits are the limits of a license's plan, as the license states them:
// agents.base, agents.additional…
type planLimits map[string]int

// limitsOf returns the limits of a license's plan, none if they were not read.
func limitsOf(l *resource.License) planLimits {
	limits := planLimits{}
	for _, k := range resource.Kinds() {
		if !k.HasLimits() {
			continue
		}
		for _, row := range l.Rows(k.Name) {
			n, isInt := row.Get(k.Values.Value).(int64)
			if isInt && row.String(k.Values.Namespace) == resource.LimitsNamespace {
				limits[row.String(k.Values.Name)] = int(n)
			}
		}
	}
	return limits
}

// most returns a limit by its name, and whether there is one: what the plan has
// and what was bought in addition, up to an upper bound. -1 is none.
func (l planLimits) most(name string) (int, bool) {
	base, known := l[name+".base"]
	additional := l[name+".additional"]
	if !known || base < 0 || additional < 0 {
		return 0, false
	}
	most := base + additional
	if hard, known := l[name+".hard"]; known && hard >= 0 {
		most = min(most, hard)
	}
	return most, true
}

// Missing are secrets, by name, that nobody has given.
func Missing(secrets []string) []Finding {
	var out []Finding
	for _, name := range secrets {
		out = append(out, Finding{Level: Blocks, Text: "the secret " + name + " is missing",
			Hint: "put it into a file for --secrets, or map the source's secret to it under secrets"})
	}
	return out
}

// plain are new addresses that payloads would go to without encryption.
func plain(c Check) []Finding {
	var out []Finding
	for _, ch := range c.Plan.Todo() {
		k := resource.Lookup(ch.Kind)
		for i := range k.Fields {
			f := &k.Fields[i]
			if address := ch.After.String(f.Name); f.Format == resource.WebURL && strings.HasPrefix(address, "http://") {
				out = append(out, Finding{Level: Warns, Kind: ch.Kind, Key: ch.Key, Text: "http:// " + k.Singular + ": payloads are not encrypted"})
			}
		}
	}
	return out
}

// Invited says how many people a plan invites, and what that means for the seats
// of the target; "" if nobody is invited.
func Invited(p *diff.Plan, target *resource.License) string {
	allowed, n, seats := limitsOf(target), 0, ""
	for _, ch := range p.Todo() {
		k := resource.Lookup(ch.Kind)
		if !k.Person || ch.Action != diff.Create {
			continue
		}
		n++
		if most, known := allowed.most(k.PlanLimit); known {
			seats = fmt.Sprintf(" (%d of %d are in use)", len(counted(target, k)), most)
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 person is invited, which takes 1 seat" + seats
	}
	return fmt.Sprintf("%d people are invited, which takes %d seats%s", n, n, seats)
}
