package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// call is one call in the form it is sent in, as often as needed.
type call struct {
	method string // for errors and the log
	verb   string
	url    *url.URL
	body   []byte
	args   *resource.Object
	effect resource.Effect
	scopes []string
	// check holds a readable answer against what it must be; its error makes
	// the answer unreadable.
	check func(resource.Value) error
	// several tells that the call is a batch, items which of its items are in it.
	several bool
	items   []int
	// regionless calls are not for a data center.
	regionless bool
}

// answer is what came of one HTTP request.
type answer struct {
	status   int // 0 = none
	header   http.Header
	body     []byte
	err      error // no answer, or not all of it
	sent     bool  // the request, or a part of it, may have reached the server
	timedOut bool
	tooLarge bool
}

// prepare turns a method and its arguments into a call. Its error is Permanent:
// nothing was sent.
func (c *Client) prepare(method string, args *resource.Object) (*call, error) {
	refuse := func(text string) error {
		return &wire.Error{Method: method, Host: c.Host(), Class: wire.Permanent, Message: text}
	}
	if method == "" || strings.Trim(method, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return nil, refuse("not the name of a method")
	}
	if name := unresolved(args); name != "" {
		return nil, refuse("the arguments still hold the unresolved reference " + name)
	}
	if args == nil {
		args = &resource.Object{}
	}
	body, err := resource.AppendJSON(nil, args)
	if err != nil {
		return nil, refuse("the arguments have no JSON form: " + err.Error())
	}
	cl := &call{method: method, verb: http.MethodPost, body: body, args: args, effect: effectOf(c.version, method)}
	area := "configuration"
	if m := resource.LookupMethodAt(c.version, method); m != nil {
		cl.scopes = m.Scopes
		if m.Source == resource.AgentChat {
			area = "agent"
		}
	}
	if readByGET[method] {
		cl.verb, cl.body = http.MethodGet, nil
	}
	cl.url = c.base.JoinPath("v"+c.version, area, "action", method)
	return cl, nil
}

// readByGET lists the only methods that are not POST, both of v3.4 and earlier.
var readByGET = map[string]bool{"get_license_id": true, "get_organization_id": true}

// effectOf returns what a method does. Methods that the registry does not have
// in that version are taken at their name; whatever is not plainly a
// read is never repeated blindly.
func effectOf(version, method string) resource.Effect {
	if m := resource.LookupMethodAt(version, method); m != nil {
		return m.Effect
	}
	if strings.HasPrefix(method, "get_") || strings.HasPrefix(method, "list_") {
		return resource.Reads
	}
	return resource.Adds
}

// unresolved returns the first reference in a value that stands for something
// else and must not be sent, "" if there is none.
func unresolved(v resource.Value) string {
	switch v := v.(type) {
	case resource.Secret:
		return "!secret " + string(v)
	case resource.Ref:
		return v.Kind + "/" + v.Key
	case resource.List:
		for _, e := range v {
			if s := unresolved(e); s != "" {
				return s
			}
		}
	case *resource.Object:
		for _, m := range v.All() {
			if s := unresolved(m); s != "" {
				return s
			}
		}
	}
	return ""
}

// exchange sends one HTTP request and reads its answer within the timeout.
func (c *Client) exchange(ctx context.Context, cl *call, region string) answer {
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var sent atomic.Bool
	mark := func() { sent.Store(true) }
	traced := httptrace.WithClientTrace(within, &httptrace.ClientTrace{
		WroteHeaders: mark,
		WroteRequest: func(httptrace.WroteRequestInfo) { mark() },
	})
	req, err := http.NewRequestWithContext(traced, cl.verb, cl.url.String(), bytes.NewReader(cl.body))
	if err != nil {
		return answer{err: err}
	}
	c.decorate(req, cl, region)
	a := c.receive(req)
	if !cl.regionless {
		c.lifecycle.note(c.version, a.header)
	}
	a.sent = sent.Load() || a.status != 0
	a.timedOut = a.err != nil && within.Err() != nil && ctx.Err() == nil
	return a
}

func (c *Client) decorate(req *http.Request, cl *call, region string) {
	req.Header.Set("Authorization", c.token.header)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if cl.verb == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	if region != regionDal && !cl.regionless {
		req.Header.Set("X-Region", region)
	}
}

func (c *Client) receive(req *http.Request) answer {
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	a.body, a.err = io.ReadAll(io.LimitReader(resp.Body, c.limit+1))
	if int64(len(a.body)) > c.limit {
		a.body, a.tooLarge = nil, true
		return a
	}
	return a // read to its end, so that the connection can be used again
}
