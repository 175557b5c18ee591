package drift

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/fold"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Lines says what happened, a line each: a difference of one object, or what
// folds. all shows every difference on a line of its own.
func Lines(differences []Difference, all bool) []string {
	lines := make([]fold.Line, len(differences))
	for i := range differences {
		d := &differences[i]
		lines[i] = fold.Line{Kind: d.Kind, Object: d.Object, What: string(d.Action) + d.phrase(), About: d.about()}
	}
	var out []string
	if all {
		for i := range differences {
			out = append(out, differences[i].String())
		}
		return out
	}
	for _, g := range fold.Lines(lines) {
		d := &differences[g.At[0]]
		switch {
		case len(g.At) == 1:
			out = append(out, d.String())
		case d.Action == Appeared, d.Action == Deleted:
			out = append(out, fmt.Sprintf("%s by hand: %s: %s", verbs[d.Action], g.Count(), g.Names()))
		case g.Varied:
			out = append(out, fmt.Sprintf("%s: %s changed in different ways: %s", g.Count(), g.What, g.Names()))
		default:
			out = append(out, fmt.Sprintf("%s: %s: %s", g.Count(), d.phrase(), g.Names()))
		}
	}
	return out
}

var verbs = map[Action]string{Appeared: "added", Deleted: "deleted"}

// String says what happened on one line that names the object.
func (d *Difference) String() string {
	k := resource.Lookup(d.Kind)
	switch d.Action {
	case Appeared, Deleted:
		return fmt.Sprintf("%s by hand: %s %s", verbs[d.Action], k.Singular, screen.OneLine(d.Object))
	case Reordered:
		if d.silent {
			return strings.ReplaceAll(d.Kind, "_", " ") + " reordered"
		}
		return fmt.Sprintf("%s reordered: %s", strings.ReplaceAll(d.Kind, "_", " "), d.moves())
	}
	return fmt.Sprintf("%s %s: %s", k.Singular, screen.OneLine(d.Object), d.phrase())
}

// about is the field that a change is about, without the keys of elements.
func (d *Difference) about() string {
	if d.Action != Changed {
		return ""
	}
	name, _, _ := strings.Cut(d.Field, "[")
	return name
}

// longest is how many columns of a value are shown.
const longest = 60

// phrase says what happened to a field.
func (d *Difference) phrase() string {
	if d.Action != Changed {
		return ""
	}
	was, is := short(d.WasText), short(d.IsText)
	switch {
	case d.silent:
		return d.Label + " changed"
	case d.Masked:
		return d.Label + " changed, masked"
	case d.lists():
		return d.Label + ": " + d.elements()
	case d.Was == nil:
		return fmt.Sprintf("%s was not set, is now %s", d.Label, is)
	case d.Is == nil:
		return fmt.Sprintf("%s was %s, is now not set", d.Label, was)
	}
	return fmt.Sprintf("%s was %s, is now %s", d.Label, was, is)
}

func short(text string) string { return screen.Cut(screen.OneLine(text), longest) }

// lists tells whether both sides are lists of which elements came or went.
func (d *Difference) lists() bool {
	was, wasList := d.Was.(resource.List)
	is, isList := d.Is.(resource.List)
	return wasList && isList && len(missing(was, is))+len(missing(is, was)) > 0
}

// elements says which elements of a list came and went.
func (d *Difference) elements() string {
	was, is := d.Was.(resource.List), d.Is.(resource.List)
	var parts []string
	for _, part := range []struct {
		elements resource.List
		what     string
	}{{missing(was, is), "added"}, {missing(is, was), "removed"}} {
		var texts []string
		for _, v := range part.elements {
			texts = append(texts, resource.Text(v))
		}
		if texts != nil {
			parts = append(parts, part.what+" "+short(strings.Join(texts, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

// missing returns the elements of a list that another one lacks.
func missing(from, l resource.List) resource.List {
	return slices.DeleteFunc(slices.Clone(l), func(v resource.Value) bool {
		return slices.ContainsFunc(from, func(x resource.Value) bool { return resource.Equal(x, v) })
	})
}

// moves says which objects stand elsewhere.
func (d *Difference) moves() string {
	was, is := d.Was.(*resource.Object), d.Is.(*resource.Object)
	var parts []string
	for key, place := range was.All() {
		parts = append(parts, fmt.Sprintf("%s was at %s, is now at %s", short(key), resource.Text(place), resource.Text(is.Get(key))))
	}
	if more := len(parts) - fold.Alone; more > 0 {
		parts = append(parts[:fold.Alone], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}
