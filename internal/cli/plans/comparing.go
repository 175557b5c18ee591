package plans

import (
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/drift"
)

// compareFlags are the flags of those who only compare.
func compareFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "ignore", Usage: "leave out what the rules in `FILE` say, beside those of the profile; repeatable"},
		&ucli.BoolFlag{Name: "show-ignored", Usage: "also print what rules leave out"},
		&ucli.BoolFlag{Name: "extra", Usage: "exit with 2 also for what only the license has"},
		&ucli.BoolFlag{Name: "verbose", Usage: "print each change by itself, also many equal ones"},
		&ucli.BoolFlag{Name: "stat", Usage: "print only how many changes there are, by kind and action"},
		&ucli.BoolFlag{Name: "full", Usage: "with --json: also print whole objects, before and after each change"},
	}
}

// compareOptions say what is left out of a comparison and how it is printed.
type compareOptions struct {
	ignore               []string // files of rules
	showIgnored          bool
	extra, verbose, stat bool
	full                 bool // documents have whole objects
}

func readCompareOptions(c *ucli.Context) compareOptions {
	return compareOptions{ignore: c.StringSlice("ignore"), showIgnored: c.Bool("show-ignored"),
		extra: c.Bool("extra"), verbose: c.Bool("verbose"), stat: c.Bool("stat"), full: c.Bool("full")}
}

// comparisonFlags are the flags of diff and plan, which compare a snapshot.
func comparisonFlags() []ucli.Flag {
	return append(slices.Concat(planFlags(), mapFlags(), compareFlags()), session.SecretsFlag("with --skip-missing-secrets: "))
}

// readComparison reads comparisonFlags, and the files that they name.
func readComparison(s *session.Session, c *ucli.Context) (PlanOptions, error) {
	o, err := readMappedOptions(s, c)
	if err != nil {
		return o, err
	}
	o.compareOptions = readCompareOptions(c)
	return o, leaveOutSecretless(s, &o, c.String("secrets"))
}

// leaveOut reads the rules that leave differences out, and adds them to the
// options.
func leaveOut(s *session.Session, o *PlanOptions) (*drift.Rules, error) {
	all, err := Rules(s, o.ignore)
	if err != nil {
		return nil, err
	}
	rules := drift.NewRules(all, s.Clock.Now())
	if len(all) > 0 {
		o.Ignored = rules.Reason
	}
	return rules, nil
}

// code is the exit code of a comparison.
func (p *PlanResult) code() session.ExitCode {
	code := planCode(p.Plan)
	if code == session.Done && p.extra && differsBeside(p.Plan) {
		return session.Different
	}
	return code
}

// differsBeside tells whether something differs that the plan does not change:
// objects that only the license has, and fields that cannot be written.
func differsBeside(p *diff.Plan) bool { return len(p.Unmanaged)+len(p.Observed) > 0 }

// Rules reads the rules that leave differences out: those of the profile and of
// the files that were named.
func Rules(s *session.Session, files []string) ([]drift.Rule, error) {
	var all []config.Ignore
	if s.Conn != nil {
		all = slices.Clone(s.Conn.Ignore)
	}
	for _, file := range files {
		rules, err := s.ReadIgnore(file)
		if err != nil {
			return nil, err
		}
		all = append(all, rules...)
	}
	out := make([]drift.Rule, len(all))
	for i, r := range all {
		out[i] = drift.Rule(r)
	}
	return out, nil
}
