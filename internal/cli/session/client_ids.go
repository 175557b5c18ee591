package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// The sources of a client id, besides a flag, the environment and a profile,
// which config distinguishes.
const (
	fromFile   = "file"
	fromToken  = "token"
	fromBots   = "bots"   // found as the owner of a bot
	fromValues = "values" // found as the namespace of a value
)

// coverage is the applications that a license is read for, and who named them.
type coverage struct {
	// IDs are nil if nobody named any, and empty if the user said that there
	// are none.
	IDs   []string
	from  map[string]string // who named them
	Found map[string]string // the source of every client id that the license was read for
	maybe []string          // client ids in a file that may belong to other organizations
	token error             // why the client id of the token could not be found
}

// name adds client ids to cover.
func (c *coverage) name(ids []string, from string) {
	for _, id := range ids {
		if !slices.Contains(c.IDs, id) {
			c.IDs = append(slices.Clip(c.IDs), id)
			c.from[id] = from
		}
	}
}

// None tells whether the user said that there are no applications.
func (c *coverage) None() bool { return c.IDs != nil && len(c.IDs) == 0 }

// NameTokens covers the application that the token was issued to, if some of
// the kinds are read by client id and nobody named client ids.
func (c *Connection) NameTokens(ctx context.Context, kinds []*resource.Kind) {
	if c.Clients.IDs != nil || !slices.ContainsFunc(kinds, (*resource.Kind).PerClient) {
		return
	}
	who, err := c.Identity(ctx)
	c.Clients.token = err
	if err == nil && who.ClientID != "" {
		c.Clients.name([]string{who.ClientID}, fromToken)
	}
}

// NameFiles also covers the client ids of a file. The owner of a bot may be an
// application of another organization: if its objects cannot be read, that is
// not a gap.
func (c *coverage) NameFiles(want *resource.License) {
	c.name(want.ClientIDs, fromFile)
	for _, k := range want.Kinds() {
		if k.OwnedBy == "" || k.ReadOnly {
			continue
		}
		for _, r := range want.Rows(k.Name) {
			switch id := r.String(k.OwnedBy); {
			case id == "":
			case k.PerClient():
				c.name([]string{id}, fromFile)
			default:
				c.maybe = append(c.maybe, id)
			}
		}
	}
	if c.IDs == nil && want.ClientIDs != nil {
		c.IDs = []string{} // the file says that there are no applications
	}
}

// Unnamed says why the application of the token is not covered, if nobody named
// client ids. It is nil for tokens without an application.
func (c *coverage) Unnamed() []string {
	if c.IDs != nil || c.token == nil {
		return nil
	}
	return []string{"cannot find the client id of the token: " + c.token.Error()}
}

// learn notes the source of each client id that a license was read for.
func (c *coverage) learn(live *resource.License) {
	c.Found = map[string]string{}
	for _, id := range c.IDs {
		c.Found[id] = c.from[id]
	}
	for _, id := range live.ClientIDs {
		if c.Found[id] != "" {
			continue
		}
		c.Found[id] = fromValues
		for _, k := range live.Kinds() {
			if k.OwnedBy != "" && !k.PerClient() && owns(live, k, id) {
				c.Found[id] = fromBots
			}
		}
	}
}

// Undecided returns the gaps of a license for which nobody named client ids:
// the kinds that are read by client id, as a whole, or in part if responses
// revealed some client ids.
func (c *coverage) Undecided(live *resource.License, kinds []*resource.Kind) []resource.Gap {
	if c.IDs != nil {
		return nil
	}
	var gaps []resource.Gap
	for _, k := range kinds {
		if !k.PerClient() {
			continue
		}
		g := resource.Gap{Kind: k.Name, Partial: len(live.ClientIDs) > 0, Reason: known(live) + ": name your applications with --client-id"}
		if !g.Partial {
			g.Reason += ", or pass --no-applications if there are none"
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// known says which client ids of a license were found if nobody named any.
func known(live *resource.License) string {
	if len(live.ClientIDs) == 0 {
		return "no client id is known"
	}
	return "client ids were only guessed from responses (" + strings.Join(live.ClientIDs, ", ") + ")"
}

// OwnNothing returns a notice for each client id that the user named and that
// owns nothing. It may be misspelled, and some servers accept any client id
// without an error.
func (c *coverage) OwnNothing(live *resource.License) []string {
	var notices []string
	for _, id := range live.ClientIDs {
		if from := c.from[id]; from == "" || from == fromFile || from == fromToken {
			continue
		}
		var none []string
		for _, k := range resource.KindsAt(live.Version) {
			if !k.PerClient() || k.Reach != resource.OfApplication {
				continue
			}
			if !live.Has(k.Name) || Lacks(live, k) || owns(live, k, id) {
				none = nil
				break
			}
			none = append(none, strings.ReplaceAll(k.Name, "_", " "))
		}
		if none != nil {
			notices = append(notices, fmt.Sprintf("client id %s owns no %s: check that it is right", id, resource.Words(none)))
		}
	}
	return notices
}

// NotCompared says which kinds of a file are not compared completely because
// nobody named client ids. It is "" if there are none.
func (c *coverage) NotCompared(live, want *resource.License, kinds []*resource.Kind) string {
	if c.IDs != nil {
		return ""
	}
	var names []string
	for _, k := range kinds {
		if k.PerClient() && (want.Has(k.Name) || Lacks(want, k)) {
			names = append(names, k.Name)
		}
	}
	if names == nil {
		return ""
	}
	return known(live) + ": " + strings.Join(names, ", ") + " of other applications are not compared; pass their client ids with --client-id, or set client_ids: [] under license in the file if there are none"
}

// owns tells whether an application owns objects of a kind.
func owns(l *resource.License, k *resource.Kind, clientID string) bool {
	return slices.ContainsFunc(l.Rows(k.Name), func(r *resource.Object) bool { return r.String(k.OwnedBy) == clientID })
}

// Lacks tells whether a license has a gap of a kind.
func Lacks(l *resource.License, k *resource.Kind) bool {
	return slices.ContainsFunc(l.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
}
