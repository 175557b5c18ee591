package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/fold"
	"lcsync/internal/resource"
)

// fold folds lines, unless each is to stand by itself.
func (r *renderer) fold(lines []fold.Line) []fold.Group {
	if !r.all {
		return fold.Lines(lines)
	}
	out := make([]fold.Group, len(lines))
	for i, l := range lines {
		out[i] = fold.Group{Kind: l.Kind, What: l.What, Objects: []string{l.Object}, At: []int{i}}
	}
	return out
}

// folded gathers the changes that do the same to many objects: those of one
// action whose text below the title is the same, or that write the same fields
// and have nothing else to tell. Each new object and each that goes stands by
// itself.
func (r *renderer) folded() []fold.Group {
	lines := make([]fold.Line, len(r.plan.Changes))
	for i, ch := range r.plan.Changes {
		lines[i] = fold.Line{Kind: ch.Kind, Object: r.keys.Text(ch.Kind, ch.Key), What: fmt.Sprint(i)}
		if ch.Action != Update && ch.Action != Replace || r.all {
			continue
		}
		body := r.below(ch)
		lines[i].What = string(ch.Action) + "\n" + body
		if body == r.below(&Change{Kind: ch.Kind, Action: ch.Action, Fields: ch.Fields}) {
			lines[i].About = strings.Join(roots(ch.Fields), ", ")
		}
	}
	return r.fold(lines)
}

// below returns what is written below the title of a change.
func (r *renderer) below(ch *Change) string {
	sub := &renderer{plan: r.plan, keys: r.keys, width: r.width, live: r.live, want: r.want}
	sub.body(ch)
	return sub.b.String()
}

// group writes what is done to many objects: on one line if that is enough.
func (r *renderer) group(ch *Change, g fold.Group) {
	action := ""
	if ch.Action != Update {
		action = string(ch.Action) + " "
	}
	if g.Varied {
		r.line(r.color(ch), "  %s %s%s: %s, each in its own way: %s", ch.sign(), action, g.Count(), g.What, g.Names())
		return
	}
	body := strings.TrimSuffix(r.below(ch), "\n")
	if len(ch.Fields) == 1 && !strings.Contains(body, "\n") {
		r.line(r.color(ch), "  %s %s%s: %s: %s", ch.sign(), action, g.Count(), strings.TrimSpace(body), g.Names())
		return
	}
	r.line(r.color(ch), "  %s %s%s: %s", ch.sign(), action, g.Count(), g.Names())
	r.body(ch)
}

// stat counts the changes by kind and action, and what the file does not have.
func (r *renderer) stat() {
	for _, k := range resource.Kinds() {
		counts, blocked := map[Action]int{}, 0
		for _, ch := range r.plan.Changes {
			switch {
			case ch.Kind != k.Name:
			case ch.Blocked != "":
				blocked++
			default:
				counts[ch.Action]++
			}
		}
		parts := todo(counts)
		if blocked > 0 {
			parts = append(parts, fmt.Sprintf("%d blocked", blocked))
		}
		beyond := slices.Clone(r.plan.Unmanaged)
		if n := len(slices.DeleteFunc(beyond, func(u Item) bool { return u.Kind != k.Name })); n > 0 {
			parts = append(parts, fmt.Sprintf("%d in %s, not in %s", n, r.live, r.want))
		}
		if parts != nil {
			r.line(nil, "%s: %s", k.Name, strings.Join(parts, ", "))
		}
	}
}

// ignored lists what rules leave out.
func (r *renderer) ignored() {
	for _, i := range r.plan.Ignored {
		r.line(r.paint.Dim, "ignored (%s): %s", i.Reason, strings.Join(slices.DeleteFunc([]string{i.Kind, r.keys.Text(i.Kind, i.Key), i.Field}, func(s string) bool { return s == "" }), " "))
	}
}
