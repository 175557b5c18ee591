// Package sandbox is an embedded license behind an http.Handler: a fake of
// the vendor's Configuration API v3.5 and of the legacy versions 3.1 to 3.4 in
// their own shapes (and of the two routing methods of the Agent Chat API) to
// test against.
//
// It is written from the vendor's pages and tables alone and imports nothing
// of the project, so that it cannot share the client's mistakes. It refuses
// whatever the pages forbid, unknown parameters included, shows what the
// vendor's samples show, and misbehaves on demand. Where the pages are silent
// a choice had to be made; it stands in a comment next to the code that makes
// it.
package sandbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Options describe a license and how it behaves. The zero value is a
// well-behaved license whose token may do all that is public.
type Options struct {
	// Token is the access token, "dal:sandbox" unless given. It is valid as
	// Bearer and as the password of Basic, where the user is the account id
	// of an agent (an unknown one counts as the owner's).
	Token string
	// TokenClientID is the client id a Bearer token belongs to,
	// "sandbox-client" unless given. It always belongs to the organization.
	TokenClientID string
	// ClientIDs are the organization's client ids; nil means any id but the
	// namespaces of the platform's own properties.
	ClientIDs []string
	// Scopes are the token's; nil means every public one and no private one.
	Scopes []string
	// Region is the license's data center: "dal" (default), "fra", "fra-a" or
	// whatever there may be. A request whose X-Region differs (absent counts as
	// dal) is misdirected.
	Region string
	// HideRegion leaves the right region out of misdirected_request, which the
	// pages allow.
	HideRegion bool
	// Organization is the organization's id; derived from Seed unless given.
	Organization string
	// Seed is what ids and secrets are made from: two licenses whose seeds
	// differ share no server id. Group ids repeat for seeds that differ by a
	// multiple of 997, but for those only.
	Seed int64
	// Clock is the time the license lives in; nil means the real one.
	Clock Clock
	// Latency is slept before every answer.
	Latency time.Duration
	// Rate is how many requests a second are answered, by a token bucket
	// that holds one second's worth; 0 means any number.
	Rate float64
	// MaxBatch is how many items a batch may have (a larger one is refused
	// whole, as validation); 0 means any number, as no page names a limit.
	MaxBatch int
	// Faults are faults to inject: "METHOD|*=WHAT[@n,n…|%p]", where WHAT is
	// 429, 500, 503, 403-html, error-text, drop-before, misdirect or item-429
	// (nothing is done), or 502-after, 503-after, drop-after, truncate, bom or
	// delay=DURATION (it is done).
	Faults []string
	// FaultSeed is what the %p of Faults is drawn from.
	FaultSeed int64
	// EmptyBodies answers an empty body, and not {}, where there is nothing to
	// answer.
	EmptyBodies bool
	// Nulls shows null for what is not set: optional members, and the
	// properties of groups for which nothing was set.
	Nulls bool
	// Shuffle answers lists in random order.
	Shuffle bool
	// UnknownFields adds a field no page names to every returned object.
	UnknownFields bool
	// MergeLists makes updates of lists and maps add to what is there.
	MergeLists bool
	// KeepSetValues makes updates of property values leave set values alone,
	// which is what the pages literally say.
	KeepSetValues bool
	// StaleReads is how long reads lag behind.
	StaleReads time.Duration
	// Normalise names fields the server rewrites when they are written:
	// "avatar" (hosted elsewhere), "mobile" (spaces stripped), "name"
	// (surrounding spaces stripped).
	Normalise []string
	// Lifecycle says which stage an API version is in and when that ends:
	// "legacy:YYYY-MM-DD" or "deprecation:YYYY-MM-DD" by version. Answers of
	// the version carry it as the header Legacy or Deprecation. Of the
	// versions it does not name, 3.1 to 3.4 have dates some months ahead of
	// the Clock and the others no header.
	Lifecycle map[string]string
	// Unsupported are API versions that are switched off: whatever is called
	// there is refused as unsupported_version.
	Unsupported []string
	// KeepBotWebhooks makes update_bot of 3.1 and 3.2 refuse to take away the
	// webhooks embedded in a bot. No page says whether it can; by default a
	// list of actions that is empty does.
	KeepBotWebhooks bool
	// ForeignBot adds a bot of an application that belongs to another
	// organization, as every bot from the vendor's marketplace does: it is
	// listed and can be read, and nothing else of its application can.
	ForeignBot bool
	// Apps is what the applications own, when several licenses share it;
	// nil means the license's own.
	Apps *Applications
}

// License is one license of the fake service; safe for concurrent use.
type License struct {
	opts   Options
	clock  Clock
	apps   *Applications // its mutex guards everything below, too
	st     state
	past   history[state]
	ids    ids
	calls  []Call
	faults []*fault
	counts map[string]int // calls so far by method, "" for all
	bucket bucket
	dice   *rand.Rand
	tokens map[string]botToken
	stages map[string]stage // by version
	looks  int              // how often the widget's last activity was read
	moved  bool             // a misdirect fault fired: either region is served
}

// New makes a license with an owner (owner@example.com), the group General
// and nothing else. It fails on options it cannot make sense of.
func New(opts Options) (*License, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	faults, err := parseFaults(opts.Faults, opts.FaultSeed)
	if err != nil {
		return nil, err
	}
	l := &License{
		opts:   opts,
		clock:  opts.Clock,
		apps:   opts.Apps,
		ids:    ids{seed: opts.Seed},
		faults: faults,
		counts: map[string]int{},
		bucket: bucket{rate: opts.Rate},
		dice:   rand.New(rand.NewPCG(uint64(opts.Seed), 1)),
		tokens: map[string]botToken{},
		stages: opts.stages(),
	}
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	l.st = l.newState()
	l.apps.join(l)
	l.forget()
	return l, nil
}

// complete fills in defaults and refuses nonsense.
func (o *Options) complete() error {
	setDefault(&o.Token, "dal:sandbox")
	setDefault(&o.TokenClientID, "sandbox-client")
	setDefault(&o.Region, "dal")
	if o.Organization == "" {
		o.Organization = uuid(o.Seed, "organization", 0)
	}
	if o.Scopes == nil {
		o.Scopes = publicScopes
	}
	if o.Clock == nil {
		o.Clock = realClock{}
	}
	if o.Apps == nil {
		o.Apps = NewApplications()
	}
	if !regionName.MatchString(o.Region) {
		return fmt.Errorf("region %q is not a name such as fra or fra-a", o.Region)
	}
	if o.Rate < 0 || o.Latency < 0 || o.StaleReads < 0 || o.MaxBatch < 0 {
		return fmt.Errorf("rate, latency, stale reads and batch size must not be negative")
	}
	if err := o.checkVersions(); err != nil {
		return err
	}
	for _, name := range o.Normalise {
		if _, ok := rewrites[name]; !ok {
			return fmt.Errorf("cannot normalise %q: use one of %s", name, quoted(sortedKeys(rewrites)))
		}
	}
	return nil
}

var regionName = regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// ours says whether a client id belongs to the caller's organization.
func (l *License) ours(clientID string) bool {
	switch {
	case clientID == "" || slices.Contains(reservedNamespaces, clientID):
		return false
	case clientID == foreignClient && l.opts.ForeignBot:
		return false
	case clientID == l.opts.TokenClientID || l.opts.ClientIDs == nil:
		return true
	}
	return slices.Contains(l.opts.ClientIDs, clientID)
}

// owner is the owner's record.
func (l *License) owner() obj {
	for _, a := range l.st.agents.all() {
		if a.text("role") == roleOwner {
			return a
		}
	}
	return obj{}
}

// wait sleeps outside of the lock.
func (l *License) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	return l.clock.Sleep(ctx, d)
}

func groupKey(id int64) string { return strconv.FormatInt(id, 10) }
