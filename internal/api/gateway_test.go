package api

import (
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire/wiretest"
)

// What a gateway says in front of the API is no proof that the API did nothing:
// no object is made twice, and what may be repeated is. The fault hits the second
// call and the third.
func TestAnswersOfGateways(t *testing.T) {
	const well = ""
	for _, tt := range []struct {
		method, fault string
		want          string
		requests      int
	}{
		{"create_tag", "502-after", "ambiguous", 1},
		{"create_tag", "503-after", "ambiguous", 1},
		{"create_tag", "error-text", "ambiguous", 1},
		{"create_tag", "403-html", "permanent", 1},
		{"create_tag", "503", "ambiguous", 1},
		{"create_tag", "bom", well, 1},
		{"update_tag", "502-after", well, 3},
		{"update_tag", "503-after", well, 3},
		{"delete_tag", "502-after", well, 3},
		{"delete_tag", "503-after", well, 3},
		{"list_tags", "502-after", well, 3},
		{"list_tags", "503-after", well, 3},
	} {
		t.Run(tt.method+" "+tt.fault, func(t *testing.T) {
			license, err := sandbox.New(sandbox.Options{Token: testToken, Faults: []string{tt.method + "=" + tt.fault + "@2,3"}})
			if err != nil {
				t.Fatal(err)
			}
			srv := wiretest.Serve(license)
			c := connect(t, srv.URL, func(o *Options) { o.Transport = srv })
			call := func(method, name string) error {
				args := resource.Of("name", name, "group_ids", resource.List{int64(0)})
				switch method {
				case "list_tags":
					args = nil
				case "delete_tag":
					args = resource.Of("name", name)
				}
				_, err := c.Call(t.Context(), method, args)
				return err
			}
			if tt.method != "create_tag" {
				for _, name := range []string{"one", "two"} {
					if err := call("create_tag", name); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := call(tt.method, "one"); err != nil {
				t.Fatal(err)
			}
			before, got := len(license.Calls()), well
			if err := call(tt.method, "two"); err != nil {
				got = wireError(t, err).Class.String()
			}
			if n := len(license.Calls()) - before; got != tt.want || n != tt.requests {
				t.Errorf("%q after %d requests, want %q after %d", got, n, tt.want, tt.requests)
			}
		})
	}
}
