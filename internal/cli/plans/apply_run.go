package plans

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"lcsync/internal/api"
	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/files"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
)

// applyRun is a run of a command that applies plans.
type applyRun struct {
	*session.Session
	applyOptions
	store   *journal.Store
	secrets *secret.Store
	license *runs.License // set by connect
	*migrationReport
	told string // the license that the last "this changes" notice named
	want string // the name of the wanted side, "" for the file
	name string // what the user must type to continue, "" for yes
}

// planResult makes the result of a plan for the license.
func (a *applyRun) planResult(plan *diff.Plan) *PlanResult {
	res := newPlanResult(a.Conn, plan, a.Conn.Masks())
	res.want = a.want
	return res
}

// masking masks what is shown of a plan for the license.
func (a *applyRun) masking(plan *diff.Plan) *diff.Masking { return plan.Masking(a.Conn.Masks()) }

// newApplyRun prepares everything that does not depend on the license.
func newApplyRun(s *session.Session, o applyOptions) (*applyRun, error) {
	a := &applyRun{Session: s, applyOptions: o}
	file := ""
	if o.Secrets != "" {
		file = s.Abs(o.Secrets)
	}
	var err error
	if a.secrets, err = secret.Load(file, s.Environ); err != nil {
		return nil, err
	}
	if a.store, err = OpenJournal(s.Places); err != nil || o.DryRun {
		return a, err
	}
	if torn := a.secrets.Torn(); torn != "" {
		a.Noticef("%s", torn)
	}
	// Without a journal nothing is sent.
	if err := os.MkdirAll(a.store.Dir(), 0o700); err != nil {
		return nil, noJournal(err)
	}
	return a, nil
}

// OpenJournal opens the journal. To read runs, the state directory does not
// have to exist or be writable.
func OpenJournal(p session.Places) (*journal.Store, error) {
	dir, err := p.StateDir()
	if err != nil {
		return nil, err
	}
	store, err := journal.OpenWith(dir, journal.Options{Before: p.Step})
	if err != nil {
		return nil, noJournal(err)
	}
	return store, nil
}

func noJournal(err error) error {
	return &files.Error{Text: fmt.Sprintf("cannot keep a journal of runs: %s", err), Hint: "pass --state-dir DIR", Machine: files.Broken(err), Err: err}
}

// connect makes the client and the license that runs are applied to.
func (a *applyRun) connect() error {
	if _, err := a.Session.Connect(); err != nil {
		return err
	}
	if err := a.writable(); err != nil && !a.DryRun {
		return err
	}
	a.Skips = a.CanSkip()
	command := append([]string{"lcsync", a.Command.Name}, a.Args...)
	host, _ := os.Hostname() // only for a message; "" is fine
	a.license = &runs.License{
		API: versions{a.Conn.Client}, Host: a.Conn.Client.Host(), Token: a.Conn.Credentials,
		Store: a.store, Secrets: a.secrets, Clock: a.Clock, Step: a.Step,
		Process: journal.Holder{PID: os.Getpid(), Host: host, Command: strings.Join(command, " ")}, Command: command, Version: a.Version,
		Options: a.Options, Concurrency: a.Concurrency,
		Terminal: runs.Terminal{Notice: func(text string) { a.Noticef("%s", text) }, Show: a.showUnlessQuiet, Ask: a.ask, Sending: a.sending},
		Reader:   runs.Reader{Read: a.readKinds, Reread: a.reread},
	}
	return nil
}

// writable returns an error if the profile is read-only.
func (a *applyRun) writable() error {
	if !a.Conn.ReadOnly {
		return nil
	}
	return session.Inputf("to write to this license, remove read_only from the profile", "profile %s is read-only", a.Conn.License.Profile)
}

// readKinds reads kinds of the license, with progress.
func (a *applyRun) readKinds(ctx context.Context, kinds, clientIDs []string) (*resource.License, error) {
	a.Conn.Clients.IDs = clientIDs
	return a.withOlder(ctx, kinds, func(kinds []string) (*resource.License, error) {
		return a.Conn.Read(ctx, api.ReadOptions{Kinds: kinds})
	})
}

// reread reads kinds of the license again.
func (a *applyRun) reread(ctx context.Context, kinds []string) (*resource.License, error) {
	return a.withOlder(ctx, kinds, func(kinds []string) (*resource.License, error) {
		return a.readAt(ctx, "", kinds)
	})
}

func (a *applyRun) readAt(ctx context.Context, version string, kinds []string) (*resource.License, error) {
	client, err := a.Conn.Client.At(cmp.Or(version, resource.APIVersion))
	if err != nil {
		return nil, err
	}
	return api.Read(ctx, client, api.ReadOptions{Version: version, Newer: a.Conn.Client, Kinds: kinds,
		ClientIDs: a.Conn.Clients.IDs, Concurrency: a.Concurrency})
}

// withOlder reads kinds. It reads kinds of older versions through those
// versions, and the others with read.
func (a *applyRun) withOlder(ctx context.Context, kinds []string, read func(kinds []string) (*resource.License, error)) (*resource.License, error) {
	current := slices.DeleteFunc(slices.Clone(kinds), func(name string) bool { return resource.Lookup(name) == nil })
	live, err := read(current)
	if err != nil {
		return nil, err
	}
	for _, version := range resource.LegacyVersions() {
		var of []string
		for _, k := range resource.OlderKinds(version) {
			if slices.Contains(kinds, k.Name) {
				of = append(of, k.Older.Kind)
			}
		}
		if of == nil {
			continue
		}
		old, err := a.readAt(ctx, version, of)
		if err != nil {
			return nil, err
		}
		live.AddOlder(old)
	}
	return live, nil
}

// versions calls the methods of every API version. A method of an older version
// is named VERSION/METHOD.
type versions struct{ *api.Client }

// Call makes one call.
func (v versions) Call(ctx context.Context, method string, args *resource.Object) (resource.Value, error) {
	client, name := v.Client, method
	if version, of, older := strings.Cut(method, "/"); older {
		var err error
		if client, err = v.At(version); err != nil {
			return nil, err
		}
		name = of
	}
	return client.Call(ctx, name, args)
}

func (a *applyRun) showUnlessQuiet(plan *diff.Plan) error {
	if a.JSON || a.Quiet {
		return nil
	}
	return a.Show(a.planResult(plan).Text)
}

// ask asks whether to apply a plan that was just shown, unless --yes was given.
func (a *applyRun) ask(ctx context.Context, plan *diff.Plan) (bool, error) {
	to := a.Conn.LicenseOf(plan).String()
	if a.Yes && to != a.told {
		a.Noticef("this changes %s", to)
		a.told = to
	}
	if a.Yes {
		return true, nil
	}
	these := "Make this change"
	if n := len(plan.Todo()); n != 1 {
		these = fmt.Sprintf("Make these %d changes", n)
	}
	question := deletionsText(a.planResult(plan)) + these + " to " + to + "?"
	if a.name != "" {
		return a.ConfirmName(ctx, "plan", question, a.name)
	}
	return a.Confirm(ctx, "plan", question)
}

// namedDeletes is how many objects of a kind the prompt names.
const namedDeletes = 5

// deletionsText counts and names what a plan deletes or replaces: "This deletes
// 2 tags (old, vip). ". It is "" if the plan does neither.
func deletionsText(plan *PlanResult) string {
	write := plan.keys()
	var parts []string
	for _, does := range []diff.Action{diff.Delete, diff.Replace} {
		for _, k := range resource.Kinds() {
			var keys []string
			for _, ch := range plan.Todo() {
				if ch.Kind == k.Name && ch.Action == does {
					keys = append(keys, write(ch.Kind, ch.Key))
				}
			}
			n := len(keys)
			if n == 0 {
				continue
			}
			if n > namedDeletes {
				keys = append(keys[:namedDeletes], fmt.Sprintf("%d more", n-namedDeletes))
			}
			parts = append(parts, fmt.Sprintf("%ss %s (%s)", does, session.CountOf(n, k), strings.Join(keys, ", ")))
		}
	}
	if parts == nil {
		return ""
	}
	return "This " + strings.Join(parts, " and ") + ". "
}

// sending shows the progress of a run and, after an interrupt, what the run
// waits for.
func (a *applyRun) sending(ctx context.Context) (progress func(done, total int, what string), end func()) {
	progress, finish := a.Progress("applying")
	stop := context.AfterFunc(ctx, func() {
		if a.Watched.Err && !a.JSON {
			a.EndLine()
		}
		a.Noticef("interrupted: waiting for the calls in progress; interrupt again to stop at once")
	})
	return progress, func() { finish(); stop() }
}
