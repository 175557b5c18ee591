package notify

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSend(t *testing.T) {
	var got []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.URL.Path+" "+string(body))
		w.WriteHeader(status)
	}))
	defer server.Close()
	d, err := Parse(server.URL + "/hook/s3cr3tpath")
	if err != nil {
		t.Fatal(err)
	}
	if d.Credentials || !strings.HasPrefix(server.URL, "http://"+d.Name) {
		t.Errorf("got %+v", d)
	}
	if err := d.Send(t.Context(), time.Minute, "m1", "two\nlines"); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != "/hook/s3cr3tpath two\nlines" {
		t.Errorf("the receiver got %q", got)
	}
	status = http.StatusInternalServerError
	err = d.Send(t.Context(), time.Minute, "m1", "again")
	if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.HasPrefix(err.Error(), "tell "+d.Name+": ") {
		t.Errorf("a refusal: %v", err)
	}
	server.Close()
	if err := d.Send(t.Context(), time.Minute, "m1", "again"); err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestParse(t *testing.T) {
	for raw, want := range map[string]struct {
		name        string
		credentials bool
	}{
		"https://hooks.example.com/a":                              {"hooks.example.com", false},
		"generic+https://hooks.example.com/a":                      {"hooks.example.com", false},
		"https://me:hush@hooks.example.com/a":                      {"hooks.example.com", true},
		"https://hooks.example.com/a?token=hush":                   {"hooks.example.com", true},
		"discord://hushhush@123456789012345678":                    {"discord", true},
		"smtp://me:hush@mail.example.com:587/?to=a@b.c&from=d@e.f": {"smtp", true},
	} {
		d, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if d.Name != want.name || d.Credentials != want.credentials || d.ID == "" {
			t.Errorf("%s: got %+v", raw, d)
		}
	}
	for _, raw := range []string{"", "hooks.example.com", "nowhere://hushhush@x", "discord://hushhush", "://"} {
		if _, err := Parse(raw); err == nil || strings.Contains(err.Error(), "hushhush") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// request is what a webhook got.
type request struct {
	Method, Path, Body, Key string
	Query                   url.Values
	Header                  map[string]string
}

// A webhook gets the id of the message as Idempotency-Key. Nothing else of the
// request changes by that, and the id is no part of the destination.
func TestMessageID(t *testing.T) {
	var got []request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		one := request{Method: r.Method, Path: r.URL.EscapedPath(), Body: string(body), Key: r.Header.Get("Idempotency-Key"), Query: r.URL.Query(), Header: map[string]string{}}
		for _, name := range []string{"Content-Type", "Authorization", "X-Team"} {
			one.Header[name] = r.Header.Get(name)
		}
		got = append(got, one)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, raw := range []string{
		server.URL + "/hook", server.URL + "/a%2Fb/c", server.URL + "/hook?channel=ops&x=a+b%26c&method=PUT", "generic+" + server.URL + "/hook?template=json&$host=h1&@X-Team=ops&title=T",
		"generic://" + host + "/hook?disabletls=yes&@xTeam=ops", server.URL + "/hook?@Authorization=Bearer+hush#part",
	} {
		got = nil
		d, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if !d.Keyed {
			t.Errorf("%s takes no id", raw)
		}
		plain := *d
		plain.Keyed = false
		if err := errors.Join(plain.Send(t.Context(), time.Minute, "m1", "text"), d.Send(t.Context(), time.Minute, "m1", "text")); err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got[0].Key != "" || got[1].Key != "m1" {
			t.Fatalf("%s: got %+v", raw, got)
		}
		got[1].Key = ""
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			t.Errorf("%s: the id changes more than a header (-without +with):\n%s", raw, diff)
		}
	}
	for _, raw := range []string{"discord://hushhush@123456789012345678", "smtp://me:hush@mail.example.com:587/?to=a@b.c&from=d@e.f"} {
		if d, err := Parse(raw); err != nil || d.Keyed || d.withID("m1") != raw {
			t.Errorf("%s: %+v, %v", raw, d, err)
		}
	}
}

// Only an answer that says so means that nothing of a text arrived.
func TestRefused(t *testing.T) {
	var status atomic.Int64
	stay := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch code := int(status.Load()); code {
		case 0:
			<-stay
		case 1:
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(code)
		}
	}))
	defer server.Close()
	defer close(stay)
	d, err := Parse(server.URL + "/hook")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		why     string
		status  int
		refused bool
	}{
		{"bad request", 400, true}, {"not found", 404, true}, {"too many", 429, true}, {"unavailable", 503, true},
		{"a timeout", 408, false}, {"the same message is in progress", 409, false}, {"it failed while it worked", 500, false},
		{"a gateway lost the answer", 502, false}, {"a gateway waited", 504, false}, {"the connection broke", 1, false},
	} {
		status.Store(int64(tt.status))
		var failed *Error
		if err := d.Send(t.Context(), time.Minute, "m1", "503"); !errors.As(err, &failed) || failed.Refused != tt.refused {
			t.Errorf("%s: %+v", tt.why, err)
		}
	}
	// A webhook that never answers holds nobody up.
	status.Store(0)
	var failed *Error
	if err := d.Send(t.Context(), time.Millisecond, "m1", "text"); !errors.As(err, &failed) || failed.Refused {
		t.Errorf("after the timeout: %+v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Send(ctx, time.Hour, "m1", "text"); !errors.As(err, &failed) || failed.Refused {
		t.Errorf("when the check is stopped: %+v", err)
	}
}
