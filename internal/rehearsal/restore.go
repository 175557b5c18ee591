package rehearsal

import (
	"context"
	"fmt"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// RestoreResult is the result of restoring a snapshot.
type RestoreResult struct {
	// Plan is the plan for the empty license, and Report the result of carrying it
	// out.
	Plan   *diff.Plan
	Report *apply.Report
	// Back is the license after the restore, as an export would read it.
	Back *resource.License
	// Rest is the plan that would still be needed to make the license equal to the
	// snapshot: empty if the two agree.
	Rest *diff.Plan
	of   *backup
	// Requests is the number of requests, Writes the number of those that write.
	Requests, Writes int
}

// Agrees reports whether the restored license equals the snapshot.
func (r *RestoreResult) Agrees() bool { return r.Rest.InSync() && r.Rest.Complete() }

// Restore creates everything in a snapshot on an empty embedded license the way
// apply does: read, compare, send, read back. An error is about the snapshot (a
// *diff.Decision) or the context's; what the license refused is in the report.
func Restore(ctx context.Context, want *resource.License, o Options) (*RestoreResult, error) {
	of := newBackup(want)
	for seed := int64(firstSeed); ; seed++ {
		r, err := of.restore(ctx, o, seed)
		if err != nil || seed == lastSeed || !r.clash() {
			return r, err
		}
	}
}

// Licenses with different seeds assign different ids. Restore tries seeds until no
// new object gets an id that the snapshot has for another object. No other
// embedded license uses the first seed.
const (
	firstSeed = 710_609_175
	lastSeed  = firstSeed + 20
)

func (b *backup) restore(ctx context.Context, o Options, seed int64) (*RestoreResult, error) {
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
	r := &RestoreResult{of: b}
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

// compare compares a license with the snapshot, with every change allowed.
func (r *RestoreResult) compare(live *resource.License, o Options) (*diff.Plan, error) {
	return diff.Compute(live, r.of.License, diff.Options{
		Match: diff.ByID, Prune: true, Self: live.Owner, CreateAgents: true, AllowApplication: true, ReplaceDefinitions: true,
		Where: o.Where, Named: o.Named,
	})
}

// clash reports whether a new object got an id that the snapshot has for another
// object, so that the two would be confused.
func (r *RestoreResult) clash() bool {
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
