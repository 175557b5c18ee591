// Package api speaks the LiveChat Configuration API over HTTP: authorization,
// regions, versions, typed errors, retries, pacing and batches. On top of one
// such client, or of anything else that implements wire.API, it reads a whole
// license.
//
// Facts come from the vendor's Configuration API v3.5 and Agent Chat API pages.
package api

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Defaults of Options.
const (
	DefaultAccountsURL = "https://accounts.livechat.com"
	DefaultTimeout     = 30 * time.Second
	DefaultRetries     = 5
	DefaultMaxResponse = 64 << 20
	DefaultConcurrency = 8
)

// Options say where a license is and how to talk to it. The zero value of
// every field but Token is usable.
type Options struct {
	URL         string // base address, default resource.DefaultURL
	AccountsURL string // "" = DefaultAccountsURL for the vendor's hosts, URL itself otherwise
	Token       string
	AccountID   string            // if set, Token is a personal access token and goes as Basic, else as Bearer
	Region      string            // "" = from the token's prefix (dal:, fra-a:, 3.1's dal-, fra-), else dal
	Version     string            // API version, default resource.APIVersion
	Timeout     time.Duration     // of one request, its whole answer included; default DefaultTimeout
	Rate        float64           // ceiling in requests per second, 0 = none
	Retries     int               // retries of a call that may be repeated, not counting refusals by a busy server; 0 = DefaultRetries, negative = none
	AllowHTTP   bool              // plain http to hosts other than loopback
	MaxResponse int64             // bytes of one answer, default DefaultMaxResponse
	Clock       wire.Clock        // nil = wire.System{}
	Log         *slog.Logger      // nil = no log
	Transport   http.RoundTripper // nil = one of its own, with keep-alive for 64 connections a host
}

// Client is a connection to one license. It implements wire.API, retries what
// may be repeated, and is safe for concurrent use.
type Client struct {
	opts     Options // with its defaults
	base     *url.URL
	accounts *url.URL
	token    credentials
	http     *http.Client

	*host
}

// host holds what the clients of all versions share if they talk to the same
// license.
type host struct {
	region atomic.Pointer[string]
	gate   *gate
	whose  *gate // of the account server; the same one if it is on the same host
	budget budget
	// requests is how many were sent, including those to the account server.
	requests atomic.Int64
	stages   sync.Map // Lifecycle → nothing: what responses reported about the age of their version
}

var _ wire.API = (*Client)(nil)

// New returns a client. It refuses an address that is malformed, contains a
// password or would send the token unencrypted, and a token that is empty or
// contains invalid characters. Its errors never contain the token.
func New(o Options) (*Client, error) {
	token, err := newCredentials(o.Token, o.AccountID)
	if err != nil {
		return nil, err
	}
	base, err := parseBase("URL", cmp.Or(o.URL, resource.DefaultURL), o.AllowHTTP)
	if err != nil {
		return nil, err
	}
	accounts := base
	if o.AccountsURL != "" || resource.VendorHost(base.Hostname()) {
		if accounts, err = parseBase("accounts URL", cmp.Or(o.AccountsURL, DefaultAccountsURL), o.AllowHTTP); err != nil {
			return nil, err
		}
	}
	o.Region = cmp.Or(o.Region, regionOfToken(o.Token))
	if !resource.IsRegion(o.Region) {
		return nil, errors.New("the region must be a short lower-case name such as dal or fra-a")
	}
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.Retries = max(cmp.Or(o.Retries, DefaultRetries), 0)
	o.MaxResponse = cmp.Or(o.MaxResponse, DefaultMaxResponse)
	o.Clock = cmp.Or[wire.Clock](o.Clock, wire.System{})
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Transport == nil {
		o.Transport = newTransport(o.Timeout)
	}
	c := &Client{opts: o, base: base, accounts: accounts, token: token,
		http: &http.Client{Transport: o.Transport, CheckRedirect: refuseRedirect},
		host: &host{gate: newGate(o.Clock, o.Rate)}}
	c.region.Store(&o.Region)
	if c.whose = c.gate; accounts.Host != base.Host {
		c.whose = newGate(o.Clock, o.Rate)
	}
	return c.At(cmp.Or(o.Version, resource.APIVersion))
}

// At returns a client for another version of the API over the same connection.
// Both clients share credentials, region, gate, retry budget and the results of
// Lifecycle. At refuses a text that is not a version.
func (c *Client) At(version string) (*Client, error) {
	if len(version) >= 16 || !isVersion.MatchString(version) {
		return nil, errors.New("the API version must be a number such as " + resource.APIVersion)
	}
	at := *c
	at.opts.Version = version
	return &at, nil
}

var isVersion = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// Requests returns how many requests were sent, also by the clients of other
// versions that At returned.
func (c *Client) Requests() int { return int(c.requests.Load()) }

// Region returns the data center that calls go to: the one of the options or the
// token, until an answer names another.
func (c *Client) Region() string { return *c.region.Load() }

// Host returns the host that calls go to, with its port if the address has one.
func (c *Client) Host() string { return c.base.Host }

// HasPath tells whether the address has a path, such as that of a gateway.
func (c *Client) HasPath() bool { return c.base.Path != "" }

// Call makes one call; see wire.API. The result belongs to the caller. If a call
// that removes an object is repeated after a try with unknown outcome, and the
// object is not found then, the call counts as done.
func (c *Client) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	cl, err := c.prepare(method, args)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, cl, newAttempts())
}
