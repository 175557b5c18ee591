package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLifecycleHeaders(t *testing.T) {
	stages := func(c *client, version, method string) string {
		res, _ := c.in(version, method, "{}")
		return res.Header.Get("Legacy") + "/" + res.Header.Get("Deprecation")
	}
	for _, tc := range []struct {
		reason, version, method, want string
		opts                          Options
	}{
		{"two months ahead", "3.1", "get_bot_agents", "/2027-04-30", Options{}},
		{"three months ahead", "3.2", "list_bots", "/2027-05-30", Options{}},
		{"half a year ahead", "3.3", "list_bots", "2027-08-28/", Options{}},
		{"nine months ahead", "3.4", "list_bots", "2027-11-26/", Options{}},
		{"errors have it, too", "3.4", "get_bot", "2027-11-26/", Options{}},
		{"v3.5 has none", "3.5", "list_bots", "/", Options{}},
		{"unless it is given", "3.5", "list_bots", "2029-01-31/", Options{Lifecycle: map[string]string{"3.5": "legacy:2029-01-31"}}},
		{"given", "3.2", "list_bots", "2027-02-03/", Options{Lifecycle: map[string]string{"3.2": "legacy:2027-02-03"}}},
		{"another's", "3.3", "list_bots", "2027-08-28/", Options{Lifecycle: map[string]string{"3.2": "legacy:2027-02-03"}}},
		{"switched off", "3.2", "list_bots", "/", Options{Unsupported: []string{"3.2"}}},
	} {
		if got := stages(start(t, tc.opts), tc.version, tc.method); got != tc.want {
			t.Errorf("%s: %s", tc.reason, cmp.Diff(tc.want, got))
		}
	}
}

func TestVersionsSwitchedOff(t *testing.T) {
	c := start(t, Options{Unsupported: []string{"3.1", "3.2", "3.5"}})
	for _, version := range []string{"3.1", "3.2", "3.5"} {
		c.refusedIn(version, "register_webhook", oldHook, "unsupported_version")
	}
	c.with("Authorization", "").refusedIn("3.2", "list_bots", "{}", "unsupported_version")
	c.okIn("3.4", "list_bots", "{}")
	want := []Call{
		{Method: "register_webhook", Version: "3.1", Status: http.StatusBadRequest, Items: 1, Error: "unsupported_version"},
		{Method: "register_webhook", Version: "3.2", Status: http.StatusBadRequest, Items: 1, Error: "unsupported_version"},
		{Method: "register_webhook", Version: "3.5", Status: http.StatusBadRequest, Items: 1, Error: "unsupported_version"},
		{Method: "list_bots", Version: "3.2", Status: http.StatusBadRequest, Items: 1, Error: "unsupported_version"},
		{Method: "list_bots", Version: "3.4", Status: http.StatusOK, Items: 1},
	}
	if diff := cmp.Diff(want, c.l.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestOptionsAboutVersions(t *testing.T) {
	for _, tc := range []struct {
		opts Options
		want string
	}{
		{Options{Unsupported: []string{"2.0"}}, `switch off version "2.0"`},
		{Options{Lifecycle: map[string]string{"2.0": "legacy:2027-01-01"}}, `lifecycle of version "2.0"`},
		{Options{Lifecycle: map[string]string{"3.2": "legacy:2027-13-01"}}, `"legacy:2027-13-01" is not legacy`},
		{Options{Lifecycle: map[string]string{"3.2": "stable:2027-01-01"}}, `"stable:2027-01-01" is not legacy`},
		{Options{Lifecycle: map[string]string{"3.2": "2027-01-01"}}, `"2027-01-01" is not legacy`},
	} {
		if _, err := New(tc.opts); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("got %v, want …%s…", err, tc.want)
		}
	}
}

func TestErrorSpellings(t *testing.T) {
	c := startSeeded(t, Options{})
	c.refusedIn("3.2", "create_agent", minimalAnn, "already_exist: ")
	c.okIn("3.1", "create_properties", `{"p":`+oldConfig+`}`)
	c.refusedIn("3.1", "create_properties", `{"p":`+oldConfig+`}`, "already_exist: ")
	for _, version := range []string{"3.3", "3.4", "3.5"} {
		c.refusedIn(version, "create_agent", minimalAnn, "already_exists: ")
	}
	for version, want := range map[string]string{
		"3.2": "transfer_ownership: ", "3.3": "transfer_ownership: ", "3.4": "ownership_transfer: ", "3.5": "ownership_transfer: ",
	} {
		c.refusedIn(version, "update_agent", `{"id":"owner@example.com","role":"normal"}`, want)
		c.refusedIn(version, "update_agent", `{"id":"nobody@example.com"}`, "not_found: ")
		c.refusedIn(version, "get_group", `{"id":99}`, "group_not_found: ")
	}
	calls := c.l.Calls()
	if got := calls[0]; got.Status != http.StatusConflict || got.Error != "already_exist" {
		t.Errorf("the log has %+v", got)
	}
}

const minimalAnn = `{"id":"ann@example.com","name":"A"}`

// TestMethodsByGET are 3.4's two; whatever else is asked by another verb than
// its own is refused.
func TestMethodsByGET(t *testing.T) {
	c := startSeeded(t, Options{})
	c.shows("3.4", "get_organization_id", ``, `{"organization_id":"0f0e0d0c-1111-4222-8333-444455556666"}`)
	first := compact(c.okIn("3.4", "get_license_id", ``))
	if other := compact(startSeeded(t, Options{Seed: 2}).okIn("3.4", "get_license_id", ``)); first == other {
		t.Errorf("two licenses have the id %s", first)
	}
	c.with("Authorization", "").refusedIn("3.4", "get_license_id", ``, "authentication")
	for path, verb := range map[string]string{
		"/v3.4/configuration/action/get_license_id":      "POST",
		"/v3.4/configuration/action/get_organization_id": "POST",
		"/v3.4/configuration/action/list_groups":         "GET",
	} {
		res, data, err := c.send(verb, path, "{}")
		if err != nil {
			t.Fatal(err)
		}
		starts(t, verb+" "+path, errorOf(decode(t, data)), "validation: Only ")
		if res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s %s: %s", verb, path, res.Status)
		}
	}
}

// TestMethodsOfOtherVersions: what came later is called under a version that
// does not support it, what went is not there.
func TestMethodsOfOtherVersions(t *testing.T) {
	c := start(t, Options{})
	for _, tc := range []struct{ version, method, want string }{
		{"3.1", "list_bots", "unsupported_version"},
		{"3.2", "list_auto_accesses", "unsupported_version"},
		{"3.4", "list_tags", "unsupported_version"},
		{"3.4", "batch_create_agents", "unsupported_version"},
		{"3.4", "create_bot_template", "unsupported_version"},
		{"3.2", "get_bot_agents", "not_found"},
		{"3.3", "list_registered_webhooks", "not_found"},
		{"3.5", "list_group_properties", "not_found"},
		{"3.4", "greet", "not_found"},
	} {
		c.refusedIn(tc.version, tc.method, "{}", tc.want)
	}
}
