// Package fold makes one line of what is said of many objects alike, so that a
// text stays short however many objects there are.
package fold

import (
	"fmt"
	"slices"
	"strings"
)

// Line is what is said of one object.
type Line struct {
	Kind   string // what folds together, such as a kind
	Object string // what the object is called
	What   string // what is said of it; equal texts fold
	About  string // what that is about, such as a field; "" does not fold by it
}

// Group is lines that say the same. Varied tells that they say different things
// about the same: What is about what.
type Group struct {
	Kind, What string
	Objects    []string
	At         []int // the places of the lines
	Varied     bool
}

// Alone and Apart are how much stays unfolded: so many objects of which the
// same is said, and so many different things about one field.
const (
	Alone = 3
	Apart = 5
)

// Lines folds lines that say the same of more than Alone objects, and then
// those of one kind that say more than Apart different things about the same. A
// group stands where its first line did.
func Lines(lines []Line) []Group {
	same := gather(lines, func(l Line) string { return l.Kind + "\x00" + l.What })
	var out []Group
	for _, g := range same {
		if len(g.At) > Alone {
			out = append(out, g)
			continue
		}
		for i, at := range g.At {
			out = append(out, Group{Kind: g.Kind, What: g.What, Objects: g.Objects[i : i+1], At: []int{at}})
		}
	}
	return sorted(vary(out, lines))
}

// vary folds single lines that say different things about the same.
func vary(groups []Group, lines []Line) []Group {
	about := func(g Group) string {
		if l := lines[g.At[0]]; len(g.At) == 1 && l.About != "" {
			return l.Kind + "\x00" + l.About
		}
		return ""
	}
	counts := map[string]int{}
	for _, g := range groups {
		counts[about(g)]++
	}
	var out []Group
	place := map[string]int{}
	for _, g := range groups {
		key := about(g)
		if key == "" || counts[key] <= Apart {
			out = append(out, g)
			continue
		}
		i, begun := place[key]
		if !begun {
			place[key] = len(out)
			out = append(out, Group{Kind: g.Kind, What: lines[g.At[0]].About, Objects: slices.Clone(g.Objects), At: slices.Clone(g.At), Varied: true})
			continue
		}
		out[i].Objects, out[i].At = append(out[i].Objects, g.Objects...), append(out[i].At, g.At...)
	}
	return out
}

// gather puts lines with equal keys together.
func gather(lines []Line, key func(Line) string) []Group {
	var out []Group
	place := map[string]int{}
	for n, l := range lines {
		i, begun := place[key(l)]
		if !begun {
			i = len(out)
			place[key(l)] = i
			out = append(out, Group{Kind: l.Kind, What: l.What})
		}
		out[i].Objects, out[i].At = append(out[i].Objects, l.Object), append(out[i].At, n)
	}
	return out
}

// sorted puts groups where their first lines stood.
func sorted(groups []Group) []Group {
	slices.SortStableFunc(groups, func(a, b Group) int { return a.At[0] - b.At[0] })
	return groups
}

// named is how many objects of a group are named.
const named = 3

// Names lists the first objects of a group.
func (g Group) Names() string {
	names := slices.Clone(g.Objects[:min(named, len(g.Objects))])
	if len(g.Objects) > named {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// Count counts the objects of a group: "300 agents".
func (g Group) Count() string {
	return fmt.Sprintf("%d %s", len(g.Objects), strings.ReplaceAll(g.Kind, "_", " "))
}
