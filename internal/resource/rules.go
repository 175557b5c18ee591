package resource

import (
	"fmt"
	"slices"
	"strings"
)

// Words joins names for a message: "a, b or c".
func Words(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// correct is the hint for a broken rule.
const correct = "correct it, or remove it"

// fieldPath is the place of a field of a row.
func fieldPath(name string) *Path { return (*Path)(nil).Member(name) }

// checkProperty checks the vendor's rules for one property definition.
func checkProperty(x *Inspection, o *Object) {
	domain, def := o.List("domain"), o.Get("default_value")
	rng := o.Object("range")
	if len(domain) > 0 && rng.Len() > 0 {
		x.warn(fieldPath("range"), correct, "a property can have a domain or a range: the vendor does not document how both combine")
	}
	if rng.Len() > 0 {
		if o.String("type") != "int" {
			x.refuse(fieldPath("range"), correct, "only int properties can have a range")
		}
		from, fromOK := rng.Get("from").(int64)
		to, toOK := rng.Get("to").(int64)
		if fromOK && toOK && from > to {
			x.refuse(fieldPath("range"), correct, "the range is empty: from %d is greater than to %d", from, to)
		}
	}
	for i, v := range domain {
		if text := checkType(o.String("type"), v); text != "" {
			x.refuse(fieldPath("domain").Element(i), correct, "%s", text)
		}
	}
	if def == nil {
		return
	}
	if access := o.Object("access"); !access.Has("license") && !access.Has("group") {
		x.refuse(fieldPath("default_value"), correct, "a default value requires access.license or access.group")
	}
	if text := CheckPropertyValue(o, def); text != "" {
		x.refuse(fieldPath("default_value"), correct, "%s", text)
	}
}

// CheckPropertyValue returns what is wrong with a value of a property with the
// given definition: its type, domain and range. "" means that the value is valid.
func CheckPropertyValue(definition *Object, v Value) string {
	if text := checkType(definition.String("type"), v); text != "" {
		return text
	}
	if domain := definition.List("domain"); len(domain) > 0 &&
		!slices.ContainsFunc(domain, func(d Value) bool { return Equal(d, v) }) {
		return fmt.Sprintf("%s is not in the property's domain %s", JSON(v), JSON(domain))
	}
	n, isInt := v.(int64)
	if rng := definition.Object("range"); isInt && rng.Len() > 0 {
		if from, ok := rng.Get("from").(int64); ok && n < from {
			return fmt.Sprintf("%d is below the property's range: the minimum is %d", n, from)
		}
		if to, ok := rng.Get("to").(int64); ok && n > to {
			return fmt.Sprintf("%d is above the property's range: the maximum is %d", n, to)
		}
	}
	return ""
}

// checkType checks a value against a property type; int is an int32.
func checkType(typ string, v Value) string {
	ok := true
	switch typ {
	case "int":
		n, isInt := v.(int64)
		if isInt && (n > 1<<31-1 || n < -1<<31) {
			return fmt.Sprintf("%d is too large for an int property (32 bits)", n)
		}
		ok = isInt
	case "bool":
		_, ok = v.(bool)
	case "string", "tokenized_string":
		_, ok = v.(string)
	}
	if !ok {
		return fmt.Sprintf("%s is %s, but the property's type is %s", JSON(v), TypeName(v), typ)
	}
	return ""
}

// checkHours reports working hours that are probably a mistake: spans that end
// before they start, and spans of one day that overlap. The schedule is canonical:
// by day, start and end. Spans that are not enabled do not count.
func checkHours(x *Inspection, o *Object) {
	last, until := "", ""
	at := fieldPath("work_scheduler").Member("schedule")
	for i, v := range o.Object("work_scheduler").List("schedule") {
		o, _ := v.(*Object)
		day, start, end := o.String("day"), o.String("start"), o.String("end")
		on := o.Get("enabled") != false
		if !clockTime.MatchString(start) || !clockTime.MatchString(end) {
			continue
		}
		switch {
		case end <= start:
			x.warn(at.Element(i).Member("end"), "write a later end; for hours past midnight, add a span to the next day",
				"end on %s is not after start %s", day, start)
		case on && day == last && start < until:
			x.warn(at.Element(i).Member("start"), "join the two", "two spans of %s overlap: one ends at %s, the next starts at %s", day, until, start)
		}
		if !on {
			continue
		}
		if day != last {
			last, until = day, ""
		}
		until = max(until, end)
	}
}
