package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lcsync/internal/api"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/wire"
)

// connection is a license and the client that reaches it. Notices about reading
// go to the terminal.
type connection struct {
	terminal    *terminal
	client      *api.Client
	concurrency int
	stateDir    string // "" if there is none
	credentials string // their digest (runs.TokenDigest)

	license licenseInfo
	clients coverage
	skip    []string               // kinds that the profile leaves out
	protect []diff.ProtectedObject // by the profile
	apps    map[string]string      // names of applications by client id, of the profile
	ignore  []config.Ignore        // by the profile
	secret  []config.Secret        // by the profile
	notify  []string               // URLs of the profile
	project bool                   // the profile is from ./lcsync.yaml
	// readOnly tells that the profile allows nothing to be written.
	readOnly bool

	// through, if not nil, wraps the API for reads.
	through func(wire.API) wire.API

	told   map[api.Lifecycle]bool // the lifecycle notices that were printed
	who    *api.Identity
	whoErr error
}

// connect makes a client for the license that flags, environment and profiles
// choose. Nothing is sent.
func (s *session) connect() (*connection, error) {
	c, err := s.Resolve(s.Flags)
	if err != nil {
		return nil, err
	}
	client, err := api.New(api.Options{
		URL: c.URL, Token: c.Token, AccountID: c.AccountID, Region: c.Region,
		Timeout: s.Timeout, Rate: s.Rate, AllowHTTP: s.AllowHTTP,
		Clock: s.clock, Log: s.log, Transport: s.env.Transport,
	})
	if err != nil {
		return nil, inputf("check the url; to use http://, pass --allow-http", "%s: %s", c.Source, err)
	}
	if c.Unused != "" {
		s.noticef("profile %s is ignored, with its skip and protect, because the token does not come from it; to use it, pass --profile %s", c.Unused, c.Unused)
	}
	dir, err := s.stateDir()
	if err != nil {
		dir = ""
	}
	s.conn = &connection{
		terminal: s.terminal, client: client, concurrency: s.Concurrency, stateDir: dir, credentials: runs.TokenDigest(c.AccountID, c.Token),
		license: licenseInfo{Host: client.Host(), Profile: c.Profile}, skip: c.Skip, apps: c.Applications, readOnly: c.ReadOnly,
		ignore: c.Ignore, secret: c.Secret, notify: c.Notify, project: c.Project,
		clients: coverage{ids: c.ClientIDs, from: map[string]string{}}, told: map[api.Lifecycle]bool{},
	}
	for _, id := range c.ClientIDs {
		s.conn.clients.from[id] = c.IDsFrom
	}
	for _, p := range c.Protect {
		s.conn.protect = append(s.conn.protect, diff.ProtectedObject(p))
	}
	return s.conn, nil
}

// identity asks the server once who owns the token.
func (c *connection) identity(ctx context.Context) (*api.Identity, error) {
	if c.who == nil && c.whoErr == nil {
		c.who, c.whoErr = c.client.Identity(ctx)
	}
	return c.who, c.whoErr
}

// read reads kinds of a license through the API version of o, in the shapes of
// that version, with progress. It then prints the lifecycle notices.
func (c *connection) read(ctx context.Context, o api.ReadOptions) (*resource.License, error) {
	client := c.client
	if o.Version != "" {
		old, err := c.client.At(o.Version)
		if err != nil {
			return nil, err
		}
		client, o.Newer = old, c.client
	}
	report, finish := c.terminal.progress("reading")
	o.ClientIDs, o.Concurrency, o.Discover = c.clients.ids, c.concurrency, !c.clients.none()
	if o.Discover {
		o.Candidates = append(o.Candidates, c.clients.maybe...)
	}
	o.Progress = func(done, total int) { report(done, total, "") }
	var from wire.API = client
	if c.through != nil {
		from = c.through(client)
	}
	live, err := api.Read(ctx, from, o)
	finish()
	c.tellLifecycle()
	if err != nil {
		return nil, nothingRead(err, o.Version)
	}
	if live.Owner != "" {
		c.license.Owner, c.license.AccountID = live.Owner, live.AccountID
	}
	c.clients.learn(live)
	return live, nil
}

// nothingRead returns the error of a read that failed as a whole. If the server
// responded, the exit code is that of a refused authentication.
func nothingRead(err error, version string) error {
	var call *wire.Error
	if errors.As(err, &call) && call.Status != 0 && call.Class != wire.Authentication {
		_, hint := callFailure(call)
		if call.Type == "unsupported_version" {
			hint = switchedOff(version)
		}
		return &Failure{Code: Unauthorized, Text: err.Error(), Hint: hint, Err: err}
	}
	return err
}

// switchedOff is the hint if an API version is switched off.
func switchedOff(version string) string {
	if version == "" {
		return "API version " + resource.APIVersion + " is switched off: update lcsync"
	}
	return "API version " + version + " is switched off; lcsync migrate still converts what you saved of it before"
}

// tellLifecycle prints, for each API version in use, its lifecycle stage and
// when that stage ends.
func (c *connection) tellLifecycle() {
	for _, l := range c.client.Lifecycle() {
		if c.told[l] {
			continue
		}
		c.told[l] = true
		c.terminal.noticef("API version %s is in the stage %q%s", l.Version, l.Stage, untilText(l.Until, c.terminal.clock.Now()))
	}
}

// untilText says when a stage ends, and in how many days. It is "" if day is
// not a date. Days begin at midnight UTC.
func untilText(day string, now time.Time) string {
	switch left, known := daysLeft(day, now); {
	case !known:
		return ""
	case left < 0:
		return " until " + day + ", which has passed"
	case left == 1:
		return " until " + day + ": 1 day left"
	default:
		return fmt.Sprintf(" until %s: %d days left", day, left)
	}
}

// daysLeft returns the number of days until a date.
func daysLeft(day string, now time.Time) (days int, known bool) {
	end, err := time.Parse(time.DateOnly, day)
	return int(end.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24), err == nil
}

// gapTexts says what could not be read, with one text for similar gaps.
func gapTexts(prefix string, gaps []resource.Gap) []string {
	var texts []string
	for _, g := range resource.FoldGaps(gaps) {
		texts = append(texts, prefix+gapText(g))
	}
	return texts
}

func gapText(g resource.Gap) string {
	text := g.Kind
	if g.ID != "" {
		text += " " + g.ID
	}
	if g.ClientID != "" {
		text += " of " + g.ClientID
	}
	if g.Partial {
		text += " are only partly read"
	}
	text += ": " + g.Reason
	if len(g.Scopes) > 0 && !strings.Contains(g.Reason, g.Scopes[0]) {
		text += " (needs the scope " + resource.Words(g.Scopes) + ")"
	}
	return text
}

// licenseInfo says which license a command works on. The owner is set once the
// license was read.
type licenseInfo struct {
	Owner     string   `json:"owner,omitempty"`
	AccountID string   `json:"account_id,omitempty"`
	ClientIDs []string `json:"client_ids,omitempty"` // that a plan covers
	Host      string   `json:"host,omitempty"`
	Profile   string   `json:"profile,omitempty"`
}

// String names the license: its owner, and the host that answers for it.
func (l licenseInfo) String() string {
	text := "a license whose owner could not be read"
	switch {
	case l.Owner != "":
		text = "the license of " + l.Owner
	case l.AccountID != "":
		text = "the license of the account " + l.AccountID
	}
	if l.Host != "" {
		text += " on " + l.Host
	}
	if l.Profile != "" {
		text += " (profile " + l.Profile + ")"
	}
	return text
}

// licenseOf describes the license of a plan, from the plan and the connection.
// c may be nil.
func (c *connection) licenseOf(plan *diff.Plan) *licenseInfo {
	l := &licenseInfo{}
	if c != nil {
		*l = c.license
	}
	if id := plan.License; id.Owner != "" || id.AccountID != "" {
		l.Owner, l.AccountID = id.Owner, id.AccountID
	}
	l.ClientIDs = plan.License.ClientIDs
	return l
}
