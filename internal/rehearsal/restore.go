package rehearsal

import (
	"context"
	"fmt"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

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
	of   *backup
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
	of := newBackup(want)
	for seed := int64(firstSeed); ; seed++ {
		r, err := of.restore(ctx, o, seed)
		if err != nil || seed == lastSeed || !r.clash() {
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

func (b *backup) restore(ctx context.Context, o Options, seed int64) (*Restored, error) {
	license, err := Start(sandbox.Options{Seed: seed, Clock: o.Clock, ClientIDs: b.clients})
	if err != nil {
		return nil, err
	}
	if err := license.Give(b.empty()); err != nil {
		return nil, err
	}
	conn, err := license.Connect(b.clients, o)
	if err != nil {
		return nil, err
	}
	found, err := conn.Read(ctx, b.kinds())
	if err != nil {
		return nil, err
	}
	r := &Restored{of: b}
	if r.Plan, err = r.compare(found, o); err != nil {
		return nil, err
	}
	if r.Report, err = conn.Run(ctx, r.Plan, found); err != nil {
		return nil, fmt.Errorf("restore into an embedded license: %w", err)
	}
	r.Requests, r.Writes = license.count()
	if r.Back, err = conn.Read(ctx, b.kinds()); err != nil {
		return nil, err
	}
	r.Rest, err = r.compare(r.Back, o)
	return r, err
}

// compare compares a license with the snapshot, everything allowed.
func (r *Restored) compare(live *resource.License, o Options) (*diff.Plan, error) {
	return diff.Compute(live, r.of.License, diff.Options{
		Match: diff.ByID, Prune: true, Self: live.Owner, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true,
		Where: o.Where, Named: o.Named,
	})
}

// clash tells whether an object that was made got an id that the snapshot has
// for another one, so that the two would be taken for the same.
func (r *Restored) clash() bool {
	for _, k := range resource.Kinds() {
		if k.ServerID == "" || k.RandomID {
			continue
		}
		names := map[string]string{} // by id
		for _, row := range r.of.Rows(k.Name) {
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
