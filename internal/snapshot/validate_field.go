package snapshot

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are checked the same on every machine
	"unicode/utf8"

	"lcsync/internal/resource"
)

var (
	clockTime = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
	email     = regexp.MustCompile(`^[^\s@<>,;"]+@[^\s@<>,;"]+$`)
)

// midnight is the end of a day as some write it; the vendor's page does not
// say whether it is a time.
const midnight = "24:00"

// text checks a string against the values, the length and the form its field
// allows.
func (c *checker) text(f *resource.Field, s string, p *path) {
	if f.Ref != nil {
		c.reference(f.Ref, s, p)
	}
	if f.Enum != nil {
		c.oneOf(f, s, p)
	}
	if n := utf8.RuneCountInString(s); f.MaxLen > 0 && n > f.MaxLen {
		c.fail(p, fmt.Sprintf("shorten it to %d characters", f.MaxLen), "%s has %d characters, %d are allowed", p.field(), n, f.MaxLen)
	}
	switch f.Format {
	case resource.Email:
		if !email.MatchString(s) {
			c.fail(p, "write an address such as smith@example.com", "%s is no e-mail address", show(s))
		}
	case resource.ClockTime:
		c.clock(s, p)
	case resource.TimeZone:
		c.zone(s, p)
	case resource.WebURL:
		c.address(s, p)
	}
}

// oneOf checks a value that is one of a list. Values that can be read only are
// accepted, for one object.
func (c *checker) oneOf(f *resource.Field, s string, p *path) {
	if slices.Contains(f.Enum, s) || s == "" && f.Clear == "" {
		return
	}
	if slices.Contains(f.Fixed, s) {
		key := c.kind.Name + "\x00" + p.String() + "\x00" + s
		if first := c.fixed[key]; first != nil {
			c.fail(p, "leave it to one", "only one %s can be %s: %s is already", c.kind.Singular, s, c.call(first))
		}
		c.fixed[key] = c.row
		return
	}
	hint := "use " + resource.Words(f.Enum)
	if near := resource.Suggest(s, f.Enum); near != "" {
		hint = "did you mean " + near + "?"
	}
	c.fail(p, hint, "%s cannot be %s", p.field(), show(s))
}

func (c *checker) clock(s string, p *path) {
	switch {
	case !clockTime.MatchString(s):
		c.fail(p, `write hours and minutes: "08:00"`, "%s is no time of day", show(s))
	case s == midnight:
		c.warn(p, `use "23:59" to be sure`, "the vendor does not say whether %s is a time of day", s)
	}
}

// zone checks the name of a time zone. An empty one falls back to the agent's
// own; where it must not be empty, the registry says so.
func (c *checker) zone(s string, p *path) {
	if s == "" {
		return
	}
	ok, known := c.zones[s]
	if !known {
		_, err := time.LoadLocation(s)
		ok = err == nil && s != "Local"
		c.zones[s] = ok
	}
	if !ok {
		c.fail(p, "use an IANA name such as Europe/Warsaw", "there is no time zone %s", show(s))
	}
}

func (c *checker) address(s string, p *path) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		c.fail(p, "write a whole address: https://example.com/hook", "%s is no web address", show(s))
	case u.Scheme == "http" && !loopback(u.Hostname()):
		c.warn(p, "use https", "what is sent to %s can be read on the way", u.Host)
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// integer checks a number against its limits; a reference has none.
func (c *checker) integer(f *resource.Field, n int64, p *path) {
	if f.Ref != nil {
		c.reference(f.Ref, n, p)
		return
	}
	switch {
	case f.Max == 0:
	case n < int64(f.Min):
		c.fail(p, fmt.Sprintf("use a number from %d to %d", f.Min, f.Max), "%s is %d, the least is %d", p.field(), n, f.Min)
	case n > int64(f.Max):
		c.fail(p, fmt.Sprintf("use a number from %d to %d", f.Min, f.Max), "%s is %d, the most is %d", p.field(), n, f.Max)
	case f.WarnMax > 0 && n > int64(f.WarnMax):
		c.warn(p, fmt.Sprintf("use at most %d to be sure", f.WarnMax),
			"%s is %d: the vendor's pages disagree on whether more than %d is allowed", p.field(), n, f.WarnMax)
	}
}
