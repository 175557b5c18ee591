package runs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
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

// A run that may be of this license, for all that is known of its owner, stops
// whatever would make again what it made.
func TestRunThatMayBeOfTheLicense(t *testing.T) {
	for _, tt := range []struct {
		why         string
		then, blind bool // the owner could not be read then, cannot be read now
	}{
		{why: "it cannot be read now", blind: true},
		{why: "it could not be read then", then: true},
		{why: "neither", then: true, blind: true},
	} {
		w := newWorld(t, sandbox.Options{})
		w.blind = tt.then
		run := w.killed("tags", []*resource.Object{tag("a"), tag("b")}, "+creating tags/a")
		w.call("create_tag", `{"name":"a","group_ids":[]}`)
		w.blind, w.account = tt.blind, "somebody"
		w.sandbox.ResetCalls()
		fails(t, w.apply("tags", tag("a"), tag("c")).err, Incomplete,
			"run "+run, "may be of this license", "lcsync apply --resume "+run, "lcsync runs abandon "+run)
		for _, c := range w.sandbox.Calls() {
			if !strings.HasPrefix(c.Method, "list_") {
				t.Errorf("%s: %s was sent", tt.why, c.Method)
			}
		}

		// Whoever knows that it is goes on with it.
		if out := w.resume(run); tt.blind && !tt.then {
			fails(t, out.err, Incomplete, "cannot be finished: could not read the owner of the license")
			w.must(w.store.Abandon(run, w.clock.Now()))
		} else if out.err != nil {
			t.Fatalf("%s: %v", tt.why, out.err)
		}
		if out := w.apply("tags", tag("a"), tag("c")); out.err != nil || out.text != "" {
			t.Errorf("%s: %+v %v", tt.why, out, out.err)
		}
	}
}

// Equal credentials prove that a license is the same: the run is finished.
func TestRunWithTheSameCredentials(t *testing.T) {
	for _, then := range []bool{true, false} {
		w := newWorld(t, sandbox.Options{})
		w.blind = then
		w.killed("bots", []*resource.Object{bot("Guide")}, "creating bots/Guide")
		w.call("create_bot", `{"name":"Guide","owner_client_id":"`+client+`"}`)
		w.blind = !then
		if out := w.apply("bots", bot("Guide")); out.err != nil || out.text != "" || !w.told("did not finish") {
			t.Errorf("%+v %v %q", out, out.err, w.notices)
		}
		w.has("bots", "Guide")
	}
}

// A run that cannot be read stops those on its own license, until it is given up.
func TestDamagedRun(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	run := w.killed("tags", []*resource.Object{tag("a")}, "creating tags/a")
	heads, _, err := w.store.Of(w.open().license(&diff.Plan{License: diff.Identity{Owner: "owner@example.com"}}))
	w.must(err)
	w.must(os.WriteFile(filepath.Join(heads[0].Dir, "meta.json"), []byte("{"), 0o600))
	fails(t, w.apply("tags", tag("a")).err, Invalid, run, "lcsync runs abandon "+run)
	w.must(w.store.Abandon(run, w.clock.Now()))
	if out := w.apply("tags", tag("a")); out.err != nil || out.text != "" {
		t.Errorf("%+v %v", out, out.err)
	}
}
