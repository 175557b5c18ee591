package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is one failure on purpose.
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
//	403-html     a page that refuses, of something in front of the API, before
//	             any effect
//	error-text   {"error":"text"} and status 500, before any effect
//	502-after    the effect, and a gateway's page for an answer
//	503-after    likewise
//	drop-before  the connection is closed before any effect
//	drop-after   the connection is closed after the effect
//	truncate     the effect, and half of the answer
//	bom          the effect, and a byte order mark before the answer
//	delay=DUR    the effect, and the answer only DUR later
//	misdirect    misdirected_request, naming the other region, once
//	item-429     too_many_requests for one item of a batch, the middle one
var faultNames = []string{
	"429", "500", "503", "403-html", "error-text", "502-after", "503-after", "drop-before", "drop-after", "truncate",
	"bom", "delay", "misdirect", "item-429",
}

// page is a response that does not come from the API.
type page struct {
	status     int
	kind, body string
}

func htmlPage(status int) *page {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return &page{status, "text/html", "<html><body><h1>" + title + "</h1></body></html>\n"}
}

// strike is the effect of the faults on one call.
type strike struct {
	err        *apiError
	page       *page // instead of any effect
	after      *page // instead of the answer
	dropBefore bool
	dropAfter  bool
	truncate   bool
	bom        bool
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
		return nil, fmt.Errorf("expected METHOD=WHAT")
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
		return nil, fmt.Errorf("unknown fault %[2]q: use one of %[1]s", strings.Join(faultNames, ", "), what)
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

// strike counts a call and determines its faults: the first fault that ends a call
// wins, delays add up.
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
	case "403-html":
		s.page = htmlPage(http.StatusForbidden)
	case "error-text":
		s.page = &page{http.StatusInternalServerError, "application/json", `{"error":"upstream is not available"}`}
	case "502-after":
		s.after = htmlPage(http.StatusBadGateway)
	case "503-after":
		s.after = htmlPage(http.StatusServiceUnavailable)
	case "bom":
		s.bom = true
	case "misdirect":
		if f.fired {
			return
		}
		f.fired = true
		// From now on both regions serve the license. Otherwise a client that
		// follows the error would be sent back and forth.
		l.moved = true
		other := "dal"
		if l.opts.Region == other {
			other = "fra"
		}
		s.end(l.misdirected(other))
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
