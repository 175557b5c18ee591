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
		return nil, fmt.Errorf("the %s for %s uses http, which sends the token unencrypted; use https", what, u.Host)
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

// refuseRedirect returns every redirect as a response. The client does not follow
// it, because that would send the token, or a write a second time, to another
// address.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// redirectText describes the target of a redirect by its scheme and host only.
func redirectText(from *url.URL, location string) string {
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return from.Host + " redirected the request; lcsync does not send the token to another address"
	}
	return fmt.Sprintf("%s redirected the request to %s://%s; lcsync does not send the token to another address: if it is the right one, set it as the URL",
		from.Host, to.Scheme, to.Host)
}

// errTimeout is the cause of a request that ran into Options.Timeout. It is not a
// context error: a context error would mean that the caller gave up.
var errTimeout = errors.New("timeout")

// silent marks the cause of a call to a host that did not accept a connection or
// did not respond in time.
type silent struct{ error }

// Unwrap returns the cause.
func (s silent) Unwrap() error { return s.error }
