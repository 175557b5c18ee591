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

// connection is a license that can be reached. What reading it tells beside the
// license goes to the terminal.
type connection struct {
	terminal    *terminal
	client      *api.Client
	concurrency int
	stateDir    string // "" if there is none
	credentials string // stands for them (runs.TokenDigest)

	license licenseInfo
	clients coverage
	skip    []string          // kinds that the profile leaves out
	protect []diff.Protected  // by the profile
	apps    map[string]string // names of applications by client id, of the profile
	ignore  []config.Ignore   // by the profile
	secret  []config.Secret   // by the profile
	notify  []string          // URLs of the profile
	project bool              // whose file came with the working directory
	// readOnly tells that the profile allows nothing to be written.
	readOnly bool

	// through, if not nil, is an API in front of the client that reads go through.
	through func(wire.API) wire.API

	told   map[api.Lifecycle]bool // what was told of the API's age
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
		return nil, inputf("check the url; --allow-http allows one without TLS", "%s: %s", c.Source, err)
	}
	if c.Unused != "" {
		s.noticef("profile %s is not used, as the token is given apart from it: what it skips and protects does not count; --profile %s uses it", c.Unused, c.Unused)
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
		s.conn.protect = append(s.conn.protect, diff.Protected(p))
	}
	return s.conn, nil
}

// identity asks once whose the token is.
func (c *connection) identity(ctx context.Context) (*api.Identity, error) {
	if c.who == nil && c.whoErr == nil {
		c.who, c.whoErr = c.client.Identity(ctx)
	}
	return c.who, c.whoErr
}

// read reads kinds of a license through the version of the API that o says, in
// the shapes of that version, with progress. What the answers said of the API's
// age is told.
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

// nothingRead judges a reading that failed as a whole: a server that answers
// and gives nothing is like one that refuses.
func nothingRead(err error, version string) error {
	var call *wire.Error
	if errors.As(err, &call) && call.Status != 0 && call.Class != wire.Authentication {
		_, hint := judgeCall(call)
		if call.Type == "unsupported_version" {
			hint = switchedOff(version)
		}
		return &Failure{Code: Unauthorized, Text: err.Error(), Hint: hint, Err: err}
	}
	return err
}

// switchedOff says what is left to do without a version of the API.
func switchedOff(version string) string {
	if version == "" {
		return "version " + resource.APIVersion + " of the API is switched off: update lcsync"
	}
	return "version " + version + " of the API is switched off; what was saved of it before can still be converted with `lcsync migrate`"
}

// tellLifecycle tells in which stage of ageing the API's versions are that were
// spoken, and how long that stage lasts.
func (c *connection) tellLifecycle() {
	for _, l := range c.client.Lifecycle() {
		if c.told[l] {
			continue
		}
		c.told[l] = true
		c.terminal.noticef("version %s of the API is in the stage %q%s", l.Version, l.Stage, untilText(l.Until, c.terminal.clock.Now()))
	}
}

// untilText says when something ends, and in how many days; "" if that is not
// known. Days begin at midnight UTC.
func untilText(day string, now time.Time) string {
	switch left, known := daysLeft(day, now); {
	case !known:
		return ""
	case left < 0:
		return " until " + day + ", which is over"
	case left == 1:
		return " until " + day + ": 1 day left"
	default:
		return fmt.Sprintf(" until %s: %d days left", day, left)
	}
}

// daysLeft is in how many days a day ends something.
func daysLeft(day string, now time.Time) (days int, known bool) {
	end, err := time.Parse(time.DateOnly, day)
	return int(end.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24), err == nil
}

// gapTexts says what could not be read, a text for what is alike.
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
		text += " are not whole"
	}
	text += ": " + g.Reason
	if len(g.Scopes) > 0 && !strings.Contains(g.Reason, g.Scopes[0]) {
		text += " (needs the scope " + resource.Words(g.Scopes) + ")"
	}
	return text
}

// licenseInfo says which license a command works on. Whose it is, is known once
// it was read.
type licenseInfo struct {
	Owner     string   `json:"owner,omitempty"`
	AccountID string   `json:"account_id,omitempty"`
	ClientIDs []string `json:"client_ids,omitempty"` // that a plan covers
	Host      string   `json:"host,omitempty"`
	Profile   string   `json:"profile,omitempty"`
}

// String names the license: its owner, and the host that answers for it.
func (l licenseInfo) String() string {
	text := "a license whose owner is not known"
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

// licenseOf describes the license that a plan is for, as far as plan and
// connection know it. Without a connection only the plan does.
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
