package api

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"testing"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/wiretest"
)

// testToken is long and odd enough to be found wherever it leaks.
const testToken = "dal:tok-Zq81-recognisable"

func newClock() *wiretest.Clock {
	return wiretest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
}

// request is what a test server got.
type request struct {
	Verb, Path, Method string
	From               string // address of the client's end of the connection
	Header             http.Header
	Body               string
	Args               *resource.Object
}

// server is a test server that keeps the requests it got, and answers the nth
// request (from 0) as it is told to.
type server struct {
	*httptest.Server
	mu  sync.Mutex
	got []request
}

func serve(t testing.TB, answer func(w http.ResponseWriter, r request, n int)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		body, err := io.ReadAll(hr.Body)
		if err != nil {
			return // the client went away
		}
		r := request{Verb: hr.Method, From: hr.RemoteAddr, Path: hr.URL.Path, Method: path.Base(hr.URL.Path), Header: hr.Header, Body: string(body)}
		if v, err := resource.ParseJSON(body); err == nil {
			r.Args, _ = v.(*resource.Object)
		}
		s.mu.Lock()
		n := len(s.got)
		s.got = append(s.got, r)
		s.mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request(nil), s.got...)
}

// say answers with a status and a body.
func say(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func sayError(w http.ResponseWriter, status int, errorType string) {
	say(w, status, `{"error":{"type":"`+errorType+`","message":"about `+errorType+`"}}`)
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// connect returns a client of a test server; change may adjust its options.
func connect(t testing.TB, url string, change func(*Options)) *Client {
	t.Helper()
	o := Options{URL: url, Token: testToken, Clock: newClock(), Timeout: 10 * time.Second}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wireError returns the typed error in err, and fails the test without one.
func wireError(t testing.TB, err error) *wire.Error {
	t.Helper()
	var we *wire.Error
	if !errors.As(err, &we) {
		t.Fatalf("want a *wire.Error, got %T: %v", err, err)
	}
	return we
}
