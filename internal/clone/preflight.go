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
		out = append(out, listLimit(c.Target, ch)...)
	}
	for _, k := range resource.Kinds() {
		most, known := planLimit(c.Target, k.PlanLimit)
		if come[k.Name] && known && after[k.Name] > most {
			out = append(out, Finding{Level: Blocks, Kind: k.Name, Hint: "leave some out, delete some, or change the plan",
				Text: fmt.Sprintf("the target would have %d %s, and its plan allows %d", after[k.Name], k.Name, most)})
		}
	}
	if limited && !hasLimits(c.Target) {
		out = append(out, Finding{Level: Informs, Text: "the limits of the target's plan were not read: the preflight does not check them"})
	}
	return out
}

// counted returns the objects of a kind that count against the limit of a plan.
func counted(l *resource.License, k *resource.Kind) []*resource.Object {
	return slices.DeleteFunc(slices.Clone(l.Rows(k.Name)), k.IsIdle)
}

// hasLimits tells whether the limits of its plan are among the rows of a license.
func hasLimits(l *resource.License) bool {
	return slices.ContainsFunc(resource.Kinds(), func(k *resource.Kind) bool {
		return k.HasLimits() && slices.ContainsFunc(l.Rows(k.Name), func(row *resource.Object) bool {
			return row.String(k.Values.Namespace) == resource.LimitsNamespace
		})
	})
}

// listLimit holds the lists of a changed object against the limits of the plan.
func listLimit(target *resource.License, ch *diff.Change) []Finding {
	var out []Finding
	k := resource.Lookup(ch.Kind)
	for i := range k.Fields {
		f := &k.Fields[i]
		most, known := planLimit(target, f.PlanLimit)
		n := len(ch.After.List(f.Name))
		if known && n > most && n > len(ch.Before.List(f.Name)) {
			out = append(out, Finding{Level: Blocks, Kind: ch.Kind, Key: ch.Key, Text: fmt.Sprintf("it would have %d %s, and the target's plan allows %d", n, f.Name, most)})
		}
	}
	return out
}

// planLimit returns a limit of a license's plan by its name, and whether there is
// one: what the plan has and what was bought in addition, up to an upper bound.
// -1 is none.
func planLimit(l *resource.License, name string) (int, bool) {
	if name == "" {
		return 0, false
	}
	part := func(what string) (int, bool) {
		for _, k := range resource.Kinds() {
			if !k.HasLimits() {
				continue
			}
			for _, row := range l.Rows(k.Name) {
				n, isInt := row.Get(k.Values.Value).(int64)
				if isInt && row.String(k.Values.Namespace) == resource.LimitsNamespace && row.String(k.Values.Name) == name+"."+what {
					return int(n), true
				}
			}
		}
		return 0, false
	}
	base, known := part("base")
	additional, _ := part("additional")
	if !known || base < 0 || additional < 0 {
		return 0, false
	}
	most := base + additional
	if hard, known := part("hard"); known && hard >= 0 {
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
	n, seats := 0, ""
	for _, ch := range p.Todo() {
		k := resource.Lookup(ch.Kind)
		if !k.Person || ch.Action != diff.Create {
			continue
		}
		n++
		if most, known := planLimit(target, k.PlanLimit); known {
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
