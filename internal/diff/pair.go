package diff

import (
	"fmt"
	"slices"

	"lcsync/internal/resource"
)

// pairing says which wanted row is which live row, for one kind. The wanted
// rows have their references already mapped to the live license.
type pairing struct {
	kind       *resource.Kind
	live, want []*resource.Object
	ofWant     []int // index into live, -1 if the object does not exist
	ofLive     []int // index into want, -1 if the object is not wanted
	unreadable []string

	source   map[*resource.Object]int // wanted rows before mapping → index
	keys     []string                 // wanted rows' keys, unique in the plan
	claimed  map[int]bool             // live rows that only members of groups speak of
	problems [][]problem              // of each wanted row
	origin   []*resource.Object       // of each wanted row, the file's row; nil if there is none
}

func newPairing(k *resource.Kind, live, want []*resource.Object, unreadable []string) *pairing {
	p := &pairing{kind: k, live: live, want: want, unreadable: unreadable, claimed: map[int]bool{},
		ofWant: make([]int, len(want)), ofLive: make([]int, len(live))}
	for i := range p.ofWant {
		p.ofWant[i] = -1
	}
	for i := range p.ofLive {
		p.ofLive[i] = -1
	}
	return p
}

func (p *pairing) join(w, l int) { p.ofWant[w], p.ofLive[l] = l, w }

// pair goes through the steps: id, equal content, natural key, further
// matchers. Ids count if byID, and on any license where they are unguessable
// unless byName.
func (p *pairing) pair(byID, byName bool) {
	k := p.kind
	if k.ServerID != "" && (byID || k.RandomID && !byName) {
		p.step(func(o *resource.Object, _ bool) string { return resource.Text(k.IDOf(o)) }, false)
	}
	if k.ServerID != "" {
		p.pairContent()
	}
	if k.Order != resource.Linked {
		p.step(func(o *resource.Object, _ bool) string { return joinKey(k, o) }, false)
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

// joinKey is the natural key as one text that no two keys share.
func joinKey(k *resource.Kind, o *resource.Object) string {
	parts := resource.List{}
	empty := true
	for _, f := range k.Key {
		v := o.Get(f)
		parts = append(parts, v)
		empty = empty && resource.Text(v) == ""
	}
	if empty {
		return ""
	}
	return resource.JSON(parts)
}

func (p *pairing) matchText(m resource.Matcher, o *resource.Object) string {
	parts := resource.List{}
	for _, name := range m.Fields {
		v := o.Get(name)
		if resource.Text(v) == "" {
			return ""
		}
		f := p.kind.Field(name)
		parts = append(parts, essence(f, v))
	}
	return resource.JSON(parts)
}

// step pairs rows that are alike by a text; "" is like nothing. With unique,
// texts that stand for several rows pair nothing; otherwise such rows pair in
// the order of their ids.
func (p *pairing) step(text func(o *resource.Object, live bool) string, unique bool) {
	byText := map[string][]int{}
	for i, o := range p.live {
		if p.ofLive[i] < 0 {
			if t := text(o, true); t != "" {
				byText[t] = append(byText[t], i)
			}
		}
	}
	wanted := map[string][]int{}
	var order []string
	for i, o := range p.want {
		if p.ofWant[i] >= 0 {
			continue
		}
		t := text(o, false)
		if t == "" || byText[t] == nil {
			continue
		}
		if wanted[t] == nil {
			order = append(order, t)
		}
		wanted[t] = append(wanted[t], i)
	}
	for _, t := range order {
		ws, ls := wanted[t], byText[t]
		if unique && (len(ws) > 1 || len(ls) > 1) {
			continue
		}
		p.sortByID(p.want, ws)
		p.sortByID(p.live, ls)
		for i := range min(len(ws), len(ls)) {
			p.join(ws[i], ls[i])
		}
	}
}

func (p *pairing) sortByID(rows []*resource.Object, idx []int) {
	if p.kind.Order == resource.Linked {
		return // the list's own order
	}
	slices.SortStableFunc(idx, func(a, b int) int {
		return resource.Compare(p.kind.IDOf(rows[a]), p.kind.IDOf(rows[b]))
	})
}

// pairContent pairs rows of which the wanted one differs in nothing from the
// live one, the natural key included; a key that the wanted row says nothing of
// is as good as any, after those that say it.
func (p *pairing) pairContent() {
	live := p.free(p.live, p.ofLive)
	alike := map[string]map[string][]int{} // live rows by fields and what is in these
	join := func(w int, keyless bool) {
		fields := p.contentFields(p.want[w], keyless)
		at := fmt.Sprint(keyless, fields)
		if alike[at] == nil {
			alike[at] = map[string][]int{}
			for _, l := range live {
				text := p.content(p.live[l], fields, keyless)
				alike[at][text] = append(alike[at][text], l)
			}
		}
		for _, l := range alike[at][p.content(p.want[w], fields, keyless)] {
			if p.ofLive[l] < 0 && len(Compare(p.kind, p.live[l], p.want[w], p.unreadable)) == 0 {
				p.join(w, l)
				return
			}
		}
	}
	var keyless []int
	for _, w := range p.free(p.want, p.ofWant) {
		if slices.ContainsFunc(p.kind.Key, func(f string) bool { return !p.want[w].Has(f) }) {
			keyless = append(keyless, w)
		} else {
			join(w, false)
		}
	}
	for _, w := range keyless {
		join(w, true)
	}
}

// contentFields are the fields that a wanted row says something of and, unless
// it is keyless, the key.
func (p *pairing) contentFields(w *resource.Object, keyless bool) []string {
	var out []string
	for i := range p.kind.Fields {
		f := &p.kind.Fields[i]
		if !keyless && slices.Contains(p.kind.Key, f.Name) || w.Has(f.Name) && comparable(f) && !slices.Contains(p.unreadable, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// content is a text that rows have in common which do not differ in fields.
// Unless they are keyless, the key is the same, absent and empty told apart.
func (p *pairing) content(o *resource.Object, fields []string, keyless bool) string {
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

// free returns the rows that are not paired yet, in the order of their ids.
func (p *pairing) free(rows []*resource.Object, of []int) []int {
	var out []int
	for i := range rows {
		if of[i] < 0 {
			out = append(out, i)
		}
	}
	p.sortByID(rows, out)
	return out
}

// essence is what values have in common that do not differ: without what is its
// default, what the server may have filled in and what nobody knows.
func essence(f *resource.Field, v resource.Value) resource.Value {
	switch v := or(v, true, f).(type) {
	case *resource.Object:
		if f.Type != resource.Record {
			return nil
		}
		out := &resource.Object{}
		for i := range f.Fields {
			m := &f.Fields[i]
			if x := essence(m, v.Get(m.Name)); !m.ServerFills && !resource.Equal(x, essence(m, nil)) {
				out.Set(m.Name, x)
			}
		}
		return out
	case resource.List:
		if f.Type != resource.ListOf || f.List == resource.Keyed {
			return nil
		}
		return plain(f, v)
	default:
		return v
	}
}

// questions are pairs by id whose wanted name another live object carries: a
// person has to say which is meant.
func (p *pairing) questions() []string {
	k := p.kind
	if k.ServerID == "" || len(k.Key) != 1 {
		return nil
	}
	loose := map[string]*resource.Object{}
	for i, l := range p.live {
		if p.ofLive[i] < 0 {
			loose[joinKey(k, l)] = l
		}
	}
	var out []string
	for i, w := range p.want {
		if p.ofWant[i] < 0 {
			continue
		}
		l := p.live[p.ofWant[i]]
		other := loose[joinKey(k, w)]
		if other == nil || joinKey(k, w) == "" || joinKey(k, l) == joinKey(k, w) || !resource.Equal(k.IDOf(w), k.IDOf(l)) {
			continue
		}
		out = append(out, fmt.Sprintf("%s %q in the file has the id %s, which is %q in the license, but %s has that name",
			k.Singular, k.KeyOf(w), resource.Text(k.IDOf(w)), k.KeyOf(l), resource.Text(k.IDOf(other))))
	}
	return out
}

// lookalikes is a wanted row without an id that would be created although the
// only object that is not wanted differs from it in its key alone.
func (p *pairing) lookalikes() []string {
	k := p.kind
	if k.ServerID == "" || len(k.Key) != 1 || k.Order == resource.Linked {
		return nil
	}
	// With several on either side nobody can tell which is meant.
	created, left := -1, -1
	for i := range p.want {
		if p.ofWant[i] < 0 {
			if created >= 0 {
				return nil
			}
			created = i
		}
	}
	for j, l := range p.live {
		if p.ofLive[j] < 0 && (k.Keep == nil || k.Keep(l) == "") {
			if left >= 0 {
				return nil
			}
			left = j
		}
	}
	if created < 0 || left < 0 || k.IDOf(p.want[created]) != nil {
		return nil
	}
	w, l := p.want[created], p.live[left]
	if changes := Compare(k, l, w, p.unreadable); w.Len() < 2 || len(changes) != 1 || changes[0].Path != k.Key[0] {
		return nil
	}
	return []string{fmt.Sprintf("%s %q will be created, but looks like %q renamed: give it the id %s to rename that one",
		k.Singular, k.KeyOf(w), k.KeyOf(l), resource.Text(k.IDOf(l)))}
}

// add puts a further wanted row in, paired with a live one, that the file says
// nothing else of.
func (p *pairing) add(w *resource.Object, l int, key string) {
	p.want = append(p.want, w)
	p.ofWant = append(p.ofWant, l)
	p.ofLive[l] = len(p.want) - 1
	p.keys = append(p.keys, key)
	p.claimed[l] = true
	p.problems = append(p.problems, nil)
	p.origin = append(p.origin, nil)
}
