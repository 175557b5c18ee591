package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"lcsync/internal/api"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/runs"
	"lcsync/internal/secret"
)

// applying is a command that carries out plans.
type applying struct {
	*session
	applyOptions
	store   *journal.Store
	secrets *secret.Store
	license *runs.License // once it is connected to
	*migration
	told string // which license was said to be changed
	want string // what the wanted side is called, "" for the file
	name string // what has to be typed to agree, "" for yes
}

// planned is a plan for the license as a result.
func (a *applying) planned(plan *diff.Plan) *planned {
	res := newPlanned(a.conn, plan)
	res.want = a.want
	return res
}

// newApplying gets everything ready that does not depend on the license.
func (s *session) newApplying(o applyOptions) (*applying, error) {
	a := &applying{session: s, applyOptions: o}
	file := ""
	if o.Secrets != "" {
		file = s.abs(o.Secrets)
	}
	var err error
	if a.secrets, err = secret.Load(file, s.Environ); err != nil {
		return nil, err
	}
	if a.store, err = s.places.openJournal(); err != nil || o.DryRun {
		return a, err
	}
	if torn := a.secrets.Torn(); torn != "" {
		a.noticef("%s", torn)
	}
	// Without a place for runs nothing is sent.
	if err := os.MkdirAll(a.store.Dir(), 0o700); err != nil {
		return nil, noJournal(err)
	}
	return a, nil
}

// openJournal opens the place where runs are kept. It need not exist, nor be
// writable, for them to be looked at.
func (p places) openJournal() (*journal.Store, error) {
	dir, err := p.stateDir()
	if err != nil {
		return nil, err
	}
	store, err := journal.OpenWith(dir, journal.Options{Before: p.step})
	if err != nil {
		return nil, noJournal(err)
	}
	return store, nil
}

func noJournal(err error) error {
	return inputf("give --state-dir DIR", "runs could not be journalled: %s", err)
}

// connect makes a client for the license, and the license of it.
func (a *applying) connect() error {
	if _, err := a.session.connect(); err != nil {
		return err
	}
	if a.conn.readOnly && !a.DryRun {
		return inputf("remove read_only from the profile, if that is meant", "profile %s is read-only: nothing is written to its license", a.conn.license.Profile)
	}
	a.Skips = a.canSkip()
	command := append([]string{"lcsync", a.command.name}, a.args...)
	host, _ := os.Hostname() // for a message; "" will do
	a.license = &runs.License{
		API: versions{a.conn.client}, Host: a.conn.client.Host(), Token: a.conn.credentials,
		Store: a.store, Secrets: a.secrets, Clock: a.clock, Step: a.step,
		Process: journal.Holder{PID: os.Getpid(), Host: host, Command: strings.Join(command, " ")}, Command: command, Version: build().Version,
		Options: a.Options, Concurrency: a.Concurrency,
		Terminal: runs.Terminal{Notice: func(text string) { a.noticef("%s", text) }, Show: a.showUnlessQuiet, Ask: a.ask, Sending: a.sending},
		Reader:   runs.Reader{Read: a.readKinds, Reread: a.reread},
	}
	return nil
}

// readKinds reads kinds of the license, with progress.
func (a *applying) readKinds(ctx context.Context, kinds, clientIDs []string) (*resource.License, error) {
	a.conn.clients.ids = clientIDs
	return a.withOlder(ctx, kinds, func(kinds []string) (*resource.License, error) {
		return a.conn.read(ctx, api.ReadOptions{Kinds: kinds})
	})
}

// reread reads kinds of the license again.
func (a *applying) reread(ctx context.Context, kinds []string) (*resource.License, error) {
	return a.withOlder(ctx, kinds, func(kinds []string) (*resource.License, error) {
		return a.readAt(ctx, "", kinds)
	})
}

func (a *applying) readAt(ctx context.Context, version string, kinds []string) (*resource.License, error) {
	client, err := a.conn.client.At(cmp.Or(version, resource.APIVersion))
	if err != nil {
		return nil, err
	}
	return api.Read(ctx, client, api.ReadOptions{Version: version, Newer: a.conn.client, Kinds: kinds,
		ClientIDs: a.conn.clients.ids, Concurrency: a.Concurrency})
}

// withOlder reads kinds, those of older versions through these. read reads the
// others.
func (a *applying) withOlder(ctx context.Context, kinds []string, read func(kinds []string) (*resource.License, error)) (*resource.License, error) {
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

// versions calls the methods of every version: those of older ones are called
// VERSION/METHOD.
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

func (a *applying) showUnlessQuiet(plan *diff.Plan) error {
	if a.JSON || a.Quiet {
		return nil
	}
	return a.show(a.planned(plan).Text)
}

// ask asks whether to carry out a plan that was just shown, unless the user has
// agreed already.
func (a *applying) ask(ctx context.Context, plan *diff.Plan) (bool, error) {
	to := a.conn.licenseOf(plan).String()
	if a.Yes && to != a.told {
		a.noticef("this changes %s", to)
		a.told = to
	}
	if a.Yes {
		return true, nil
	}
	these := "Make this change"
	if n := len(plan.Todo()); n != 1 {
		these = fmt.Sprintf("Make these %d changes", n)
	}
	question := losing(a.planned(plan)) + these + " to " + to + "?"
	if a.name != "" {
		return a.confirmName(ctx, "plan", question, a.name)
	}
	return a.confirm(ctx, "plan", question)
}

// namedDeletes is how many objects of a kind a question names.
const namedDeletes = 5

// losing counts what a plan deletes or replaces, by name: "This deletes 2 tags
// (old, vip). "; "" if nothing.
func losing(plan *planned) string {
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
			parts = append(parts, fmt.Sprintf("%ss %s (%s)", does, number(n, k), strings.Join(keys, ", ")))
		}
	}
	if parts == nil {
		return ""
	}
	return "This " + strings.Join(parts, " and ") + ". "
}

// sending shows how far a run is and, as soon as it is interrupted, what it
// still waits for.
func (a *applying) sending(ctx context.Context) (progress func(done, total int, what string), end func()) {
	progress, finish := a.progress("applying")
	stop := context.AfterFunc(ctx, func() {
		if a.watched.Err && !a.JSON {
			a.endLine()
		}
		a.noticef("interrupted: waiting for the calls under way; a second interrupt does not wait")
	})
	return progress, func() { finish(); stop() }
}
