package resource

import (
	"slices"
	"strings"
)

// catchesAll tells whether a rule matches what any page is: each of its
// conditions is one that everything meets, apart from exceptions.
func catchesAll(rule *Object) bool {
	conditions := rule.Object("conditions")
	for name, v := range conditions.All() {
		if !meetsAll(name, v) {
			return false
		}
	}
	return conditions.Len() > 0
}

// inAll are parts that everything has which a condition is about.
var inAll = map[string][]string{"url": {"", "/", "//", "://", "http", "http:", "https", "https:", "https://", "http://"}, "domain": {"", "."}}

// meetsAll tells whether everything meets a condition: it names exceptions
// alone, or a part that every address has.
func meetsAll(name string, condition Value) bool {
	c, _ := condition.(*Object)
	values := c.List("values")
	if len(values) == 0 {
		return len(c.List("exclude_values")) > 0
	}
	return slices.ContainsFunc(values, func(v Value) bool {
		value, _ := v.(*Object)
		return value.Has("value") && value.Get("exact_match") != true && slices.Contains(inAll[name], value.String("value"))
	})
}

// shadows tells whether a rule takes everything, apart from exceptions, that
// another one behind it is about.
func shadows(first, behind *Object) bool {
	conditions := first.Object("conditions")
	for name, v := range conditions.All() {
		if !meetsAll(name, v) && !takes(v, behind.Object("conditions").Get(name)) {
			return false
		}
		if onlyExcepted(v, behind.Object("conditions").Get(name)) {
			return false
		}
	}
	return conditions.Len() > 0
}

// takes tells whether whatever meets a narrow condition also meets a wide one.
func takes(wide, narrow Value) bool {
	w, _ := wide.(*Object)
	n, _ := narrow.(*Object)
	values := n.List("values")
	if len(values) == 0 {
		return false
	}
	for _, v := range values {
		if !slices.ContainsFunc(w.List("values"), func(of Value) bool { return contains(of, v) }) {
			return false
		}
	}
	return true
}

// onlyExcepted tells whether a condition is about nothing but what another one
// makes an exception of.
func onlyExcepted(condition, about Value) bool {
	c, _ := condition.(*Object)
	a, _ := about.(*Object)
	if len(c.List("exclude_values")) == 0 || len(a.List("values")) == 0 {
		return false
	}
	return takes(Of("values", c.Get("exclude_values")), a)
}

// contains tells whether whatever meets one value of a condition meets another,
// wider one: a part of it, or a place with nothing else to it.
func contains(wide, narrow Value) bool {
	w, _ := wide.(*Object)
	n, _ := narrow.(*Object)
	if w.Len() == 0 || n.Len() == 0 {
		return false
	}
	if text, has := w.Get("value").(string); has {
		if w.Get("exact_match") == true {
			return n.Get("exact_match") == true && n.String("value") == text
		}
		return strings.Contains(n.String("value"), text)
	}
	for name, v := range w.All() {
		if !Equal(n.Get(name), v) {
			return false
		}
	}
	return true
}
