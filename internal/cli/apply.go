package cli

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
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
)

func newApplyCmd() *command {
	return &command{
		name:  "apply",
		alike: []string{"import", "restore", "push", "load", "upload", "deploy", "sync", "write"},
		args:  "[WANT]",
		brief: "make the live license as a snapshot or a saved plan says",
		about: `Compares like diff, shows the plan, asks, carries it out, and reads the license back until it is as planned. Without a terminal to ask on, --yes is needed. WANT may also be a plan that lcsync plan saved: it is carried out as it is, or not at all if an object that it touches was changed since.
Nothing is sent that would delete or replace more than three objects and a tenth of a kind, or all of it, without --max-delete.
Nothing is deleted without --prune. What belongs to an application, and so acts on other licenses, is replaced or deleted only with --allow-application. Secrets are looked up in --secrets FILE and in LCSYNC_SECRET_<NAME>; if one is missing nothing is sent, or, with --skip-missing-secrets, what needs it is left out.
Changes that fail are listed with what the API said and the others go on; the exit code is then 3, and the same command tries again what is left. Secrets of new bots are kept in secrets.yaml in the state directory.
Each call is journalled in the state directory before it is sent. After a crash the same command, or --resume RUN, finishes what was begun and duplicates nothing. One process at a time works on a license, on each machine.`,
		flags: append(slices.Concat(planFlags(), mapFlags(), carryFlags()),
			&ucli.BoolFlag{Name: "dry-run", Usage: "print the requests that would be sent and what would keep them from being sent, and send none"},
			rehearseFlag(), latencyFlag(),
			&ucli.StringFlag{Name: "resume", Usage: "finish the run `RUN` instead, as it was planned"},
		),
		examples: []string{
			"lcsync apply acme.yaml",
			"lcsync apply --yes --only groups,agents acme.yaml",
			"lcsync apply --only agents/ben@example.com backup.yaml",
			"lcsync apply --match name --create-agents --profile eu acme.yaml",
			"lcsync apply --rehearse --rate 5 --latency 200ms acme.yaml",
			"lcsync apply --prune --allow-application --secrets secrets.yaml acme.yaml",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
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
			if (len(s.args) == 0) == (o.Resume == "") {
				return nil, usagef("", "apply takes either WANT or --resume RUN")
			}
			return runApply(ctx, s, o)
		},
	}
}

// carryFlags are the flags of commands that carry out a plan.
func carryFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "max-delete", Usage: "delete or replace up to `N|P%` of a kind (default: three objects or a tenth, never all)"},
		&ucli.StringFlag{Name: "max-change", Usage: "stop if more than `N|P%` of a kind would be changed in any way"},
		&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask"},
		secretsFlag(""),
		&ucli.IntFlag{Name: "batch-size", Value: 100, Usage: "send at most `N` objects in a batch (default 100)"},
		&ucli.DurationFlag{Name: "settle", Value: 10 * time.Second, Usage: "look for `TIME` for an object whose creation was not answered (default 10s)"},
		&ucli.DurationFlag{Name: "propagation", Value: 2 * time.Minute, Usage: "wait up to `TIME` for what was written to show, before it counts as missing or as kept by the server (default 2m)"},
		&ucli.BoolFlag{Name: "no-verify", Usage: "do not read the license back"},
	}
}

// applyOptions say what to apply and how.
type applyOptions struct {
	runs.Options
	plan    planOptions
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
		return o, usagef("", "--batch-size must be at least 1")
	}
	if o.Settle < 0 || o.Propagation < 0 {
		return o, usagef("", "--settle and --propagation must not be negative")
	}
	for flag, limit := range map[string]*diff.Limit{"max-delete": &o.MaxDelete, "max-change": &o.MaxChange} {
		if value := c.String(flag); value != "" {
			if *limit, err = diff.ParseLimit(value); err != nil {
				return o, usagef("", "--%s: %s", flag, err)
			}
		}
	}
	return o, nil
}

func runApply(ctx context.Context, s *session, o applyOptions) (result, error) {
	a, err := s.newApplying(o)
	if err != nil {
		return nil, err
	}
	a.plan.leaveOut(a.secrets)
	if o.Resume != "" {
		return a.resume(ctx)
	}
	data, err := s.readInput(s.args[0])
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
	if p.Report != nil { // an unfinished run of the same plan was all there was to do
		return a.judged(ctx, &applied{Report: p.Report, Run: p.Run, brief: a.Quiet}, nil)
	}
	return a.carry(ctx, p)
}

// prepare makes the plan that apply carries out: of a snapshot, or the one
// that was saved.
func (a *applying) prepare(ctx context.Context, data []byte) (*runs.Prepared, error) {
	if isPlanFile(data) {
		return a.prepareSaved(ctx, data)
	}
	want, err := decodeWanted(a.terminal, a.args[0], data)
	if err != nil {
		return nil, err
	}
	if err := a.connect(); err != nil {
		return nil, err
	}
	return a.prepareFresh(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) {
		return a.conn.plan(ctx, want, a.plan)
	})
}

// prepareFresh makes a plan; a rehearsal leaves it at that.
func (a *applying) prepareFresh(ctx context.Context, plan runs.Planner) (*runs.Prepared, error) {
	if !a.DryRun {
		return a.license.Prepare(ctx, plan)
	}
	found, live, err := plan(ctx)
	return &runs.Prepared{Plan: found, Live: live}, err
}

func (a *applying) prepareSaved(ctx context.Context, data []byte) (*runs.Prepared, error) {
	saved, err := decodePlan(a.args[0], data)
	if err != nil {
		return nil, err
	}
	if err := a.plan.refuseForPlan(); err != nil {
		return nil, err
	}
	a.decided = true
	if err := a.connect(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	if a.DryRun {
		live, err := a.license.UnchangedSince(ctx, saved.Plan, digest)
		return &runs.Prepared{Plan: saved.Plan, Live: live}, err
	}
	return a.license.PrepareSaved(ctx, saved.Plan, digest)
}

// refuseForPlan refuses flags that decide what a plan consists of: a saved one
// has been decided.
func (o *planOptions) refuseForPlan() error {
	if o.crossing != nil || o.Prune || o.CreateAgents || o.AllowApplication || o.ReplaceDefinitions || o.Strict || o.Secretless || len(o.Only)+len(o.Skip) > 0 || o.Match != diff.Auto {
		return usagef("pass them to lcsync plan", "a saved plan is carried out as it is: flags that select or allow changes do not go with it")
	}
	return nil
}

// resume finishes one run as it was planned.
func (a *applying) resume(ctx context.Context) (result, error) {
	a.decided = true
	if err := a.connect(); err != nil {
		return nil, err
	}
	report, run, err := a.license.Resume(ctx, a.Resume)
	return a.judged(ctx, &applied{Report: report, Run: run, shown: true, brief: a.Quiet}, err)
}

// carry shows a plan, makes sure that it may be carried out, and does it.
func (a *applying) carry(ctx context.Context, p *runs.Prepared) (result, error) {
	undone := !p.Plan.InSync() || !p.Plan.Complete() || a.license.Left()
	idle := len(p.Plan.Todo()) == 0
	shown := !a.JSON && (!a.Quiet || idle && undone)
	res := &applied{migration: a.migration, Plan: a.planned(p.Plan), left: a.license.Left(), shown: shown, brief: a.Quiet}
	if shown {
		if err := a.show(res.Plan.Text); err != nil {
			return res, err
		}
	}
	if idle && undone {
		return res, exit(Incomplete)
	}
	if idle {
		return res, nil
	}
	if err := a.license.Ready(ctx, p.Plan); err != nil {
		return res, err
	}
	var err error
	res.Report, res.Run, err = a.license.Execute(ctx, p)
	return a.judged(ctx, res, err)
}

// judged gives a result the exit code that it deserves.
func (a *applying) judged(ctx context.Context, res *applied, err error) (result, error) {
	res.left = a.license.Left()
	if res.Run != "" && res.Report != nil && res.Report.Counts.Done > 0 {
		res.Undo = a.license.Undoes(res.Run)
	}
	switch {
	case ctx.Err() != nil:
		hint := "the same command goes on with what is left"
		if res.Run != "" && a.license.Hold == nil { // which a resumed run is without
			hint = "the same command, or lcsync apply --resume " + res.Run + ", goes on with what is left"
		}
		return res, &Failure{Code: Interrupted, Text: "interrupted", Hint: hint, Err: err}
	case err != nil:
		return res, err
	case res.left, res.Report != nil && !res.Report.OK(), res.Plan != nil && !res.Plan.Plan.Complete():
		return res, exit(Incomplete)
	}
	return res, nil
}

// applied is what became of an apply. A report is there once something was
// sent.
type applied struct {
	*migration
	Plan   *planned      `json:"plan,omitempty"`
	Report *apply.Report `json:"report,omitempty"`
	Run    string        `json:"run,omitempty"`  // id in the journal
	Undo   string        `json:"undo,omitempty"` // the run that lcsync undo takes back
	left   bool          // an earlier run is still not finished
	shown  bool          // the reader has the plan before him
	brief  bool          // he wants no more than the report
}

// Text prints the report and how to take back what was done; the plan was shown
// before.
func (a *applied) Text(p *page) {
	p.key = a.Plan.keys()
	p.report(a.Report, a.shown)
	if a.Run != "" && !a.brief {
		p.wrapped("Run " + a.Run + a.actions() + ".")
	}
	if a.Undo != "" && !a.brief {
		p.wrapped("To take it back: lcsync undo " + a.Undo)
	}
}

// actions counts what was done by what it was: ": 2 created, 1 deleted".
func (a *applied) actions() string {
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

// report prints what became of a plan, if anything was sent.
func (p *page) report(r *apply.Report, planShown bool) {
	if r != nil {
		_ = r.Text(p, p.reportStyle(planShown))
	}
}

func (p *page) reportStyle(planShown bool) apply.Style {
	return apply.Style{Width: p.width, Color: bool(p.Paint), PlanShown: planShown, Key: p.key}
}

// reasons says what is not done.
func (a *applied) reasons() []string {
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
		why = append(why, "a run that had not finished still has not: lcsync runs lists it")
	}
	return why
}
