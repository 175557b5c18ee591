package cli

import (
	"context"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// planApply makes the plan that apply carries out: of a snapshot, or the one
// that was saved, if the license is still as that one found it.
func (s *session) planApply(ctx context.Context, data []byte, o planOptions) (*connection, *diff.Plan, error) {
	name := s.args[0]
	if isPlanFile(data) {
		saved, err := decodePlan(name, data)
		if err != nil {
			return nil, nil, err
		}
		if err := o.refuseForPlan(); err != nil {
			return nil, nil, err
		}
		conn, err := s.connect()
		if err != nil {
			return nil, nil, err
		}
		return conn, saved.Plan, s.unchanged(ctx, conn, saved.Plan)
	}
	want, err := s.decodeWanted(name, data)
	if err != nil {
		return nil, nil, err
	}
	conn, err := s.connect()
	if err != nil {
		return nil, nil, err
	}
	plan, err := s.planLive(ctx, conn, want.License, o)
	return conn, plan, err
}

// refuseForPlan refuses flags that decide what a plan consists of: a saved one
// has been decided.
func (o *planOptions) refuseForPlan() error {
	if o.Prune || o.CreateAgents || o.AllowApplication || o.ReplaceDefinitions || len(o.Only)+len(o.Skip) > 0 || o.Match != diff.Auto {
		return usagef("pass them to lcsync plan", "a saved plan is carried out as it is: flags that select or allow changes do not go with it")
	}
	return nil
}

// unchanged reads the kinds that a plan touches and makes sure that they are
// as the plan found them, and that the license is the plan's own.
func (s *session) unchanged(ctx context.Context, conn *connection, plan *diff.Plan) error {
	live, err := s.readTouched(ctx, conn, plan)
	if err != nil {
		return err
	}
	if text := plan.Elsewhere(live); text != "" {
		return inputf("check the profile", "%s", text)
	}
	if conflicts := plan.Conflicts(live); len(conflicts) > 0 {
		return &changedError{conflicts}
	}
	return nil
}

// readTouched reads the kinds that a plan touches, and what tells whose
// license it is.
func (s *session) readTouched(ctx context.Context, conn *connection, plan *diff.Plan) (*resource.License, error) {
	conn.ClientIDs = plan.License.ClientIDs
	touched := map[string]bool{}
	for _, name := range plan.Kinds() {
		touched[name] = true
	}
	var kinds []*resource.Kind
	for _, k := range resource.Kinds() {
		if touched[k.Name] || k.Person {
			kinds = append(kinds, k)
		}
	}
	return s.readLive(ctx, conn, kinds)
}
