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
	"lcsync/internal/wire"
)

// connection is a license that can be reached, and where that is known from.
type connection struct {
	*config.Connection
	client *api.Client
	told   map[api.Lifecycle]bool // what was told of the API's age
	from   map[string]string      // who named the client ids to cover
	ids    map[string]string      // the same of all that the license was read for
	maybe  []string               // client ids that a file has and does not claim to be the license's own

	who    *api.Identity
	whoErr error
}

// connect makes a client for the license that flags, environment and profiles
// choose. Nothing is sent.
func (s *session) connect() (*connection, error) {
	c, err := s.places().Resolve(s.Flags)
	if err != nil {
		return nil, err
	}
	client, err := api.New(api.Options{
		URL: c.URL, Token: c.Token, AccountID: c.AccountID, Region: c.Region,
		Timeout: s.Timeout, Rate: s.Rate, AllowHTTP: s.AllowHTTP,
		Clock: s.env.Clock, Log: s.log, Transport: s.env.Transport,
	})
	if err != nil {
		return nil, inputf("check the url; --allow-http allows one without TLS", "%s: %s", c.Source, err)
	}
	if c.Unused != "" {
		s.noticef("profile %s is not used, as the token is given apart from it: what it skips and protects does not count; --profile %s uses it", c.Unused, c.Unused)
	}
	s.license = &licenseInfo{Host: client.Host(), Profile: c.Profile}
	conn := &connection{Connection: c, client: client, told: map[api.Lifecycle]bool{}, from: map[string]string{}}
	for _, id := range c.ClientIDs {
		conn.from[id] = c.IDsFrom
	}
	return conn, nil
}

// protected returns what the profile protects.
func (c *connection) protected() []diff.Protected {
	var out []diff.Protected
	for _, p := range c.Protect {
		out = append(out, diff.Protected(p))
	}
	return out
}

// readLive reads the given kinds of a license, with progress on stderr. What
// the answers said of the API's age is told as notices.
func (s *session) readLive(ctx context.Context, c *connection, kinds []*resource.Kind) (*resource.License, error) {
	return s.read(ctx, c, c.client, api.ReadOptions{Kinds: kindNames(kinds)})
}

// readLegacy reads kinds of a license through an older version of the API, in
// the shapes of that version. nil kinds are all that the version has.
func (s *session) readLegacy(ctx context.Context, c *connection, version string, o api.ReadOptions) (*resource.License, error) {
	old, err := c.client.At(version)
	if err != nil {
		return nil, err
	}
	o.Version, o.Newer = version, c.client
	return s.read(ctx, c, old, o)
}

func (s *session) read(ctx context.Context, c *connection, client *api.Client, o api.ReadOptions) (*resource.License, error) {
	report, finish := s.progress("reading")
	o.ClientIDs, o.Concurrency, o.Discover = c.ClientIDs, s.Concurrency, !c.noApplications()
	if o.Discover {
		o.Candidates = append(o.Candidates, c.maybe...)
	}
	o.Progress = func(done, total int) { report(done, total, "") }
	live, err := api.Read(ctx, client, o)
	finish()
	s.tellLifecycle(c)
	if err != nil {
		return nil, nothingRead(err, o.Version)
	}
	s.learnLicense(live)
	c.learnIDs(live)
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
func (s *session) tellLifecycle(c *connection) {
	for _, l := range c.client.Lifecycle() {
		if c.told[l] {
			continue
		}
		c.told[l] = true
		s.noticef("version %s of the API is in the stage %q%s", l.Version, l.Stage, untilText(l.Until, s.env.Clock.Now()))
	}
}

// untilText says when something ends, and in how many days; "" if that is not
// known. Days begin at midnight UTC.
func untilText(day string, now time.Time) string {
	end, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	switch left := int(end.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24); {
	case left < 0:
		return " until " + day + ", which is over"
	case left == 1:
		return " until " + day + ": 1 day left"
	default:
		return fmt.Sprintf(" until %s: %d days left", day, left)
	}
}

// tellGaps tells what could not be read, why, and which scope is missing; what
// could not be read for one reason is one notice.
func (s *session) tellGaps(gaps []resource.Gap) {
	for _, text := range gapTexts("incomplete: ", gaps) {
		s.noticef("%s", text)
	}
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
