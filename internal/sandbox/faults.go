package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is one thing that goes wrong on purpose.
type fault struct {
	method string // "*" for every one
	what   string
	delay  time.Duration
	at     []int   // on these calls of the method, from 1; nil = on all
	share  float64 // of the calls, when random
	dice   *rand.Rand
	fired  bool
}

// faultNames are what can go wrong:
//
//	429          too_many_requests, with Retry-After: 1, before any effect
//	500          internal, before any effect
//	503          a page of something in front of the API (the Agent Chat API
//	             answers service_unavailable), before any effect
//	drop-before  the connection is closed before any effect
//	drop-after   the connection is closed after the effect
//	truncate     the effect, and half of the answer
//	delay=DUR    the effect, and the answer only DUR later
//	misdirect    misdirected_request, naming the other region, once
//	item-429     too_many_requests for one item of a batch, the middle one
var faultNames = []string{
	"429", "500", "503", "drop-before", "drop-after", "truncate", "delay", "misdirect", "item-429",
}

// strike is what the faults do to one call.
type strike struct {
	err        *apiError
	dropBefore bool
	dropAfter  bool
	truncate   bool
	item429    bool
	delay      time.Duration
}

func parseFaults(specs []string, seed int64) ([]*fault, error) {
	var out []*fault
	for i, s := range specs {
		f, err := parseFault(s)
		if err != nil {
			return nil, fmt.Errorf("fault %q: %w", s, err)
		}
		f.dice = rand.New(rand.NewPCG(uint64(seed), uint64(i)+1))
		out = append(out, f)
	}
	return out, nil
}

// parseFault reads METHOD|*=WHAT[@n,n…|%p].
func parseFault(s string) (*fault, error) {
	name, rest, ok := strings.Cut(s, "=")
	if !ok {
		return nil, fmt.Errorf("want METHOD=WHAT")
	}
	f := &fault{method: name}
	what := rest
	if i := strings.IndexAny(rest, "@%"); i >= 0 {
		what = rest[:i]
		if err := f.parseWhen(rest[i], rest[i+1:]); err != nil {
			return nil, err
		}
	}
	if length, ok := strings.CutPrefix(what, "delay="); ok {
		d, err := time.ParseDuration(length)
		if err != nil || d < 0 {
			return nil, fmt.Errorf("delay %q is not a duration", length)
		}
		f.what, f.delay = "delay", d
		return f, f.checkMethod()
	}
	if what == "delay" || !slices.Contains(faultNames, what) {
		return nil, fmt.Errorf("what goes wrong must be one of %s, not %q", strings.Join(faultNames, ", "), what)
	}
	f.what = what
	return f, f.checkMethod()
}

func (f *fault) parseWhen(mark byte, when string) error {
	if mark == '%' {
		p, err := strconv.ParseFloat(when, 64)
		if err != nil || p < 0 || p > 100 {
			return fmt.Errorf("%q is not a percentage", when)
		}
		f.share = p / 100
		f.at = []int{}
		return nil
	}
	for _, n := range strings.Split(when, ",") {
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 {
			return fmt.Errorf("%q is not the number of a call", n)
		}
		f.at = append(f.at, i)
	}
	return nil
}

func (f *fault) checkMethod() error {
	if f.method == "*" {
		return nil
	}
	found, many := known(f.method)
	if !found {
		return fmt.Errorf("there is no method %q", f.method)
	}
	if f.what == "item-429" && !many {
		return fmt.Errorf("%s is not a batch", f.method)
	}
	return nil
}

// strike counts a call and finds out what goes wrong with it; the first
// fault that ends a call wins, delays add up.
func (l *License) strike(method string) strike {
	l.counts[method]++
	l.counts["*"]++
	var s strike
	for _, f := range l.faults {
		if f.method != "*" && f.method != method || !f.due(l.counts[f.method]) {
			continue
		}
		l.apply(f, &s)
	}
	return s
}

// due says whether the fault is to happen on the nth call.
func (f *fault) due(n int) bool {
	switch {
	case f.at == nil:
		return true
	case len(f.at) == 0:
		return f.dice.Float64() < f.share
	}
	return slices.Contains(f.at, n)
}

func (l *License) apply(f *fault, s *strike) {
	switch f.what {
	case "429":
		err := fail(errTooMany, "Too many requests")
		err.retry = 1
		s.end(err)
	case "500":
		s.end(fail(errInternal, "Internal server error"))
	case "503":
		s.end(fail(errUnavailable, "Service unavailable"))
	case "misdirect":
		if f.fired {
			return
		}
		f.fired = true
		// From now on the license is served from both, or a client that
		// does as it is told would be sent back and forth.
		l.moved = true
		s.end(misdirected(map[string]string{"dal": "fra", "fra": "dal"}[l.opts.Region]))
	case "drop-before":
		s.dropBefore = true
	case "drop-after":
		s.dropAfter = true
	case "truncate":
		s.truncate = true
	case "item-429":
		s.item429 = true
	case "delay":
		s.delay += f.delay
	}
}

func (s *strike) end(err *apiError) {
	if s.err == nil {
		s.err = err
	}
}
