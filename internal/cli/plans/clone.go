package plans

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/clone"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/snapshot"
)

// NewCloneCmd returns the command clone.
func NewCloneCmd() *session.Command {
	return &session.Command{
		Name:  "clone",
		Brief: "copy the configuration of a license to another license",
		About: `Reads the license of the profile --from, or the snapshot --from, and makes the license of the profile --to have the same objects. clone maps names, matches objects by name, shows the plan, asks for the name of the target's profile, and applies the plan like lcsync apply. lcsync undo takes the clone back.
Group 0 is the same group on every license. Objects that are only in the target stay, unless you pass --prune. clone does not write to applications that both licenses have. It leaves out bots of other organizations and bots of templates.
If a person must decide something, clone lists all decisions, sends nothing, and exits with 5. Decisions are about addresses of webhooks and in properties, webhooks that would be turned on, applications, people that the target lacks, new groups without members, and names that fit two objects. Answer them with flags, or in a file for --map, which --write-map FILE prepares.
For agents that both licenses have, clone writes only memberships in new groups. It invites agents only with --create-agents.
Before clone sends anything, it checks the plan against the limits, the scopes and the secrets of the target. It stops if something would fail.`,
		Flags: append(slices.Concat(cloneFlags(), mapFlags(), carryFlags()),
			&ucli.BoolFlag{Name: "dry-run", Usage: "print the requests; send nothing"},
			rehearseFlag(), latencyFlag(),
		),
		Examples: []string{
			"lcsync clone --from production --to staging --write-map map.yaml",
			"lcsync clone --from production --to staging --map map.yaml --dry-run",
			"lcsync clone --from production --to staging --map map.yaml --rehearse",
			"lcsync clone --from production --to staging --map map.yaml --yes",
			"lcsync clone --from acme.yaml --to staging --only groups,tags",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			o, err := readCloneOptions(s, c)
			if err != nil {
				return nil, err
			}
			return runClone(ctx, s, o)
		},
	}
}

// cloneFlags are --from, --to and the planFlags that clone has.
func cloneFlags() []ucli.Flag {
	own := []ucli.Flag{
		&ucli.StringFlag{Name: "from", Usage: "copy from `FROM`, a profile or a snapshot"},
		&ucli.StringFlag{Name: "to", Usage: "copy to the license of the profile `TO`"},
	}
	return append(own, slices.DeleteFunc(planFlags(), func(f ucli.Flag) bool { return f.Names()[0] == "match" })...)
}

// cloneOptions say what to clone and to which license.
type cloneOptions struct {
	applyOptions
	From, To string
}

func readCloneOptions(s *session.Session, c *ucli.Context) (cloneOptions, error) {
	o := cloneOptions{From: c.String("from"), To: c.String("to")}
	switch {
	case o.From == "" || o.To == "":
		return o, session.Usagef("lcsync clone --from PROFILE|FILE --to PROFILE", "clone needs --from and --to")
	case o.From == o.To:
		return o, session.Inputf("name two licenses", "--from and --to are both %s", o.To)
	case s.Profile+s.URL+s.AccountID+s.Region+s.TokenFile != "":
		return o, session.Usagef("describe both licenses as profiles", "flags that choose a license do not work with clone: it uses --from and --to")
	}
	plan, err := ReadPlanOptions(c)
	if err != nil {
		return o, err
	}
	if plan.crossing, err = readCrossing(c, s.Places, true); err != nil {
		return o, err
	}
	if o.applyOptions, err = readApplyOptions(c); err != nil {
		return o, err
	}
	o.plan, o.DryRun = plan, c.Bool("dry-run")
	if err := o.readTrial(c); err != nil {
		return o, err
	}
	o.plan.crossing.apart = true
	return o, nil
}

func runClone(ctx context.Context, s *session.Session, o cloneOptions) (session.Result, error) {
	source := *s // a copy: the source is another license
	s.Flags.Profile, s.Flags.ClientIDs = o.To, nil
	a, err := newApplyRun(s, o.applyOptions)
	if err != nil {
		return nil, err
	}
	a.plan.leaveOut(a.secrets)
	if err := a.connect(); err != nil {
		return nil, err
	}
	a.want, a.name = "the source", o.To
	doc, from, err := readSource(ctx, &source, o)
	if err != nil {
		return nil, err
	}
	if source.Conn != nil && from != nil {
		a.Conn.Secret = append(slices.Clone(a.Conn.Secret), source.Conn.Secret...)
	}
	a.plan.crossing.from = from
	p, err := a.prepareFresh(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) {
		return plan(ctx, a.Conn, doc, a.plan)
	})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return a.clone(ctx, p, o)
}

// readSource reads the source of a clone: a snapshot, or the license of a
// profile like export, and how that license was reached.
func readSource(ctx context.Context, s *session.Session, o cloneOptions) (*snapshot.Document, *clone.Side, error) {
	profiles, err := s.Load()
	if err != nil {
		return nil, nil, err
	}
	if profiles[o.From] == nil {
		doc, err := readSourceFile(s, o.From, profiles)
		return doc, nil, err
	}
	s.Flags.Profile = o.From
	conn, err := s.Connect()
	if err != nil {
		return nil, nil, err
	}
	wanted := map[string]bool{}
	for _, k := range resource.Kinds() {
		if !k.ReadOnly && !k.OptIn && o.plan.Takes(k.Name) && !slices.Contains(conn.Skip, k.Name) {
			wanted[k.Name] = true
		}
	}
	kinds := slices.DeleteFunc(resource.Closure(wanted), func(k *resource.Kind) bool { return k.OptIn })
	live, err := snapshots.ReadExport(ctx, conn, snapshots.ExportOptions{Kinds: kinds})
	if err != nil {
		return nil, nil, err
	}
	conn.Console.NoticeAll(live.Notices)
	side := side(ctx, conn)
	return &snapshot.Document{Name: "profile " + o.From, License: live}, &side, nil
}

// readSourceFile reads a snapshot to clone.
func readSourceFile(s *session.Session, name string, profiles config.Profiles) (*snapshot.Document, error) {
	if len(s.ClientIDs) > 0 {
		return nil, session.Usagef("", "--client-id does not work with a snapshot, which has its client ids")
	}
	if _, err := os.Stat(s.Abs(name)); name != "-" && errors.Is(err, fs.ErrNotExist) {
		hint := "there are no profiles"
		if names := profiles.Names(); len(names) > 0 {
			hint = "the profiles are " + strings.Join(names, ", ")
		}
		return nil, session.Inputf(hint, "there is no profile and no file named %s", name)
	}
	return s.ReadWanted(name)
}

// cloneResult is the result of clone.
type cloneResult struct {
	From      string          `json:"from"`
	To        string          `json:"to"`
	Invited   string          `json:"invited,omitempty"`
	Preflight []clone.Finding `json:"preflight"`
	Plan      *PlanResult     `json:"plan,omitempty"`
	Requests  []apply.Request `json:"requests,omitempty"`
	Report    *apply.Report   `json:"report,omitempty"`
	Trial     *trialCost      `json:"rehearsal,omitempty"` // set if the report is of a rehearsal
	Run       string          `json:"run,omitempty"`
	inner     session.Result  // of apply
	shown     bool            // the head was printed
}

// head prints the line before the plan.
func (c *cloneResult) head(p *session.Page) {
	if c.Invited != "" {
		p.Printf("%s\n", p.Bold(c.Invited))
	}
}

// findings prints the preflight.
func (c *cloneResult) findings(p *session.Page) { preflight(p, c.Preflight) }

// preflight prints findings. Those that stop a plan come first.
func preflight(p *session.Page, findings []clone.Finding) {
	for _, level := range []clone.Level{clone.Blocks, clone.Warns, clone.Informs} {
		for _, f := range findings {
			if f.Level != level {
				continue
			}
			p.Printf("preflight %s: %s\n", f.Level, f)
			if f.Hint != "" {
				p.Printf("    %s\n", f.Hint)
			}
		}
	}
}

// Text prints the plan and the preflight, unless they were shown, and the
// report.
func (c *cloneResult) Text(p *session.Page) {
	if !c.shown {
		c.head(p)
	}
	if c.inner != nil {
		c.inner.Text(p)
	}
	if !c.shown {
		c.findings(p)
	}
}

// Reasons says why the exit code is not 0.
func (c *cloneResult) Reasons() []string {
	if r, ok := c.inner.(session.Explainer); ok {
		return r.Reasons()
	}
	return nil
}

// clone shows the preflight, and applies the plan if nothing stops it.
func (a *applyRun) clone(ctx context.Context, p *runs.LockedPlan, o cloneOptions) (session.Result, error) {
	x := a.plan.crossing
	var missing []string
	for _, m := range apply.MissingSecrets(p.Plan, a.secrets.Lookup) {
		if !slices.Contains(missing, m.Name) {
			missing = append(missing, m.Name)
		}
	}
	x.preflight = append(x.preflight, clone.Missing(missing)...)
	masking := a.masking(p.Plan)
	for i, f := range x.preflight {
		x.preflight[i].Key, x.preflight[i].Text, x.preflight[i].Hint = masking.Text(f.Key), masking.Text(f.Text), masking.Text(f.Hint)
	}
	res := &cloneResult{From: o.From, To: o.To, Invited: x.invited, Preflight: session.NonNil(x.preflight)}
	if a.DryRun {
		return a.dryClone(ctx, p, res)
	}
	if !a.JSON && !a.Quiet {
		res.shown = true
		if err := a.Show(res.head); err != nil {
			return res, err
		}
	}
	if slices.ContainsFunc(x.preflight, clone.Finding.Stops) {
		return a.stopped(res, p)
	}
	a.license.Ask = func(ctx context.Context, plan *diff.Plan) (bool, error) {
		if res.shown {
			if err := a.Show(res.findings); err != nil {
				return false, err
			}
		}
		return a.ask(ctx, plan)
	}
	inner, err := a.carry(ctx, p)
	res.inner = inner
	if done, ok := inner.(*applyResult); ok {
		res.Plan, res.Report, res.Run = done.Plan, done.Report, done.Run
	}
	return res, err
}

// dryClone says what a clone would do, and sends nothing.
func (a *applyRun) dryClone(ctx context.Context, p *runs.LockedPlan, res *cloneResult) (session.Result, error) {
	dry := func(context.Context, *runs.LockedPlan) (session.Result, error) { return a.rehearse(p) }
	if a.trial != nil {
		dry = a.try
	}
	inner, err := dry(ctx, p)
	res.inner = inner
	switch r := inner.(type) {
	case *dryRun:
		res.Plan, res.Requests = r.Plan, r.Requests
	case *trialResult:
		res.Plan, res.Report, res.Trial = r.Plan, r.Report, &r.trialCost
	}
	return res, err
}

// stopped returns the result and the error of a clone that the preflight stops.
func (a *applyRun) stopped(res *cloneResult, p *runs.LockedPlan) (session.Result, error) {
	res.Plan = a.planResult(p.Plan)
	if res.shown {
		if err := a.Show(func(p *session.Page) { res.Plan.Text(p); res.findings(p) }); err != nil {
			return res, err
		}
	}
	n := 0
	for _, f := range res.Preflight {
		if f.Stops() {
			n++
		}
	}
	return res, session.Inputf("nothing was sent; see the preflight above", "the preflight found %s", session.Count(n, "problem"))
}
