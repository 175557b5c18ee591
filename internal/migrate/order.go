package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// orderLinked puts rules into the order that their links say, whichever
// documents they came with. A link that the order does not tell is lost, and
// says so.
func orderLinked(d *draft) {
	rows := d.rows["auto_accesses"]
	if !slices.ContainsFunc(rows, func(r *resource.Object) bool { return r.Has("next_id") }) {
		return
	}
	if !slices.ContainsFunc(rows, func(r *resource.Object) bool { return d.of(r).settled }) {
		rows = linked(rows)
		d.rows["auto_accesses"] = rows
	}
	for i, r := range rows {
		v, ok := r.Lookup("next_id")
		if !ok {
			continue
		}
		r.Delete("next_id")
		next, isText := plain(v).(string)
		switch {
		case !isText && plain(v) == nil:
			d.absorb(v, Converted, r, "null says that there is nothing")
		case isText && leadsTo(rows[i+1:], next):
			d.absorb(v, Converted, r, "the order of the list says it")
		case isText && next != "" && indexOfRule(rows, next) < 0:
			d.mark(v, Dropped, "the rule that comes next is in none of the documents")
		default:
			d.mark(v, Dropped, "it contradicts what other rules say of their order")
		}
	}
}

// leadsTo tells whether the rule that is next, or the end, comes behind a rule,
// with nothing between them but rules that were put before the same one.
func leadsTo(behind []*resource.Object, next string) bool {
	for _, r := range behind {
		if next != "" && text(r, "id") == next {
			return true
		}
		if v, ok := scalar(r, "next_id").(string); !ok || v != next {
			return false
		}
	}
	return next == ""
}

// linked returns rules in the order of their links. If only some have one, they
// move to before the rule that is next, as requests to move them would.
func linked(rows []*resource.Object) []*resource.Object {
	var chained, others []*resource.Object
	all := true
	for _, r := range rows {
		switch id := text(r, "id"); {
		case id != "" && r.Has("next_id"):
			chained = append(chained, r)
		default:
			all = all && id == ""
			others = append(others, r)
		}
	}
	if all {
		rows = append(chainOf(chained), others...)
	}
	for range rows {
		before := slices.Clone(rows)
		for _, r := range before {
			rows = moved(rows, r)
		}
		if slices.Equal(before, rows) {
			break
		}
	}
	return rows
}

// chainOf orders rules that all have an id and a link as the registry reads
// them.
func chainOf(rows []*resource.Object) []*resource.Object {
	of := map[*resource.Object]*resource.Object{}
	var answer resource.List
	for _, r := range rows {
		p := plainObject(r)
		of[p] = r
		answer = append(answer, p)
	}
	ordered, _, err := resource.Lookup("auto_accesses").Reads[0].Rows(answer, "")
	if err != nil || len(ordered) != len(rows) {
		return rows
	}
	out := make([]*resource.Object, len(rows))
	for i, p := range ordered {
		out[i] = of[p]
	}
	return out
}

// moved returns rules with one of them before the one that it says is next.
func moved(rows []*resource.Object, r *resource.Object) []*resource.Object {
	next, isText := scalar(r, "next_id").(string)
	at := indexOfRule(rows, next)
	if !isText || next != "" && (at < 0 || rows[at] == r) {
		return rows
	}
	rest := slices.DeleteFunc(slices.Clone(rows), func(o *resource.Object) bool { return o == r })
	if next == "" {
		return append(rest, r)
	}
	return slices.Insert(rest, indexOfRule(rest, next), r)
}

func indexOfRule(rows []*resource.Object, id string) int {
	return slices.IndexFunc(rows, func(r *resource.Object) bool { return text(r, "id") == id })
}
