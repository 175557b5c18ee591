package api

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/wire"
)

// misdirect answers requests for another region than home with an error that
// names home or not.
func misdirect(w http.ResponseWriter, r request, home string, named bool) bool {
	region := r.Header.Get("X-Region")
	if region == "" {
		region = regionDal
	}
	if region == home {
		return false
	}
	data := ""
	if named {
		data = `,"data":{"region":"` + home + `"}`
	}
	say(w, 400, `{"error":{"type":"misdirected_request","message":"Wrong region"`+data+`}}`)
	return true
}

func regionsOf(requests []request) []string {
	var out []string
	for _, r := range requests {
		out = append(out, r.Header.Get("X-Region"))
	}
	return out
}

func TestMisdirectedRequest(t *testing.T) {
	tests := []struct {
		name, token, home string
		named             bool
		want              []string // X-Region of two calls' requests
	}{
		{"to fra, named", "dal:abcdef", "fra", true, []string{"", "fra", "fra"}},
		{"to fra, not named", "dal:abcdef", "fra", false, []string{"", "fra", "fra"}},
		{"to dal, named", "fra:abcdef", "dal", true, []string{"fra", "", ""}},
		{"to dal, not named", "fra:abcdef", "dal", false, []string{"fra", "", ""}},
		{"to a region with a hyphen, named", "dal:abcdef", "fra-a", true, []string{"", "fra-a", "fra-a"}},
		{"to its neighbour, named", "fra-a:abcdef", "fra-b", true, []string{"fra-a", "fra-b", "fra-b"}},
		{"from a region with a hyphen, not named", "fra-a:abcdef", "fra", false, []string{"fra-a", "fra", "fra"}},
		{"in the region of the token", "fra-a:abcdef", "fra-a", true, []string{"fra-a", "fra-a"}},
		{"to a region yet to be built", "dal:abcdef", "syd", true, []string{"", "syd", "syd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r request, _ int) {
				if !misdirect(w, r, tt.home, tt.named) {
					say(w, 200, `{}`)
				}
			})
			clock := newClock()
			c := connect(t, s.URL, func(o *Options) { o.Token, o.Retries, o.Clock = tt.token, -1, clock })
			for range 2 {
				// A create may be repeated: a misdirected one did nothing.
				if _, err := c.Call(t.Context(), "create_group", nil); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, regionsOf(s.requests())); diff != "" {
				t.Errorf("regions (-want +got):\n%s", diff)
			}
			if len(clock.Slept()) != 0 {
				t.Error("the right region need not be waited for")
			}
		})
	}
}

func TestRegionOfToken(t *testing.T) {
	for token, want := range map[string]string{
		"dal:abc": "dal", "fra:abc": "fra", "fra-a:abc": "fra-a", "fra-b:x:y": "fra-b", "syd2:abc": "syd2", "us-south1:abc": "us-south1",
		"dal-abc": "dal", "fra-abc": "fra", "fra-0123456789abcdef:x": "fra", // 3.1's form
		"abc": "dal", "": "dal", ":abc": "dal", "Fra:abc": "dal", "-a:abc": "dal", "fra_a:abc": "dal", "a-very-long-prefix:abc": "dal",
	} {
		if got := regionOfToken(token); got != want {
			t.Errorf("%q: %s, want %s", token, got, want)
		}
	}
}

func TestMisdirectedOnceACall(t *testing.T) {
	bodies := map[string]string{
		"to and fro": `{"error":{"type":"misdirected_request","message":"m"}}`,
		"to itself":  `{"error":{"type":"misdirected_request","message":"m","data":{"region":"dal"}}}`,
		"to fra":     `{"error":{"type":"misdirected_request","message":"m","data":{"region":"fra"}}}`,
	}
	want := map[string]int{"to and fro": 2, "to itself": 1, "to fra": 2}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 400, body) })
			_, err := connect(t, s.URL, nil).Call(t.Context(), "list_groups", nil)
			if we := wireError(t, err); we.Type != "misdirected_request" || we.Class != wire.Permanent {
				t.Errorf("%v: %v", we.Class, err)
			}
			if n := len(s.requests()); n != want[name] {
				t.Errorf("%d requests, want %d", n, want[name])
			}
		})
	}
}

func TestMisdirectedConcurrently(t *testing.T) {
	for _, named := range []bool{true, false} {
		s := serve(t, func(w http.ResponseWriter, r request, _ int) {
			if !misdirect(w, r, "fra", named) {
				say(w, 200, `{}`)
			}
		})
		c := connect(t, s.URL, func(o *Options) { o.Retries = -1 })
		const calls = 32
		var wg sync.WaitGroup
		for range calls {
			wg.Go(func() {
				if _, err := c.Call(t.Context(), "list_groups", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		before := len(s.requests())
		if before > 2*calls {
			t.Errorf("%d requests for %d calls", before, calls)
		}
		if _, err := c.Call(t.Context(), "list_groups", nil); err != nil {
			t.Error(err)
		}
		if n := len(s.requests()) - before; n != 1 {
			t.Errorf("the region was not kept: %d requests afterwards", n)
		}
	}
}

// A wrong guess must not become the region of the calls that follow.
func TestAGuessThatFailsIsNotKept(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, n int) {
		if n < 2 {
			sayError(w, 400, "misdirected_request")
			return
		}
		say(w, 200, `{}`)
	})
	c := connect(t, s.URL, nil)
	_, err := c.Call(t.Context(), "list_groups", nil)
	wireError(t, err)
	if _, err := c.Call(t.Context(), "list_groups", nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "fra", ""}, regionsOf(s.requests())); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
}
