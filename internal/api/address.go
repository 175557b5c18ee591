package api

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// idlePerHost is the number of connections kept open; runs with a higher
// concurrency reconnect more often.
const idlePerHost = 64

// parseBase checks a base address. Messages show the host at most, as anything
// else may hold a password.
func parseBase(what, s string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the %s cannot be understood: want https://host", what)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the %s must begin with https://", what)
	case u.Hostname() == "":
		return nil, fmt.Errorf("the %s has no host", what)
	case u.User != nil:
		return nil, fmt.Errorf("the %s for %s must not hold a user or password", what, u.Host)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("the %s for %s must not have a query or fragment", what, u.Host)
	case u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()):
		return nil, fmt.Errorf("the %s for %s is plain http, which would send the token in the clear; use https", what, u.Host)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// vendorHost tells whether a host is one of the vendor's, whose tokens the
// vendor's account server knows.
func vendorHost(host string) bool {
	host = "." + strings.ToLower(host)
	return strings.HasSuffix(host, ".livechatinc.com") || strings.HasSuffix(host, ".livechat.com")
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
