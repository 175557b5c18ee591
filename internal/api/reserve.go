package api

import "sync"

// wholeReserve is how many more calls may fail than succeed before nothing is
// repeated any more.
const wholeReserve = 50

// reserve bounds the repeats of all calls of a client together, beyond the
// tries that each of them has: a repeat draws on it, a call that gets its answer
// refills it. So it lasts for ever while most calls go well, and where most of
// them fail it is soon used up, after which every call has its one try, and a
// repeat only for another one that went well. Refusals that have one cause, the
// client's pace, are one draw, however many calls they hit.
type reserve struct {
	mu   sync.Mutex
	left int
}

func newReserve() *reserve { return &reserve{left: wholeReserve} }

// draw takes a repeat out of the reserve, and tells whether there was one.
func (r *reserve) draw() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left == 0 {
		return false
	}
	r.left--
	return true
}

// refill puts one back.
func (r *reserve) refill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = min(r.left+1, wholeReserve)
}
