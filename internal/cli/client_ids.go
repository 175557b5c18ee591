package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Who named a client id, beside a flag, the environment and a profile, which
// config tells apart.
const (
	fromFile   = "file"
	fromToken  = "token"
	fromBots   = "bots"   // found as the owner of one
	fromValues = "values" // found as the namespace of one
)

// coverage is which applications a license is read for, and who named them.
type coverage struct {
	// ids are nil if nobody named any, and empty if somebody said that there are
	// none.
	ids   []string
	from  map[string]string // who named them
	found map[string]string // the same of all that the license was read for
	maybe []string          // those that a file has and does not claim to be the license's own
	token error             // why the token's own is not known
}

// name adds client ids to those to cover.
func (c *coverage) name(ids []string, from string) {
	for _, id := range ids {
		if !slices.Contains(c.ids, id) {
			c.ids = append(slices.Clip(c.ids), id)
			c.from[id] = from
		}
	}
}

// none tells whether somebody said that there are none to cover.
func (c *coverage) none() bool { return c.ids != nil && len(c.ids) == 0 }

// nameTokens covers the application that the token was issued to, if some of
// the kinds are read by client id and nobody has said which to cover.
func (c *connection) nameTokens(ctx context.Context, kinds []*resource.Kind) {
	if c.clients.ids != nil || !slices.ContainsFunc(kinds, (*resource.Kind).PerClient) {
		return
	}
	who, err := c.identity(ctx)
	c.clients.token = err
	if err == nil && who.ClientID != "" {
		c.clients.name([]string{who.ClientID}, fromToken)
	}
}

// nameFiles covers the client ids that a file covers, beside those that were
// asked for. A bot's owner may be somebody else's application: what cannot be
// read of that one is no loss.
func (c *coverage) nameFiles(want *resource.License) {
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
	if c.ids == nil && want.ClientIDs != nil {
		c.ids = []string{} // the file says that there are none
	}
}

// unnamed tells why the token's own application is not among the client ids,
// where nobody has named any; nothing if a token of its sort has none.
func (c *coverage) unnamed() []string {
	if c.ids != nil || c.token == nil {
		return nil
	}
	return []string{"cannot find the client id of the token: " + c.token.Error()}
}

// learn notes where the client ids come from that a license was read for.
func (c *coverage) learn(live *resource.License) {
	c.found = map[string]string{}
	for _, id := range c.ids {
		c.found[id] = c.from[id]
	}
	for _, id := range live.ClientIDs {
		if c.found[id] != "" {
			continue
		}
		c.found[id] = fromValues
		for _, k := range live.Kinds() {
			if k.OwnedBy != "" && !k.PerClient() && owns(live, k, id) {
				c.found[id] = fromBots
			}
		}
	}
}

// undecided returns what is missing of a license because nobody said which
// applications there are: all of the kinds that are read by client id, or those
// of client ids that no answer revealed.
func (c *coverage) undecided(live *resource.License, kinds []*resource.Kind) []resource.Gap {
	if c.ids != nil {
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

// known says what is known of the client ids of a license if nobody has named any.
func known(live *resource.License) string {
	if len(live.ClientIDs) == 0 {
		return "no client id is known"
	}
	return "client ids were only guessed from responses (" + strings.Join(live.ClientIDs, ", ") + ")"
}

// ownNothing tells of client ids that a user named and that own nothing: one may
// be misspelt, and where the server takes any, nothing else says so.
func (c *coverage) ownNothing(live *resource.License) []string {
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
			if !live.Has(k.Name) || lacks(live, k) || owns(live, k, id) {
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

// notCompared tells what of a file is not compared because nobody said which
// applications there are, "" if nothing.
func (c *coverage) notCompared(live, want *resource.License, kinds []*resource.Kind) string {
	if c.ids != nil {
		return ""
	}
	var names []string
	for _, k := range kinds {
		if k.PerClient() && (want.Has(k.Name) || lacks(want, k)) {
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

// lacks tells whether something of a kind is missing of a license.
func lacks(l *resource.License, k *resource.Kind) bool {
	return slices.ContainsFunc(l.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
}
