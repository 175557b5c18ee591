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
	if one.Token == "" || one.Token == two.Token {
		t.Errorf("%q and %q", one.Token, two.Token)
	}
}
