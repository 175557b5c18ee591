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
func (s *session) nameTokens(ctx context.Context, c *connection, kinds []*resource.Kind) {
	if c.ClientIDs != nil || !slices.ContainsFunc(kinds, (*resource.Kind).PerClient) {
		return
	}
	who, err := c.identity(ctx)
	switch {
	case err != nil:
		s.noticef("the client id of the token is not known: %s", err)
	case who.ClientID != "":
		c.name([]string{who.ClientID}, fromToken)
	}
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
			if k.ClientID != "" && !k.PerClient() && slices.ContainsFunc(live.Rows(k.Name), func(r *resource.Object) bool { return r.String(k.ClientID) == id }) {
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
		g := resource.Gap{Kind: k.Name, Reason: "no client id is known: name those of your applications with --client-id, or say --no-applications"}
		if len(live.ClientIDs) > 0 {
			g.Partial = true
			g.Reason = fmt.Sprintf("client ids are only guessed from what answers show (%s): name those of your applications with --client-id", strings.Join(live.ClientIDs, ", "))
		}
		gaps = append(gaps, g)
	}
	return gaps
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
			unread := !live.Has(k.Name) || slices.ContainsFunc(live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })
			if unread || slices.ContainsFunc(live.Rows(k.Name), func(r *resource.Object) bool { return r.String(k.ClientID) == id }) {
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
		if k.PerClient() && (want.Has(k.Name) || slices.ContainsFunc(want.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name })) {
			names = append(names, k.Name)
		}
	}
	if names == nil {
		return ""
	}
	of := "no client id is known"
	if len(live.ClientIDs) > 0 {
		of = "client ids are only guessed from what answers show (" + strings.Join(live.ClientIDs, ", ") + ")"
	}
	return of + ": what other applications own of " + strings.Join(names, ", ") + " is not compared; --client-id names them, and client_ids: [] under license in the file says that there are none"
}
