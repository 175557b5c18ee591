package runs

import (
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/wire/wiretest"
)

// Licenses whose owners cannot be read are told apart by their credentials.
func TestAnonymousLicenses(t *testing.T) {
	of := func(token string) *License {
		return &License{Token: TokenDigest("", token), Clock: wiretest.NewClock(time.Unix(0, 0))}
	}
	one, two := of("dal:one").about(&diff.Plan{}, ""), of("dal:two").about(&diff.Plan{}, "")
	if one.AccountID == "" || one.AccountID == two.AccountID {
		t.Errorf("%q and %q", one.AccountID, two.AccountID)
	}
	named := of("dal:one").about(&diff.Plan{License: diff.Identity{AccountID: "a"}}, "")
	if named.AccountID != "a" {
		t.Errorf("%q", named.AccountID)
	}
}
