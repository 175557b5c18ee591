package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// picked says which rows of a kind Options.Objects selects.
type picked struct {
	want, live []bool          // rows of the pairing
	keys       map[string]bool // what the plan and the licenses call them
}

// candidate is an object that a selection may mean: a wanted row, the live one
// that it is paired with, or either alone.
type candidate struct {
	want, live int // -1 = none
	names, ids []string
}

// pick finds the rows of a kind that are selected one by one; nil if the kind is
// selected as a whole.
func (c *computation) pick(p *pairing) *picked {
	keys := c.o.Objects[p.kind.Name]
	if keys == nil {
		return nil
	}
	out := &picked{make([]bool, len(p.want)), make([]bool, len(p.live)), map[string]bool{}}
	all := c.candidates(p)
	byName, byID := called(all)
	for _, key := range keys {
		out.keys[key] = true
		found := byName[key]
		if found == nil {
			found = byID[key]
		}
		switch {
		case len(found) == 0:
			c.pickedNothing(p, all, key)
		case len(found) > 1:
			c.unclear(p.kind, key, found)
		}
		for _, f := range found {
			if f.want >= 0 {
				out.want[f.want] = true
			}
			if f.live >= 0 {
				out.live[f.live] = true
			}
			for _, name := range f.names {
				out.keys[name] = true
			}
		}
	}
	c.leave(p, out)
	return out
}

// leave notes which objects the license lacks and does not get, as they are not
// selected.
func (c *computation) leave(p *pairing, of *picked) {
	for i := range p.want {
		if !of.want[i] && p.ofWant[i] < 0 {
			c.unpicked[p.kind.Name+"/"+p.keys[i]] = true
		}
	}
}

func (c *computation) candidates(p *pairing) []candidate {
	k := p.kind
	sources := make([]*resource.Object, len(p.want))
	for w, i := range p.source {
		sources[i] = w
	}
	var all []candidate
	call := func(x *candidate, o *resource.Object) {
		if o == nil {
			return
		}
		if name := k.KeyOf(o); !slices.Contains(x.names, name) {
			x.names = append(x.names, name)
		}
		if id := resource.Text(k.IDOf(o)); id != "" && !slices.Contains(x.ids, id) {
			x.ids = append(x.ids, id)
		}
	}
	for i, w := range p.want {
		x := candidate{want: i, live: p.ofWant[i], names: []string{p.keys[i]}}
		call(&x, w)
		call(&x, sources[i])
		if x.live >= 0 {
			call(&x, p.live[x.live])
		}
		all = append(all, x)
	}
	for j, l := range p.live {
		if p.ofLive[j] < 0 {
			x := candidate{want: -1, live: j}
			call(&x, l)
			all = append(all, x)
		}
	}
	return all
}

// called returns candidates by their names and by their ids.
func called(all []candidate) (byName, byID map[string][]candidate) {
	byName, byID = map[string][]candidate{}, map[string][]candidate{}
	for _, x := range all {
		for _, name := range x.names {
			byName[name] = append(byName[name], x)
		}
		for _, id := range x.ids {
			byID[id] = append(byID[id], x)
		}
	}
	return byName, byID
}

// pickedNothing says that a selection means nothing, or that this is not known
// because not everything could be read.
func (c *computation) pickedNothing(p *pairing, all []candidate, key string) {
	k := p.kind
	for _, l := range []*resource.License{c.want, c.live} {
		for _, row := range l.Rows(k.Name) {
			if k.KeyOf(row) == key || resource.Text(k.IDOf(row)) == key {
				return // its own gap says why it takes no part
			}
		}
	}
	for _, l := range []*resource.License{c.want, c.live} {
		if slices.ContainsFunc(l.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name }) {
			c.skip(k.Name, key, "it was not found, but not all "+k.Name+" are known")
			return
		}
	}
	var names []string
	near := ""
	for _, x := range all {
		for _, n := range slices.Concat(x.names, x.ids) {
			names = append(names, n)
			if near == "" && strings.EqualFold(n, key) {
				near = n
			}
		}
	}
	if near == "" {
		near = resource.Suggest(key, names)
	}
	text := fmt.Sprintf("there is no %s %s, neither in the file nor in the license", k.Singular, key)
	if near != "" {
		text += fmt.Sprintf("; did you mean %s/%s?", k.Name, near)
	}
	c.mispicked = append(c.mispicked, text)
}

// unclear says that a selection means several objects.
func (c *computation) unclear(k *resource.Kind, key string, found []candidate) {
	var ids []string
	for _, x := range found {
		ids = append(ids, x.ids...)
	}
	text := fmt.Sprintf("%s/%s means %d %s", k.Name, key, len(found), k.Name)
	if len(ids) > 0 {
		text += ": give one of the ids " + strings.Join(ids, ", ")
	}
	c.mispicked = append(c.mispicked, text)
}

// pickedAbsent says that objects of a kind are selected of which the file says
// nothing.
func (c *computation) pickedAbsent(k *resource.Kind) {
	for _, key := range c.o.Objects[k.Name] {
		c.mispicked = append(c.mispicked, fmt.Sprintf("the file has no %s, so that %s/%s selects nothing", k.Name, k.Name, key))
	}
}

// wouldAdd says which selection would make what a change needs, "" if none would.
func (c *computation) wouldAdd(id string) string {
	if !c.unpicked[id] {
		return ""
	}
	return "; " + onlyFlag(id) + " would add it"
}

// onlyFlag writes the flag that selects an object as a shell takes it: a comma
// would begin another selection.
func onlyFlag(id string) string {
	flag := strings.ReplaceAll(id, ",", `\,`)
	if strings.ContainsAny(flag, " \\$*?&;|<>()\"`!#") && !strings.Contains(flag, "'") {
		flag = "'" + flag + "'"
	}
	return "--only " + flag
}

// stays tells whether a row that is selected by itself stands where it belongs:
// between those that are its neighbours in the file.
func (of *picked) stays(p *pairing, rows []int, n int) bool {
	i := rows[n]
	l := p.ofWant[i]
	if !of.want[i] {
		return true
	}
	if l < 0 {
		return false
	}
	return (n == 0 || p.ofWant[rows[n-1]] < l) && (n == len(rows)-1 || p.ofWant[rows[n+1]] < 0 || p.ofWant[rows[n+1]] > l)
}

// forgetUnpicked takes out what is unknown of objects that are not selected.
func (c *computation) forgetUnpicked() {
	c.plan.Skipped = slices.DeleteFunc(c.plan.Skipped, func(s Skip) bool {
		of := c.picks[s.Kind]
		return of != nil && s.Key != "" && !of.keys[s.Key]
	})
	c.plan.Gaps = slices.DeleteFunc(c.plan.Gaps, func(g resource.Gap) bool {
		of := c.picks[g.Kind]
		return of != nil && !c.hides(of, g)
	})
}

// hides tells whether a gap may hide an object that is selected.
func (c *computation) hides(of *picked, g resource.Gap) bool {
	k := resource.Lookup(g.Kind)
	if g.ID == "" && g.ClientID == "" {
		return true
	}
	for _, l := range []*resource.License{c.want, c.live} {
		for _, row := range l.Rows(k.Name) {
			if id := resource.Text(k.IDOf(row)); (of.keys[k.KeyOf(row)] || of.keys[id]) &&
				(g.ID == "" || g.ID == id) && (g.ClientID == "" || k.ClientID == "" || row.String(k.ClientID) == g.ClientID) {
				return true
			}
		}
	}
	return false
}
