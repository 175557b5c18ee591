package sandbox

import (
	"net/http"
	"slices"
	"testing"
)

// in sends a request to a version's Configuration API.
func (c *client) in(version, method, body string) (*http.Response, []byte) {
	c.t.Helper()
	verb := "POST"
	if slices.Contains([]string{"get_license_id", "get_organization_id"}, method) {
		verb, body = "GET", ""
	}
	res, data, err := c.send(verb, "/v"+version+"/configuration/action/"+method, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", version, method, err)
	}
	return res, data
}

// okIn calls a method of a version that must succeed.
func (c *client) okIn(version, method, body string) any {
	c.t.Helper()
	res, data := c.in(version, method, body)
	if res.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s %s: %s %s", version, method, body, res.Status, data)
	}
	if len(data) == 0 {
		return map[string]any{}
	}
	return decode(c.t, data)
}

// refusedIn calls a method of a version that must fail so.
func (c *client) refusedIn(version, method, body, want string) {
	c.t.Helper()
	res, data := c.in(version, method, body)
	if res.StatusCode == http.StatusOK {
		c.t.Fatalf("%s %s %s: accepted with %s", version, method, body, data)
	}
	starts(c.t, version+" "+method+" "+body, errorOf(decode(c.t, data)), want)
}

// shows compares a version's answer.
func (c *client) shows(version, method, body, want string) {
	c.t.Helper()
	if got := compact(c.okIn(version, method, body)); got != want {
		c.t.Errorf("%s %s %s:\n got %s\nwant %s", version, method, body, got, want)
	}
}

// showsChanged compares an answer with property values, but for those that
// every license has.
func (c *client) showsChanged(version, method, body, want string) {
	c.t.Helper()
	if got := changed(c.t, c.okIn(version, method, body)); got != want {
		c.t.Errorf("%s %s %s:\n got %s\nwant %s", version, method, body, got, want)
	}
}

// field is a text in an answer that is an object.
func field(t *testing.T, answer any, name string) string {
	t.Helper()
	s, ok := answer.(map[string]any)[name].(string)
	if !ok {
		t.Fatalf("no %s in %s", name, compact(answer))
	}
	return s
}
