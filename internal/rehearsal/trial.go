package rehearsal

import (
	"context"
	"fmt"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// Trial is the result of a plan on an embedded license.
type Trial struct {
	// Report says which changes were made and which were refused, and what the
	// license kept of its own.
	Report *apply.Report
	// Requests is the number of requests, Writes the number of those that write.
	Requests, Writes int
}

// Try carries out a plan on an embedded license that has the state of the one that
// the plan is for, its applications, and the scopes of its token, nil if these
// are not known. An error is the context's: what the license refused is in the
// report.
func Try(ctx context.Context, plan *diff.Plan, target *resource.License, scopes []string, o Options) (*Trial, error) {
	license, err := Start(sandbox.Options{Seed: firstSeed, Clock: o.Clock, ClientIDs: target.ClientIDs, Scopes: scopes})
	if err != nil {
		return nil, err
	}
	if err := license.Give(target); err != nil {
		return nil, err
	}
	conn, err := license.Connect(target.ClientIDs, o)
	if err != nil {
		return nil, err
	}
	t := &Trial{}
	if t.Report, err = conn.Run(ctx, plan, target); err != nil {
		return nil, fmt.Errorf("rehearse on an embedded license: %w", err)
	}
	t.Requests, t.Writes = license.count()
	return t, nil
}

// count counts the requests so far, and those that write.
func (l *License) count() (requests, writes int) {
	for _, c := range l.Calls() {
		requests++
		if m := resource.LookupMethod(c.Method); m != nil && m.Effect != resource.Reads {
			writes++
		}
	}
	return requests, writes
}
