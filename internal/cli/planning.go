package cli

import (
	"context"
	"errors"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// planFlags are the flags that decide what a plan consists of.
func planFlags() []ucli.Flag {
	return append(objectFlags(),
		&ucli.BoolFlag{Name: "prune", Usage: "also delete what the license has and WANT has not"},
		&ucli.StringFlag{Name: "match", Value: string(diff.Auto), Usage: "pair objects by `HOW`: auto, id or name (default auto: by id on the license the file is of, by name elsewhere)"},
		&ucli.BoolFlag{Name: "create-agents", Usage: "invite agents to a license that is not the file's own"},
		&ucli.BoolFlag{Name: "allow-application", Usage: "replace, delete and publish what acts on other licenses too"},
		&ucli.BoolFlag{Name: "replace-properties", Usage: "unregister and register properties that differ; stored values of chats and of other licenses are lost"},
		&ucli.StringFlag{Name: "self", Usage: "`EMAIL` of the agent that the token belongs to, who is never deleted"},
		&ucli.BoolFlag{Name: "full-scopes", Usage: "take the token's lists for complete; a personal access token does not tell its scopes"},
		&ucli.BoolFlag{Name: "strict", Usage: "send nothing if a value that would be sent breaks the vendor's rules"},
	)
}

// planOptions say what to compare and how.
type planOptions struct {
	diff.Options
	FullScopes bool
	Strict     bool
}

func readPlanOptions(s *session, c *ucli.Context) (planOptions, error) {
	o := planOptions{
		Options: diff.Options{
			Match: diff.Match(c.String("match")), Skip: config.SplitList(c.StringSlice("skip")...),
			Prune: c.Bool("prune"), CreateAgents: c.Bool("create-agents"), AllowApplication: c.Bool("allow-application"),
			ReplaceDefinitions: c.Bool("replace-properties"), Self: c.String("self"),
		},
		FullScopes: c.Bool("full-scopes"),
		Strict:     c.Bool("strict"),
	}
	if how := []diff.Match{diff.Auto, diff.ByID, diff.ByName}; !slices.Contains(how, o.Match) {
		return o, usagef("it is one of auto, id, name", "unknown way to --match: %q", o.Match)
	}
	var err error
	if o.Only, o.Objects, err = readSelection(c.StringSlice("only")); err != nil {
		return o, err
	}
	for _, name := range slices.Concat(o.Only, o.Skip) {
		if resource.Lookup(name) == nil {
			return o, unknownKind(name, "")
		}
	}
	for _, name := range o.Skip {
		if o.Objects[name] != nil {
			return o, usagef("", "--only names objects of %s, which --skip leaves out", name)
		}
	}
	return o, nil
}

// planLive reads what a comparison needs of a license and compares.
func (s *session) planLive(ctx context.Context, conn *connection, doc *snapshot.Document, o planOptions) (*diff.Plan, *resource.License, error) {
	want := doc.License
	for _, name := range conn.Skip {
		if !slices.Contains(o.Only, name) && !slices.Contains(o.Skip, name) {
			o.Skip = append(o.Skip, name)
		}
	}
	nameFiles(conn, want)
	kinds := toRead(want, o.Options)
	conn.nameTokens(ctx, kinds)
	o.Protect = append(o.Protect, conn.protected()...)
	if o.Prune {
		s.learnToken(ctx, conn, &o)
	}
	live, err := s.readLive(ctx, conn, kinds)
	if err != nil {
		return nil, nil, err
	}
	if err := s.recall(conn, live, want); err != nil {
		return nil, nil, err
	}
	plan, err := compare(live, doc, o)
	if err != nil {
		return plan, live, err
	}
	plan.Notices = append(plan.Notices, slices.Concat(live.Notices, conn.ownNothing(live))...)
	if text := conn.notCompared(live, want, kinds); text != "" {
		plan.Notices = append(append(plan.Notices, text), conn.unnamed()...)
	}
	return plan, live, nil
}

// compare compares a license with a snapshot.
func compare(live *resource.License, want *snapshot.Document, o planOptions) (*diff.Plan, error) {
	o.Where, o.Named = placeIn(want), namedIn(want)
	plan, err := compute(live, want.License, o.Options)
	if err == nil {
		err = o.strict(plan)
	}
	return plan, err
}

// compute compares; what a person has to decide becomes exit code 5.
func compute(live, want *resource.License, o diff.Options) (*diff.Plan, error) {
	plan, err := diff.Compute(live, want, o)
	var question *diff.Decision
	if errors.As(err, &question) {
		return nil, inputf(question.Hint, "%s", question.Error())
	}
	return plan, err
}

// learnToken finds out whose token it is and whether its lists are complete,
// which pruning depends on. What cannot be found out makes pruning careful.
func (s *session) learnToken(ctx context.Context, conn *connection, o *planOptions) {
	id, err := conn.identity(ctx)
	if err != nil {
		s.noticef("the token's scopes are not known: %s", err)
		id = &api.Identity{}
	}
	if o.Self == "" {
		o.Self = id.AccountID
	}
	if !o.FullScopes {
		o.Partial = api.PartialKinds("", id.Scopes)
	}
}

// nameFiles covers the client ids that a file covers, beside those that were
// asked for. A bot's owner may be somebody else's application: what cannot be
// read of that one is no loss.
func nameFiles(conn *connection, want *resource.License) {
	conn.name(want.ClientIDs, fromFile)
	for _, k := range want.Kinds() {
		if k.ClientID == "" || k.ReadOnly {
			continue
		}
		for _, r := range want.Rows(k.Name) {
			switch id := r.String(k.ClientID); {
			case id == "":
			case k.PerClient():
				conn.name([]string{id}, fromFile)
			default:
				conn.maybe = append(conn.maybe, id)
			}
		}
	}
	if conn.ClientIDs == nil && want.ClientIDs != nil {
		conn.ClientIDs = []string{} // the file says that there are none
	}
}

// toRead returns the kinds that a comparison reads: the wanted ones, what they
// refer to and depend on, what tells whose license it is and, if objects may be
// deleted, what may refer to those. What is skipped is not read at all.
func toRead(want *resource.License, o diff.Options) []*resource.Kind {
	wanted := map[string]bool{}
	for _, k := range want.Kinds() {
		if !k.ReadOnly && (len(o.Only) == 0 || slices.Contains(o.Only, k.Name)) {
			wanted[k.Name] = true
		}
	}
	kinds := resource.Closure(wanted)
	if o.Prune {
		kinds = withReferrers(kinds, wanted)
	}
	return slices.DeleteFunc(kinds, func(k *resource.Kind) bool { return slices.Contains(o.Skip, k.Name) })
}

// withReferrers adds the kinds that lose something when objects of the named
// kinds are deleted.
func withReferrers(kinds []*resource.Kind, names map[string]bool) []*resource.Kind {
	for _, k := range resource.Referrers(names) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
