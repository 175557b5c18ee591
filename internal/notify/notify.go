// Package notify sends texts to where people are told of things: Slack, Teams,
// Discord, e-mail, webhooks and whatever else shoutrrr has a service for.
package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr"
	webhooks "github.com/nicholas-fedor/shoutrrr/pkg/services/specialized/generic"
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
	// Keyed tells that the destination gets the id of a message with it, so that it
	// can leave out one that it has.
	Keyed bool

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
		d.Name, d.Credentials, d.Keyed = u.Host, u.User != nil || u.RawQuery != "", true
	}
	return d, nil
}

// Error is why a text was not sent, without the URL. Refused tells that the
// destination certainly has nothing of it; otherwise it may have arrived.
type Error struct {
	Text    string
	Refused bool
}

func (e *Error) Error() string { return e.Text }

// Send sends a text under the id of its message, and returns once the service
// took it or an *Error. It waits no longer than timeout, and not at all when ctx
// ends; then the text may still arrive.
func (d *Destination) Send(ctx context.Context, timeout time.Duration, id, text string) error {
	sender, err := shoutrrr.CreateSender(d.withID(id))
	if err != nil {
		return &Error{Text: d.says(err), Refused: true}
	}
	sender.Timeout = timeout
	answers := sender.SendAsync(text, nil)
	for answers != nil {
		select {
		case <-ctx.Done():
			return &Error{Text: d.says(ctx.Err())}
		case answer, more := <-answers:
			if err = errors.Join(err, answer); !more {
				answers = nil
			}
		}
	}
	if err != nil {
		return &Error{Text: d.says(err), Refused: d.refused(err)}
	}
	return nil
}

func (d *Destination) says(err error) string {
	return fmt.Sprintf("tell %s: %s", d.Name, hideURLs(err.Error(), d.url))
}

// withID returns the URL for a message. Shoutrrr's generic service sends what is
// in parameters that begin with @ as headers, and not in the query. Idempotency-Key
// is the header of draft-ietf-httpapi-idempotency-key-header.
func (d *Destination) withID(id string) string {
	u, err := url.Parse(d.url)
	if !d.Keyed || err != nil {
		return d.url
	}
	u.RawQuery = strings.TrimSuffix("%40Idempotency-Key="+url.QueryEscape(id)+"&"+u.RawQuery, "&")
	return u.String()
}

// refused tells whether an error says that nothing of a text was taken: a webhook
// gets it in one request and answered with a status that says so. Behind any
// other error, such as a timeout or a gateway's, it may have arrived, and other
// services may divide a text and take a part of it.
func (d *Destination) refused(err error) bool {
	var status int
	_, after, found := strings.Cut(err.Error(), webhooks.ErrUnexpectedStatus.Error()+": ")
	if _, failed := fmt.Sscan(after, &status); !d.Keyed || !found || failed != nil {
		return false
	}
	const timeout, conflict, unavailable = 408, 409, 503
	switch status {
	case timeout, conflict: // it may be working on it
		return false
	case unavailable:
		return true
	}
	return status >= 400 && status < 500
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
