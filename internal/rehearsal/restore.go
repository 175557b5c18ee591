package rehearsal

import (
	"context"
	"fmt"

	"lcsync/internal/api"
	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire"
	"lcsync/internal/wire/direct"
)

// Options say how to restore.
type Options struct {
	Clock       wire.Clock
	Concurrency int // calls at once
	// Where says where in its file a place inside of a wanted row is, as in
	// diff.Options, and Named lists the references to check.
	Where func(row *resource.Object, path string) string
	Named []diff.Named
	// Progress, if set, is told how far the restore is, as by apply.Run.
	Progress func(done, total int, what string)
}

// Restored is what came of restoring a snapshot.
type Restored struct {
	// Plan is what was to be done on the empty license, and Report what became
	// of it.
	Plan   *diff.Plan
	Report *apply.Report
	// Back is the license afterwards, as an export would have it.
	Back *resource.License
	// Rest is what would still have to be done to make that license as the
	// snapshot says: nothing if the two agree.
	Rest *diff.Plan
	// Requests is how many requests that took, Writes how many of them wrote.
	Requests, Writes int
}

// Agrees tells whether what was restored is what the snapshot says.
func (r *Restored) Agrees() bool { return r.Rest.InSync() && r.Rest.Complete() }

// Restore makes everything that a snapshot has on an empty embedded license, by
// the way of any apply: read, compare, send, read back. An error is about the
// snapshot (a *diff.Decision) or the context's; what the license refused is in
// the report.
func Restore(ctx context.Context, want *resource.License, o Options) (*Restored, error) {
	for seed := int64(firstSeed); ; seed++ {
		r, err := restore(ctx, want, o, seed)
		if err != nil || seed == lastSeed || !r.clash(want) {
			return r, err
		}
	}
}

// Licenses of different seeds give different ids. They are tried one after the
// other until one gives no id to an object that the snapshot has for another one.
// The first seed is one that no other embedded license has.
const (
	firstSeed = 710_609_175
	lastSeed  = firstSeed + 20
)

func restore(ctx context.Context, want *resource.License, o Options, seed int64) (*Restored, error) {
	clients := Clients(want)
	license, err := Start(sandbox.Options{Seed: seed, Clock: o.Clock, ClientIDs: clients})
	if err != nil {
		return nil, err
	}
	if err := license.Give(Empty(want)); err != nil {
		return nil, err
	}
	conn, err := license.Connect(o.Clock)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, kinds []string) (*resource.License, error) {
		return api.Read(ctx, conn, api.ReadOptions{Kinds: kinds, ClientIDs: clients, Concurrency: o.Concurrency, Notes: true})
	}
	kinds := kindsOf(want)
	found, err := read(ctx, kinds)
	if err != nil {
		return nil, err
	}
	r := &Restored{}
	if r.Plan, err = r.compare(found, want, o); err != nil {
		return nil, err
	}
	r.Report, err = apply.Run(ctx, r.Plan, conn, apply.Options{
		Clock: o.Clock, Concurrency: o.Concurrency, Before: found, Settle: -1, Propagation: -1,
		Secret: placeholder, SaveSecrets: func([]apply.NewSecret) error { return nil }, Read: read, Progress: o.Progress,
	})
	if err != nil {
		return nil, fmt.Errorf("restore into an embedded license: %w", err)
	}
	r.count(license)
	if r.Back, err = read(ctx, kinds); err != nil {
		return nil, err
	}
	r.Rest, err = r.compare(r.Back, want, o)
	return r, err
}

// Connect makes a client of the license, without a network.
func (l *License) Connect(clock wire.Clock) (*api.Client, error) {
	server := direct.Serve(l)
	// A personal access token acts for every client id of the license.
	return api.New(api.Options{URL: server.URL, Token: token, AccountID: "rehearsal", Clock: clock, Transport: server})
}

// token is the one that an embedded license accepts unless it is told another.
const token = "dal:sandbox"

// placeholder stands for every secret: a rehearsal needs none.
func placeholder(string) (string, bool) { return "a-secret-of-the-rehearsal", true }

// compare compares a license with the snapshot, everything allowed.
func (r *Restored) compare(live, want *resource.License, o Options) (*diff.Plan, error) {
	return diff.Compute(live, want, diff.Options{
		Match: diff.ByID, Prune: true, Self: live.Owner, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true,
		Where: o.Where, Named: o.Named,
	})
}

// count counts the requests so far.
func (r *Restored) count(l *License) {
	for _, c := range l.Calls() {
		r.Requests++
		if m := resource.LookupMethod(c.Method); m != nil && m.Effect != resource.Reads {
			r.Writes++
		}
	}
}

// clash tells whether an object that was made got an id that the snapshot has
// for another one, so that the two would be taken for the same.
func (r *Restored) clash(want *resource.License) bool {
	for _, k := range resource.Kinds() {
		if k.ServerID == "" || k.RandomID {
			continue
		}
		names := map[string]string{} // by id
		for _, row := range want.Rows(k.Name) {
			names[resource.Text(k.IDOf(row))] = k.KeyOf(row)
		}
		for _, row := range r.Back.Rows(k.Name) {
			if name, taken := names[resource.Text(k.IDOf(row))]; taken && name != k.KeyOf(row) {
				return true
			}
		}
	}
	return false
}
