package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/drift"
	"lcsync/internal/metrics"
)

// writeMetrics writes what the check came to, also if it failed. That the file
// cannot be written is told and changes nothing else.
func (c *driftCheck) writeMetrics(ctx context.Context, began time.Time, res *driftResult, err error) {
	if c.Metrics == "" {
		return
	}
	info, failed := c.Target(c.Metrics)
	if failed == nil && info != nil && !info.Mode().IsRegular() {
		failed = errors.New(c.Metrics + " is not a regular file")
	}
	if failed != nil {
		c.Notice(fmt.Sprintf("warning: the metrics were not written: %s", failed))
		return
	}
	old, _ := c.Existing(c.Metrics) // without one there was no success before
	m := metrics.Check{Failed: err != nil, Time: c.Clock.Now(), Duration: c.Clock.Now().Sub(began), Profile: c.Flags.Profile}
	if c.Conn != nil {
		m.Profile, m.Requests = c.Conn.License.Profile, c.Conn.Client.Requests()
	}
	if m.Failed {
		m.ExitCode = int(session.VerdictOf(ctx, err).Code)
	} else {
		m.ExitCode, m.Differences, m.Objects = int(res.code()), named(res.Counts), res.sizes
		for _, g := range res.Gaps {
			if !slices.Contains(m.Incomplete, g.Kind) {
				m.Incomplete = append(m.Incomplete, g.Kind)
			}
		}
		m.Versions = c.versions()
	}
	if err := metrics.Write(c.Abs(c.Metrics), old, m); err != nil {
		c.Notice(fmt.Sprintf("warning: the metrics were not written: %s", err))
	}
}

// named returns counts by the names of actions.
func named(counts map[string]map[drift.Action]int) map[string]map[string]int {
	out := map[string]map[string]int{}
	for kind, actions := range counts {
		out[kind] = map[string]int{}
		for a, n := range actions {
			out[kind][string(a)] = n
		}
	}
	return out
}

// versions are the versions of the API whose stage ends on a day that is known.
func (c *driftCheck) versions() (out []metrics.Version) {
	for _, l := range c.Conn.Client.Lifecycle() {
		if left, known := session.DaysLeft(l.Until, c.Clock.Now()); known {
			out = append(out, metrics.Version{Name: l.Version, Stage: l.Stage, DaysLeft: left})
		}
	}
	return out
}
