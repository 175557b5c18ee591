package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// join pairs rows in steps: by id, equal content, natural key, further matchers.
// Ids count if byID, and on any license where they are unguessable unless byName.
func (p *kindPairs) join(byID, byName bool) {
	k := p.kind
	if k.ServerID != "" && (byID || k.RandomID && !byName) {
		p.step(func(o *resource.Object, _ bool) string { return resource.Text(k.IDOf(o)) }, false)
	}
	if k.ServerID != "" {
		p.joinContent()
	}
	if k.Order != resource.Linked {
		p.step(func(o *resource.Object, _ bool) string { return k.JoinKey(o) }, false)
	}
	if k.AnyCase {
		p.step(func(o *resource.Object, _ bool) string { return folded(k, o) }, true)
	}
	for i, m := range k.Match {
		if m.Gone && !byID {
			continue
		}
		// Rules that are still alike after the last step stand in their order.
		unique := k.Order != resource.Linked || i < len(k.Match)-1
		p.step(func(o *resource.Object, live bool) string {
			if m.Gone && !live && k.IDOf(o) == nil {
				return ""
			}
			return p.matchText(m, o)
		}, unique)
	}
}

// folded returns the natural key of a row, in lower case if the kind ignores case.
func folded(k *resource.Kind, o *resource.Object) string { return k.FoldKey(k.JoinKey(o)) }

func (p *kindPairs) match(w *wantedRow, l *resource.Object) { w.live, p.ofLive[l] = l, w }

// loose returns the rows that are not paired yet.
func (p *kindPairs) loose() (want []*wantedRow, live []*resource.Object) {
	for _, w := range p.want {
		if w.live == nil {
			want = append(want, w)
		}
	}
	for _, l := range p.live {
		if p.ofLive[l] == nil {
			live = append(live, l)
		}
	}
	return want, live
}

// sort brings rows into the order of their ids; a list whose order counts keeps
// its own.
func (p *kindPairs) sort(want []*wantedRow, live []*resource.Object) {
	if p.kind.Order == resource.Linked {
		return
	}
	slices.SortStableFunc(want, func(a, b *wantedRow) int { return resource.Compare(p.kind.IDOf(a.Object), p.kind.IDOf(b.Object)) })
	slices.SortStableFunc(live, func(a, b *resource.Object) int { return resource.Compare(p.kind.IDOf(a), p.kind.IDOf(b)) })
}

// step pairs rows with the same text; "" pairs nothing. With unique, a text that
// several rows have pairs nothing; otherwise such rows pair in the order of their ids.
func (p *kindPairs) step(text func(o *resource.Object, live bool) string, unique bool) {
	want, live := p.loose()
	there := map[string][]*resource.Object{}
	for _, l := range live {
		if t := text(l, true); t != "" {
			there[t] = append(there[t], l)
		}
	}
	alike := map[string][]*wantedRow{}
	var order []string
	for _, w := range want {
		t := text(w.Object, false)
		if there[t] == nil {
			continue
		}
		if alike[t] == nil {
			order = append(order, t)
		}
		alike[t] = append(alike[t], w)
	}
	for _, t := range order {
		ws, ls := alike[t], there[t]
		if unique && (len(ws) > 1 || len(ls) > 1) {
			continue
		}
		p.sort(ws, ls)
		for i := range min(len(ws), len(ls)) {
			p.match(ws[i], ls[i])
		}
	}
}

// matchText returns a text that is the same for rows that a matcher pairs, "" if the
// row lacks a field of the matcher.
func (p *kindPairs) matchText(m resource.Matcher, o *resource.Object) string {
	if slices.ContainsFunc(m.Fields, func(name string) bool { return resource.Text(o.Get(name)) == "" }) {
		return ""
	}
	return p.content(o, m.Fields, true)
}

// joinContent pairs rows whose content and natural key are equal. Rows without a key
// in the file pair last, by content alone.
func (p *kindPairs) joinContent() {
	want, live := p.loose()
	p.sort(want, live)
	alike := map[string]map[string][]*resource.Object{} // by fields and what is in these
	join := func(w *wantedRow, keyless bool) {
		fields := p.contentFields(w, keyless)
		at := fmt.Sprint(keyless, fields)
		if alike[at] == nil {
			alike[at] = map[string][]*resource.Object{}
			for _, l := range live {
				text := p.content(l, fields, keyless)
				alike[at][text] = append(alike[at][text], l)
			}
		}
		for _, l := range alike[at][p.content(w.Object, fields, keyless)] {
			if p.ofLive[l] == nil && len(Compare(p.kind, l, w.Object, p.unreadable)) == 0 {
				p.match(w, l)
				return
			}
		}
	}
	var keyless []*wantedRow
	for _, w := range want {
		if slices.ContainsFunc(p.kind.Key, func(f string) bool { return !w.Has(f) }) {
			keyless = append(keyless, w)
		} else {
			join(w, false)
		}
	}
	for _, w := range keyless {
		join(w, true)
	}
}

// contentFields returns the comparable fields that a wanted row has and, unless it is
// keyless, the key.
func (p *kindPairs) contentFields(w *wantedRow, keyless bool) []string {
	var out []string
	for i := range p.kind.Fields {
		f := &p.kind.Fields[i]
		if !keyless && slices.Contains(p.kind.Key, f.Name) || w.Has(f.Name) && f.Comparable() && !slices.Contains(p.unreadable, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// content returns a text that is the same for rows that do not differ in fields.
// Unless they are keyless, an absent and an empty key differ.
func (p *kindPairs) content(o *resource.Object, fields []string, keyless bool) string {
	var parts resource.List
	for _, name := range fields {
		v := o.Get(name)
		if keyless || !slices.Contains(p.kind.Key, name) {
			v = essence(p.kind.Field(name), v)
		}
		parts = append(parts, v)
	}
	return resource.JSON(parts)
}
