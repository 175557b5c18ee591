package cli

import (
	"testing"

	"lcsync/internal/api"
	"lcsync/internal/config"
	"lcsync/internal/diff"
)

// Licenses whose owners cannot be read are told apart by their credentials.
func TestAnonymousLicenses(t *testing.T) {
	of := func(token string) *applying {
		client, err := api.New(api.Options{URL: "https://api.example.com", Token: token})
		if err != nil {
			t.Fatal(err)
		}
		return &applying{session: &session{env: &Env{Clock: newClock()}, command: newApplyCmd()},
			conn: &connection{Connection: &config.Connection{Token: token}, client: client}}
	}
	one, two := of("dal:one").about(&diff.Plan{}, ""), of("dal:two").about(&diff.Plan{}, "")
	if one.Token == "" || one.Token == two.Token {
		t.Errorf("%q and %q", one.Token, two.Token)
	}
	named := of("dal:one").about(&diff.Plan{License: diff.Identity{AccountID: "a"}}, "")
	if named.AccountID != "a" {
		t.Errorf("%q", named.AccountID)
	}
}
