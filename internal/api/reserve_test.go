package api

import (
	"net/http"
	"testing"

	"lcsync/internal/wire"
)

// What most calls of a client fail with is not repeated for ever.
func TestReserve(t *testing.T) {
	well := func(w http.ResponseWriter) { say(w, 200, `[]`) }
	internal := func(w http.ResponseWriter) { sayError(w, 500, "internal") }
	busy := func(w http.ResponseWriter) { w.Header().Set("Retry-After", "1"); sayError(w, 429, "too_many_requests") }
	invalid := func(w http.ResponseWriter) { sayError(w, 400, "validation") }
	const calls = 200
	for _, tt := range []struct {
		name     string
		answer   func(w http.ResponseWriter, n int)
		requests int // calls and what is repeated of them
		fail     int
	}{
		{"all is well", func(w http.ResponseWriter, _ int) { well(w) }, calls, 0},
		{"nothing works", func(w http.ResponseWriter, _ int) { internal(w) }, calls + wholeReserve, calls},
		{"always busy", func(w http.ResponseWriter, _ int) { busy(w) }, calls + wholeReserve, calls},
		{"every other request fails", func(w http.ResponseWriter, n int) {
			if n%2 == 0 {
				internal(w)
				return
			}
			well(w)
		}, 2 * calls, 0},
		{"refused for good reasons", func(w http.ResponseWriter, _ int) { invalid(w) }, calls, calls},
		{"back after an outage", func(w http.ResponseWriter, n int) {
			if n < 100+wholeReserve {
				internal(w)
				return
			}
			well(w)
		}, calls + wholeReserve, 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ request, n int) { tt.answer(w, n) })
			c := connect(t, s.URL, nil)
			failed := 0
			for range calls {
				if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
					failed++
					wireError(t, err)
				}
			}
			if n := len(s.requests()); n != tt.requests || failed != tt.fail {
				t.Errorf("%d requests and %d failed calls, want %d and %d", n, failed, tt.requests, tt.fail)
			}
		})
	}
}

// Without a reserve a call has its one try, and its error stays what it was.
func TestReserveUsedUp(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { sayError(w, 500, "internal") })
	c := connect(t, s.URL, nil)
	for c.reserve.draw() {
		continue
	}
	_, err := c.Call(t.Context(), "update_group", nil)
	if we := wireError(t, err); we.Class != wire.Ambiguous || len(s.requests()) != 1 {
		t.Errorf("%d requests, then %v: %v", len(s.requests()), we.Class, err)
	}
}
