package plans

import (
	"context"
	"errors"
	"slices"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/clone"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/wire"
)

func rehearseFlag() ucli.Flag {
	return &ucli.BoolFlag{Name: "rehearse", Usage: "apply the plan to an embedded copy of the license; send nothing to the license"}
}

func latencyFlag() ucli.Flag {
	return &ucli.DurationFlag{Name: "latency", Usage: "with --rehearse: estimate the duration if each response takes `TIME`"}
}

// trialOptions say how to rehearse a plan.
type trialOptions struct{ latency time.Duration }

// readTrial reads the flags of a rehearsal.
func (o *applyOptions) readTrial(c *ucli.Context) error {
	latency := c.Duration("latency")
	switch {
	case latency < 0:
		return session.Usagef("", "--latency must not be negative")
	case c.Bool("rehearse") && o.Resume != "":
		return session.Usagef("rehearse the plan of a snapshot", "--rehearse does not work with --resume")
	case c.Bool("rehearse") && o.DryRun:
		return session.Usagef("--rehearse also sends nothing", "--rehearse does not work with --dry-run")
	case c.Bool("rehearse"):
		o.trial, o.DryRun = &trialOptions{latency}, true
	case latency > 0:
		return session.Usagef("pass --rehearse", "--latency needs --rehearse")
	}
	return nil
}

// trialResult is the result of a plan on an embedded license.
type trialResult struct {
	Plan   *PlanResult   `json:"plan"`
	Report *apply.Report `json:"report"`
	// Preflight is the checks that an embedded license cannot make, such as the
	// limits of the real license. A clone has its own.
	Preflight []clone.Finding `json:"preflight,omitempty"`
	trialCost
	host string
}

// trialCost is the cost of a rehearsal.
type trialCost struct {
	Requests int `json:"requests"`
	Writes   int `json:"writes"`
	// LeastSeconds is the shortest time for the requests at --rate and
	// --latency. It is absent without these.
	LeastSeconds float64 `json:"least_seconds,omitempty"`
	// Model says what the plan was applied to.
	Model string `json:"model"`
}

const trialModel = "an embedded license in this process, which is lcsync's model of the service"

// try applies a plan to an embedded license.
func (a *applyRun) try(ctx context.Context, p *runs.LockedPlan) (session.Result, error) {
	target, err := a.withLimits(ctx, p.Live)
	if err != nil {
		return nil, err
	}
	t, err := rehearsal.Try(ctx, p.Plan, target, scopes(ctx, a.Conn), rehearsal.Options{Clock: a.Clock, Concurrency: a.Concurrency})
	if err != nil {
		return nil, err
	}
	res := &trialResult{Plan: a.planResult(p.Plan), Report: t.Report.Masked(a.masking(p.Plan)), host: a.Conn.Client.Host(),
		trialCost: trialCost{Requests: t.Requests, Writes: t.Writes, Model: trialModel}}
	waves := (t.Requests + a.Concurrency - 1) / a.Concurrency
	res.LeastSeconds = max(apply.LeastTime(t.Requests, a.Rate), time.Duration(waves)*a.trial.latency).Seconds()
	var found []clone.Finding
	if x := a.plan.crossing; x != nil && x.apart {
		found = x.preflight
	} else {
		found = clone.Preflight(clone.Check{Plan: p.Plan, Target: target, To: side(ctx, a.Conn)})
		res.Preflight = found
	}
	if !t.Report.OK() || slices.ContainsFunc(found, clone.Finding.Stops) {
		return res, session.Exit(session.Incomplete)
	}
	return res, session.Exit(planCode(p.Plan))
}

// withLimits returns a license with its read-only values, such as the limits of
// the license, as far as the token may read them.
func (a *applyRun) withLimits(ctx context.Context, live *resource.License) (*resource.License, error) {
	out := live.Clone()
	for _, k := range resource.Kinds() {
		if !k.HasLimits() {
			continue
		}
		whole, err := api.Read(ctx, a.Conn.Client, api.ReadOptions{Kinds: []string{k.Name}, WithReadOnly: true})
		var refusal *wire.Error
		switch {
		case errors.As(err, &refusal) && refusal.Class == wire.RefusedScope:
			continue
		case err != nil:
			return nil, err
		}
		if whole.Has(k.Name) {
			out.SetRows(k.Name, whole.Rows(k.Name))
		}
	}
	return out, nil
}

// Text prints the plan, the report and the cost.
func (t *trialResult) Text(p *session.Page) {
	t.Plan.Text(p)
	p.Key = t.Plan.keys()
	report(p, t.Report, apply.Style{PlanShown: true, Rehearsed: true})
	preflight(p, t.Preflight)
	p.Printf("Rehearsed on %s. Nothing was sent to %s.\n", trialModel, t.host)
	p.Printf("%s, %d of which write", session.Count(t.Requests, "request"), t.Writes)
	if t.LeastSeconds > 0 {
		p.Printf(", take at least %s", time.Duration(t.LeastSeconds*float64(time.Second)).Round(100*time.Millisecond))
	}
	p.Printf("\n")
}

// Reasons says what could not be compared or was not done.
func (t *trialResult) Reasons() []string { return append(t.Plan.unknown(), runs.NotDone(t.Report)...) }
