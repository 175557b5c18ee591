package api

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"lcsync/internal/resource"
)

// Identity says to whom a token belongs.
type Identity struct {
	OrganizationID string
	ClientID       string // application that the token was issued to
	AccountID      string
	Scopes         []string // nil = unknown, which differs from "none"
}

// Identity asks the account server to whom the token belongs (GET v2/info, for
// OAuth tokens). For a personal access token only the account is known, and
// Identity sends no request. Errors are those of Call, with the method "v2/info".
func (c *Client) Identity(ctx context.Context) (*Identity, error) {
	if c.token.accountID != "" {
		return &Identity{AccountID: c.token.accountID}, nil
	}
	cl := &call{method: "v2/info", url: c.accounts.JoinPath("v2", "info"), effect: resource.Reads, regionless: true, check: wantObject}
	v, err := c.send(ctx, cl, newAttempts())
	if err != nil {
		return nil, err
	}
	o := v.(*resource.Object)
	return &Identity{
		OrganizationID: o.String("organization_id"),
		ClientID:       o.String("client_id"),
		AccountID:      o.String("account_id"),
		Scopes:         scopesOf(o.Get("scope")),
	}, nil
}

func wantObject(v resource.Value) error {
	if _, ok := v.(*resource.Object); !ok {
		return fmt.Errorf("expected an object, got %s", resource.TypeName(v))
	}
	return nil
}

// scopesOf reads the scope member: names separated by spaces or commas, or a
// list of such. Anything else means unknown.
func scopesOf(v resource.Value) []string {
	switch v.(type) {
	case string, resource.List:
	default:
		return nil
	}
	scopes := []string{}
	for _, text := range resource.Walk(v) {
		s, _ := text.(string)
		scopes = append(scopes, strings.FieldsFunc(s, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })...)
	}
	return scopes
}
