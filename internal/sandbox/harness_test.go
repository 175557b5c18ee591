package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeClock stands still until told to move; sleeping moves it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *fakeClock { return &fakeClock{now: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.advance(d)
	return ctx.Err()
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// client is raw HTTP against a license.
type client struct {
	t       *testing.T
	l       *License
	url     string
	headers map[string]string
}

const pat = "Basic b3duZXI6ZGFsOnNhbmRib3g=" // owner:dal:sandbox

func start(t *testing.T, opts Options) *client {
	t.Helper()
	if opts.Clock == nil {
		opts.Clock = newClock()
	}
	l, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	return &client{t: t, l: l, url: srv.URL, headers: map[string]string{
		"Authorization": "Bearer " + l.opts.Token, "Content-Type": "application/json",
	}}
}

// with is the client with another header; an empty value removes it.
func (c *client) with(name, value string) *client {
	n := &client{t: c.t, l: c.l, url: c.url, headers: map[string]string{}}
	for k, v := range c.headers {
		n.headers[k] = v
	}
	n.headers[name] = value
	if value == "" {
		delete(n.headers, name)
	}
	return n
}

func (c *client) asPAT() *client { return c.with("Authorization", pat) }

// send is one HTTP request to a path.
func (c *client) send(verb, path, body string) (*http.Response, []byte, error) {
	c.t.Helper()
	req, err := http.NewRequest(verb, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for k, v := range c.headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	return res, data, err
}

func path(method string) string {
	if strings.HasSuffix(method, "routing_status") || strings.HasSuffix(method, "routing_statuses") {
		return "/v3.5/agent/action/" + method
	}
	return "/v3.5/configuration/action/" + method
}

// ok calls a method that must succeed and returns its decoded answer.
func (c *client) ok(method, body string) any {
	c.t.Helper()
	res, data, err := c.send("POST", path(method), body)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s: %s %s", method, body, res.Status, data)
	}
	if len(data) == 0 {
		return map[string]any{}
	}
	return decode(c.t, data)
}

// refused calls a method that must fail and returns "type: message".
func (c *client) refused(method, body string) string {
	c.t.Helper()
	res, data, err := c.send("POST", path(method), body)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	if res.StatusCode == http.StatusOK {
		c.t.Fatalf("%s %s: accepted with %s", method, body, data)
	}
	return errorOf(decode(c.t, data))
}

func errorOf(answer any) string {
	e, _ := answer.(map[string]any)["error"].(map[string]any)
	return fmt.Sprintf("%v: %v", e["type"], e["message"])
}

// id calls a creating method and returns the new object's id.
func (c *client) id(method, body string) string {
	c.t.Helper()
	switch id := c.ok(method, body).(map[string]any)["id"].(type) {
	case string:
		return id
	case json.Number:
		return id.String()
	}
	c.t.Fatalf("%s gave no id", method)
	return ""
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("not JSON: %q", data)
	}
	return v
}

// compact is an answer as one line, for comparisons.
func compact(v any) string { return string(encodeValue(v, "")) }

// changed is an answer with property values without those that every license
// has and that have their defaults.
func changed(t *testing.T, answer any) string {
	t.Helper()
	v, err := decodeValue([]byte(compact(answer)))
	if err != nil {
		t.Fatal(err)
	}
	if list, ok := v.([]any); ok {
		for _, e := range list {
			e.(obj)["properties"] = withoutDefaults(e.(obj).sub("properties"))
		}
		return compact(list)
	}
	return compact(withoutDefaults(v.(obj)))
}

func withoutDefaults(values obj) obj {
	out := obj{}
	for namespace := range values {
		rest := obj{}
		for name, v := range values.sub(namespace) {
			def, ok := builtinsByKey[pair(namespace, name)]
			if !ok || namespace != "statistics" && !equalValue(v, def["default_value"]) {
				rest[name] = v
			}
		}
		if len(rest) > 0 {
			out[namespace] = rest
		}
	}
	return out
}

// starts fails unless got begins with want.
func starts(t *testing.T, what, got, want string) {
	t.Helper()
	if !strings.HasPrefix(got, want) {
		t.Errorf("%s: got %q, want %q…", what, got, want)
	}
}

// seeded is a license with a few of everything; ids are written g7, r1….
const seeded = `{
 "organization_id": "0f0e0d0c-1111-4222-8333-444455556666",
 "agents": [
  {"id": "owner@example.com", "account_id": "acc-owner", "name": "Olga", "role": "owner", "groups": [{"id": 0, "priority": "normal"}]},
  {"id": "ann@example.com", "account_id": "acc-ann", "name": "Ann", "role": "normal", "job_title": "Mender",
   "groups": [{"id": 7, "priority": "first"}], "last_logout": "2026-01-02T03:04:05.000000Z"},
  {"id": "bob@example.com", "account_id": "acc-bob", "name": "Bob", "role": "administrator", "groups": []}
 ],
 "groups": [{"id": 0, "name": "General"}, {"id": 7, "name": "Boots"}, {"id": 8, "name": "Hats"}],
 "bots": [
  {"id": "bot-mine", "name": "Mine", "owner_client_id": "sandbox-client", "groups": [{"id": 7, "priority": "last"}], "secret": "s1",
   "work_scheduler": {"timezone": "Europe/Riga", "schedule": [{"day": "monday", "enabled": true, "start": "09:00", "end": "17:00"}]}},
  {"id": "bot-other", "name": "Other", "owner_client_id": "other-client", "secret": "s2"}
 ],
 "tags": [
  {"name": "Urgent", "group_ids": [7], "author_id": "ann@example.com", "created_at": "2026-01-02T03:04:05.000000Z"},
  {"name": "later", "group_ids": [8], "author_id": "", "created_at": "2026-01-02T03:04:05.000000Z"}
 ],
 "auto_accesses": [
  {"id": "A", "access": {"groups": [7]}, "conditions": {"url": {"values": [{"value": "a"}]}}},
  {"id": "B", "access": {"groups": [7, 8]}, "conditions": {"url": {"values": [{"value": "b"}]}}},
  {"id": "C", "access": {"groups": [0]}, "conditions": {"url": {"values": [{"value": "c"}]}}},
  {"id": "D", "access": {"groups": [0]}, "conditions": {"url": {"values": [{"value": "d"}]}}}
 ],
 "properties": [
  {"owner_client_id": "sandbox-client", "name": "size", "type": "int", "range": {"from": 1, "to": 9}, "default_value": 5,
   "access": {"license": {"agent": ["read", "write"]}, "group": {"agent": ["read", "write"]}}},
  {"owner_client_id": "core", "name": "plan", "type": "string", "access": {"license": {"agent": ["read", "write"]}}, "public_access": ["read"]},
  {"owner_client_id": "other-client", "name": "hidden", "type": "bool", "access": {"license": {"agent": ["read", "write"]}}}
 ],
 "license_properties": {"core": {"plan": "gold"}, "other-client": {"hidden": true}},
 "group_properties": [{"id": 7, "properties": {"sandbox-client": {"size": 3}}}],
 "webhooks": [
  {"id": "W", "owner_client_id": "sandbox-client", "action": "incoming_chat", "type": "bot", "url": "https://hooks.example.com/in",
   "description": "in", "secret_key": "k", "filters": {"chat_presence": {"user_ids": {"values": ["bot-mine"]}, "my_bots": true}}}
 ]
}`

// startSeeded is a license with the state above.
func startSeeded(t *testing.T, opts Options) *client {
	t.Helper()
	c := start(t, opts)
	if err := c.l.Load([]byte(seeded)); err != nil {
		t.Fatal(err)
	}
	return c
}
