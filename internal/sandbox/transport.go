package sandbox

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const byteOrderMark = "\uFEFF"

// maxBody is how large a request may be.
const maxBody = 16 << 20

// Call is one request the license has seen.
type Call struct {
	// Method is the method's name as called, batch_ included.
	Method string `json:"method"`
	// Version is the API version called, without the v.
	Version string `json:"version"`
	// Status is the HTTP status answered; 0 when the connection was closed
	// without an answer.
	Status int `json:"status"`
	// Items is how many items a batch had; 1 for any other call.
	Items int `json:"items"`
	// Error is the type of the error answered, if any.
	Error string `json:"error,omitempty"`
}

// request is what came in, read and parsed but not yet looked at.
type request struct {
	endpoint
	version string
	api     string
	header  http.Header
	body    any
	empty   bool      // there was no body
	err     *apiError // what is wrong with the URL or the body's form
	info    bool      // GET /v2/info
	items   int
}

// answer is what goes out.
type answer struct {
	err     *apiError
	payload any
	silent  bool  // success with an empty body
	page    *page // from something in front of the API
	drop    bool  // no answer at all
	half    bool  // only half of the body
	bom     bool  // a byte order mark before the body
	stage   stage
	delay   time.Duration
}

// ServeHTTP serves the API under /v3.1 to /v3.5 (routing under /v3.5 and
// /v3.6), the accounts service's /v2/info, and the control plane under
// /_sandbox.
// It panics with http.ErrAbortHandler to close a connection.
func (l *License) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/_sandbox/"); ok {
		l.control(w, r, name)
		return
	}
	req := receive(w, r)
	var a answer
	if l.wait(r.Context(), l.opts.Latency) != nil {
		a = l.hangUp(req)
	} else {
		a = l.answer(req)
	}
	if a.drop || l.wait(r.Context(), a.delay) != nil {
		panic(http.ErrAbortHandler)
	}
	a.write(w)
}

// receive reads a request. What is wrong with it is kept for later: a wrong
// token is answered before a wrong body.
func receive(w http.ResponseWriter, r *http.Request) *request {
	req := &request{header: r.Header, items: 1}
	req.route(r)
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		req.bad(invalid("The request is larger than %d bytes", maxBody))
		return req
	case err != nil:
		req.bad(invalid("The request could not be read"))
		return req
	}
	if req.empty = len(data) == 0; req.empty {
		return req
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		req.bad(invalid("The header Content-Type must be application/json"))
	}
	if req.body, err = decodeValue(data); err != nil {
		req.bad(invalid("Wrong format of request: %v", err))
	}
	if body, ok := req.body.(obj); ok && req.many {
		req.items = len(body.list("requests"))
	}
	return req
}

// bad keeps the first thing wrong.
func (req *request) bad(err *apiError) {
	if req.err == nil {
		req.err = err
	}
}

// answer executes a request and notes it in the log.
func (l *License) answer(req *request) answer {
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	hit := l.strike(req.called)
	a := answer{drop: hit.dropBefore}
	switch {
	case a.drop:
	case hit.page != nil:
		a.page = hit.page
	case hit.err != nil:
		a.err = hit.err
		if hit.err.kind == errUnavailable && req.api != "agent" {
			a.page = htmlPage(http.StatusServiceUnavailable)
		}
	default:
		a = l.execute(req, hit)
		a.page = hit.after
	}
	a.delay = hit.delay
	a.drop = a.drop || hit.dropAfter
	a.half, a.bom = hit.truncate, hit.bom
	a.err = spelled(req.version, a.err)
	a.stage = l.stageOf(req.version)
	l.note(req, a)
	return a
}

// execute does what is asked, unless something forbids it.
func (l *License) execute(req *request, hit strike) answer {
	if err := l.bucket.take(l.clock.Now()); err != nil {
		return answer{err: err}
	}
	if slices.Contains(l.opts.Unsupported, req.version) {
		return answer{err: unsupported()}
	}
	if req.method == nil && !req.info {
		return answer{err: req.err}
	}
	payload, err := l.process(req, hit)
	if err != nil {
		return answer{err: err}
	}
	if payload == nil {
		return answer{payload: obj{}, silent: l.opts.EmptyBodies}
	}
	return answer{payload: l.dress(payload)}
}

// process is the order of checks: region, token, scopes, form, parameters.
func (l *License) process(req *request, hit strike) (any, *apiError) {
	if req.info {
		return l.identity(req)
	}
	if err := l.checkRegion(req.header); err != nil {
		return nil, err
	}
	c := &call{l: l, st: &l.st, apps: &l.apps.own, version: req.version}
	if !req.open {
		who, err := l.authenticate(req.header)
		if err != nil {
			return nil, err
		}
		if err := req.admit(who); err != nil {
			return nil, err
		}
		c.caller = who
	}
	if req.read {
		c.st, c.apps = l.view()
	}
	p, err := req.parameters()
	if err != nil {
		return nil, err
	}
	if req.many {
		return l.batch(c, req, p, hit.item429)
	}
	payload, err := l.one(c, req.method, p)
	if err == nil && !req.read {
		l.remember()
	}
	return payload, err
}

// parameters is the body, which only methods without parameters can do
// without.
func (req *request) parameters() (obj, *apiError) {
	if req.err != nil {
		return nil, req.err
	}
	if req.empty && (len(req.params) > 0 || req.each != nil || req.many) {
		return nil, invalid("The request must be a JSON object")
	}
	if req.body == nil { // null is absent
		return obj{}, nil
	}
	p, ok := req.body.(obj)
	if !ok {
		return nil, invalid("The request must be a JSON object")
	}
	return p, nil
}

// one executes a method once.
func (l *License) one(c *call, m *method, p obj) (any, *apiError) {
	check := checker{pat: c.pat}
	if l.opts.UnknownFields {
		check.ignore = unknownField
	}
	p, err := check.parameters(p, m)
	if err == nil && m.modern != nil {
		p, err = m.modern(c, p)
	}
	if err != nil {
		return nil, err
	}
	return m.run(c, completeScheduler(l.normalise(p)))
}

// checkRegion refuses requests meant for the other data center.
func (l *License) checkRegion(h http.Header) *apiError {
	region := h.Get("X-Region")
	if region == "" {
		region = "dal"
	}
	if region == l.opts.Region || l.moved {
		return nil
	}
	return l.misdirected(l.opts.Region)
}

func (l *License) misdirected(region string) *apiError {
	err := fail(errMisdirected, "Wrong region")
	if !l.opts.HideRegion {
		err.data = obj{"region": region}
	}
	return err
}

// identity is the accounts service's word on a Bearer token. It is served
// for every region. The scopes stand in one string, separated by spaces.
func (l *License) identity(req *request) (any, *apiError) {
	if req.err != nil {
		return nil, req.err
	}
	who, err := l.authenticate(req.header)
	if err != nil {
		return nil, err
	}
	if who.pat {
		return nil, fail(errAuthentication, "Authentication error")
	}
	account := who.agent
	if row, ok := l.st.agents.get(who.agent); ok {
		account = row.text("account_id")
	}
	return obj{
		"organization_id": l.st.organization, "client_id": who.client, "account_id": account,
		"scope": strings.Join(who.scopes, " "),
	}, nil
}

// note logs a call; the caller holds the lock.
func (l *License) note(req *request, a answer) {
	done := Call{Method: req.called, Version: req.version, Status: http.StatusOK, Items: req.items}
	switch {
	case a.drop:
		done.Status = 0
	case a.err != nil:
		done.Status, done.Error = a.err.httpStatus(), a.err.kind
	}
	if a.page != nil && !a.drop {
		done.Status = a.page.status
	}
	l.calls = append(l.calls, done)
}

// hangUp is for clients that left before anything was done.
func (l *License) hangUp(req *request) answer {
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	a := answer{drop: true}
	l.note(req, a)
	return a
}

// write sends the answer.
func (a answer) write(w http.ResponseWriter) {
	status, kind, body := http.StatusOK, "application/json", []byte(nil)
	switch {
	case a.page != nil:
		status, kind, body = a.page.status, a.page.kind, []byte(a.page.body)
	case a.err != nil:
		status, body = a.err.httpStatus(), encodeValue(a.err.body(), "")
	case !a.silent || a.half: // there must be something to cut
		body = encodeValue(a.payload, "")
	}
	if a.bom && a.page == nil {
		body = append([]byte(byteOrderMark), body...)
	}
	if a.err != nil && a.err.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(a.err.retry))
	}
	if a.stage.header != "" && a.page == nil {
		w.Header().Set(a.stage.header, a.stage.ends)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if a.half {
		body = body[:len(body)/2]
	}
	// A client that has gone away is nothing to report.
	_, _ = w.Write(body)
}
