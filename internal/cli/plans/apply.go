package plans

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

// NewApplyCmd returns the command apply.
func NewApplyCmd() *session.Command {
	return &session.Command{
		Name:  "apply",
		Alike: []string{"import", "restore", "push", "load", "upload", "deploy", "sync", "write"},
		Args:  "[WANT]",
		Brief: "change the license to match a snapshot or a saved plan",
		About: `Compares like lcsync diff, shows the plan, asks, makes the changes, and reads the license back until it matches the plan. Without a terminal, pass --yes.
WANT may also be a plan that lcsync plan saved. apply makes exactly its changes, or none if an object of the plan has changed since.
apply deletes objects only with --prune. It replaces and deletes objects of applications, which also affect other licenses, only with --allow-application.
Without --max-delete, apply sends nothing if it would delete or replace more than three objects and more than a tenth of a kind, or the whole kind.
apply takes secrets from --secrets FILE and from LCSYNC_SECRET_<NAME>. If one is missing, it sends nothing; with --skip-missing-secrets it leaves out the changes that need it. It stores the secrets of new bots in secrets.yaml in the state directory.
If a change fails, apply reports what the API said, makes the other changes, and exits with 3. Run the same command again to retry.
apply writes each call to the journal in the state directory before it sends the call. After a crash, run the same command, or lcsync apply --resume RUN: it finishes the run and creates nothing twice. On each machine, one process at a time works on a license.`,
		Flags: append(slices.Concat(planFlags(), mapFlags(), carryFlags()),
			&ucli.BoolFlag{Name: "dry-run", Usage: "print the requests and everything that would stop them; send nothing"},
			rehearseFlag(), latencyFlag(),
			&ucli.StringFlag{Name: "resume", Usage: "finish the run `RUN` as it was planned, instead of WANT"},
		),
		Examples: []string{
			"lcsync apply acme.yaml",
			"lcsync apply --yes --only groups,agents acme.yaml",
			"lcsync apply --only agents/ben@example.com backup.yaml",
			"lcsync apply --match name --create-agents --profile eu acme.yaml",
			"lcsync apply --rehearse --rate 5 --latency 200ms acme.yaml",
			"lcsync apply --prune --allow-application --secrets secrets.yaml acme.yaml",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			plan, err := readMappedOptions(s, c)
			if err != nil {
				return nil, err
			}
			o, err := readApplyOptions(c)
			if err != nil {
				return nil, err
			}
			o.plan, o.DryRun, o.Resume = plan, c.Bool("dry-run"), c.String("resume")
			if err := o.readTrial(c); err != nil {
				return nil, err
			}
			if (len(s.Args) == 0) == (o.Resume == "") {
				return nil, session.Usagef("", "apply takes either WANT or --resume RUN")
			}
			return runApply(ctx, s, o)
		},
	}
}

// carryFlags are the flags of commands that apply a plan.
func carryFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "max-delete", Usage: "delete or replace up to `N|P%` of a kind (default: three objects or a tenth, never all)"},
		&ucli.StringFlag{Name: "max-change", Usage: "stop if more than `N|P%` of a kind would change"},
		&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask for confirmation"},
		session.SecretsFlag(""),
		&ucli.IntFlag{Name: "batch-size", Value: 100, Usage: "send at most `N` objects in a batch (default 100)"},
		&ucli.DurationFlag{Name: "settle", Value: 10 * time.Second, Usage: "if no response is received, wait `TIME` before assuming that a create failed (default 10s)"},
		&ucli.DurationFlag{Name: "propagation", Value: 2 * time.Minute, Usage: "wait up to `TIME` for changes to show before reporting them as missing or kept by the server (default 2m)"},
		&ucli.BoolFlag{Name: "no-verify", Usage: "do not read the license back after the changes"},
	}
}

// applyOptions say what to apply and how.
type applyOptions struct {
	runs.Options
	plan    PlanOptions
	Yes     bool
	Secrets string // file, "" for none
	DryRun  bool
	trial   *trialOptions // nil unless the plan is rehearsed, which is a dry run
	Resume  string        // run, "" for none
}

func readApplyOptions(c *ucli.Context) (o applyOptions, err error) {
	o = applyOptions{Yes: c.Bool("yes"), Secrets: c.String("secrets"), Options: runs.Options{BatchSize: c.Int("batch-size"),
		NoVerify: c.Bool("no-verify"), Settle: c.Duration("settle"), Propagation: c.Duration("propagation")}}
	if o.BatchSize < 1 {
		return o, session.Usagef("", "--batch-size must be at least 1")
	}
	if o.Settle < 0 || o.Propagation < 0 {
		return o, session.Usagef("", "--settle and --propagation must not be negative")
	}
	for flag, limit := range map[string]*diff.Limit{"max-delete": &o.MaxDelete, "max-change": &o.MaxChange} {
		if value := c.String(flag); value != "" {
			if *limit, err = diff.ParseLimit(value); err != nil {
				return o, session.Usagef("", "--%s: %s", flag, err)
			}
		}
	}
	return o, nil
}

func runApply(ctx context.Context, s *session.Session, o applyOptions) (session.Result, error) {
	a, err := newApplyRun(s, o)
	if err != nil {
		return nil, err
	}
	a.plan.leaveOut(a.secrets)
	if o.Resume != "" {
		return a.resume(ctx)
	}
	data, err := s.ReadInput(s.Args[0])
	if err != nil {
		return nil, err
	}
	p, err := a.prepare(ctx, data)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	switch {
	case o.trial != nil:
		return a.try(ctx, p)
	case o.DryRun:
		return a.rehearseAll(ctx, p)
	}
	if p.Report != nil { // finishing an earlier run of the same plan was all there was to do
		return a.outcomeOf(ctx, &applyResult{Report: p.Report.Masked(a.masking(p.Plan)), Run: p.Run, brief: a.Quiet}, nil)
	}
	return a.carry(ctx, p)
}

// prepare returns the plan to apply: it plans a snapshot, or reads a saved
// plan.
func (a *applyRun) prepare(ctx context.Context, data []byte) (*runs.LockedPlan, error) {
	if session.IsPlanFile(data) {
		return a.prepareSaved(ctx, data)
	}
	want, err := session.DecodeWanted(a.Console, a.Args[0], data)
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	return a.prepareFresh(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) {
		return plan(ctx, a.Conn, want, a.plan)
	})
}

// prepareFresh makes a plan. A dry run only makes the plan; other runs also
// lock the license and finish earlier runs.
func (a *applyRun) prepareFresh(ctx context.Context, plan runs.Planner) (*runs.LockedPlan, error) {
	if !a.DryRun {
		return a.license.Prepare(ctx, plan)
	}
	found, live, err := plan(ctx)
	return &runs.LockedPlan{Plan: found, Live: live}, err
}

func (a *applyRun) prepareSaved(ctx context.Context, data []byte) (*runs.LockedPlan, error) {
	saved, err := decodePlan(a.Args[0], data)
	if err != nil {
		return nil, err
	}
	if err := a.plan.refuseForPlan(); err != nil {
		return nil, err
	}
	a.PlanFixed = true
	if err := a.connect(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	if a.DryRun {
		live, err := a.license.UnchangedSince(ctx, saved.Plan, digest)
		return &runs.LockedPlan{Plan: saved.Plan, Live: live}, err
	}
	return a.license.PrepareSaved(ctx, saved.Plan, digest)
}

// refuseForPlan refuses flags that decide what a plan consists of, because a
// saved plan cannot change.
func (o *PlanOptions) refuseForPlan() error {
	if o.crossing != nil || o.Prune || o.CreateAgents || o.AllowApplication || o.ReplaceDefinitions || o.Strict || o.Secretless || len(o.Only)+len(o.Skip) > 0 || o.Match != diff.Auto {
		return session.Usagef("pass these flags to lcsync plan", "flags that select or allow changes do not apply to a saved plan")
	}
	return nil
}

// resume finishes one run as it was planned.
func (a *applyRun) resume(ctx context.Context) (session.Result, error) {
	a.PlanFixed = true
	if err := a.connect(); err != nil {
		return nil, err
	}
	report, run, err := a.license.Resume(ctx, a.Resume)
	var plan *diff.Plan
	if report != nil {
		if u, unread := runs.Load(a.store, a.Resume); unread == nil {
			plan = u.Plan
		}
	}
	return a.outcomeOf(ctx, &applyResult{Report: report.Masked(a.masking(plan)), Run: run, shown: true, brief: a.Quiet}, err)
}

// carry shows a plan, checks that it may be applied, and applies it.
func (a *applyRun) carry(ctx context.Context, p *runs.LockedPlan) (session.Result, error) {
	undone := !p.Plan.InSync() || !p.Plan.Complete() || a.license.Left()
	idle := len(p.Plan.Todo()) == 0
	shown := !a.JSON && (!a.Quiet || idle && undone)
	res := &applyResult{migrationReport: a.migrationReport, Plan: a.planResult(p.Plan), left: a.license.Left(), shown: shown, brief: a.Quiet}
	if shown {
		if err := a.Show(res.Plan.Text); err != nil {
			return res, err
		}
	}
	if idle && undone {
		return res, session.Exit(session.Incomplete)
	}
	if idle {
		return res, nil
	}
	if err := a.license.Ready(ctx, p.Plan); err != nil {
		return res, err
	}
	report, run, err := a.license.Execute(ctx, p)
	res.Report, res.Run = report.Masked(a.masking(p.Plan)), run
	return a.outcomeOf(ctx, res, err)
}

// outcomeOf completes a result and returns the error that sets its exit code.
func (a *applyRun) outcomeOf(ctx context.Context, res *applyResult, err error) (session.Result, error) {
	res.left = a.license.Left()
	if res.Run != "" && res.Report != nil && res.Report.Counts.Done > 0 {
		res.Undo = a.license.Undoes(res.Run)
	}
	switch {
	case ctx.Err() != nil:
		hint := "run the same command again to continue"
		if res.Run != "" && a.license.Hold == nil { // a run with Hold cannot be resumed
			hint = "run the same command again, or lcsync apply --resume " + res.Run + ", to continue"
		}
		return res, &session.Failure{Code: session.Interrupted, Text: "interrupted", Hint: hint, Err: err}
	case err != nil:
		return res, err
	case res.left, res.Report != nil && !res.Report.OK(), res.Plan != nil && !res.Plan.Plan.Complete():
		res.told = a.Quiet && len(res.Reasons()) <= session.ReasonsTold
		return res, session.Exit(session.Incomplete)
	}
	return res, nil
}

// applyResult is the result of apply. It has a report once something was sent.
type applyResult struct {
	*migrationReport
	Plan   *PlanResult   `json:"plan,omitempty"`
	Report *apply.Report `json:"report,omitempty"`
	Run    string        `json:"run,omitempty"`  // id in the journal
	Undo   string        `json:"undo,omitempty"` // the run that lcsync undo takes back
	left   bool          // an earlier run is still unfinished
	shown  bool          // the plan was printed
	brief  bool          // print only the report
	told   bool          // stderr has the reasons, so the report leaves them out
}

// Text prints the report and the command that undoes the run. The plan was
// printed before.
func (a *applyResult) Text(p *session.Page) {
	p.Key = a.Plan.keys()
	report(p, a.Report, apply.Style{PlanShown: a.shown, Told: a.told})
	if a.Run != "" && !a.brief {
		p.Wrapped("Run " + a.Run + a.actions() + ".")
	}
	if a.Undo != "" && !a.brief {
		p.Wrapped("To undo: lcsync undo " + a.Undo)
	}
}

// actions counts the changes that were made, by action: ": 2 created, 1
// deleted".
func (a *applyResult) actions() string {
	done := map[diff.Action]int{}
	for _, r := range a.Report.Results {
		if r.Status == apply.Done {
			done[r.Action]++
		}
	}
	var parts []string
	for _, of := range []diff.Action{diff.Create, diff.Update, diff.Replace, diff.Delete} {
		if n := done[of]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %sd", n, of))
		}
	}
	if parts == nil {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// report prints the report of a run, if anything was sent.
func report(p *session.Page, r *apply.Report, s apply.Style) {
	if r != nil {
		s.Width, s.Color, s.Key = p.Width, bool(p.Paint), p.Key
		_ = r.Text(p, s)
	}
}

// Reasons lists what was not done and why.
func (a *applyResult) Reasons() []string {
	var why []string
	if a.Plan != nil {
		why = a.Plan.unknown()
	}
	switch {
	case a.Report != nil:
		why = append(why, runs.NotDone(a.Report)...)
	case a.Plan != nil:
		for _, ch := range a.Plan.Changes {
			if ch.Blocked != "" {
				why = append(why, ch.ID+": "+string(apply.Blocked)+": "+ch.Blocked)
			}
		}
	}
	if a.left {
		why = append(why, "an earlier run is still unfinished: see lcsync runs")
	}
	return why
}
