package drift

import (
	"fmt"
	"strings"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Rule leaves differences out: those of a kind, of objects whose key or id
// matches a pattern, in a field or inside of it. Without a field it means the
// object as a whole.
type Rule struct {
	Kind   string
	Key    string // a pattern; "" = every object
	Field  string
	Reason string
	Until  string // the last day, YYYY-MM-DD; "" = for good
	From   string // where the rule stands, for messages
}

// Matches tells whether the rule means a place, expired or not.
func (r *Rule) Matches(at diff.Place) bool {
	if r.Kind != at.Kind || r.Key != "" && !resource.NameMatches(r.Key, at.Key, at.Name) {
		return false
	}
	return r.Field == "" || at.Field != "" && resource.PathWithin(at.Field, r.Field)
}

// Expired tells whether the last day of the rule is over.
func (r *Rule) Expired(now time.Time) bool {
	return r.Until != "" && now.UTC().Format(time.DateOnly) > r.Until
}

// String names the rule.
func (r *Rule) String() string {
	text := r.Kind
	if r.Key != "" {
		text += "/" + r.Key
	}
	if r.Field != "" {
		text += " " + r.Field
	}
	return text
}

// Rules are rules that leave differences out, with what came of them.
type Rules struct {
	rules []Rule
	used  []bool
	now   time.Time
}

// NewRules returns rules as they count at a time.
func NewRules(rules []Rule, now time.Time) *Rules {
	return &Rules{rules: rules, used: make([]bool, len(rules)), now: now}
}

// Reason returns why what is at a place is left out, "" if it is not.
func (r *Rules) Reason(at diff.Place) string {
	reason := ""
	for i := range r.rules {
		if !r.rules[i].Matches(at) {
			continue
		}
		r.used[i] = true
		if reason == "" && !r.rules[i].Expired(r.now) {
			reason = r.rules[i].Reason
		}
	}
	return reason
}

// Apply parts differences into those that count and those that rules leave out.
func (r *Rules) Apply(all []Difference) (counted, ignored []Difference) {
	for _, d := range all {
		if d.Ignored = r.Reason(d.Place); d.Ignored != "" {
			ignored = append(ignored, d)
		} else {
			counted = append(counted, d)
		}
	}
	return counted, ignored
}

// Reports says which rules expired and which match nothing.
func (r *Rules) Reports() []string {
	var out []string
	for i := range r.rules {
		switch rule := &r.rules[i]; {
		case rule.Expired(r.now):
			out = append(out, fmt.Sprintf("%s: the rule for %s expired on %s", rule.From, rule, rule.Until))
		case !r.used[i]:
			out = append(out, strings.TrimPrefix(fmt.Sprintf("%s: the rule for %s matches no difference", rule.From, rule), ": "))
		}
	}
	return out
}
