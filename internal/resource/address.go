package resource

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// DefaultURL is the vendor's address, used if no other is given.
const DefaultURL = "https://api.livechatinc.com"

// apiPath matches the path of the API, to which no prefix of a gateway is equal.
var apiPath = regexp.MustCompile(`/v[0-9]+\.[0-9]+/(configuration|agent)/`)

// PathError is the error of an address with the path of the API in it.
type PathError struct{ Path string }

func (e *PathError) Error() string {
	return "contains the path of the API, which lcsync adds: " + e.Path
}

// ParseAddress parses the address that calls go to. Its errors are predicates, to
// follow the name of the address: "contains a user name". They show only the host,
// because the rest may contain a secret.
func ParseAddress(s string) (*url.URL, error) {
	none := func(why string) error { return errors.New("is not a URL such as " + DefaultURL + ": " + why) }
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, none("the URL is malformed")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, none("it must begin with https://")
	case u.Hostname() == "":
		return nil, none("it has no host")
	case u.User != nil:
		return nil, fmt.Errorf("contains a user name or password for %s", u.Host)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("has a query or a fragment after %s", u.Host)
	}
	if of := apiPath.FindString(u.Path + "/"); of != "" {
		return nil, &PathError{Path: strings.TrimSuffix(of, "/")}
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// vendorDomains are the domains of the vendor's hosts.
var vendorDomains = []string{".livechatinc.com", ".livechat.com", ".text.com"}

// VendorHost tells whether a host is one of the vendor's.
func VendorHost(host string) bool {
	host = "." + strings.ToLower(strings.TrimSuffix(host, "."))
	for _, domain := range vendorDomains {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// Loopback reports whether a host is this machine.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
