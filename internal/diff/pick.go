package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// candidate is an object that a selection may mean: a wanted row, the live one
// that it is paired with, or either alone.
type candidate struct {
	want       *wantedRow
	live       *resource.Object
	names, ids []string
}

// pick finds the rows of a kind that are selected one by one.
func (ps *pairs) pick(p *kindPairs) {
	keys := ps.o.Objects[p.kind.Name]
	if keys == nil {
		return
	}
	p.picks, p.picked = map[string]bool{}, map[*resource.Object]bool{}
	for _, w := range p.want {
		w.left = true
	}
	all := p.candidates()
	for _, key := range keys {
		p.picks[key] = true
		found := all.byName[key]
		if found == nil {
			found = all.byID[key]
		}
		if found == nil {
			found = ps.written(p.kind, all.all, key)
		}
		switch {
		case len(found) == 0:
			ps.pickedNothing(p.kind, all.all, key)
		case len(found) > 1:
			ps.unclear(p.kind, key, found)
		}
		for _, x := range found {
			if x.want != nil {
				x.want.left = false
			}
			p.picked[x.live] = true
			for _, name := range x.names {
				p.picks[name] = true
			}
		}
	}
	for _, w := range p.want {
		if w.left && w.live == nil {
			ps.unpicked[resource.Address(p.kind.Name, w.key)] = true
		}
	}
}

// takes tells whether a live object is selected.
func (p *kindPairs) takes(l *resource.Object) bool { return p.picks == nil || p.picked[l] }

// candidates are the objects that a selection may mean, by name and by id.
type candidates struct {
	all          []*candidate
	byName, byID map[string][]*candidate
}

func (p *kindPairs) candidates() *candidates {
	c := &candidates{byName: map[string][]*candidate{}, byID: map[string][]*candidate{}}
	call := func(x *candidate, name string, names *[]string, by map[string][]*candidate) {
		if name != "" && !slices.Contains(*names, name) {
			*names, by[name] = append(*names, name), append(by[name], x)
		}
	}
	add := func(x *candidate, key string, objects ...*resource.Object) {
		c.all = append(c.all, x)
		call(x, key, &x.names, c.byName)
		for _, o := range objects {
			if o != nil {
				call(x, p.kind.KeyOf(o), &x.names, c.byName)
				call(x, resource.Text(p.kind.IDOf(o)), &x.ids, c.byID)
			}
		}
	}
	for _, w := range p.want {
		add(&candidate{want: w, live: w.live}, w.key, w.Object, w.file, w.live)
	}
	for _, l := range p.live {
		if p.ofLive[l] == nil {
			add(&candidate{live: l}, "", l)
		}
	}
	return c
}

// written returns the candidates that a text means by a key.
func (ps *pairs) written(k *resource.Kind, all []*candidate, key string) (found []*candidate) {
	texts := &Keys{plan: &Plan{Names: gatherNames(ps.live.License, ps.want.License)}, apps: ps.o.Applications}
	for _, x := range all {
		if slices.ContainsFunc(x.names, func(name string) bool { return texts.means(k.Name, name, key) }) {
			found = append(found, x)
		}
	}
	return found
}

// pickedNothing notes that a selection matches nothing, or that this is not certain
// because not everything was read.
func (ps *pairs) pickedNothing(k *resource.Kind, all []*candidate, key string) {
	for _, l := range []*resource.Index{ps.want, ps.live} {
		for _, row := range l.Rows(k.Name) {
			if k.KeyOf(row) == key || resource.Text(k.IDOf(row)) == key {
				return // its own gap says why it takes no part
			}
		}
	}
	for _, l := range []*resource.Index{ps.want, ps.live} {
		if slices.ContainsFunc(l.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name }) {
			ps.skip(k.Name, key, "not found, but not all "+k.Name+" were read")
			return
		}
	}
	var names []string
	for _, x := range all {
		names = append(append(names, x.names...), x.ids...)
	}
	near := resource.Suggest(key, names)
	if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, key) }); i >= 0 {
		near = names[i]
	}
	text := fmt.Sprintf("neither the file nor the license has the %s %s", k.Singular, key)
	if near != "" {
		text += fmt.Sprintf("; did you mean %s/%s?", k.Name, near)
	}
	ps.mispicked = append(ps.mispicked, text)
}

// unclear notes that a selection matches several objects.
func (ps *pairs) unclear(k *resource.Kind, key string, found []*candidate) {
	var ids []string
	for _, x := range found {
		ids = append(ids, x.ids...)
	}
	text := fmt.Sprintf("%s/%s matches %d %s", k.Name, key, len(found), k.Name)
	if len(ids) > 0 {
		text += ": give one of the ids " + strings.Join(ids, ", ")
	}
	ps.mispicked = append(ps.mispicked, text)
}

// pickedAbsent notes that objects of a kind are selected that the file does not have.
func (ps *pairs) pickedAbsent(k *resource.Kind) {
	for _, key := range ps.o.Objects[k.Name] {
		ps.mispicked = append(ps.mispicked, fmt.Sprintf("the file has no %s, so %s/%s selects nothing", k.Name, k.Name, key))
	}
}

// needs says that a change needs another one that is blocked or not selected, and
// in the second case how to select it.
func (ps *pairs) needs(id string) string {
	if ps.unpicked[id] {
		return "needs " + id + ", which is not selected; add " + onlyFlag(id)
	}
	return "needs " + id + ", which is blocked"
}

// onlyFlag writes the flag that selects an object, quoted for a shell. It escapes
// commas, which separate selections.
func onlyFlag(id string) string {
	flag := strings.ReplaceAll(id, ",", `\,`)
	if strings.ContainsAny(flag, " \\$*?&;|<>()\"`!#") && !strings.Contains(flag, "'") {
		flag = "'" + flag + "'"
	}
	return "--only " + flag
}

// stays tells whether a row that is selected by itself stands where it belongs:
// between those that are its neighbours in the file. at is where rows stand in
// the license, -1 if they do not.
func stays(rows []*wantedRow, at []int, n int) bool {
	switch {
	case rows[n].left:
		return true
	case at[n] < 0:
		return false
	}
	return (n == 0 || at[n-1] < at[n]) && (n == len(rows)-1 || at[n+1] < 0 || at[n+1] > at[n])
}

// counts tells whether a gap may hide an object that is selected.
func (ps *pairs) counts(g resource.Gap) bool {
	p := ps.of[g.Kind]
	if p == nil || p.picks == nil || g.ID == "" && g.ClientID == "" {
		return true
	}
	k := p.kind
	for _, l := range []*resource.Index{ps.want, ps.live} {
		for _, row := range l.Rows(k.Name) {
			if (p.picks[k.KeyOf(row)] || p.picks[resource.Text(k.IDOf(row))]) && g.Hides(k, row) {
				return true
			}
		}
	}
	return false
}
