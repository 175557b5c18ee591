package migrate

import "lcsync/internal/resource"

// everyRow returns a rule that visits each row of some kinds.
func everyRow(kinds []string, fn func(d *draft, kind string, row *resource.Object)) func(d *draft) {
	return func(d *draft) {
		for _, kind := range named(kinds) {
			for _, row := range d.rows[kind] {
				fn(d, kind, row)
			}
		}
	}
}

// named returns the names of kinds; "all" stands for every kind.
func named(kinds []string) []string {
	if kinds[0] == ofAll[0] {
		return resource.Names()
	}
	return kinds
}

// renaming returns the rule that renames a member.
func renaming(kind, from, to, doc string) Rule {
	kinds := []string{kind}
	return Rule{Name: kind + "/" + from + "-to-" + to, Kinds: kinds, Doc: doc,
		apply: everyRow(kinds, func(d *draft, _ string, row *resource.Object) { d.rename(row, from, to) })}
}

// takenOut returns a rule that removes a member from rows, and passes on each row
// that had it with the value.
func takenOut(kinds []string, name string, fn func(d *draft, row *resource.Object, v any)) func(d *draft) {
	return everyRow(kinds, func(d *draft, _ string, row *resource.Object) {
		if v, ok := row.Lookup(name); ok {
			row.Delete(name)
			fn(d, row, v)
		}
	})
}

// without returns a rule that removes rows and records them as dropped.
func without(kinds []string, why string, gone func(d *draft, kind string, row *resource.Object) bool) func(d *draft) {
	return func(d *draft) {
		for _, kind := range named(kinds) {
			d.remove(kind, why, func(row *resource.Object) bool { return gone(d, kind, row) })
		}
	}
}

// filtered returns a rule that visits each webhook with a filter.
func filtered(name string, fn func(d *draft, h hook, filters *resource.Object, v any)) func(d *draft) {
	return func(d *draft) {
		d.hooks(func(h hook) {
			filters := h.o.Object("filters")
			if v, ok := filters.Lookup(name); ok {
				fn(d, h, filters, v)
			}
		})
	}
}

// withoutFilter returns a rule that removes a filter from webhooks of an action,
// or from all webhooks if the action is "".
func withoutFilter(action, name, why string) func(d *draft) {
	return filtered(name, func(d *draft, h hook, _ *resource.Object, _ any) {
		if action == "" || h.action() == action {
			d.dropFilter(h, name, why)
		}
	})
}
