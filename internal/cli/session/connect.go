package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lcsync/internal/api"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/wire"
)

// Connection is a license and the client that reaches it. Notices about reading
// go to the terminal.
type Connection struct {
	Console     *Console
	Client      *api.Client
	concurrency int
	StateDir    string // "" if there is none
	Credentials string // their digest (runs.TokenDigest)

	License LicenseInfo
	Clients coverage
	Skip    []string               // kinds that the profile leaves out
	Protect []diff.ProtectedObject // by the profile
	Apps    map[string]string      // names of applications by client id, of the profile
	Ignore  []config.Ignore        // by the profile
	Secret  []config.Secret        // by the profile
	Notify  []string               // URLs of the profile
	Project bool                   // the profile is from ./lcsync.yaml
	// ReadOnly tells that the profile allows nothing to be written.
	ReadOnly bool

	// Through, if not nil, wraps the API for reads.
	Through func(wire.API) wire.API

	told   map[api.Lifecycle]bool // the lifecycle notices that were printed
	who    *api.Identity
	whoErr error
}

// Connect makes a client for the license that flags, environment and profiles
// choose. Nothing is sent.
func (s *Session) Connect() (*Connection, error) {
	c, err := s.Resolve(s.Flags)
	if err != nil {
		return nil, err
	}
	client, err := api.New(api.Options{
		URL: c.URL, Token: c.Token, AccountID: c.AccountID, Region: c.Region,
		Timeout: s.Timeout, Rate: s.Rate, AllowHTTP: s.AllowHTTP,
		Clock: s.Clock, Log: s.Log, Transport: s.Env.Transport,
	})
	if err != nil {
		return nil, Inputf("check the url; to use http://, pass --allow-http", "%s: %s", c.Source, err)
	}
	if c.Unused != "" {
		s.Noticef("profile %s is ignored, with its skip and protect, because the token does not come from it; to use it, pass --profile %s", c.Unused, c.Unused)
	}
	dir, err := s.StateDir()
	if err != nil {
		dir = ""
	}
	s.Conn = &Connection{
		Console: s.Console, Client: client, concurrency: s.Concurrency, StateDir: dir, Credentials: runs.TokenDigest(c.AccountID, c.Token),
		License: LicenseInfo{Host: client.Host(), Profile: c.Profile}, Skip: c.Skip, Apps: c.Applications, ReadOnly: c.ReadOnly,
		Ignore: c.Ignore, Secret: c.Secret, Notify: c.Notify, Project: c.Project,
		Clients: coverage{IDs: c.ClientIDs, from: map[string]string{}}, told: map[api.Lifecycle]bool{},
	}
	for _, id := range c.ClientIDs {
		s.Conn.Clients.from[id] = c.IDsFrom
	}
	for _, p := range c.Protect {
		s.Conn.Protect = append(s.Conn.Protect, diff.ProtectedObject(p))
	}
	return s.Conn, nil
}

// Identity asks the server once who owns the token.
func (c *Connection) Identity(ctx context.Context) (*api.Identity, error) {
	if c.who == nil && c.whoErr == nil {
		c.who, c.whoErr = c.Client.Identity(ctx)
	}
	return c.who, c.whoErr
}

// Read reads kinds of a license through the API version of o, in the shapes of
// that version, with progress. It then prints the lifecycle notices.
func (c *Connection) Read(ctx context.Context, o api.ReadOptions) (*resource.License, error) {
	client := c.Client
	if o.Version != "" {
		old, err := c.Client.At(o.Version)
		if err != nil {
			return nil, err
		}
		client, o.Newer = old, c.Client
	}
	report, finish := c.Console.Progress("reading")
	o.ClientIDs, o.Concurrency, o.Discover = c.Clients.IDs, c.concurrency, !c.Clients.None()
	if o.Discover {
		o.Candidates = append(o.Candidates, c.Clients.maybe...)
	}
	o.Progress = func(done, total int) { report(done, total, "") }
	var from wire.API = client
	if c.Through != nil {
		from = c.Through(client)
	}
	live, err := api.Read(ctx, from, o)
	finish()
	c.tellLifecycle()
	if err != nil {
		return nil, c.nothingRead(err, o.Version)
	}
	if live.Owner != "" {
		c.License.Owner, c.License.AccountID = live.Owner, live.AccountID
	}
	c.Clients.learn(live)
	return live, nil
}

// nothingRead returns the error of a read that failed as a whole. If the server
// responded, the exit code is that of a refused authentication.
func (c *Connection) nothingRead(err error, version string) error {
	var call *wire.Error
	if errors.As(err, &call) && call.Status != 0 && call.Class != wire.Authentication {
		_, hint := callFailure(call)
		if call.Type == "unsupported_version" {
			hint = switchedOff(version)
		}
		if call.Status == http.StatusNotFound && c.Client.HasPath() {
			hint = "the url has a path, and lcsync adds /v" + cmp.Or(version, resource.APIVersion) + "/configuration/… to it: check whether the path belongs there"
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
func (c *Connection) tellLifecycle() {
	for _, l := range c.Client.Lifecycle() {
		if c.told[l] {
			continue
		}
		c.told[l] = true
		c.Console.Noticef("API version %s is in the stage %q%s", l.Version, l.Stage, untilText(l.Until, c.Console.Clock.Now()))
	}
}

// untilText says when a stage ends, and in how many days. It is "" if day is
// not a date. Days begin at midnight UTC.
func untilText(day string, now time.Time) string {
	switch left, known := DaysLeft(day, now); {
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

// DaysLeft returns the number of days until a date.
func DaysLeft(day string, now time.Time) (days int, known bool) {
	end, err := time.Parse(time.DateOnly, day)
	return int(end.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24), err == nil
}

// GapTexts says what could not be read, with one text for similar gaps.
func GapTexts(prefix string, gaps []resource.Gap) []string {
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
	return text + ": " + g.Reason + resource.ScopeHint(g.Reason, g.Scopes)
}

// LicenseInfo says which license a command works on. The owner is set once the
// license was read.
type LicenseInfo struct {
	Owner     string   `json:"owner,omitempty"`
	AccountID string   `json:"account_id,omitempty"`
	ClientIDs []string `json:"client_ids,omitempty"` // that a plan covers
	Host      string   `json:"host,omitempty"`
	Profile   string   `json:"profile,omitempty"`
}

// String names the license: its owner, and the host that answers for it.
func (l LicenseInfo) String() string {
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

// LicenseOf describes the license of a plan, from the plan and the connection.
// c may be nil.
func (c *Connection) LicenseOf(plan *diff.Plan) *LicenseInfo {
	l := &LicenseInfo{}
	if c != nil {
		*l = c.License
	}
	if id := plan.License; id.Owner != "" || id.AccountID != "" {
		l.Owner, l.AccountID = id.Owner, id.AccountID
	}
	l.ClientIDs = plan.License.ClientIDs
	return l
}
