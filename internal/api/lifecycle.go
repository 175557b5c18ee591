package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Lifecycle is the stage of ageing that a version of the API says it is in.
type Lifecycle struct {
	Version string // "3.3"
	Stage   string // "legacy" or "deprecation"
	Until   string // when the stage ends, YYYY-MM-DD; "" if the server does not say
}

// noteLifecycle keeps the Legacy and Deprecation headers of a response.
func (c *Client) noteLifecycle(h http.Header) {
	for _, stage := range []string{"legacy", "deprecation"} {
		if value := strings.TrimSpace(h.Get(stage)); value != "" && value != "false" {
			c.stages.Store(Lifecycle{c.opts.Version, stage, day(value)}, nil)
		}
	}
}

// day reads the date of a header: YYYY-MM-DD as the vendor writes it, or the
// forms that RFC 9745 and its drafts give to Deprecation.
func day(s string) string {
	if len(s) >= len(time.DateOnly) {
		if t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	if t, err := http.ParseTime(s); err == nil {
		return t.UTC().Format(time.DateOnly)
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(s, "@"), 10, 64); err == nil {
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	}
	return ""
}

// Lifecycle returns what responses reported so far about the age of their version,
// without duplicates, sorted by version, stage and date.
func (c *Client) Lifecycle() []Lifecycle {
	var said []Lifecycle
	for l := range c.stages.Range {
		said = append(said, l.(Lifecycle))
	}
	slices.SortFunc(said, func(a, b Lifecycle) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Until, b.Until))
	})
	return said
}
