package api

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"lcsync/internal/resource"
)

// idlePerHost is the number of connections kept open; runs with a higher
// concurrency reconnect more often.
const idlePerHost = 64

// parseBase checks a base address. Its errors show the host at most.
func parseBase(what, s string, allowHTTP bool) (*url.URL, error) {
	u, err := resource.ParseAddress(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the %s %w", what, err)
	case u.Scheme == "http" && !allowHTTP && !resource.Loopback(u.Hostname()):
		return nil, fmt.Errorf("the %s for %s is plain http, which would send the token in the clear; use https", what, u.Host)
	}
	return u, nil
}

// newTransport returns a transport that opens a connection in a third of the
// timeout at most, so that an unreachable host is tried three times within it.
func newTransport(timeout time.Duration) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	connect := min(10*time.Second, timeout/3)
	t.DialContext = (&net.Dialer{Timeout: connect, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = connect
	t.MaxIdleConns = 2 * idlePerHost
	t.MaxIdleConnsPerHost = idlePerHost
	t.IdleConnTimeout = 30 * time.Second
	return t
}

// refuseRedirect hands every redirect back as an answer: following one would
// carry the token, or repeat a write, elsewhere.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// redirectText says where an answer points to, by scheme and host alone.
func redirectText(from *url.URL, location string) string {
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return from.Host + " answers with a redirect, which is not followed with a token"
	}
	return fmt.Sprintf("%s redirects to %s://%s, which is not followed with a token; if that is the right address, set it as the URL",
		from.Host, to.Scheme, to.Host)
}

// errTimeout stands for a request that ran into Options.Timeout. It is no
// context error, which would look as if the caller had given up.
var errTimeout = errors.New("timeout")

// silent marks the cause of a call to a host that took no connection or did not
// answer in time.
type silent struct{ error }

// Unwrap returns the cause.
func (s silent) Unwrap() error { return s.error }
