package plans

import (
	"context"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/cli/session"
	"lcsync/internal/clone"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/snapshot"
)

// mapFlags are the flags for mapping a snapshot of one license to another
// license.
func mapFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "map", Usage: "map names of the snapshot to names of the license as in `FILE`"},
		&ucli.StringFlag{Name: "write-map", Usage: "write the mapping so far to `FILE` for --map, with a place for each missing decision"},
		&ucli.BoolFlag{Name: "keep-urls", Usage: "copy addresses of webhooks and properties that are not in the mapping"},
		&ucli.BoolFlag{Name: "keep-emails", Usage: "copy e-mail addresses of properties that are not in the mapping"},
		&ucli.BoolFlag{Name: "keep-shadowed", Usage: "also write rules that hide another rule, or that another rule hides"},
		&ucli.BoolFlag{Name: "update-agents", Usage: "update agents that both licenses have (default: only their memberships in new groups)"},
		&ucli.BoolFlag{Name: "update-roles", Usage: "update the roles of agents that both licenses have"},
		&ucli.BoolFlag{Name: "prune-agents", Usage: "with --prune, also delete agents"},
		&ucli.BoolFlag{Name: "with-routing-statuses", Value: true, Usage: "give new bots the routing status that they have in the snapshot (default true)"},
	}
}

// crossing maps a snapshot of one license to another license. Its last fields
// are the result of the latest planning.
type crossing struct {
	mapping      clone.Mapping
	options      clone.Options
	keepShadowed bool
	writeMap     string // file for open decisions, "" for none
	places       session.Places
	from         *clone.Side // how the source was reached, nil if it is a file's

	// apart tells that the preflight is shown next to the plan, not in it.
	apart     bool
	preflight []clone.Finding
	invited   string // how many people a plan invites, "" for none
}

// readCrossing reads the flags about a mapping; nil if there is none.
func readCrossing(c *ucli.Context, p session.Places, always bool) (*crossing, error) {
	if !always && c.String("map") == "" {
		for _, f := range mapFlags() {
			if name := f.Names()[0]; c.IsSet(name) {
				return nil, session.Usagef("pass --map FILE", "--%s needs a mapping", name)
			}
		}
		return nil, nil
	}
	x := &crossing{places: p, keepShadowed: c.Bool("keep-shadowed"), writeMap: c.String("write-map"), options: clone.Options{
		CreateAgents: c.Bool("create-agents"), UpdateAgents: c.Bool("update-agents"), UpdateRoles: c.Bool("update-roles"),
		Prune: c.Bool("prune"), PruneAgents: c.Bool("prune-agents"),
		KeepURLs: c.Bool("keep-urls"), KeepEmails: c.Bool("keep-emails"), RoutingStatuses: c.Bool("with-routing-statuses"),
	}}
	if _, err := p.Target(x.writeMap); err != nil {
		return nil, err
	}
	file := c.String("map")
	if file == "" {
		return x, nil
	}
	data, err := p.ReadInput(file)
	if err != nil {
		return nil, err
	}
	x.mapping, err = clone.ReadMapping(file, data)
	return x, err
}

// readMappedOptions reads the flags of commands that compare a snapshot with a
// license, which may be another license than that of the snapshot.
func readMappedOptions(s *session.Session, c *ucli.Context) (PlanOptions, error) {
	o, err := ReadPlanOptions(c)
	if err == nil {
		o.crossing, err = readCrossing(c, s.Places, false)
	}
	return o, err
}

// selects tells whether a comparison includes an object.
func (o *PlanOptions) selects(k *resource.Kind, row *resource.Object) bool {
	if !o.Takes(k.Name) {
		return false
	}
	objects, narrowed := o.Objects[k.Name]
	return !narrowed || slices.Contains(objects, k.KeyOf(row)) || slices.Contains(objects, resource.Text(k.IDOf(row)))
}

// planMapped maps a snapshot of another license to the license of the
// connection, and compares.
func planMapped(ctx context.Context, c *session.Connection, doc *snapshot.Document, o PlanOptions) (*diff.Plan, *resource.License, error) {
	x := o.crossing
	whole, live, err := readTarget(ctx, c, doc, &o)
	if err != nil {
		return nil, nil, err
	}
	x.options.Selected = o.selects
	res := clone.Map(doc.License, live, x.mapping, x.options)
	if err := unmatched(res.Unmatched); err != nil {
		return nil, nil, err
	}
	o.Match = diff.Mapped
	o.Where = func(row *resource.Object, path string) string { return placeOf(doc, res.Origin[row], path) }
	plan, err := compute(live, res.Wanted, o.Options)
	if err == nil && !x.keepShadowed {
		res.Questions = append(res.Questions, clone.Shadowed(plan, live)...)
	}
	if err := x.requireDecisions(res.Questions, doc); err != nil {
		return nil, nil, err
	}
	if err == nil {
		err = o.strict(plan)
	}
	if err != nil {
		return nil, nil, err
	}
	clone.StartLast(plan)
	plan.Skipped = append(plan.Skipped, selectedSkips(res.Skipped, &o)...)
	x.preflight = append(session.NonNil(res.Findings), clone.Preflight(clone.Check{Plan: plan, Target: whole, To: side(ctx, c), Source: doc.License, From: x.from})...)
	x.invited = clone.Invited(plan, whole)
	plan.Notices = append(plan.Notices, slices.Concat(live.Notices, c.Clients.OwnNothing(live))...)
	if !x.apart {
		plan.Notices = append(plan.Notices, x.told()...)
	}
	return plan, live, nil
}

// readTarget reads the license that a snapshot is mapped to: whole has the
// read-only values, live does not. It reads kinds that selected ones refer to
// even if they are skipped.
func readTarget(ctx context.Context, c *session.Connection, doc *snapshot.Document, o *PlanOptions) (whole, live *resource.License, err error) {
	covering := clone.Covering(doc.License, o.crossing.mapping)
	c.Clients.NameFiles(covering)
	kinds := o.toMap(covering)
	c.NameTokens(ctx, kinds)
	spare(ctx, c, o)
	if whole, err = c.Read(ctx, api.ReadOptions{Kinds: session.KindNames(kinds), WithReadOnly: true}); err != nil {
		return nil, nil, err
	}
	live = whole.Clone()
	live.DropReadOnly()
	if diff.SameLicense(live, doc.License) {
		return nil, nil, session.Inputf("a mapping is for another license: remove --map", "%s is of the same license", doc.Name)
	}
	return whole, live, runs.Recall(c.StateDir, c.Client.Host(), live, covering)
}

// scopes returns the scopes of the token, nil if they cannot be read.
func scopes(ctx context.Context, c *session.Connection) []string {
	who, err := c.Identity(ctx)
	if err != nil {
		return nil
	}
	return who.Scopes
}

// side tells how the license is reached.
func side(ctx context.Context, c *session.Connection) clone.Side {
	return clone.Side{Region: c.Client.Region(), Scopes: scopes(ctx, c)}
}

// toMap returns the kinds to read of the license that a snapshot is mapped to:
// the selected ones, those that they refer to, and those with the limits of the
// license.
func (o *PlanOptions) toMap(source *resource.License) []*resource.Kind {
	wanted := map[string]bool{}
	for _, k := range source.Kinds() {
		if !k.ReadOnly && !k.OptIn && o.Takes(k.Name) {
			wanted[k.Name] = true
		}
	}
	kinds := related(wanted, o.Prune)
	for _, k := range resource.Kinds() {
		if k.HasLimits() && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return slices.DeleteFunc(kinds, func(k *resource.Kind) bool { return k.OptIn })
}

// selectedSkips returns the skipped objects that a comparison includes.
func selectedSkips(skipped []diff.Skip, o *PlanOptions) []diff.Skip {
	return slices.DeleteFunc(slices.Clone(skipped), func(s diff.Skip) bool { return !o.Takes(s.Kind) })
}

// unmatched is the error for entries of a mapping that match nothing.
func unmatched(wrong []clone.Unmatched) error {
	if len(wrong) == 0 {
		return nil
	}
	if len(wrong) == 1 {
		return session.Inputf(wrong[0].Hint, "%s", wrong[0])
	}
	return session.Detailedf(session.Details(wrong, len(wrong)), "correct them, or remove them", "%d entries of the mapping match nothing", len(wrong))
}

// requireDecisions returns an error with the open decisions, nil if there are
// none. It writes the file of --write-map.
func (x *crossing) requireDecisions(open []clone.Question, doc *snapshot.Document) error {
	if len(open) == 0 {
		return nil
	}
	var lines []string
	for _, q := range open {
		at := ""
		if place := placeOf(doc, q.Objects[0].Row, q.Objects[0].Path); place != "" {
			at = place + ": "
		}
		lines = append(lines, at+q.String(), "    "+q.Answer())
	}
	hint := "nothing was sent; answer with the flags above, or in a file for --map, which --write-map FILE prepares"
	if x.writeMap != "" {
		data, err := clone.WriteMapping(x.mapping, open)
		if err != nil {
			return err
		}
		if err := x.places.Write(x.writeMap, data); err != nil {
			return err
		}
		hint = "nothing was sent; fill in " + x.writeMap + " and pass it with --map"
	}
	return &session.Failure{Code: session.BadInput, Text: session.Count(len(open), "decision") + " needed", Hint: hint, Details: lines, Findings: open}
}

// placeOf says where in its file a path of a row is, "" if it is in no file.
func placeOf(doc *snapshot.Document, row *resource.Object, path string) string {
	if at := session.PlaceIn(doc)(row, path); at != doc.Name {
		return at
	}
	return ""
}

// told returns the notices of a plan from the preflight.
func (x *crossing) told() []string {
	var out []string
	if x.invited != "" {
		out = append(out, x.invited)
	}
	for _, f := range x.preflight {
		if !f.Stops() { // the plan shows those that stop
			out = append(out, f.String())
		}
	}
	return out
}
