package api

import (
	"bytes"
	"context"
	"errors"
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
	url    *url.URL
	body   []byte // nil of a GET
	args   *resource.Object
	effect resource.Effect
	scopes []string
	// check validates a parsed response; its error means that the response is not
	// usable.
	check func(resource.Value) error
	items []int // of a batch: which of its items are in it
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
}

// errTooLarge is the error of an answer that was not read to its end.
var errTooLarge = errors.New("response too large")

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
		return nil, refuse("the arguments contain the unresolved reference " + name)
	}
	if args == nil {
		args = &resource.Object{}
	}
	cl := &call{method: method, args: args, effect: resource.Adds}
	if !readByGET[method] {
		var err error
		if cl.body, err = resource.AppendJSON(nil, args); err != nil {
			return nil, refuse("the arguments cannot be written as JSON: " + err.Error())
		}
	}
	area := "configuration"
	if m := resource.LookupMethodAt(c.opts.Version, method); m != nil {
		cl.scopes, cl.effect = m.Scopes, m.Effect
		if m.Source == resource.AgentChat {
			area = "agent"
		}
	} else if strings.HasPrefix(method, "get_") || strings.HasPrefix(method, "list_") {
		cl.effect = resource.Reads // a call that is not clearly a read is never repeated blindly
	}
	cl.url = c.base.JoinPath("v"+c.opts.Version, area, "action", method)
	return cl, nil
}

// readByGET lists the only methods that are not POST, both of v3.4 and earlier.
var readByGET = map[string]bool{"get_license_id": true, "get_organization_id": true}

// unresolved returns the first reference in a value that must not be sent because
// it is a placeholder, "" if there is none.
func unresolved(v resource.Value) string {
	for _, scalar := range resource.Walk(v) {
		switch scalar := scalar.(type) {
		case resource.Secret:
			return "!secret " + string(scalar)
		case resource.Ref:
			return scalar.Kind + "/" + scalar.Key
		}
	}
	return ""
}

// exchange sends one HTTP request and reads its answer within the timeout.
func (c *Client) exchange(ctx context.Context, cl *call, region string) answer {
	within, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	var sent atomic.Bool
	mark := func() { sent.Store(true) }
	traced := httptrace.WithClientTrace(within, &httptrace.ClientTrace{
		WroteHeaders: mark,
		WroteRequest: func(httptrace.WroteRequestInfo) { mark() },
	})
	req, err := c.request(traced, cl, region)
	if err != nil {
		return answer{err: err}
	}
	a := c.receive(req)
	if !cl.regionless {
		c.noteLifecycle(a.header)
	}
	a.sent = sent.Load() || a.status != 0
	a.timedOut = a.err != nil && within.Err() != nil && ctx.Err() == nil
	return a
}

func (c *Client) request(ctx context.Context, cl *call, region string) (*http.Request, error) {
	verb := http.MethodPost
	if cl.body == nil {
		verb = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, verb, cl.url.String(), bytes.NewReader(cl.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", c.token.header)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "lcsync")
	if cl.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if region != regionDal && !cl.regionless {
		req.Header.Set("X-Region", region)
	}
	return req, nil
}

// receive reads an answer to its end, so that the connection can be used again.
func (c *Client) receive(req *http.Request) answer {
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	a.body, a.err = io.ReadAll(io.LimitReader(resp.Body, c.opts.MaxResponse+1))
	if int64(len(a.body)) > c.opts.MaxResponse {
		a.body, a.err = nil, errTooLarge
	}
	return a
}
