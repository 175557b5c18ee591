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
	ids := byID(rows)
	told, behind := false, "" // whether the order tells the link of the rule behind, and the link
	for i, r := range slices.Backward(rows) {
		next, isText := scalar(r, "next_id").(string)
		switch {
		case i+1 == len(rows):
			told = isText && next == ""
		case isText && next != "" && text(rows[i+1], "id") == next:
			told = true
		default: // rules may be put before the same one
			told = told && isText && next == behind
		}
		behind = next
		switch {
		case isNull(r.Get("next_id")):
			d.imply(r, "next_id", Converted, nullNote)
		case told:
			d.imply(r, "next_id", Converted, "the order of the list says it")
		case next != "" && ids[next] == nil:
			d.drop(r, "next_id", "the rule that comes next is in none of the documents")
		default:
			d.drop(r, "next_id", "it contradicts what other rules say of their order")
		}
	}
}

func byID(rows []*resource.Object) map[string]*resource.Object {
	ids := map[string]*resource.Object{}
	for _, r := range slices.Backward(rows) {
		ids[text(r, "id")] = r
	}
	return ids
}

// linked returns rules in the order of their links: each stands before the one
// that it says is next, or at the end. Those that say the same, and those that
// say nothing of use, stay in the order that they have; of a circle, the link of
// the first one is of no use.
func linked(rows []*resource.Object) []*resource.Object {
	rows = asRead(rows)
	ids, end := byID(rows), &resource.Object{}
	ids[""] = end
	next := map[*resource.Object]*resource.Object{}
	for _, r := range rows {
		if id, isText := scalar(r, "next_id").(string); isText && ids[id] != nil {
			next[r] = ids[id]
		}
	}
	walked := map[*resource.Object]int{}
	for i, r := range rows {
		for ; r != nil && walked[r] == 0; r = next[r] {
			walked[r] = i + 1
		}
		if walked[r] == i+1 {
			delete(next, r)
		}
	}
	before := map[*resource.Object][]*resource.Object{}
	for _, r := range rows {
		before[next[r]] = append(before[next[r]], r)
	}
	out := make([]*resource.Object, 0, len(rows))
	var put func(r *resource.Object)
	put = func(r *resource.Object) {
		for _, b := range before[r] {
			put(b)
		}
		out = append(out, r)
	}
	for _, r := range append(before[nil], end) {
		put(r)
	}
	return out[:len(rows)]
}

// asRead puts a whole list into the order that the registry reads in it: its
// rules have an id and a link. New ones stand behind.
func asRead(rows []*resource.Object) []*resource.Object {
	var list resource.List
	var others []*resource.Object
	for _, r := range rows {
		switch id := text(r, "id"); {
		case id == "":
			others = append(others, r)
		case r.Has("next_id"):
			list = append(list, plain(r))
		default:
			return rows
		}
	}
	read, _, err := resource.Lookup("auto_accesses").Reads[0].Rows(list, "")
	if err != nil {
		return rows
	}
	ids := byID(rows)
	for i, p := range read {
		read[i] = ids[p.String("id")]
	}
	return append(read, others...)
}
