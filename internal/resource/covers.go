package resource

import (
	"slices"
	"strings"
)

// coversConditions tells whether a rule takes every chat that another one would,
// so that the other never matches behind it: each condition that it has is met
// whenever those of the other are.
func coversConditions(earlier, later *Object) bool {
	has, other := earlier.Object("conditions"), later.Object("conditions")
	for _, name := range has.Names() {
		covers := coversMatches
		if name == "geolocation" {
			covers = coversPlaces
		}
		if !covers(name, has.Object(name), other.Object(name)) {
			return false
		}
	}
	return true
}

// coversMatches is coversConditions for one condition on an address.
func coversMatches(name string, has, other *Object) bool {
	excluded := other.List("exclude_values")
	if containsFunc(has.List("exclude_values"), func(e *Object) bool {
		return !containsFunc(excluded, func(o *Object) bool { return impliedBy(o, e) })
	}) {
		return false
	}
	values := has.List("values")
	if len(values) == 0 || hasAny(name, values) {
		return true // any address will do
	}
	taken := other.List("values")
	return len(taken) > 0 && !containsFunc(taken, func(o *Object) bool {
		return !containsFunc(values, func(v *Object) bool { return impliedBy(v, o) })
	})
}

// impliedBy tells whether an address that meets one match meets another: it
// contains what the other looks for.
func impliedBy(match, by *Object) bool {
	if match.Get("exact_match") == true {
		return by.Get("exact_match") == true && by.String("value") == match.String("value")
	}
	return strings.Contains(by.String("value"), match.String("value"))
}

// coversPlaces is coversConditions for places: each place of the other is in one
// of the rule's.
func coversPlaces(_ string, has, other *Object) bool {
	taken := other.List("values")
	return len(taken) > 0 && !containsFunc(taken, func(place *Object) bool {
		return !containsFunc(has.List("values"), func(around *Object) bool {
			return !slices.ContainsFunc(around.Names(), func(n string) bool { return !Equal(around.Get(n), place.Get(n)) })
		})
	})
}

// containsFunc tells whether a list has an object with a property.
func containsFunc(l List, has func(*Object) bool) bool {
	return slices.ContainsFunc(l, func(v Value) bool {
		o, ok := v.(*Object)
		return ok && has(o)
	})
}

// inAll are parts that everything has which a condition is about.
var inAll = map[string][]string{"url": {"", "/", "//", "://", "http", "http:", "https", "https:", "https://", "http://"}, "domain": {"", "."}}

// hasAny tells whether one of the values of a condition is met by everything.
func hasAny(condition string, values List) bool {
	return containsFunc(values, func(v *Object) bool {
		return v.Has("value") && v.Get("exact_match") != true && slices.Contains(inAll[condition], v.String("value"))
	})
}

// catchesAll tells whether a rule matches what any page is: everything meets each
// of its conditions, apart from exceptions.
func catchesAll(rule *Object) bool {
	conditions := rule.Object("conditions")
	for _, name := range conditions.Names() {
		c := conditions.Object(name)
		if values := c.List("values"); len(values) > 0 && !hasAny(name, values) || len(values) == 0 && len(c.List("exclude_values")) == 0 {
			return false
		}
	}
	return conditions.Len() > 0
}
