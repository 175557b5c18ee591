package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"

	ucli "github.com/urfave/cli/v2"
)

func newPlanCmd() *command {
	return &command{
		name:  "plan",
		args:  "WANT",
		brief: "compare like diff, and save the plan for apply",
		about: `Shows what apply would do, like diff, and writes it to PLAN. lcsync apply PLAN then does exactly that, and refuses if an object that it touches was changed since.
A plan holds no secrets. The exit code is that of diff.`,
		flags: append(planFlags(),
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the plan to `PLAN`"},
		),
		examples: []string{
			"lcsync plan acme.yaml -o plan.json",
			"lcsync show plan.json",
			"lcsync apply plan.json",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			o, err := readPlanOptions(c)
			if err != nil {
				return nil, err
			}
			if c.String("output") == "" {
				return nil, usagef("lcsync diff only shows", "plan needs -o PLAN")
			}
			return runPlan(ctx, s, o, c.String("output"))
		},
	}
}

func runPlan(ctx context.Context, s *session, o planOptions, output string) (result, error) {
	if output == "-" {
		return nil, usagef("name a file", "a plan cannot go to standard output")
	}
	if old, _ := os.ReadFile(s.abs(output)); len(bytes.TrimSpace(old)) > 0 && !isPlanFile(old) {
		return nil, notReplaced(output, "saved plan")
	}
	want, err := s.readWanted(s.args[0])
	if err != nil {
		return nil, err
	}
	conn, err := s.connect()
	if err != nil {
		return nil, err
	}
	plan, _, err := conn.plan(ctx, want, o)
	if err != nil {
		return nil, err
	}
	f := &planFile{Version: planVersion, Made: s.clock.Now().UTC(), Want: s.args[0], Host: conn.client.Host(), Plan: plan}
	data, err := f.encode()
	if err != nil {
		return nil, err
	}
	if err := s.write(output, data); err != nil {
		return nil, fmt.Errorf("write %s: %w", output, err)
	}
	s.noticef("wrote %s: %s", output, plan.Summary())
	return newPlanned(conn, plan), exit(planCode(plan))
}

func newShowCmd() *command {
	return &command{
		name:  "show",
		args:  "PLAN",
		brief: "show a saved plan",
		about: `Shows a plan that lcsync plan saved, as diff would have.`,
		examples: []string{
			"lcsync show plan.json",
			"lcsync show --json plan.json",
		},
		action: func(_ context.Context, s *session, _ *ucli.Context) (result, error) {
			data, err := s.readInput(s.args[0])
			if err != nil {
				return nil, err
			}
			f, err := decodePlan(s.args[0], data)
			if err != nil {
				return nil, err
			}
			s.noticef("made %s of %s for the license of %s on %s", f.Made.Format("2006-01-02 15:04:05 MST"), f.Want, f.Plan.License.Owner, f.Host)
			return newPlanned(nil, f.Plan), nil
		},
	}
}
