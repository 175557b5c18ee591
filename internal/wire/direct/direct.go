// Package direct is a server without a network: requests go to its handler in
// the process that makes them.
package direct

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// Server is a handler and an address for it. As a transport it takes requests
// to the handler without a network, so that they can be made in a bubble.
type Server struct {
	URL     string // plain http to this machine, where nobody listens
	Handler http.Handler
}

var served atomic.Int64

// Serve returns a server with an address of its own.
func Serve(h http.Handler) *Server {
	return &Server{URL: fmt.Sprintf("http://127.0.0.1:%d", 100_000+served.Add(1)), Handler: h}
}

// RoundTrip has the handler answer a request. As over a network, the handler is
// not stopped when the client gives up, a handler that panics with
// http.ErrAbortHandler closes the connection, and an answer that is shorter
// than it says ends in the middle.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	come := r.Clone(r.Context())
	come.Body, come.RequestURI, come.RemoteAddr = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI(), "127.0.0.1:1"
	a := &reply{header: http.Header{}, done: make(chan struct{})}
	go a.by(s.Handler, come)
	select {
	case <-a.done:
	case <-r.Context().Done():
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return a.response(r)
}

// reply is an answer that a handler writes.
type reply struct {
	done    chan struct{} // closed when the handler has ended
	header  http.Header
	sent    http.Header // the header as it was when the status was written
	status  int
	body    bytes.Buffer
	aborted bool
}

func (a *reply) by(h http.Handler, r *http.Request) {
	defer close(a.done)
	defer func() {
		if p := recover(); p == http.ErrAbortHandler { // it is panicked as it is
			a.aborted = true
		} else if p != nil {
			panic(p)
		}
	}()
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
}

// Header is part of http.ResponseWriter, as are Write and WriteHeader.
func (a *reply) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *reply) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *reply) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// response is what arrives at the client.
func (a *reply) response(r *http.Request) (*http.Response, error) {
	if a.status == 0 {
		return nil, io.EOF
	}
	length, cut := int64(a.body.Len()), a.aborted
	if said := a.sent.Get("Content-Length"); said != "" && said != fmt.Sprint(length) {
		cut = true
	}
	var body io.Reader = &a.body
	if cut {
		length, body = -1, io.MultiReader(body, broken{})
	}
	return &http.Response{
		Status: fmt.Sprint(a.status, " ", http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.sent, Body: io.NopCloser(body), ContentLength: length, Request: r,
	}, nil
}

// broken is where a connection broke.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
