package clone

import (
	"fmt"
	"slices"
	"strings"

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

// unread tells what of the source is not cloned because its token lacks scopes.
func unread(c Check) []Finding {
	if c.Source == nil {
		return nil
	}
	var out []Finding
	for _, g := range c.Source.Gaps {
		if len(g.Scopes) == 0 {
			continue
		}
		text := "not cloned"
		if g.Partial {
			text = "not cloned completely"
		}
		f := Finding{Level: Warns, Kind: g.Kind, Key: g.ClientID, Text: fmt.Sprintf("%s: the source's token lacks a scope for %s", text, g.Method),
			Hint: "give it " + resource.Words(g.Scopes)}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return append(out, partial(c)...)
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
