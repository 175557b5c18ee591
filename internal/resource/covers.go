package resource

import (
	"slices"
	"strings"
)

// coversConditions reports whether a rule matches every chat that a later rule
// matches, so that the later rule never applies: if the later rule's conditions
// match, each condition of the earlier rule matches, too.
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

// coversMatches is coversConditions for one condition on a URL or domain.
func coversMatches(name string, has, other *Object) bool {
	excluded := other.List("exclude_values")
	if containsFunc(has.List("exclude_values"), func(e *Object) bool {
		return !containsFunc(excluded, func(o *Object) bool { return impliedBy(o, e) })
	}) {
		return false
	}
	values := has.List("values")
	if len(values) == 0 || hasAny(name, values) {
		return true // matches any address
	}
	taken := other.List("values")
	return len(taken) > 0 && !containsFunc(taken, func(o *Object) bool {
		return !containsFunc(values, func(v *Object) bool { return impliedBy(v, o) })
	})
}

// impliedBy reports whether an address that meets one match also meets another,
// because it contains the other's value.
func impliedBy(match, by *Object) bool {
	if match.Get("exact_match") == true {
		return by.Get("exact_match") == true && by.String("value") == match.String("value")
	}
	return strings.Contains(by.String("value"), match.String("value"))
}

// coversPlaces is coversConditions for locations: each location of the later rule
// is in one of the earlier rule's.
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

// inAll are texts that every URL or domain contains.
var inAll = map[string][]string{"url": {"", "/", "//", "://", "http", "http:", "https", "https:", "https://", "http://"}, "domain": {"", "."}}

// hasAny reports whether one of the values of a condition always matches.
func hasAny(condition string, values List) bool {
	return containsFunc(values, func(v *Object) bool {
		return v.Has("value") && v.Get("exact_match") != true && slices.Contains(inAll[condition], v.String("value"))
	})
}

// catchesAll reports whether a rule matches every page, apart from exceptions.
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
