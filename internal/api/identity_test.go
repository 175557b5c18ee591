package api

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

func TestIdentity(t *testing.T) {
	tests := []struct {
		name, body string
		want       *Identity
	}{
		{"scopes separated by spaces", `{"access_token":"x","account_id":"a","client_id":"c","organization_id":"o","scope":"agents--all:ro tags--all:rw"}`,
			&Identity{"o", "c", "a", []string{"agents--all:ro", "tags--all:rw"}}},
		{"scopes separated by commas", `{"account_id":"a","scope":"agents--all:ro,tags--all:rw"}`,
			&Identity{"", "", "a", []string{"agents--all:ro", "tags--all:rw"}}},
		{"scopes as a list", `{"account_id":"a","scope":["x:ro"]}`, &Identity{"", "", "a", []string{"x:ro"}}},
		{"commas and spaces, line breaks too", `{"account_id":"a","scope":"agents--all:ro, tags--all:rw\n x:ro,"}`,
			&Identity{"", "", "a", []string{"agents--all:ro", "tags--all:rw", "x:ro"}}},
		{"a list of texts with commas", `{"account_id":"a","scope":["x:ro,y:ro",null]}`, &Identity{"", "", "a", []string{"x:ro", "y:ro"}}},
		{"null is unknown", `{"account_id":"a","scope":null}`, &Identity{"", "", "a", nil}},
		{"no scopes, which is not unknown", `{"account_id":"a","scope":""}`, &Identity{"", "", "a", []string{}}},
		{"unknown scopes", `{"account_id":"a"}`, &Identity{"", "", "a", nil}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) {
				if n == 0 {
					say(w, 503, "")
					return
				}
				say(w, 200, tt.body)
			})
			got, err := connect(t, "http://127.0.0.1:1", func(o *Options) { o.AccountsURL, o.Region = s.URL, "fra" }).Identity(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("identity (-want +got):\n%s", diff)
			}
			r := s.requests()[1]
			if r.Verb != "GET" || r.Path != "/v2/info" || r.Header.Get("Authorization") != "Bearer "+testToken || r.Header.Get("X-Region") != "" {
				t.Errorf("request %s %s %v", r.Verb, r.Path, r.Header)
			}
		})
	}
}

func TestIdentityOfAPersonalToken(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 500, "") })
	got, err := connect(t, s.URL, func(o *Options) { o.AccountID = "acc-1" }).Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Identity{AccountID: "acc-1"}, got); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
	if len(s.requests()) != 0 {
		t.Error("the token was sent")
	}
}

func TestIdentityErrors(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   wire.Class
	}{
		{"bad token", 401, `{"error":"invalid_token","error_description":"no"}`, wire.Authentication},
		{"no such page", 404, `not found`, wire.Permanent},
		{"another form", 200, `[]`, wire.Retryable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, tt.status, tt.body) })
			_, err := connect(t, s.URL, nil).Identity(t.Context())
			if we := wireError(t, err); we.Class != tt.want || we.Method != "v2/info" {
				t.Errorf("%v of %s: %v", we.Class, we.Method, err)
			}
		})
	}
}

func TestLifecycle(t *testing.T) {
	headers := []map[string]string{
		{"Legacy": "2026-12-31"},
		{"Deprecation": "2026-06-30"},
		{"Legacy": "2026-12-31", "Deprecation": "@1782777600"}, // RFC 9745
		{"Deprecation": "true"},
		{"Deprecation": "false"},
		{},
	}
	s := serve(t, func(w http.ResponseWriter, _ request, n int) {
		for k, v := range headers[n] {
			w.Header().Set(k, v)
		}
		if n%2 == 1 {
			sayError(w, 400, "unsupported_version")
			return
		}
		say(w, 200, `{}`)
	})
	c := connect(t, s.URL, func(o *Options) { o.Version = "3.3" })
	if got := c.Lifecycle(); len(got) != 0 {
		t.Errorf("before any call: %v", got)
	}
	for range headers {
		_, _ = c.Call(t.Context(), "list_groups", nil)
	}
	want := []Lifecycle{{"3.3", "deprecation", ""}, {"3.3", "deprecation", "2026-06-30"}, {"3.3", "legacy", "2026-12-31"}}
	if diff := cmp.Diff(want, c.Lifecycle()); diff != "" {
		t.Errorf("lifecycle (-want +got):\n%s", diff)
	}
}
