package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// verdict says what a failed request means for the requests after it.
type verdict int

const (
	denied      verdict = iota // it fails each time it is sent
	failed                     // it may succeed later
	late                       // there was no response in time; it may succeed later
	refused                    // the server accepts no requests now, or no request reaches it
	misdirected                // it belongs to another region
	canceled                   // its caller went away
)

// failure is an error with its verdict.
type failure struct {
	*wire.Error
	verdict verdict
	region  string // the one that a misdirected answer named, "" if none
}

// is tells whether there is a failure with one of the verdicts.
func (f *failure) is(verdicts ...verdict) bool {
	return f != nil && slices.Contains(verdicts, f.verdict)
}

// repeatable tells whether a call may be sent again that failed so.
func (f *failure) repeatable(cl *call) bool {
	return f.Class == wire.Retryable || f.Class == wire.Ambiguous && cl.effect.Repeatable()
}

// spellings maps other spellings of error types, of older versions, to the one
// of v3.5.
var spellings = map[string]string{
	"already_exist":      "already_exists",
	"transfer_ownership": "ownership_transfer",
}

// classes is what the error types mean that the vendor's pages list, for the
// Configuration API and the Agent Chat API.
var classes = map[string]wire.Class{
	"authentication": wire.Authentication,

	"authorization":  wire.RefusedScope,
	"missing_access": wire.RefusedScope,

	"too_many_requests":   wire.Retryable,
	"service_unavailable": wire.Retryable,

	"internal":        wire.Ambiguous,
	"request_timeout": wire.Ambiguous,

	"agent_offline":         wire.Permanent,
	"already_exists":        wire.Permanent,
	"entity_too_large":      wire.Permanent,
	"group_not_found":       wire.Permanent,
	"license_expired":       wire.Permanent,
	"license_not_found":     wire.Permanent,
	"limit_reached":         wire.Permanent,
	"misdirected_request":   wire.Permanent,
	"not_found":             wire.Permanent,
	"ownership_transfer":    wire.Permanent,
	"unsupported_version":   wire.Permanent,
	"validation":            wire.Permanent,
	"wrong_product_version": wire.Permanent,
}

// classOf uses the type first and the HTTP status second; the vendor's pages do
// not document statuses for the types. A 403 without a type comes from a gateway
// and is no evidence about the token's scopes. A 5xx without a type may come from
// a gateway too: the server behind it may or may not have carried out the call.
func classOf(errorType string, status int) wire.Class {
	class, known := classes[errorType]
	switch {
	case status == http.StatusTooManyRequests && (!known || class == wire.Ambiguous):
		return wire.Retryable
	case known:
		return class
	case status == http.StatusUnauthorized:
		return wire.Authentication
	case status == http.StatusForbidden && errorType != "":
		return wire.RefusedScope
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status >= 500:
		return wire.Ambiguous
	}
	return wire.Permanent
}

// fail returns a failure of a class. A read is never ambiguous: it can simply be
// repeated.
func (c *Client) fail(cl *call, status int, class wire.Class, text string, cause error) *failure {
	f := &failure{Error: &wire.Error{
		Method: cl.method, Host: cl.url.Host, Status: status, Class: class,
		Message: c.hiding(cl)(text), Err: cause,
	}}
	if class == wire.Ambiguous || class == wire.Retryable {
		f.verdict = failed
	}
	if class == wire.Ambiguous && cl.effect == resource.Reads {
		f.Class = wire.Retryable
	}
	return f
}

// result turns the response to a request into its value or into a failure.
func (c *Client) result(ctx context.Context, cl *call, a answer) (resource.Value, *failure) {
	host := cl.url.Host
	switch {
	case a.err == errTooLarge:
		f := c.fail(cl, a.status, wire.Ambiguous, fmt.Sprintf("the response of %s is larger than %d bytes", host, c.opts.MaxResponse), nil)
		if f.verdict = denied; cl.effect == resource.Reads {
			f.Class = wire.Permanent
		}
		return nil, f
	case a.err != nil && ctx.Err() != nil:
		return nil, c.interrupted(cl, a.sent, ctx.Err())
	case a.err != nil && a.status < 400:
		return nil, c.broken(cl, a)
	case a.status >= 300 && a.status < 400:
		return nil, c.fail(cl, a.status, wire.Permanent, redirectText(cl.url, a.header.Get("Location")), nil)
	}
	var v resource.Value
	var unreadable error
	body := bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\uFEFF")))
	if len(body) > 0 {
		v, unreadable = resource.ParseJSON(body)
	}
	if f := c.typed(cl, a, v); f != nil {
		return nil, f
	}
	if len(body) == 0 && cl.effect == resource.Reads {
		return nil, c.fail(cl, a.status, wire.Permanent, host+" sent an empty response", nil)
	}
	if unreadable == nil && cl.check != nil {
		unreadable = cl.check(v)
	}
	if unreadable != nil {
		text := fmt.Sprintf("cannot parse the response of %s: %v", host, unreadable)
		if bytes.HasPrefix(body, []byte("<")) {
			text = host + " sent HTML or XML instead of JSON: check the url, or a proxy in between"
		}
		return nil, c.fail(cl, a.status, wire.Ambiguous, text, unreadable)
	}
	return v, nil
}

// interrupted returns the failure of a call whose caller went away. If the request
// may have been sent, the outcome of a write is unknown.
func (c *Client) interrupted(cl *call, sent bool, err error) *failure {
	class := wire.Retryable
	if sent {
		class = wire.Ambiguous
	}
	f := c.fail(cl, 0, class, "interrupted before "+cl.url.Host+" responded", err)
	f.verdict = canceled
	return f
}

// broken returns the failure of a request without a complete response.
func (c *Client) broken(cl *call, a answer) (f *failure) {
	cause, host := a.err, cl.url.Host
	if u, ok := errors.AsType[*url.Error](cause); ok {
		cause = u.Err // its text repeats verb and address
	}
	if a.timedOut {
		cause = errTimeout
	}
	switch {
	case !a.sent:
		f = c.fail(cl, a.status, wire.Retryable, fmt.Sprintf("cannot connect to %s: %v", host, cause), silent{cause})
		f.verdict = refused
	case a.timedOut:
		f = c.fail(cl, a.status, wire.Ambiguous, fmt.Sprintf("no response from %s within %v", host, c.opts.Timeout), silent{cause})
		f.verdict = late
	default:
		f = c.fail(cl, a.status, wire.Ambiguous, fmt.Sprintf("the connection to %s was lost before the response was complete: %v", host, cause), cause)
	}
	return f
}

// typed returns the failure that a response reports, nil if it reports none. A
// response reports a failure as {"error": {type, message, data}}, in the format of
// OAuth, as {"message"} from a gateway, or by its status only.
func (c *Client) typed(cl *call, a answer, v resource.Value) *failure {
	o, _ := v.(*resource.Object)
	e := o.Object("error")
	errorType := cmp.Or(spellings[e.String("type")], e.String("type"))
	if a.status < 400 && !plainError(o, errorType) {
		return nil
	}
	message := e.String("message")
	if e == nil {
		message = cmp.Or(strings.Trim(o.String("error")+": "+o.String("error_description"), ": "), o.String("message"))
	}
	if errorType == "" && message == "" {
		message = cl.url.Host + " responded with " + strings.ToLower(http.StatusText(a.status))
	}
	class := classOf(errorType, a.status)
	f := c.fail(cl, a.status, class, message, nil)
	f.Type = errorType
	f.RetryAfter = retryAfter(a.header.Get("Retry-After"), c.opts.Clock.Now())
	switch {
	case class == wire.Retryable, a.status == http.StatusServiceUnavailable && class == wire.Ambiguous:
		f.verdict = refused
	case class == wire.RefusedScope:
		f.Scopes = cl.scopes
	case errorType == "misdirected_request":
		f.verdict, f.region = misdirected, e.Object("data").String("region")
	}
	return f
}

// plainError reports whether a response with a success status is an error. The
// keys of some responses are names that people choose, so "error" may also be the
// name of a property; its type differs.
func plainError(o *resource.Object, errorType string) bool {
	e := o.Object("error")
	_, known := classes[errorType]
	return e != nil && o.Len() == 1 && (known || errorType != "" && e.Has("message"))
}

// retryAfter reads a Retry-After header: seconds or a date; 0 if there is none.
func retryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil {
		return time.Duration(min(max(n, 0), 1<<20)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}
