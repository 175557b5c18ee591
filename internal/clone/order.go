package clone

import (
	"fmt"
	"slices"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Shadowed asks about objects of a linked kind that the plan creates or moves
// and that let nothing through to one of the target's own, or get nothing from
// one of these.
func Shadowed(p *diff.Plan, target *resource.License) []Question {
	var out []Question
	for _, k := range resource.Kinds() {
		if k.Covers == nil {
			continue
		}
		list := orderAfter(k, p, target)
		for j, behind := range list {
			for _, first := range list[:j] {
				if first.own == behind.own || !first.placed && !behind.placed || !k.Covers(first.row, behind.row) {
					continue
				}
				mine, other, text := behind, first, "the earlier %s %q of the target matches everything that it matches"
				if behind.own {
					mine, other, text = first, behind, "it matches everything that the later %s %q of the target matches"
				}
				out = append(out, Question{Objects: []Place{{Kind: k.Name, Key: k.KeyOf(mine.row)}}, Flag: "--keep-shadowed",
					Text: fmt.Sprintf(text, k.Singular, k.KeyOf(other.row)), Stays: "one of the two never matches"})
			}
		}
	}
	return out
}

// standing is an object in the order that a plan leads to.
type standing struct {
	name   string // its id, or the id of the change that creates it
	row    *resource.Object
	own    bool // the target's, and the source does not have it
	placed bool // by the plan
}

// orderAfter returns the objects of a linked kind in the order that a plan leads
// to.
func orderAfter(k *resource.Kind, p *diff.Plan, target *resource.License) []standing {
	var list []standing
	gone, now := map[string]bool{}, map[string]*resource.Object{}
	for _, ch := range p.Todo() {
		if ch.Kind == k.Name && ch.Before != nil {
			gone[k.NameOf(ch.Before)], now[k.NameOf(ch.Before)] = ch.After == nil, ch.After
		}
	}
	for _, row := range target.Rows(k.Name) {
		name := k.NameOf(row)
		own := slices.ContainsFunc(p.Unmanaged, func(u diff.Item) bool { return u.Kind == k.Name && u.ID == name })
		switch {
		case gone[name]:
		case now[name] != nil:
			list = append(list, standing{name, now[name], own, false})
		default:
			list = append(list, standing{name, row, own, false})
		}
	}
	pending := slices.DeleteFunc(p.Todo(), func(ch *diff.Change) bool { return ch.Kind != k.Name || ch.Move == nil })
	for len(pending) > 0 {
		n := len(pending)
		pending = slices.DeleteFunc(pending, func(ch *diff.Change) bool { return place(k, &list, ch, pending) })
		if len(pending) == n {
			break // no plan goes in a circle
		}
	}
	return list
}

// place puts the object of a change before its next one, if that has its place.
func place(k *resource.Kind, list *[]standing, ch *diff.Change, pending []*diff.Change) bool {
	next := nameOf(ch.Move.Before)
	if slices.ContainsFunc(pending, func(other *diff.Change) bool { return other != ch && changed(k, other) == next }) && next != "" {
		return false
	}
	s := standing{name: changed(k, ch), row: ch.After, placed: true}
	*list = slices.DeleteFunc(*list, func(old standing) bool { return old.name == s.name })
	at := slices.IndexFunc(*list, func(old standing) bool { return old.name == next })
	if at < 0 {
		at = len(*list)
	}
	*list = slices.Insert(*list, at, s)
	return true
}

// changed is what the object of a change is called in an order.
func changed(k *resource.Kind, ch *diff.Change) string {
	if ch.Before != nil {
		return k.NameOf(ch.Before)
	}
	return ch.Kind + "/" + ch.Key
}

// nameOf is the same of an object that goes behind another one.
func nameOf(v resource.Value) string {
	if ref, is := v.(resource.Ref); is {
		return ref.Address()
	}
	return resource.Text(v)
}
