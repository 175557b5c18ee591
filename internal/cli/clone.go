package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/clone"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/snapshot"
)

func newCloneCmd() *command {
	return &command{
		name:  "clone",
		brief: "copy the configuration of a license to another one",
		about: `Reads the license of the profile or snapshot --from, maps its names, matches objects by name, and makes the license of the profile --to have them, too. It is export, diff --map and apply in one: the plan is shown, confirmed by typing the name of the target's profile, carried out under the journal, and read back. lcsync undo takes it back.
Group 0 is group 0 on every license. What the target has beyond the source stays, unless --prune. Applications that both licenses have are not written to. Bots of other organizations, and bots of templates, are left out.
What only a person can decide is asked before anything is written, all at once: addresses of webhooks and in properties, webhooks that would be turned on, applications, people whom the target lacks, new groups without members, and names that fit two objects. Answer in a file for --map (--write-map FILE writes one to fill in), or with flags.
Of agents whom both licenses have only memberships in new groups are written, and nobody is invited without --create-agents. Before anything is sent, the plan is held against the target's limits, scopes and secrets; what would fail stops the command.`,
		flags: append(slices.Concat(cloneFlags(), mapFlags(), carryFlags()),
			&ucli.BoolFlag{Name: "dry-run", Usage: "print the requests that would be sent, and send none"},
			rehearseFlag(), latencyFlag(),
		),
		examples: []string{
			"lcsync clone --from production --to staging --write-map map.yaml",
			"lcsync clone --from production --to staging --map map.yaml --dry-run",
			"lcsync clone --from production --to staging --map map.yaml --rehearse",
			"lcsync clone --from production --to staging --map map.yaml --yes",
			"lcsync clone --from acme.yaml --to staging --only groups,tags",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			o, err := readCloneOptions(s, c)
			if err != nil {
				return nil, err
			}
			return runClone(ctx, s, o)
		},
	}
}

// cloneFlags are those of planFlags that a clone has, and what it is from and to.
func cloneFlags() []ucli.Flag {
	own := []ucli.Flag{
		&ucli.StringFlag{Name: "from", Usage: "copy the license of the profile, or the snapshot, `FROM`"},
		&ucli.StringFlag{Name: "to", Usage: "to the license of the profile `TO`"},
	}
	return append(own, slices.DeleteFunc(planFlags(), func(f ucli.Flag) bool { return f.Names()[0] == "match" })...)
}

// cloneOptions say what to clone where to.
type cloneOptions struct {
	applyOptions
	From, To string
}

func readCloneOptions(s *session, c *ucli.Context) (cloneOptions, error) {
	o := cloneOptions{From: c.String("from"), To: c.String("to")}
	switch {
	case o.From == "" || o.To == "":
		return o, usagef("lcsync clone --from PROFILE|FILE --to PROFILE", "clone needs --from and --to")
	case o.From == o.To:
		return o, inputf("name two licenses", "--from and --to are both %s", o.To)
	case s.Profile+s.URL+s.AccountID+s.Region+s.TokenFile != "":
		return o, usagef("describe both licenses as profiles", "clone takes its licenses from --from and --to: flags that choose a license do not go with it")
	}
	plan, err := readPlanOptions(c)
	if err != nil {
		return o, err
	}
	if plan.crossing, err = readCrossing(c, s.places, true); err != nil {
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

func runClone(ctx context.Context, s *session, o cloneOptions) (result, error) {
	source := *s // another license, with flags of its own
	s.Flags.Profile, s.Flags.ClientIDs = o.To, nil
	a, err := s.newApplying(o.applyOptions)
	if err != nil {
		return nil, err
	}
	a.plan.leaveOut(a.secrets)
	if err := a.connect(); err != nil {
		return nil, err
	}
	a.want, a.name = "the source", o.To
	doc, from, err := source.readSource(ctx, o)
	if err != nil {
		return nil, err
	}
	a.plan.crossing.from = from
	p, err := a.prepareFresh(ctx, func(ctx context.Context) (*diff.Plan, *resource.License, error) {
		return a.conn.plan(ctx, doc, a.plan)
	})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return a.clone(ctx, p, o)
}

// readSource reads what is cloned: a snapshot, or the license of a profile as an
// export has it, with how that was reached.
func (s *session) readSource(ctx context.Context, o cloneOptions) (*snapshot.Document, *clone.Side, error) {
	profiles, err := s.Load()
	if err != nil {
		return nil, nil, err
	}
	if profiles[o.From] == nil {
		doc, err := s.readSourceFile(o.From, profiles)
		return doc, nil, err
	}
	s.Flags.Profile = o.From
	conn, err := s.connect()
	if err != nil {
		return nil, nil, err
	}
	wanted := map[string]bool{}
	for _, k := range resource.Kinds() {
		row := &resource.Object{}
		narrowed := o.plan.Objects[k.Name] != nil
		if !k.ReadOnly && !k.OptIn && (narrowed || o.plan.selects(k, row)) && !slices.Contains(conn.skip, k.Name) {
			wanted[k.Name] = true
		}
	}
	kinds := slices.DeleteFunc(resource.Closure(wanted), func(k *resource.Kind) bool { return k.OptIn })
	live, err := conn.readExport(ctx, exportOptions{Kinds: kinds})
	if err != nil {
		return nil, nil, err
	}
	conn.terminal.noticeAll(live.Notices)
	side := conn.side(ctx)
	return &snapshot.Document{Name: "profile " + o.From, License: live}, &side, nil
}

// readSourceFile reads a snapshot that is cloned.
func (s *session) readSourceFile(name string, profiles config.Profiles) (*snapshot.Document, error) {
	if len(s.ClientIDs) > 0 {
		return nil, usagef("", "a snapshot says itself which applications it covers: --client-id does not go with one")
	}
	if _, err := os.Stat(s.abs(name)); name != "-" && errors.Is(err, fs.ErrNotExist) {
		hint := "there are no profiles"
		if names := profiles.Names(); len(names) > 0 {
			hint = "the profiles are " + strings.Join(names, ", ")
		}
		return nil, inputf(hint, "there is neither a profile nor a file called %s", name)
	}
	return s.readWanted(name)
}

// cloned is what became of a clone.
type cloned struct {
	From      string          `json:"from"`
	To        string          `json:"to"`
	Invited   string          `json:"invited,omitempty"`
	Preflight []clone.Finding `json:"preflight"`
	Plan      *planned        `json:"plan,omitempty"`
	Requests  []apply.Request `json:"requests,omitempty"`
	Report    *apply.Report   `json:"report,omitempty"`
	Trial     *trialCost      `json:"rehearsal,omitempty"` // the report is of one
	Run       string          `json:"run,omitempty"`
	inner     result          // of apply
	shown     bool            // the reader has seen the head
}

// head prints what is to be known before the plan.
func (c *cloned) head(p *page) {
	if c.Invited != "" {
		p.printf("%s\n", p.Bold(c.Invited))
	}
}

// findings prints the preflight.
func (c *cloned) findings(p *page) { p.preflight(c.Preflight) }

// preflight prints findings, what stops a plan first.
func (p *page) preflight(findings []clone.Finding) {
	for _, level := range []clone.Level{clone.Blocks, clone.Warns, clone.Informs} {
		for _, f := range findings {
			if f.Level != level {
				continue
			}
			p.printf("preflight %s: %s\n", f.Level, f)
			if f.Hint != "" {
				p.printf("    %s\n", f.Hint)
			}
		}
	}
}

// Text prints the plan and the preflight, unless they were shown, and what became
// of it.
func (c *cloned) Text(p *page) {
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

// reasons says why the exit code is not 0.
func (c *cloned) reasons() []string {
	if r, ok := c.inner.(reasoned); ok {
		return r.reasons()
	}
	return nil
}

// clone shows the preflight, and carries the plan out if nothing stops it.
func (a *applying) clone(ctx context.Context, p *runs.Prepared, o cloneOptions) (result, error) {
	x := a.plan.crossing
	var missing []string
	for _, m := range apply.MissingSecrets(p.Plan, a.secrets.Lookup) {
		if !slices.Contains(missing, m.Name) {
			missing = append(missing, m.Name)
		}
	}
	x.preflight = append(x.preflight, clone.Missing(missing)...)
	res := &cloned{From: o.From, To: o.To, Invited: x.invited, Preflight: list(x.preflight)}
	if a.DryRun {
		return a.dryClone(ctx, p, res)
	}
	if !a.JSON && !a.Quiet {
		res.shown = true
		if err := a.show(res.head); err != nil {
			return res, err
		}
	}
	if slices.ContainsFunc(x.preflight, clone.Finding.Stops) {
		return a.stopped(res, p)
	}
	a.license.Ask = func(ctx context.Context, plan *diff.Plan) (bool, error) {
		if res.shown {
			if err := a.show(res.findings); err != nil {
				return false, err
			}
		}
		return a.ask(ctx, plan)
	}
	inner, err := a.carry(ctx, p)
	res.inner = inner
	if done, ok := inner.(*applied); ok {
		res.Plan, res.Report, res.Run = done.Plan, done.Report, done.Run
	}
	return res, err
}

// dryClone says what a clone would do, without anything being sent.
func (a *applying) dryClone(ctx context.Context, p *runs.Prepared, res *cloned) (result, error) {
	dry := func(context.Context, *runs.Prepared) (result, error) { return a.rehearse(p) }
	if a.trial != nil {
		dry = a.try
	}
	inner, err := dry(ctx, p)
	res.inner = inner
	switch r := inner.(type) {
	case *rehearsed:
		res.Plan, res.Requests = r.Plan, r.Requests
	case *tried:
		res.Plan, res.Report, res.Trial = r.Plan, r.Report, &r.trialCost
	}
	return res, err
}

// stopped is a clone that the preflight stops.
func (a *applying) stopped(res *cloned, p *runs.Prepared) (result, error) {
	res.Plan = a.planned(p.Plan)
	if res.shown {
		if err := a.show(func(p *page) { res.Plan.Text(p); res.findings(p) }); err != nil {
			return res, err
		}
	}
	n := 0
	for _, f := range res.Preflight {
		if f.Stops() {
			n++
		}
	}
	return res, inputf("nothing was sent; see what the preflight says above", "the preflight found %s that would fail", count(n, "thing"))
}
