package snapshot

import (
	"slices"

	"lcsync/internal/resource"
)

// Lacks returns what an old snapshot contains and a new one does not: whole kinds,
// the objects of a client id, single objects, and kinds that could be read only in
// part. It ignores what the old snapshot lacked in the same way. Each entry is a
// phrase such as "webhooks of asXd…". An export replaces a file only if the result
// is empty.
func Lacks(old, new *resource.License) []string {
	var out []string
	add := func(text string) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, k := range old.Kinds() {
		if !new.Has(k.Name) {
			add(k.Name)
			continue
		}
		for _, g := range new.Gaps {
			if g.Kind == k.Name && !g.OfOthers(k) && !coveredBefore(old, g) && had(old, k, g) {
				add(gapText(g))
			}
		}
		for _, client := range old.Owners(k) {
			if !slices.Contains(new.ClientIDs, client) {
				add(k.Name + " of " + client)
			}
		}
	}
	return out
}

// coveredBefore tells whether the old snapshot had the same gap, or a larger
// one around it.
func coveredBefore(old *resource.License, g resource.Gap) bool {
	return slices.ContainsFunc(old.Gaps, func(o resource.Gap) bool {
		return o.Kind == g.Kind && (o.ClientID == "" || o.ClientID == g.ClientID) && (o.ID == "" || o.ID == g.ID)
	})
}

// had reports whether the old snapshot could contain what the gap is about.
func had(old *resource.License, k *resource.Kind, g resource.Gap) bool {
	switch {
	case g.ID != "":
		return slices.ContainsFunc(old.Rows(k.Name), func(r *resource.Object) bool { return k.CalledBy(r, g.ID) })
	case g.ClientID != "":
		return slices.Contains(old.ClientIDs, g.ClientID) || slices.Contains(old.Owners(k), g.ClientID)
	}
	return true
}

func gapText(g resource.Gap) string {
	text := g.Kind
	switch {
	case g.ID != "":
		text += " " + g.ID
	case g.Partial:
		text = "part of " + text
	}
	if g.ClientID != "" {
		text += " of " + g.ClientID
	}
	return text
}
