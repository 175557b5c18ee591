// Package plans has the commands that compare and change licenses: diff, plan,
// show, apply, clone, undo, runs and migrate-live.
package plans

import (
	"cmp"
	"context"
	"errors"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/session"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
	"lcsync/internal/snapshot"
)

// planFlags are the flags that decide what a plan consists of.
func planFlags() []ucli.Flag {
	return append(session.ObjectFlags(),
		&ucli.BoolFlag{Name: "prune", Usage: "also delete objects that are only in the license"},
		argv.Choice("match", string(diff.Auto), "pair objects by `HOW`: auto, id or name (default auto: by id on the license of WANT, by name on another license)",
			string(diff.Auto), string(diff.ByID), string(diff.ByName)),
		&ucli.BoolFlag{Name: "create-agents", Usage: "invite agents even if the snapshot is of another license"},
		&ucli.BoolFlag{Name: "allow-application", Usage: "replace, delete and publish objects that also affect other licenses"},
		&ucli.BoolFlag{Name: "replace-properties", Usage: "unregister properties that differ and register them again; their values in chats and in other licenses are lost"},
		&ucli.StringFlag{Name: "self", Usage: "`EMAIL` of the agent that owns the token; lcsync never deletes this agent"},
		&ucli.BoolFlag{Name: "full-scopes", Usage: "assume that the token sees every object (a personal access token does not show its scopes)"},
		&ucli.BoolFlag{Name: "skip-missing-secrets", Usage: "leave out changes that need a secret without a value; the exit code is then 3"},
		&ucli.BoolFlag{Name: "strict", Usage: "send nothing if a value to be sent breaks the vendor's rules"},
	)
}

// PlanOptions say what to compare and how.
type PlanOptions struct {
	diff.Options
	FullScopes bool
	Strict     bool
	Secretless bool      // leave out changes that need a secret without a value
	crossing   *crossing // nil unless the snapshot is mapped to the license
	compareOptions
}

// ReadPlanOptions reads the flags of planFlags.
func ReadPlanOptions(c *ucli.Context) (PlanOptions, error) {
	o := PlanOptions{
		Options: diff.Options{
			Match: diff.Match(c.String("match")), Skip: config.SplitList(c.StringSlice("skip")...),
			Prune: c.Bool("prune"), CreateAgents: c.Bool("create-agents"), AllowApplication: c.Bool("allow-application"),
			ReplaceDefinitions: c.Bool("replace-properties"), Self: c.String("self"),
		},
		FullScopes: c.Bool("full-scopes"),
		Strict:     c.Bool("strict"),
		Secretless: c.Bool("skip-missing-secrets"),
	}
	var err error
	if o.Only, o.Objects, err = session.ReadSelection(c.StringSlice("only")); err != nil {
		return o, err
	}
	for _, name := range slices.Concat(o.Only, o.Skip) {
		if resource.Lookup(name) == nil {
			return o, session.UnknownKind(name, "")
		}
	}
	for _, name := range o.Skip {
		if o.Objects[name] != nil {
			return o, session.Usagef("", "--only names objects of %s, which --skip excludes", name)
		}
	}
	return o, nil
}

// plan reads the kinds that a comparison needs, and compares.
func plan(ctx context.Context, c *session.Connection, doc *snapshot.Document, o PlanOptions) (*diff.Plan, *resource.License, error) {
	want := doc.License
	if o.crossing != nil {
		leaveOutSkipped(c, &o)
		return planMapped(ctx, c, doc, o)
	}
	live, kinds, err := ReadFor(ctx, c, want, &o)
	if err != nil {
		return nil, nil, err
	}
	plan, err := compare(live, doc, o)
	if err != nil {
		return plan, live, err
	}
	plan.Notices = append(plan.Notices, slices.Concat(live.Notices, c.Clients.OwnNothing(live))...)
	if text := c.Clients.NotCompared(live, want, kinds); text != "" {
		plan.Notices = append(append(plan.Notices, text), c.Clients.Unnamed()...)
	}
	return plan, live, nil
}

// leaveOutSkipped adds to the options which kinds the profile leaves out.
func leaveOutSkipped(c *session.Connection, o *PlanOptions) {
	for _, name := range c.Skip {
		if !slices.Contains(o.Only, name) && !slices.Contains(o.Skip, name) {
			o.Skip = append(o.Skip, name)
		}
	}
}

// ReadFor reads what a comparison with a wanted license needs, and adds to the
// options what the profile and the token say.
func ReadFor(ctx context.Context, c *session.Connection, want *resource.License, o *PlanOptions) (*resource.License, []*resource.Kind, error) {
	leaveOutSkipped(c, o)
	c.Clients.NameFiles(want)
	kinds := toRead(want, o.Options)
	c.NameTokens(ctx, kinds)
	o.Applications = c.Apps
	spare(ctx, c, o)
	live, err := c.Read(ctx, api.ReadOptions{Kinds: session.KindNames(kinds)})
	if err != nil {
		return nil, nil, err
	}
	return live, kinds, runs.Recall(c.StateDir, c.Client.Host(), live, want)
}

// compare compares a license with a snapshot.
func compare(live *resource.License, want *snapshot.Document, o PlanOptions) (*diff.Plan, error) {
	o.Where, o.Named = session.PlaceIn(want), session.NamedIn(want)
	plan, err := compute(live, want.License, o.Options)
	if err == nil {
		err = o.strict(plan)
	}
	return plan, err
}

// compute compares. A decision becomes exit code 5.
func compute(live, want *resource.License, o diff.Options) (*diff.Plan, error) {
	plan, err := diff.Compute(live, want, o)
	var question *diff.Decision
	if errors.As(err, &question) {
		return nil, session.Inputf(question.Hint, "%s", question.Error())
	}
	return plan, err
}

// spare adds to options what must not be deleted: objects that the profile
// protects and, with --prune, the owner of the token and kinds that the token
// may see only in part. If the scopes cannot be read, it treats all such kinds
// as partial.
func spare(ctx context.Context, c *session.Connection, o *PlanOptions) {
	o.Protect = append(o.Protect, c.Protect...)
	if !o.Prune {
		return
	}
	id, err := c.Identity(ctx)
	if err != nil {
		c.Console.Noticef("cannot read the scopes of the token: %s", err)
		id = &api.Identity{}
	}
	if o.Self == "" {
		o.Self = id.AccountID
	}
	if !o.FullScopes {
		o.Partial = api.PartialKinds("", id.Scopes)
	}
}

// toRead returns the kinds that a comparison reads: the wanted ones, those that
// they refer to and depend on, those that identify the license and, with
// --prune, those that may refer to deleted objects. It leaves out the kinds of
// --skip.
func toRead(want *resource.License, o diff.Options) []*resource.Kind {
	wanted := map[string]bool{}
	for _, k := range want.Kinds() {
		if !k.ReadOnly && (len(o.Only) == 0 || slices.Contains(o.Only, k.Name)) {
			wanted[k.Name] = true
		}
	}
	return slices.DeleteFunc(related(wanted, o.Prune), func(k *resource.Kind) bool { return slices.Contains(o.Skip, k.Name) })
}

// related returns kinds with those that they refer to and depend on, and, if
// objects may be deleted, those that may refer to such objects.
func related(wanted map[string]bool, prune bool) []*resource.Kind {
	kinds := resource.Closure(wanted)
	if !prune {
		return kinds
	}
	for _, k := range resource.Referrers(wanted) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// strict returns an error with --strict if a plan leaves out values because the
// vendor's rules forbid them.
func (o *PlanOptions) strict(plan *diff.Plan) error {
	refused := plan.Refused()
	if !o.Strict || len(refused) == 0 {
		return nil
	}
	e := &session.Failure{Code: session.BadInput, Text: session.Count(len(refused), "value") + " would be refused", Details: session.Details(refused, session.Detailed), Findings: refused}
	if len(refused) == 1 {
		e.Text, e.Hint = refused[0].String(), refused[0].Hint
	}
	e.Hint = cmp.Or(e.Hint, "correct the file; without --strict the rest is sent")
	return e
}

// leaveOutSecretless applies --skip-missing-secrets to a comparison, with a
// file of secrets ("" for none). A comparison needs secrets only for that.
func leaveOutSecretless(s *session.Session, o *PlanOptions, file string) error {
	if !o.Secretless {
		return nil
	}
	store, err := session.LoadSecrets(s, file)
	o.leaveOut(store)
	return err
}

// leaveOut leaves out changes that need a secret without a value, with
// --skip-missing-secrets.
func (o *PlanOptions) leaveOut(store *secret.Store) {
	if o.Secretless {
		o.HasSecret = func(name string) bool { _, known := store.Lookup(name); return known }
	}
}
