package runs

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// StaleAfter is how long a plan may be looked at before the license is read
// again.
const StaleAfter = 30 * time.Second

// Ready makes sure that everything that sending will need is there, and that
// the user agrees. A plan that was looked at for long is held against the
// license again.
func (l *License) Ready(ctx context.Context, plan *diff.Plan) error {
	if err := Together(l.unguarded(plan), l.tooMuch(plan), l.missingSecrets(plan), l.canKeepSecrets(plan)); err != nil {
		return err
	}
	asked := l.Clock.Now()
	ok, err := l.Ask(ctx, plan)
	switch {
	case err != nil:
		return err
	case !ok:
		return invalid("", "declined: nothing was sent")
	case l.Clock.Now().Sub(asked) > StaleAfter:
		_, err = l.Unchanged(ctx, plan)
	}
	return err
}

// Obstacle returns what would keep a plan from being carried out, nil if nothing is
// known to. Nothing is sent or written.
func (l *License) Obstacle(plan *diff.Plan) error {
	left, err := l.pending(plan)
	for _, h := range left {
		l.noticef("run %s did not finish, or may not show yet what it made: it would be finished first", h.ID)
	}
	return Together(err, l.unguarded(plan), l.tooMuch(plan), l.missingSecrets(plan))
}

// unguarded refuses a plan that deletes objects of an older version where nobody
// makes sure that others do their work.
func (l *License) unguarded(plan *diff.Plan) error {
	if l.Hold != nil || !deletesOlder(plan) {
		return nil
	}
	return invalid(goesOn, "the plan deletes webhooks of an older version, and whether their successors are sent is not looked at here")
}

// goesOn is the one command that deletes objects of older versions.
const goesOn = "lcsync migrate-live goes on with it"

func deletesOlder(plan *diff.Plan) bool { return slices.ContainsFunc(plan.Todo(), isOlderDelete) }

func isOlderDelete(ch *diff.Change) bool {
	return ch.Action == diff.Delete && resource.LookupAny(ch.Kind).Older != nil
}

// tooMuch refuses a plan that deletes or changes more than it may.
func (l *License) tooMuch(plan *diff.Plan) error {
	var texts, flags []string
	for _, e := range plan.Exceeds(l.MaxDelete, l.MaxChange) {
		texts = append(texts, e.Text)
		if !slices.Contains(flags, e.Flag) {
			flags = append(flags, e.Flag)
		}
	}
	if texts == nil {
		return nil
	}
	return invalid("if that is meant, pass "+strings.Join(flags, " "), "%s", strings.Join(texts, "; "))
}

// missingSecrets refuses a plan whose secrets are not all known, naming each,
// or of which two would be taken from one variable.
func (l *License) missingSecrets(plan *diff.Plan) error {
	needed, _ := secretsOf(plan, func(string) (string, bool) { return "", false })
	if err := l.Secrets.Collisions(needed); err != nil {
		return err
	}
	names, kinds := secretsOf(plan, l.Secrets.Lookup)
	if len(names) == 0 {
		l.tellShort(needed)
		return nil
	}
	missing, them, variable := "1 secret", "it", secret.Variable(names[0])
	if len(names) > 1 {
		missing, them, variable = fmt.Sprintf("%d secrets", len(names)), "them", variable+" and so on"
	}
	hint := fmt.Sprintf("put %s into a file for --secrets (name: value, mode 0600) or set %s", them, variable)
	if l.Skips {
		hint += fmt.Sprintf("; --skip %s goes on without %s", strings.Join(kinds, ","), them)
	}
	return invalid(hint, "%s missing: %s", missing, strings.Join(names, ", "))
}

// tellShort tells of secrets that are too short to be redacted.
func (l *License) tellShort(names []string) {
	for _, name := range names {
		value, _ := l.Secrets.Lookup(name)
		if text := (secret.Entry{Name: name, Value: value}).Warning(); text != "" {
			l.Notice(text)
		}
	}
}

// secretsOf returns the secrets of a plan that lookup does not know, each
// once, and the kinds that they belong to.
func secretsOf(plan *diff.Plan, lookup func(string) (string, bool)) (names, kinds []string) {
	for _, m := range apply.MissingSecrets(plan, lookup) { // sorted by name
		names, kinds = append(names, m.Name), append(kinds, m.Kind)
	}
	return slices.Compact(names), slices.DeleteFunc(resource.Names(), func(k string) bool { return !slices.Contains(kinds, k) })
}

// canKeepSecrets makes sure, before anything is sent, that secrets can be kept
// that are shown only once.
func (l *License) canKeepSecrets(plan *diff.Plan) error {
	reveals := func(ch *diff.Change) bool {
		return ch.Action == diff.Create && len(resource.LookupAny(ch.Kind).Create.Reveals) > 1
	}
	if !slices.ContainsFunc(plan.Todo(), reveals) {
		return nil
	}
	err := secret.CanAppend(l.secretsFile())
	if refused := (*secret.Error)(nil); err == nil || errors.As(err, &refused) {
		return err
	}
	return invalid("give --state-dir DIR", "secrets of new bots could not be kept: %s", err)
}

// secretsFile is where secrets of new bots are kept.
func (l *License) secretsFile() string { return filepath.Join(l.Store.Dir(), "secrets.yaml") }
