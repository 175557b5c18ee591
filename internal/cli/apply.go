package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

func newApplyCmd() *command {
	return &command{
		name:  "apply",
		args:  "WANT",
		brief: "make the live license as a snapshot or a saved plan says",
		about: `Compares like diff, shows the plan, asks, carries it out, and reads the license back until it is as planned. Without a terminal to ask on, --yes is needed. WANT may also be a plan that lcsync plan saved: it is carried out as it is, or not at all if an object that it touches was changed since.
Nothing is sent that would delete or replace more than three objects and a tenth of a kind, or all of it, without --max-delete.
Nothing is deleted without --prune. What belongs to an application, and so acts on other licenses, is replaced or deleted only with --allow-application. Secrets are looked up in --secrets FILE and in LCSYNC_SECRET_<NAME>; if one is missing nothing is sent.
Changes that fail are listed with what the API said and the others go on; the exit code is then 3, and the same command tries again what is left. Secrets of new bots are kept in secrets.yaml in the state directory.`,
		flags: append(planFlags(),
			&ucli.StringFlag{Name: "max-delete", Usage: "delete or replace up to `N|P%` of a kind (default: three objects or a tenth, never all)"},
			&ucli.StringFlag{Name: "max-change", Usage: "stop if more than `N|P%` of a kind would be changed in any way"},
			&ucli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask"},
			&ucli.StringFlag{Name: "secrets", Usage: "take secrets from `FILE`"},
			&ucli.IntFlag{Name: "batch-size", Value: 100, Usage: "send at most `N` objects in a batch (default 100)"},
			&ucli.BoolFlag{Name: "no-verify", Usage: "do not read the license back"},
		),
		examples: []string{
			"lcsync apply acme.yaml",
			"lcsync apply --yes --only groups,agents acme.yaml",
			"lcsync apply --match name --create-agents --profile eu acme.yaml",
			"lcsync apply --prune --allow-application --secrets secrets.yaml acme.yaml",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			plan, err := readPlanOptions(s, c)
			if err != nil {
				return nil, err
			}
			o := applyOptions{plan: plan, Yes: c.Bool("yes"), Secrets: c.String("secrets"), BatchSize: c.Int("batch-size"), NoVerify: c.Bool("no-verify")}
			if o.BatchSize < 1 {
				return nil, usagef("", "--batch-size must be at least 1")
			}
			for flag, limit := range map[string]*diff.Limit{"max-delete": &o.MaxDelete, "max-change": &o.MaxChange} {
				if value := c.String(flag); value != "" {
					if *limit, err = diff.ParseLimit(value); err != nil {
						return nil, usagef("", "--%s: %s", flag, err)
					}
				}
			}
			return runApply(ctx, s, o)
		},
	}
}

// applyOptions say what to apply and how.
type applyOptions struct {
	plan      planOptions
	Yes       bool
	Secrets   string // file, "" for none
	BatchSize int
	NoVerify  bool
	MaxDelete diff.Limit
	MaxChange diff.Limit
}

func runApply(ctx context.Context, s *session, o applyOptions) (result, error) {
	data, err := s.readInput(s.args[0])
	if err != nil {
		return nil, err
	}
	file := ""
	if o.Secrets != "" {
		file = s.abs(o.Secrets)
	}
	secrets, err := secret.Load(file, s.env.Environ)
	if err != nil {
		return nil, err
	}
	conn, plan, err := s.planApply(ctx, data, o.plan)
	if err != nil {
		return nil, err
	}
	res := &applied{Plan: newPlanned(s, plan), width: s.width()}
	undone := !plan.InSync() || !plan.Complete()
	idle := len(plan.Todo()) == 0
	if !s.JSON && (!s.Quiet || idle && undone) {
		if res.shown = true; !s.show(res.Plan) {
			return res, &Failure{Code: Failed} // what was not shown is not run
		}
	}
	if idle {
		if undone {
			return res, exit(Incomplete)
		}
		return res, nil
	}
	if err := s.readyToApply(ctx, conn, plan, secrets, o); err != nil {
		return res, err
	}
	return s.carryOut(ctx, conn, plan, secrets, o, res)
}

// show prints a plan before there is a result to print, and tells whether it
// could be printed.
func (s *session) show(p *planned) bool {
	w := bufio.NewWriter(s.out)
	_ = p.Text(w, s.style) // a failed write is kept by the stream
	_ = w.Flush()
	return s.out.err() == nil
}

// readyToApply makes sure that everything that sending will need is there, and
// that the user agrees.
func (s *session) readyToApply(ctx context.Context, conn *connection, plan *diff.Plan, secrets *secret.Store, o applyOptions) error {
	if err := tooMuch(plan, o); err != nil {
		return err
	}
	if err := missingSecrets(plan, secrets); err != nil {
		return err
	}
	if revealsSecrets(plan) {
		if err := s.canKeepSecrets(); err != nil {
			return err
		}
	}
	if o.Yes {
		return nil
	}
	asked := s.env.Clock.Now()
	ok, err := s.confirm(ctx, question(plan))
	if err != nil {
		return err
	}
	if !ok {
		return inputf("", "declined: nothing was sent")
	}
	if s.env.Clock.Now().Sub(asked) > staleAfter {
		return s.unchanged(ctx, conn, plan)
	}
	return nil
}

// staleAfter is how long a plan may be looked at before the license is read
// again.
const staleAfter = 30 * time.Second

// tooMuch refuses a plan that deletes or changes more than it may.
func tooMuch(plan *diff.Plan, o applyOptions) error {
	var texts, flags []string
	for _, e := range plan.Exceeds(o.MaxDelete, o.MaxChange) {
		texts = append(texts, e.Text)
		if !slices.Contains(flags, e.Flag) {
			flags = append(flags, e.Flag)
		}
	}
	if texts == nil {
		return nil
	}
	return inputf("if that is meant, pass "+strings.Join(flags, " "), "%s", strings.Join(texts, "; "))
}

// question asks whether to carry out a plan that was just shown.
func question(plan *diff.Plan) string {
	these := "Make this change"
	if n := len(plan.Todo()); n != 1 {
		these = fmt.Sprintf("Make these %d changes", n)
	}
	if plan.License.Owner == "" {
		return these + "?"
	}
	return these + " to the license of " + plan.License.Owner + "?"
}

// missingSecrets refuses a plan whose secrets are not all known, naming each,
// or of which two would be taken from one variable.
func missingSecrets(plan *diff.Plan, secrets *secret.Store) error {
	needed, _ := secretsOf(plan, func(string) (string, bool) { return "", false })
	if err := secrets.Collisions(needed); err != nil {
		return err
	}
	names, kinds := secretsOf(plan, secrets.Lookup)
	if len(names) == 0 {
		return nil
	}
	var skip []string
	for _, k := range resource.Kinds() {
		if kinds[k.Name] {
			skip = append(skip, k.Name)
		}
	}
	them, variable := "it", secret.Variable(names[0])
	if len(names) > 1 {
		them, variable = "them", variable+" and so on"
	}
	return inputf(fmt.Sprintf("put %s into a file for --secrets (name: value, mode 0600) or set %s; --skip %s goes on without %s",
		them, variable, strings.Join(skip, ","), them),
		"%s missing: %s", count(len(names), "secret"), strings.Join(names, ", "))
}

// secretsOf returns the secrets of a plan that lookup does not know, each
// once, and the kinds that they belong to.
func secretsOf(plan *diff.Plan, lookup func(string) (string, bool)) (names []string, kinds map[string]bool) {
	kinds = map[string]bool{}
	for _, m := range apply.MissingSecrets(plan, lookup) { // sorted by name
		names = append(names, m.Name)
		kinds[m.Kind] = true
	}
	return slices.Compact(names), kinds
}

// revealsSecrets tells whether a plan makes something whose secret is shown
// only once.
func revealsSecrets(plan *diff.Plan) bool {
	for _, ch := range plan.Todo() {
		if k := resource.Lookup(ch.Kind); ch.Action == diff.Create && len(k.Create.Reveals) > 1 {
			return true
		}
	}
	return false
}

// secretsFile is where secrets of new bots are kept.
func (s *session) secretsFile() (string, error) {
	dir, err := s.stateDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "secrets.yaml"), nil
}

// canKeepSecrets makes sure, before anything is sent, that secrets can be
// kept.
func (s *session) canKeepSecrets() error {
	path, err := s.secretsFile()
	if err != nil {
		return err
	}
	hint := "give --state-dir DIR"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	defer f.Close()
	if missing != nil {
		return os.Remove(path) // it was only a try
	}
	info, err := f.Stat()
	if err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	return secret.CheckMode(path, info, secret.GroupAndOthers)
}

// carryOut executes the plan.
func (s *session) carryOut(ctx context.Context, conn *connection, plan *diff.Plan, secrets *secret.Store, o applyOptions, res *applied) (result, error) {
	report, finish := s.progress("applying")
	defer s.tellInterrupted(ctx)()
	var lost atomic.Bool // a secret that could not be saved
	r, err := apply.Run(ctx, plan, conn.client, apply.Options{
		Concurrency: s.Concurrency, BatchSize: o.BatchSize, Clock: s.env.Clock, NoVerify: o.NoVerify,
		Secret: secrets.Lookup,
		SaveSecret: func(name, value string) error {
			path, err := s.secretsFile()
			if err == nil {
				err = secret.Append(path, name, value)
			}
			if err != nil {
				lost.Store(true)
			}
			return err
		},
		Read: func(ctx context.Context, kinds []string) (*resource.License, error) {
			return api.Read(ctx, conn.client, api.ReadOptions{Kinds: kinds, ClientIDs: conn.ClientIDs, Concurrency: s.Concurrency})
		},
		Progress: report,
	})
	finish()
	res.Report = r
	switch {
	case ctx.Err() != nil:
		return res, &Failure{Code: Interrupted, Text: "interrupted", Hint: "the same command goes on with what is left", Err: err}
	case err != nil:
		return res, err
	case !r.OK() || !plan.Complete() || lost.Load():
		return res, exit(Incomplete)
	}
	return res, nil
}

// applied is what became of an apply. A report is there once something was
// sent.
type applied struct {
	Plan   *planned      `json:"plan"`
	Report *apply.Report `json:"report,omitempty"`
	width  int
	shown  bool // the plan was, as text
}

// Text prints the report; the plan was shown before.
func (a *applied) Text(w io.Writer, st style) error {
	if a.Report == nil {
		return nil
	}
	return a.Report.Text(w, apply.Style{Width: a.width, Color: st.on, PlanShown: a.shown})
}

// tellInterrupted says, as soon as the run is interrupted, what it still waits
// for. The function that it returns ends the watch.
func (s *session) tellInterrupted(ctx context.Context) (end func()) {
	stop := context.AfterFunc(ctx, func() {
		if s.env.Terminal.Err && !s.JSON {
			fmt.Fprintln(s.err)
		}
		s.noticef("interrupted: waiting for the calls under way; a second interrupt does not wait")
	})
	return func() { stop() }
}
