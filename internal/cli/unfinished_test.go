package cli

import (
	"testing"

	"lcsync/internal/api"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// A part of a license that could not be read says nothing of what a run did
// there.
func TestUnreadPart(t *testing.T) {
	hook := &diff.Change{ID: "webhooks/x", Kind: "webhooks", Before: resource.Of("id", "w", "owner_client_id", "one")}
	read := func(gaps ...resource.Gap) *resource.License {
		l := &resource.License{Gaps: gaps}
		l.SetRows("webhooks", nil)
		return l
	}
	for _, tt := range []struct {
		why  string
		live *resource.License
		want string
	}{
		{"read", read(), ""},
		{"not read at all", &resource.License{}, "webhooks"},
		{"its application's part is missing", read(resource.Gap{Kind: "webhooks", ClientID: "one"}), "webhooks of one"},
		{"another application's part is missing", read(resource.Gap{Kind: "webhooks", ClientID: "two"}), ""},
		{"the object is missing", read(resource.Gap{Kind: "webhooks", ID: "w"}), "webhooks/x"},
		{"another kind is missing", read(resource.Gap{Kind: "bots"}), ""},
	} {
		if got := unreadPart(hook, tt.live); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

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
	if one.AccountID == "" || one.AccountID == two.AccountID {
		t.Errorf("%q and %q", one.AccountID, two.AccountID)
	}
	named := of("dal:one").about(&diff.Plan{License: diff.Identity{AccountID: "a"}}, "")
	if named.AccountID != "a" {
		t.Errorf("%q", named.AccountID)
	}
}
