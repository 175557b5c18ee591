package runs

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// readable makes sure that all kinds were read of which a run began to change
// something: what became of that is not to be forgotten.
func (u *Run) readable(live *resource.License) error {
	begun := map[string]bool{}
	for _, c := range u.trail {
		for _, id := range c.Intent.Changes {
			begun[id] = true
		}
	}
	var unread []string
	for _, ch := range u.Plan.Changes {
		if what := unreadPart(ch, live); begun[ch.ID] && what != "" && !slices.Contains(unread, what) {
			unread = append(unread, what)
		}
	}
	if live.Owner == "" && u.Plan.License.Owner != "" {
		unread = append(unread, "whose license this is")
	}
	if unread == nil {
		return nil
	}
	return &Error{Reason: Incomplete, Text: fmt.Sprintf("run %s cannot be finished, for this could not be read: %s", u.ID, strings.Join(unread, ", ")),
		Hint: "run the command again"}
}

// unreadPart names what of a license was not read although a change is about
// it: its kind, its application's part of the kind, or the object. "" if it was
// read.
func unreadPart(ch *diff.Change, live *resource.License) string {
	k, row := resource.Lookup(ch.Kind), ch.Before
	if row == nil {
		row = ch.After
	}
	if !live.Has(k.Name) {
		return k.Name
	}
	for _, g := range live.Gaps {
		switch {
		case g.Partial || !g.Hides(k, row):
		case g.ClientID != "":
			return k.Name + " of " + g.ClientID
		default:
			return ch.ID
		}
	}
	return ""
}
