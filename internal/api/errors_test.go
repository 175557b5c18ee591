package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

func TestErrorClasses(t *testing.T) {
	const p, r, a, s, auth = wire.Permanent, wire.Retryable, wire.Ambiguous, wire.RefusedScope, wire.Authentication
	tests := []struct {
		name     string
		status   int
		body     string
		wantType string
		want     wire.Class // of a write that is not repeated
	}{
		{"authentication", 401, `{"error":{"type":"authentication","message":"m"}}`, "authentication", auth},
		{"the type beats the status", 500, `{"error":{"type":"authentication","message":"m"}}`, "authentication", auth},
		{"a type with status 200", 200, `{"error":{"type":"validation","message":"m"}}`, "validation", p},
		{"an unknown type with status 200", 200, `{"error":{"type":"brand_new","message":"m"}}`, "brand_new", p},
		{"authorization", 403, `{"error":{"type":"authorization","message":"m"}}`, "authorization", s},
		{"Agent Chat's missing_access", 400, `{"error":{"type":"missing_access","message":"m"}}`, "missing_access", s},
		{"too_many_requests with an odd status", 400, `{"error":{"type":"too_many_requests","message":"m"}}`, "too_many_requests", r},
		{"service_unavailable", 503, `{"error":{"type":"service_unavailable","message":"m"}}`, "service_unavailable", r},
		{"internal", 500, `{"error":{"type":"internal","message":"m"}}`, "internal", a},
		{"internal with an odd status", 400, `{"error":{"type":"internal","message":"m"}}`, "internal", a},
		{"request_timeout", 400, `{"error":{"type":"request_timeout","message":"m"}}`, "request_timeout", a},
		{"validation", 400, `{"error":{"type":"validation","message":"m"}}`, "validation", p},
		{"not_found", 404, `{"error":{"type":"not_found","message":"m"}}`, "not_found", p},
		{"already_exists", 422, `{"error":{"type":"already_exists","message":"m"}}`, "already_exists", p},
		{"3.2's already_exist", 422, `{"error":{"type":"already_exist","message":"m"}}`, "already_exists", p},
		{"ownership_transfer", 400, `{"error":{"type":"ownership_transfer","message":"m"}}`, "ownership_transfer", p},
		{"3.3's transfer_ownership", 400, `{"error":{"type":"transfer_ownership","message":"m"}}`, "ownership_transfer", p},
		{"group_not_found", 404, `{"error":{"type":"group_not_found","message":"m"}}`, "group_not_found", p},
		{"limit_reached", 400, `{"error":{"type":"limit_reached","message":"m"}}`, "limit_reached", p},
		{"license_expired", 402, `{"error":{"type":"license_expired","message":"m"}}`, "license_expired", p},
		{"unsupported_version", 400, `{"error":{"type":"unsupported_version","message":"m"}}`, "unsupported_version", p},
		{"an unknown type goes by status", 500, `{"error":{"type":"brand_new","message":"m"}}`, "brand_new", a},
		{"429 without body", 429, ``, "", r},
		{"429 of an unknown type", 429, `{"error":{"type":"brand_new","message":"m"}}`, "brand_new", r},
		{"429 with an odd type", 429, `{"error":{"type":"internal","message":"m"}}`, "internal", r},
		{"a limit of objects with 429", 429, `{"error":{"type":"limit_reached","message":"m"}}`, "limit_reached", p},
		{"service_unavailable with an odd status", 502, `{"error":{"type":"service_unavailable","message":"m"}}`, "service_unavailable", r},
		{"503 without body proves nothing", 503, ``, "", a},
		{"503 from a proxy proves nothing", 503, `<html>busy</html>`, "", a},
		{"503 of an unknown type proves nothing", 503, `{"error":{"type":"brand_new","message":"m"}}`, "brand_new", a},
		{"408 without body", 408, ``, "", a},
		{"425 without body", 425, ``, "", a},
		{"500 without body", 500, ``, "", a},
		{"502 from a proxy", 502, `<html>bad</html>`, "", a},
		{"504 without body", 504, ``, "", a},
		{"401 without body", 401, ``, "", auth},
		{"401 of another form", 401, `{"error":"invalid_token"}`, "", auth},
		{"403 without body is no missing scope", 403, ``, "", p},
		{"403 from a gateway is none", 403, `<html>forbidden</html>`, "", p},
		{"403 of another form is none", 403, `{"error":"forbidden"}`, "", p},
		{"403 of an unknown type is one", 403, `{"error":{"type":"brand_new","message":"m"}}`, "brand_new", s},
		{"404 without body", 404, ``, "", p},
		{"413 without body", 413, ``, "", p},
		{"an answer that is not JSON", 200, `<html>login</html>`, "", a},
		{"an answer with something after it", 200, `{} {}`, "", a},
		{"an answer cut short", 200, `{"id": "x"`, "", a},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, tt.status, tt.body) })
			c := connect(t, srv.URL, func(o *Options) { o.Retries = -1 })
			_, err := c.Call(t.Context(), "create_group", nil)
			we := wireError(t, err)
			if we.Class != tt.want || we.Type != tt.wantType || we.Status != tt.status {
				t.Errorf("got class %v, type %q, status %d; want %v, %q, %d", we.Class, we.Type, we.Status, tt.want, tt.wantType, tt.status)
			}
			if we.Method != "create_group" || we.Host != c.Host() {
				t.Errorf("the error is about %s at %s", we.Method, we.Host)
			}
			var scopes []string
			if tt.want == s {
				scopes = []string{"groups--all:rw"}
			}
			if diff := cmp.Diff(scopes, we.Scopes); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			_, err = c.Call(t.Context(), "list_groups", nil)
			if we := wireError(t, err); tt.want == a && we.Class != r {
				t.Errorf("a read leaves nothing open, but is %v", we.Class)
			}
		})
	}
}

// TestErrorTexts: an error that is a text keeps it.
func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{`{"error":"quota exceeded"}`, "quota exceeded: HTTP status 400"},
		{`{"message":"no route matched"}`, "no route matched: HTTP status 400"},
		{`{"error":"invalid_request","error_description":"no such app"}`, "invalid_request: no such app: HTTP status 400"},
		{`{"error":""}`, "responded with bad request: HTTP status 400"},
		{`<html>no</html>`, "responded with bad request: HTTP status 400"},
	} {
		srv := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 400, tt.body) })
		_, err := connect(t, srv.URL, nil).Call(t.Context(), "create_group", nil)
		if we := wireError(t, err); !strings.HasSuffix(we.Error(), tt.want) || we.Type != "" {
			t.Errorf("%s: %s", tt.body, we)
		}
	}
}

// TestAPageInsteadOfJSON: the page of a proxy or of a wrong address is named as
// what it is.
func TestAPageInsteadOfJSON(t *testing.T) {
	for body, want := range map[string]string{
		"\n<!DOCTYPE html><title>Sign in</title>": "sent HTML or XML instead of JSON: check the url, or a proxy in between",
		"Sign in": "invalid character 'S' looking for beginning of value",
	} {
		srv := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, body) })
		_, err := connect(t, srv.URL, func(o *Options) { o.Retries = -1 }).Call(t.Context(), "create_group", nil)
		if we := wireError(t, err); !strings.HasSuffix(we.Error(), want) {
			t.Errorf("%q: %s", body, we)
		}
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"absent", "", 0},
		{"seconds", "7", 7 * time.Second},
		{"negative", "-7", 0},
		{"date", "Fri, 02 Jan 2026 03:04:35 GMT", 30 * time.Second},
		{"date in the past", "Fri, 02 Jan 2026 03:04:00 GMT", 0},
		{"nonsense", "soon", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := retryAfter(tt.header, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
