// Package checks has the command drift: it checks a license against a snapshot,
// keeps a history, writes metrics and sends notifications.
package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/argv"
	"lcsync/internal/cli/plans"
	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
)

// NewDriftCmd returns the command drift.
func NewDriftCmd() *session.Command {
	return &session.Command{
		Name:  "drift",
		Args:  "WANT|history [WANT]",
		Brief: "say what happened to the license since a snapshot",
		About: `Compares the live license with the snapshot WANT and says what happened since: what was changed, added or deleted by hand. Objects that only the license has count, and so do fields that the API cannot change. Drift plans nothing; lcsync diff shows what apply would do.
The exit code is 0 if the license is as WANT says, 2 if it is not, and 3 if something could not be read.
Each check is compared with the one before it: the state directory keeps a history for each license and WANT. With --only-new, only what is new since the last check is printed; the exit code stays that of all differences. What lcsync itself changed less than --propagation ago is "settling" and does not count.
lcsync drift history [WANT] prints the history: what appeared, changed and is gone, and what could not be read. One check of a WANT runs at a time.`,
		Flags: append(session.ObjectFlags(),
			argv.Choice("match", string(diff.Auto), "pair objects by `HOW`: auto, id or name (default auto: by id on the license the file is of, by name elsewhere)",
				string(diff.Auto), string(diff.ByID), string(diff.ByName)),
			&ucli.BoolFlag{Name: "only-new", Usage: "print only what is new since the last check"},
			&ucli.BoolFlag{Name: "ignore-extra", Usage: "leave out what only the license has"},
			&ucli.StringSliceFlag{Name: "ignore", Usage: "leave out what the rules in `FILE` say, beside those of the profile; repeatable"},
			&ucli.BoolFlag{Name: "show-ignored", Usage: "also print what rules leave out"},
			&ucli.BoolFlag{Name: "accept", Usage: "write what the license has into WANT"},
			&ucli.StringSliceFlag{Name: "accept-only", Usage: "write what the license has of `KIND/KEY` into WANT, or of a whole KIND; repeatable"},
			&ucli.BoolFlag{Name: "verbose", Usage: "print a line for each difference, also for many equal ones"},
			&ucli.BoolFlag{Name: "stat", Usage: "print only how many differences there are, by kind and action"},
			&ucli.BoolFlag{Name: "full", Usage: "with --json: also print whole objects that were added or deleted"},
			&ucli.DurationFlag{Name: "propagation", Value: 2 * time.Minute, Usage: "for `TIME`, what lcsync itself changed is settling (default 2m)"},
			&ucli.DurationFlag{Name: "details-age", Value: 20 * time.Hour, Usage: "for `TIME`, do not read details again that cost a call for each object, if the object's entry in its list is the same; 0s reads them always (default 20h)"},
			&ucli.DurationFlag{Name: "lock-wait", Value: time.Minute, Usage: "wait up to `TIME` for another check of WANT (default 1m)"},
			&ucli.StringFlag{Name: "metrics", Usage: "write metrics of the check to `FILE`, in the text format of Prometheus"},
			&ucli.StringSliceFlag{Name: "notify", Usage: "tell `URL` what is new and what is gone: an https address without credentials; others come from LCSYNC_NOTIFY or your profile; repeatable"},
			&ucli.BoolFlag{Name: "notify-values", Usage: "show values in notifications"},
			&ucli.StringFlag{Name: "since", Usage: "with history: print what happened since `TIME`: an age such as 36h or 30d, or a date"},
			&ucli.StringFlag{Name: "prune-history", Usage: "forget events older than `TIME`: an age such as 90d, or a date"},
		),
		Examples: []string{
			"lcsync drift acme.yaml",
			"lcsync drift -q --only-new --profile acme acme.yaml",
			"lcsync drift --ignore ignore.yaml --stat acme.yaml",
			"lcsync drift --accept-only agents/ben@example.com acme.yaml",
			"lcsync drift history acme.yaml --since 30d",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			if s.Args[0] == "history" {
				return runHistory(ctx, s, c.String("since"), c.String("prune-history"), c.Duration("lock-wait"))
			}
			o, err := readDriftOptions(c, s)
			if err != nil {
				return nil, err
			}
			return runDrift(ctx, s, o)
		},
	}
}

// driftOptions say what to compare and what to print of it.
type driftOptions struct {
	plans.PlanOptions
	Ignore                []string // files of rules
	IgnoreExtra           bool
	OnlyNew, ShowIgnored  bool
	Verbose, Stat, Full   bool
	Propagation, LockWait time.Duration
	DetailsAge            time.Duration
	Metrics               string   // file
	Notify                []string // URLs of the command line
	NotifyValues          bool
	Accept                bool      // everything
	AcceptOnly            []string  // as KIND/KEY
	PruneBefore           time.Time // events older than that are forgotten
}

func readDriftOptions(c *ucli.Context, s *session.Session) (o driftOptions, err error) {
	switch {
	case len(s.Args) > 1:
		return o, session.Usagef("usage: "+s.Command.Usage(), "drift got one argument too many: %q", s.Args[1])
	case c.String("since") != "":
		return o, session.Usagef("lcsync drift history "+s.Args[0]+" --since "+c.String("since"), "--since goes with drift history")
	case c.Duration("propagation") < 0, c.Duration("lock-wait") < 0, c.Duration("details-age") < 0:
		return o, session.Usagef("", "--propagation, --lock-wait and --details-age must not be negative")
	}
	o = driftOptions{Ignore: c.StringSlice("ignore"), IgnoreExtra: c.Bool("ignore-extra"), OnlyNew: c.Bool("only-new"),
		ShowIgnored: c.Bool("show-ignored"), Verbose: c.Bool("verbose"), Stat: c.Bool("stat"), Full: c.Bool("full"),
		Accept: c.Bool("accept"), AcceptOnly: c.StringSlice("accept-only"), Metrics: c.String("metrics"), Notify: c.StringSlice("notify"), NotifyValues: c.Bool("notify-values"), Propagation: c.Duration("propagation"), DetailsAge: c.Duration("details-age"), LockWait: c.Duration("lock-wait")}
	if o.accepts() && (s.Args[0] == session.Stdio || o.Accept && len(o.AcceptOnly) > 0) {
		return o, session.Usagef("name a file, and one of both flags", "drift cannot accept this way")
	}
	if text := c.String("prune-history"); text != "" {
		if o.PruneBefore, err = readTime("prune-history", text, s.Clock.Now()); err != nil {
			return o, err
		}
	}
	o.PlanOptions, err = plans.ReadPlanOptions(c)
	return o, err
}

// readTime reads a time: an age, a day or a full time.
func readTime(flag, text string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		if _, err := fmt.Sscanf(days+"\n", "%d\n", &n); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if age, err := time.ParseDuration(text); err == nil && age >= 0 {
		return now.Add(-age), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, session.Usagef("write an age such as 36h or 30d, a day such as 2026-11-01, or a time such as 2026-11-01T06:00:00Z", "%q is not a time for --%s", text, flag)
}
