package api

import (
	"math"
	"time"
)

const (
	// slowest is the pace below which a busy server does not push the client,
	// in requests per second, unless it once asked to wait for more than a
	// second: then it may allow that much less, down to a tenth.
	slowest = 0.5
	// freely is the pace from which a client without a ceiling is not held back
	// any more, in requests per second.
	freely = 1000
	// atLeast is the first pace after the server was unavailable, if too little
	// was sent to tell what it can take: that it is busy in quiet times says
	// little of its limits.
	atLeast = 10
	// scarce is how many requests tell too little.
	scarce = 4
	// margin is how far below the level of the server's limit a pace begins.
	margin = 0.05
	// deepest is what a pace is lowered to at most, at once.
	deepest = 0.3
	// outgrown is how far above its level a pace must get to show that the
	// level is not the limit any more.
	outgrown = 1.25
	// burst is how much of what it takes a server may be expected to have in
	// store: what it takes in this time.
	burst = time.Second
	// remembered is how many requests back the pace is looked at.
	remembered = 1024
)

// How long a pace takes from below its level to the level, where it lingers.
// Another such time later it is as far above the level as it began below, and
// from then on it rises fast. Each time that the limit is found where it was,
// it is looked for more seldom.
const (
	quickly  = 3 * time.Second
	steadily = 15 * time.Second
	rarely   = time.Minute
	// atRarest is the least number of requests between two searches, once the
	// limit is known well.
	atRarest = 300
)

// speed finds the pace that a server takes, in requests per second, from what
// it took before it was too busy. It has no clock and no lock.
//
// Between two refusals a server that refills a bucket took just as much as it
// allows, and one that counts by the minute took no more; that is the level
// around which the pace then rises along a cubic curve (as TCP does, RFC 9438):
// towards the level, along it for long, beyond it at last.
type speed struct {
	ceiling float64       // +Inf = none
	floor   float64       // no pace is slower
	level   float64       // 0 = no limit was met yet, or not for long
	span    time.Duration // from the begin of the curve to its level
	risen   time.Duration // how far on the curve the pace is

	since time.Time   // of the last refusal
	count int         // requests the server took since then
	ring  []time.Time // when it took the last of them, remembered at most
}

func newSpeed(perSecond float64) speed {
	if perSecond <= 0 {
		perSecond = math.Inf(1)
	}
	return speed{ceiling: perSecond, floor: slowest}
}

// pace is how many requests per second are right now, +Inf = any number.
func (s *speed) pace() float64 {
	if s.level == 0 {
		return s.ceiling
	}
	x := float64(s.risen)/float64(s.span) - 1
	return min(max(s.level*(1+margin*x*x*x), s.floor), s.ceiling)
}

// apart is the time from one request to the next.
func (s *speed) apart() time.Duration {
	return time.Duration(float64(time.Second) / s.pace())
}

// rise raises the pace by what is due after d, the time that a request was
// kept back: a client that has little to send learns nothing of the limit.
func (s *speed) rise(d time.Duration) {
	if s.level == 0 {
		return
	}
	pace := s.pace()
	if pace >= s.ceiling {
		return
	}
	s.risen += d
	switch {
	case pace >= freely:
		s.level = 0
	case pace > outgrown*s.level && s.span > quickly:
		s.level, s.span, s.risen = pace, quickly, quickly
	}
}

// took notes a request that the server took.
func (s *speed) took(now time.Time) {
	if at := s.count % remembered; at < len(s.ring) {
		s.ring[at] = now
	} else {
		s.ring = append(s.ring, now)
	}
	s.count++
}

// measured is the most that the server surely allows, going by what it took
// since the last refusal: over all of that time, or over any part of it beyond
// what it had in store.
func (s *speed) measured(now time.Time) float64 {
	most := 0.0
	if d := now.Sub(s.since); !s.since.IsZero() && d > 0 {
		most = float64(s.count) / d.Seconds()
	}
	for i := 1; i <= min(s.count, remembered); i++ {
		d := now.Sub(s.ring[(s.count-i)%remembered])
		most = max(most, float64(i)/(d+burst).Seconds())
	}
	return most
}

// fall lowers the pace because the server was too busy. counted tells whether
// it said that there were too many requests, asked how long it wants to be left
// alone, 0 if it did not say.
func (s *speed) fall(now time.Time, counted bool, asked time.Duration) {
	s.floor = min(s.floor, slowest/min(max(asked.Seconds(), 1), 10))
	most, before, known := s.measured(now), s.level, s.count
	s.since, s.count = now, 0
	if before == 0 {
		s.span = steadily
		if known < scarce {
			s.span = quickly
		}
		if !counted {
			most, s.span = max(most, atLeast), quickly
		}
		s.level, s.risen = min(max(most, slowest), s.ceiling), 0
		return
	}
	// What was measured is too low where the client was slow itself, what the
	// pace had risen to is too high as it ate up what was in store.
	pace := s.pace()
	s.level = max(math.Cbrt(most*most*pace), deepest*pace, s.floor)
	s.risen = 0
	if ratio := s.level / before; ratio < 1/outgrown || ratio > outgrown {
		s.span = steadily
		return
	}
	longest := max(rarely, time.Duration(atRarest/s.level*float64(time.Second)))
	s.span = min(max(3*s.span, steadily), longest)
}
