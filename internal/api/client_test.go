package api

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

func TestNewRefuses(t *testing.T) {
	const secret = "s3cr3t-password"
	const uuid = "2fca3315-f6b2-422f-8550-c84b649cef1a"
	tests := []struct {
		name   string
		o      Options
		reason string
	}{
		{"no token", Options{}, "no token"},
		{"token with a line break", Options{Token: testToken + "\n"}, "control characters"},
		{"token with a space", Options{Token: "Bearer " + testToken}, "spaces"},
		{"token outside ASCII", Options{Token: testToken + "é"}, "ASCII"},
		{"token out of a URL", Options{Token: strings.Replace(testToken, ":", "%3a", 1)}, "replace its %3A by a colon"},
		{"token and account id in Base64", Options{Token: base64.StdEncoding.EncodeToString([]byte(uuid + ":" + testToken))}, "in Base64"},
		{"the same with the account id besides", Options{AccountID: uuid, Token: base64.StdEncoding.EncodeToString([]byte(uuid + ":" + testToken))}, "in Base64"},
		{"account id before the token", Options{Token: strings.ToUpper(uuid) + ":" + testToken}, "begins with an account id"},
		{"account id with a colon", Options{Token: testToken, AccountID: "a:b"}, "account id"},
		{"account id with a line break", Options{Token: testToken, AccountID: "a\n"}, "account id"},
		{"no scheme", Options{Token: testToken, URL: "api.livechatinc.com"}, "https://"},
		{"another scheme", Options{Token: testToken, URL: "ftp://api.livechatinc.com"}, "https://"},
		{"no host", Options{Token: testToken, URL: "https:///x"}, "no host"},
		{"malformed", Options{Token: testToken, URL: "https://[::1"}, "malformed"},
		{"a password in the URL", Options{Token: testToken, URL: "https://u:" + secret + "@example.com"}, "password"},
		{"a query in the URL", Options{Token: testToken, URL: "https://example.com/?k=" + secret}, "query"},
		{"plain http", Options{Token: testToken, URL: "http://example.com"}, "uses http, which sends the token unencrypted"},
		{"plain http that only looks like loopback", Options{Token: testToken, URL: "http://localhost.example.com"}, "uses http, which sends the token unencrypted"},
		{"plain http to accounts", Options{Token: testToken, URL: "https://example.com", AccountsURL: "http://example.com"}, "accounts URL"},
		{"version with a path", Options{Token: testToken, Version: "3.5/../x"}, "version"},
		{"region with a line break", Options{Token: testToken, Region: "fra\r\nX: y"}, "region"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.reason) {
				t.Fatalf("want an error about %q, got %v", tt.reason, err)
			}
			for _, s := range []string{testToken, secret} {
				if strings.Contains(err.Error(), s) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
}

func TestNewAccepts(t *testing.T) {
	tests := []struct {
		name     string
		o        Options
		host     string
		accounts string
	}{
		{"defaults", Options{}, "api.livechatinc.com", "https://accounts.livechat.com"},
		{"another host is its own account server", Options{URL: "https://lc.example.com/base/"}, "lc.example.com", "https://lc.example.com/base"},
		{"loopback without TLS", Options{URL: "http://127.0.0.1:99"}, "127.0.0.1:99", "http://127.0.0.1:99"},
		{"IPv6 loopback", Options{URL: "http://[::1]:99"}, "[::1]:99", "http://[::1]:99"},
		{"localhost", Options{URL: "http://localhost:99"}, "localhost:99", "http://localhost:99"},
		{"plain http on request", Options{URL: "http://example.com", AllowHTTP: true}, "example.com", "http://example.com"},
		{"a host that merely ends like the vendor's", Options{URL: "https://evillivechatinc.com"}, "evillivechatinc.com", "https://evillivechatinc.com"},
		{"accounts given", Options{AccountsURL: "https://a.example.com"}, "api.livechatinc.com", "https://a.example.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Token = testToken
			c, err := New(tt.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Host(); got != tt.host {
				t.Errorf("host %q, want %q", got, tt.host)
			}
			if got := c.accounts.String(); got != tt.accounts {
				t.Errorf("accounts at %q, want %q", got, tt.accounts)
			}
		})
	}
}

func TestRequestForm(t *testing.T) {
	pat := "Basic " + base64.StdEncoding.EncodeToString([]byte("acc-1:"+testToken))
	tests := []struct {
		name   string
		change func(*Options)
		method string
		args   *resource.Object
		want   request
		auth   string
		region string
	}{
		{"OAuth token", nil, "list_agents", resource.Of("fields", resource.List{"groups"}),
			request{Verb: "POST", Path: "/v3.5/configuration/action/list_agents", Body: `{"fields":["groups"]}`}, "Bearer " + testToken, ""},
		{"personal access token", func(o *Options) { o.AccountID = "acc-1" }, "list_tags", nil,
			request{Verb: "POST", Path: "/v3.5/configuration/action/list_tags", Body: `{}`}, pat, ""},
		{"Agent Chat method", nil, "list_routing_statuses", nil,
			request{Verb: "POST", Path: "/v3.5/agent/action/list_routing_statuses", Body: `{}`}, "Bearer " + testToken, ""},
		{"another version", func(o *Options) { o.Version = "3.2" }, "get_bot", nil,
			request{Verb: "POST", Path: "/v3.2/configuration/action/get_bot", Body: `{}`}, "Bearer " + testToken, ""},
		{"the GET methods of 3.4", func(o *Options) { o.Version = "3.4" }, "get_license_id", nil,
			request{Verb: "GET", Path: "/v3.4/configuration/action/get_license_id"}, "Bearer " + testToken, ""},
		{"region of the token", func(o *Options) { o.Token = "fra:abcdef" }, "list_tags", nil,
			request{Verb: "POST", Path: "/v3.5/configuration/action/list_tags", Body: `{}`}, "Bearer fra:abcdef", "fra"},
		{"region of a 3.1 token", func(o *Options) { o.Token = "fra-abcdef" }, "list_tags", nil,
			request{Verb: "POST", Path: "/v3.5/configuration/action/list_tags", Body: `{}`}, "Bearer fra-abcdef", "fra"},
		{"region that beats the token's", func(o *Options) { o.Region = "fra" }, "list_tags", nil,
			request{Verb: "POST", Path: "/v3.5/configuration/action/list_tags", Body: `{}`}, "Bearer " + testToken, "fra"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
			if _, err := connect(t, s.URL, tt.change).Call(t.Context(), tt.method, tt.args); err != nil {
				t.Fatal(err)
			}
			got := s.requests()[0]
			if diff := cmp.Diff(tt.want, request{Verb: got.Verb, Path: got.Path, Body: got.Body}); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if a := got.Header.Get("Authorization"); a != tt.auth {
				t.Errorf("Authorization %q, want %q", a, tt.auth)
			}
			if r := got.Header.Get("X-Region"); r != tt.region {
				t.Errorf("X-Region %q, want %q", r, tt.region)
			}
		})
	}
}

func TestRefusedBeforeSending(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
	c := connect(t, s.URL, nil)
	tests := []struct {
		name, method string
		args         *resource.Object
	}{
		{"a path as the method", "../list_agents", nil},
		{"an unresolved secret", "register_webhook", resource.Of("secret_key", resource.Secret("webhooks/x"))},
		{"an unresolved reference, deep inside", "update_agent", resource.Of("groups", resource.List{resource.Of("id", resource.Ref{Kind: "groups", Key: "A"})})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Call(t.Context(), tt.method, tt.args)
			if we := wireError(t, err); we.Class != wire.Permanent {
				t.Errorf("class %v, want permanent", we.Class)
			}
		})
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, body string
		want       string // "" = nil
	}{
		{"empty body", "", ""},
		{"white space", " \n", ""},
		{"empty object", "{}", "{}"},
		{"null members stay", `{"a":null,"b":[]}`, `{"a":null,"b":[]}`},
		{"a property called error", `{"error":{"type":"string","access":{},"description":"x"}}`, `{"error":{"type":"string","access":{},"description":"x"}}`},
		{"a property called error among others", `{"error":{"type":"validation","message":"m"},"x":{}}`, `{"error":{"type":"validation","message":"m"},"x":{}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, tt.body) })
			method := "list_properties"
			if tt.want == "" {
				method = "delete_tag" // a read always has something to say
			}
			got, err := connect(t, s.URL, nil).Call(t.Context(), method, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == "" {
				if got != nil {
					t.Errorf("got %v, want nil", resource.JSON(got))
				}
				return
			}
			if diff := cmp.Diff(tt.want, resource.JSON(got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}
