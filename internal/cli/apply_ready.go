package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// show prints a plan before there is a result to print, and tells whether it
// could be printed.
func (s *session) show(p *planned) bool {
	w := bufio.NewWriter(s.out)
	_ = p.Text(w, s.style) // a failed write is kept by the stream
	_ = w.Flush()
	return s.out.err() == nil
}

// readyToApply makes sure that everything that sending will need is there, and
// that the user agrees to what is asked.
func (s *session) readyToApply(ctx context.Context, conn *connection, plan *diff.Plan, secrets *secret.Store, o applyOptions, ask string) error {
	if err := tooMuch(plan, o); err != nil {
		return err
	}
	if err := missingSecrets(plan, secrets, s.command.name == "apply"); err != nil {
		return err
	}
	if revealsSecrets(plan) {
		if err := s.canKeepSecrets(); err != nil {
			return err
		}
	}
	if o.Yes {
		s.tellLicense(plan)
		return nil
	}
	asked := s.env.Clock.Now()
	ok, err := s.confirm(ctx, ask)
	if err != nil {
		return err
	}
	if !ok {
		return inputf("", "declined: nothing was sent")
	}
	if s.env.Clock.Now().Sub(asked) > staleAfter {
		_, err := s.unchanged(ctx, conn, plan)
		return err
	}
	return nil
}

// staleAfter is how long a plan may be looked at before the license is read
// again.
const staleAfter = 30 * time.Second

// tooMuch refuses a plan that deletes or changes more than it may.
func tooMuch(plan *diff.Plan, o applyOptions) error {
	var texts, flags []string
	for _, e := range plan.Exceeds(o.MaxDelete, o.MaxChange) {
		texts = append(texts, e.Text)
		if !slices.Contains(flags, e.Flag) {
			flags = append(flags, e.Flag)
		}
	}
	if texts == nil {
		return nil
	}
	return inputf("if that is meant, pass "+strings.Join(flags, " "), "%s", strings.Join(texts, "; "))
}

// question asks whether to carry out a plan that was just shown.
func (s *session) question(plan *diff.Plan) string {
	these := "Make this change"
	if n := len(plan.Todo()); n != 1 {
		these = fmt.Sprintf("Make these %d changes", n)
	}
	return these + " to " + s.licenseOf(plan).String() + "?"
}

// missingSecrets refuses a plan whose secrets are not all known, naming each,
// or of which two would be taken from one variable.
func missingSecrets(plan *diff.Plan, secrets *secret.Store, canSkip bool) error {
	needed, _ := secretsOf(plan, func(string) (string, bool) { return "", false })
	if err := secrets.Collisions(needed); err != nil {
		return err
	}
	names, kinds := secretsOf(plan, secrets.Lookup)
	if len(names) == 0 {
		return nil
	}
	var skip []string
	for _, k := range resource.Kinds() {
		if kinds[k.Name] {
			skip = append(skip, k.Name)
		}
	}
	them, variable := "it", secret.Variable(names[0])
	if len(names) > 1 {
		them, variable = "them", variable+" and so on"
	}
	hint := fmt.Sprintf("put %s into a file for --secrets (name: value, mode 0600) or set %s", them, variable)
	if canSkip {
		hint += fmt.Sprintf("; --skip %s goes on without %s", strings.Join(skip, ","), them)
	}
	return inputf(hint, "%s missing: %s", count(len(names), "secret"), strings.Join(names, ", "))
}

// secretsOf returns the secrets of a plan that lookup does not know, each
// once, and the kinds that they belong to.
func secretsOf(plan *diff.Plan, lookup func(string) (string, bool)) (names []string, kinds map[string]bool) {
	kinds = map[string]bool{}
	for _, m := range apply.MissingSecrets(plan, lookup) { // sorted by name
		names = append(names, m.Name)
		kinds[m.Kind] = true
	}
	return slices.Compact(names), kinds
}

// revealsSecrets tells whether a plan makes something whose secret is shown
// only once.
func revealsSecrets(plan *diff.Plan) bool {
	for _, ch := range plan.Todo() {
		if k := resource.Lookup(ch.Kind); ch.Action == diff.Create && len(k.Create.Reveals) > 1 {
			return true
		}
	}
	return false
}

// secretsFile is where secrets of new bots are kept.
func (s *session) secretsFile() (string, error) {
	dir, err := s.stateDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "secrets.yaml"), nil
}

// canKeepSecrets makes sure, before anything is sent, that secrets can be
// kept.
func (s *session) canKeepSecrets() error {
	path, err := s.secretsFile()
	if err != nil {
		return err
	}
	hint := "give --state-dir DIR"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	defer f.Close()
	if missing != nil {
		return os.Remove(path) // it was only a try
	}
	info, err := f.Stat()
	if err != nil {
		return inputf(hint, "secrets of new bots could not be kept: %s", err)
	}
	return secret.CheckMode(path, info, secret.GroupAndOthers)
}
