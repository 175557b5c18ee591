package migrate

import (
	"slices"

	"lcsync/internal/resource"
)

// orderLinked sorts rules by their links, whichever documents they come from. A
// link that the order does not express is dropped, and reported.
func orderLinked(d *draft) {
	rows := d.rows["auto_accesses"]
	if !slices.ContainsFunc(rows, func(r *resource.Object) bool { return r.Has("next_id") }) {
		return
	}
	if !slices.ContainsFunc(rows, func(r *resource.Object) bool { return d.of(r).exact }) {
		rows = linked(rows)
		d.rows["auto_accesses"] = rows
	}
	ids := byID(rows)
	told, behind := false, "" // whether the order expresses the link of the following rule, and that link
	for i, r := range slices.Backward(rows) {
		next, isText := scalar(r, "next_id").(string)
		switch {
		case i+1 == len(rows):
			told = isText && next == ""
		case isText && next != "" && text(rows[i+1], "id") == next:
			told = true
		default: // several rules may link to the same one
			told = told && isText && next == behind
		}
		behind = next
		switch {
		case isNull(r.Get("next_id")):
			d.imply(r, "next_id", Converted, nullNote)
		case told:
			d.imply(r, "next_id", Converted, "same as the order of the list")
		case next != "" && ids[next] == nil:
			d.drop(r, "next_id", "the next rule is not in the documents")
		default:
			d.drop(r, "next_id", "differs from the order that other rules give")
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

// linked returns rules in the order of their links: each stands before the rule
// that it links to, or at the end. Rules with the same link, and rules without a
// usable link, keep their order. In a cycle, the link of the first rule is
// ignored.
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

// asRead sorts a whole list as the registry reads it, if its rules have ids and
// links. New rules follow.
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
