package resource

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	_ "time/tzdata" // the embedded database makes the result the same on every machine
	"unicode/utf8"
)

var (
	clockTime = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
	email     = regexp.MustCompile(`^[^\s@<>,;"]+@[^\s@<>,;"]+$`)
)

// midnight is a spelling of the end of a day; the vendor's page does not document
// whether it is valid.
const midnight = "24:00"

// text checks a string against the values, the length and the form its field
// allows.
func (x *Inspection) text(f *Field, s string, at *Path) {
	if s == "" && f.Required && f.Type == String {
		x.refuse(at, "write a value", "%s is empty", at.Field())
		return
	}
	if f.Enum != nil {
		x.oneOf(f, s, at)
	}
	if n := utf8.RuneCountInString(s); f.MaxLen > 0 && n > f.MaxLen {
		x.refuse(at, fmt.Sprintf("shorten it to %d characters", f.MaxLen), "%s has %d characters, the maximum is %d", at.Field(), n, f.MaxLen)
	}
	switch f.Format {
	case Email:
		if !email.MatchString(s) {
			x.refuse(at, "write an address such as smith@example.com", "%s is not an e-mail address", Quote(s))
		}
	case ClockTime:
		x.clock(s, at)
	case TimeZone:
		// An empty zone means the agent's own; if it must not be empty, the
		// registry requires it.
		if s != "" && !isZone(s) {
			x.refuse(at, "use an IANA name such as Europe/Warsaw", "unknown time zone %s", Quote(s))
		}
	case WebURL:
		x.address(s, at)
	}
}

// oneOf checks a value against a list. It accepts values that can only be read.
func (x *Inspection) oneOf(f *Field, s string, at *Path) {
	if slices.Contains(f.Enum, s) || slices.Contains(f.Fixed, s) || s == "" && f.Clear == "" {
		return
	}
	hint := "use " + Words(f.Enum)
	if near := Suggest(s, f.Enum); near != "" {
		hint = "did you mean " + near + "?"
	}
	x.refuse(at, hint, "%s cannot be %s", at.Field(), Quote(s))
}

func (x *Inspection) clock(s string, at *Path) {
	switch {
	case !clockTime.MatchString(s):
		x.refuse(at, `write hours and minutes: "08:00"`, "%s is not a time of day", Quote(s))
	case s == midnight:
		x.warn(at, `use "23:59" to be safe`, "the vendor does not document whether %s is a time of day", s)
	}
}

func (x *Inspection) address(s string, at *Path) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		x.refuse(at, "write a full URL such as https://example.com/hook", "%s is not a URL", Quote(s))
	case u.Scheme == "http" && !Loopback(u.Hostname()) && !strings.HasSuffix(u.Hostname(), ".localhost"):
		x.warn(at, "use https", "http:// webhook: payloads to %s are not encrypted", u.Host)
	}
}
