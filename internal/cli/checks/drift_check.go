package checks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/api"
	"lcsync/internal/cli/plans"
	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
	"lcsync/internal/drift"
	"lcsync/internal/journal"
	"lcsync/internal/notify"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/snapshot"
	"lcsync/internal/wire"
)

// driftCheck is one check of a license against a snapshot.
type driftCheck struct {
	*session.Session
	driftOptions
	file   string // the snapshot, by its whole path
	data   []byte
	digest string // of data
	want   *snapshot.Document
	rules  *drift.Rules
	tellTo []*notify.Destination

	store    *journal.Store
	details  *api.Details
	watch    *journal.Watch
	state    *drift.State
	settling func(diff.Place) bool
}

func runDrift(ctx context.Context, s *session.Session, o driftOptions) (session.Result, error) {
	c := &driftCheck{Session: s, driftOptions: o}
	began := s.Clock.Now()
	err := c.prepare()
	if err != nil {
		c.writeMetrics(ctx, began, nil, err)
		return nil, err
	}
	lock, err := lockChecks(ctx, s, c.store, c.file, c.Conn.Client.Host(), c.LockWait)
	if err != nil {
		return nil, err // the check that holds the lock writes the metrics
	}
	res, err := c.run(ctx)
	c.writeMetrics(ctx, began, res, err)
	if failed := lock.Unlock(); failed != nil && err == nil {
		return res, fmt.Errorf("unlock the checks of %s: %w", s.Args[0], failed)
	}
	if err != nil {
		return nil, err
	}
	return res, session.Exit(res.code())
}

// prepare reads what does not depend on the license.
func (c *driftCheck) prepare() error {
	name := c.Args[0]
	var err error
	if c.data, err = c.ReadInput(name); err != nil {
		return err
	}
	if c.want, err = session.DecodeWanted(c.Console, name, c.data); err != nil {
		return err
	}
	if c.accepts() {
		if _, err := c.Target(name); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(c.data)
	c.digest, c.file = hex.EncodeToString(sum[:]), name
	if name != "-" {
		c.file = c.Abs(name)
	}
	if _, err = c.Connect(); err != nil {
		return err
	}
	if c.tellTo, err = c.destinations(); err != nil {
		return err
	}
	rules, err := plans.Rules(c.Session, c.Ignore)
	if err != nil {
		return err
	}
	c.rules = drift.NewRules(rules, c.Clock.Now())
	c.store, err = openHistory(c.Places)
	return err
}

// openHistory opens the place where histories are kept.
func openHistory(p session.Places) (*journal.Store, error) {
	dir, err := p.StateDir()
	if err != nil {
		return nil, err
	}
	store, err := journal.OpenWith(dir, journal.Options{Before: p.Step})
	if err != nil {
		return nil, session.Inputf("pass --state-dir DIR", "the history cannot be kept: %s", err)
	}
	return store, nil
}

// run reads the license, says what differs, and keeps what it found.
func (c *driftCheck) run(ctx context.Context) (*driftResult, error) {
	if err := c.reuse(); err != nil {
		return nil, err
	}
	live, _, err := plans.ReadFor(ctx, c.Conn, c.want.License, &c.PlanOptions)
	if err != nil {
		return nil, err
	}
	if err := c.recall(live); err != nil {
		return nil, err
	}
	d, err := c.deviate(live)
	if err != nil {
		return nil, err
	}
	dir, err := c.StateDir()
	if err != nil {
		return nil, err
	}
	if c.settling, err = runs.Settling(dir, c.Conn.Client.Host(), live, c.Clock.Now(), c.Propagation); err != nil {
		return nil, err
	}
	res := c.compare(d)
	if c.accepts() {
		if d, res, err = c.accept(live, d, res); err != nil {
			return nil, err
		}
	}
	res.sizes = snapshots.Sizes(live)
	res.Reused.Count, res.Reused.Oldest = c.details.Reused()
	return res, c.keep(ctx, d, res)
}

// reuse has details of objects read through what earlier checks of this license
// kept. Whose it is, is not known yet, but details of other licenses are of objects
// that this one does not list. What is accepted is read anew.
func (c *driftCheck) reuse() error {
	watches, err := c.store.Watches(c.Conn.Client.Host(), c.file)
	if err != nil {
		return damaged(err)
	}
	var kept []api.Detail
	for _, w := range watches {
		state, err := stateOf(w)
		if err != nil {
			return err
		}
		var some []api.Detail
		if !c.accepts() && len(state.Details) > 0 && json.Unmarshal(state.Details, &some) == nil {
			kept = append(kept, some...) // others are read anew
		}
	}
	c.Conn.Through = func(a wire.API) wire.API {
		c.details = api.NewDetails(a, kept, c.Clock.Now(), c.DetailsAge)
		return c.details
	}
	return nil
}

// deviate compares the license with the snapshot.
func (c *driftCheck) deviate(live *resource.License) (*diff.Deviations, error) {
	c.Where, c.Named = session.PlaceIn(c.want), session.NamedIn(c.want)
	d, err := diff.Deviate(live, c.want.License, c.Options)
	var question *diff.Decision
	if errors.As(err, &question) {
		return nil, session.Inputf(question.Hint, "%s", question.Error())
	}
	return d, err
}

// recall reads what the last check knew. Where the license does not show whose
// it is, the credentials of an earlier check do.
func (c *driftCheck) recall(live *resource.License) (err error) {
	l := journal.License{Host: c.Conn.Client.Host(), Owner: live.Owner, AccountID: live.AccountID, Token: c.Conn.Credentials}
	if c.watch, err = c.store.Watch(l, c.file); err != nil {
		return damaged(err)
	}
	if live.Owner == "" {
		live.Owner, live.AccountID = c.watch.License.Owner, c.watch.License.AccountID
	}
	c.state, err = stateOf(c.watch)
	return err
}

// compare makes the result of what differs.
func (c *driftCheck) compare(d *diff.Deviations) *driftResult {
	all := drift.Find(d, c.Conn.Masks(), c.Conn.Apps)
	if c.IgnoreExtra {
		all = drift.WithoutExtra(all)
	}
	all, ignored := c.rules.Apply(all)
	res := &driftResult{options: c.driftOptions, quiet: c.Quiet, json: c.JSON, Want: c.Args[0], Checked: c.Clock.Now().UTC(), Ignored: ignored, Equal: d.Equal,
		Gaps: unread(d), Reports: c.rules.Reports(), Notices: d.Notices, Requests: c.Conn.Client.Requests(), first: c.state.Checked.IsZero()}
	for _, one := range all {
		if c.settling(one.Place) {
			res.Settling = append(res.Settling, one)
		} else {
			res.Differences = append(res.Differences, one)
		}
	}
	res.newGaps = slices.DeleteFunc(slices.Clone(res.Gaps), func(g resource.Gap) bool { return !c.state.IsNewGap(g) })
	res.newReports = slices.DeleteFunc(slices.Clone(res.Reports), func(r string) bool { return slices.Contains(c.state.Reports, r) })
	if len(res.Differences) > 0 && c.state.Edited(c.digest) {
		res.Edited = c.state.Equal
	}
	return res
}

// unread returns what could not be read or compared, each once.
func unread(d *diff.Deviations) []resource.Gap {
	out := slices.Clone(d.Gaps)
	for _, s := range d.Skipped {
		said := slices.ContainsFunc(d.Gaps, func(g resource.Gap) bool {
			return g.Kind == s.Kind && (s.Key == "" || s.Key == g.ID || strings.HasSuffix(s.Reason, g.Reason))
		})
		if !said {
			out = append(out, resource.Gap{Kind: s.Kind, ID: s.Key, Reason: s.Reason})
		}
	}
	for i := range out {
		out[i].ID, out[i].Reason = resource.MaskURLs(out[i].ID), resource.MaskURLs(out[i].Reason)
	}
	return session.NonNil(out)
}

// keep works the check into the history.
func (c *driftCheck) keep(ctx context.Context, d *diff.Deviations, res *driftResult) error {
	events := c.state.Record(drift.Check{
		Time: res.Checked, File: c.digest, Differences: res.Differences, Gaps: res.Gaps, Values: d.Values, Read: d.Read,
		InScope: func(at diff.Place, extra bool) bool {
			return d.Saw(at) && c.rules.Reason(at) == "" && !(extra && c.IgnoreExtra) && !c.settling(at)
		},
	})
	c.state.Reports = res.Reports
	details, err := json.Marshal(c.details.Kept())
	if err != nil {
		return err
	}
	c.state.Details = details
	res.take(events)
	if err := c.watch.Add(anys(events), c.state); err != nil {
		return err
	}
	c.tell(ctx, res)
	if !c.PruneBefore.IsZero() {
		if _, err := pruneWatch(c.watch, c.PruneBefore); err != nil {
			c.Notice("warning: " + err.Error())
		}
	}
	return nil
}

func anys[T any](all []T) []any {
	out := make([]any, len(all))
	for i := range all {
		out[i] = all[i]
	}
	return out
}
