package clone

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Side is how a live license was reached.
type Side struct {
	Region string   // data center, "" if it is not known
	Scopes []string // of the token, nil if they are not known
}

// regions tells that the licenses are in different data centers. Each is reached
// in its own, so this stops nothing.
func regions(c Check) []Finding {
	if c.From == nil || c.From.Region == "" || c.To.Region == "" || c.From.Region == c.To.Region {
		return nil
	}
	return []Finding{{Level: Informs, Text: fmt.Sprintf("the source is in the data center %s, the target in %s", c.From.Region, c.To.Region)}}
}

// unread tells what is not cloned because a token lacks scopes: what the source's
// token could not read, and what the target's token could not compare.
func unread(c Check) []Finding {
	skipped := func(g resource.Gap) bool {
		return slices.ContainsFunc(c.Plan.Skipped, func(s diff.Skip) bool { return s.Kind == g.Kind })
	}
	var out []Finding
	if c.Source != nil {
		out = append(lacking("source", "not cloned", c.Source.Gaps), partial(c)...)
	}
	return append(out, lacking("target", "not written", slices.DeleteFunc(slices.Clone(c.Target.Gaps), func(g resource.Gap) bool { return !skipped(g) }))...)
}

// lacking are findings about what the token of a license could not read, and what
// follows of that.
func lacking(side, what string, gaps []resource.Gap) []Finding {
	var out []Finding
	for _, g := range gaps {
		if len(g.Scopes) == 0 {
			continue
		}
		text := what
		if g.Partial {
			text += " completely"
		}
		f := Finding{Level: Warns, Kind: g.Kind, Key: g.ClientID, Text: fmt.Sprintf("%s: the %s's token lacks a scope for %s", text, side, g.Method),
			Hint: "give it " + resource.Words(g.Scopes)}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// partial tells which lists of the source may be incomplete: with some scopes a
// token gets a part of a list, and no error.
func partial(c Check) []Finding {
	if c.From == nil {
		return nil
	}
	var out []Finding
	var may []string
	for _, k := range c.Source.Kinds() {
		for i := range k.Reads {
			r := &k.Reads[i]
			switch {
			case !r.MayBePartial(c.From.Scopes):
			case c.From.Scopes == nil:
				may = append(may, k.Name)
			default:
				out = append(out, Finding{Level: Warns, Kind: k.Name, Text: fmt.Sprintf("not cloned completely: with its scopes the source's token sees a part of %s", r.Method),
					Hint: "give it " + resource.Words(r.Whole)})
			}
		}
	}
	if may = slices.Compact(may); may != nil {
		out = append(out, Finding{Level: Informs, Text: "the scopes of the source's token are not known: lists that a narrow scope shortens may be incomplete: " + strings.Join(may, ", ")})
	}
	return out
}
