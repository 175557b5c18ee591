// Package notify sends texts to where people are told of things: Slack, Teams,
// Discord, e-mail, webhooks and whatever else shoutrrr has a service for.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/nicholas-fedor/shoutrrr"
)

// Destination is an address that texts are sent to. Its URL may hold
// credentials, so that it is never shown.
type Destination struct {
	// Name says where it is without any credentials: "slack", or the host of a
	// webhook.
	Name string
	// ID stands for the URL.
	ID string
	// Credentials tells that the URL may hold some: it is of a service that has
	// them in its URLs, or has a user name, a password or a query.
	Credentials bool

	url string
}

// generic is the service of webhooks that have no service of their own.
const generic = "generic"

// Parse reads the URL of a destination: one of shoutrrr's, or the https address of
// a webhook that takes a text. Its errors do not show the URL.
func Parse(raw string) (*Destination, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return nil, errors.New("it is not a URL such as https://hooks.example.com/lcsync or slack://…")
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		raw, u.Scheme = generic+"+"+raw, generic+"+"+u.Scheme
	}
	if _, err := shoutrrr.CreateSender(raw); err != nil {
		return nil, fmt.Errorf("the URL of the service %q cannot be used: %s", u.Scheme, hideURLs(err.Error(), raw))
	}
	sum := sha256.Sum256([]byte(raw))
	d := &Destination{Name: u.Scheme, ID: hex.EncodeToString(sum[:8]), url: raw, Credentials: true}
	if service, _, _ := strings.Cut(u.Scheme, "+"); service == generic {
		d.Name, d.Credentials = u.Host, u.User != nil || u.RawQuery != ""
	}
	return d, nil
}

// Send sends a text and returns whether the service took it. Its error does not
// show the URL.
func (d *Destination) Send(text string) error {
	sender, err := shoutrrr.CreateSender(d.url)
	if err == nil {
		err = errors.Join(sender.Send(text, nil)...)
	}
	if err != nil {
		return fmt.Errorf("tell %s: %s", d.Name, hideURLs(err.Error(), d.url))
	}
	return nil
}

// address finds URLs in a text.
var address = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s"'<>]*`)

// hideURLs takes URLs out of the text of an error, and whatever parts of one URL
// are long enough to be a secret.
func hideURLs(text, of string) string {
	text = address.ReplaceAllString(text, "(url)")
	for _, part := range strings.FieldsFunc(of, func(r rune) bool { return strings.ContainsRune("/:@?&=#", r) }) {
		if len(part) >= 6 && !strings.HasPrefix(part, generic) {
			text = strings.ReplaceAll(text, part, "…")
		}
	}
	return strings.Join(strings.Fields(text), " ")
}
