package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/api"
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

// name adds client ids to those to cover.
func (c *connection) name(ids []string, from string) {
	for _, id := range ids {
		if !slices.Contains(c.ClientIDs, id) {
			c.ClientIDs = append(slices.Clip(c.ClientIDs), id)
			c.from[id] = from
		}
	}
}

// noApplications tells whether somebody said that there are none to cover.
func (c *connection) noApplications() bool { return c.ClientIDs != nil && len(c.ClientIDs) == 0 }

// identity asks once whose the token is.
func (c *connection) identity(ctx context.Context) (*api.Identity, error) {
	if c.who == nil && c.whoErr == nil {
		c.who, c.whoErr = c.client.Identity(ctx)
	}
	return c.who, c.whoErr
}

// nameTokens covers the application that the token was issued to, if some of
// the kinds are read by client id and nobody has said which to cover.
func (c *connection) nameTokens(ctx context.Context, kinds []*resource.Kind) {
	if c.ClientIDs != nil || !slices.ContainsFunc(kinds, (*resource.Kind).PerClient) {
		return
	}
	if who, err := c.identity(ctx); err == nil && who.ClientID != "" {
		c.name([]string{who.ClientID}, fromToken)
	}
}

// unnamed tells why the token's own application is not among the client ids,
// where nobody has named any; nothing if a token of its sort has none.
func (c *connection) unnamed() []string {
	if c.ClientIDs != nil || c.whoErr == nil {
		return nil
	}
	return []string{"the client id of the token is not known: " + c.whoErr.Error()}
}

// learnIDs notes where the client ids come from that a license was read for.
func (c *connection) learnIDs(live *resource.License) {
	c.ids = map[string]string{}
	for _, id := range c.ClientIDs {
		c.ids[id] = c.from[id]
	}
	for _, id := range live.ClientIDs {
		if c.ids[id] != "" {
			continue
		}
		c.ids[id] = fromValues
		for _, k := range live.Kinds() {
			if k.ClientID != "" && !k.PerClient() && owns(live, k, id) {
				c.ids[id] = fromBots
			}
		}
	}
}

// undecided returns what is missing of a license because nobody said which
// applications there are: all of the kinds that are read by client id, or those
// of client ids that no answer revealed.
func (c *connection) undecided(live *resource.License, kinds []*resource.Kind) []resource.Gap {
	if c.ClientIDs != nil {
		return nil
	}
	var gaps []resource.Gap
	for _, k := range kinds {
		if !k.PerClient() {
			continue
		}
		g := resource.Gap{Kind: k.Name, Partial: len(live.ClientIDs) > 0, Reason: known(live) + ": name those of your applications with --client-id"}
		if !g.Partial {
			g.Reason += ", or say --no-applications"
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
	return "client ids are only guessed from what answers show (" + strings.Join(live.ClientIDs, ", ") + ")"
}

// ownNothing tells of client ids that a user named and that own nothing: one may
// be misspelt, and where the server takes any, nothing else says so.
func (c *connection) ownNothing(live *resource.License) []string {
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
			notices = append(notices, fmt.Sprintf("client id %s owns no %s: is it the right one?", id, resource.Words(none)))
		}
	}
	return notices
}

// notCompared tells what of a file is not compared because nobody said which
// applications there are, "" if nothing.
func (c *connection) notCompared(live, want *resource.License, kinds []*resource.Kind) string {
	if c.ClientIDs != nil {
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
	return known(live) + ": what other applications own of " + strings.Join(names, ", ") + " is not compared; --client-id names them, and client_ids: [] under license in the file says that there are none"
}

// owns tells whether an application owns objects of a kind.
func owns(l *resource.License, k *resource.Kind, clientID string) bool {
	return slices.ContainsFunc(l.Rows(k.Name), func(r *resource.Object) bool { return r.String(k.ClientID) == clientID })
}

// lacks tells whether something of a kind is missing of a license.
func lacks(l *resource.License, k *resource.Kind) bool {
	return slices.ContainsFunc(l.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
}
