package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lcsync/internal/api"
	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// applying is what carrying out plans needs.
type applying struct {
	*session
	conn    *connection
	store   *journal.Store
	secrets *secret.Store
	applyOptions
	// left tells that a run that had not finished still has not: whatever else
	// is done, something is missing.
	left bool
}

// openJournal opens the place where runs are kept. Without one nothing is
// sent.
func (s *session) openJournal() (*journal.Store, error) {
	dir, err := s.stateDir()
	if err != nil {
		return nil, err
	}
	store, err := journal.OpenWith(dir, journal.Options{Before: s.env.Step})
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, inputf("give --state-dir DIR", "runs could not be journalled: %s", err)
	}
	return store, nil
}

// lock takes the locks of a plan's license and of its client ids, on this
// machine.
func (a *applying) lock(plan *diff.Plan) (*journal.Lock, error) {
	keys := []string{"the license of " + a.licenseName(plan.License) + " on " + a.conn.client.Host()}
	for _, id := range plan.License.ClientIDs {
		keys = append(keys, "the client id "+id+" on "+a.conn.client.Host())
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	lock, err := a.store.Lock(keys, journal.Holder{PID: os.Getpid(), Host: host, Since: a.env.Clock.Now(),
		Command: strings.Join(append([]string{"lcsync", a.command.name}, a.args...), " ")})
	var held *journal.Held
	if errors.As(err, &held) {
		return nil, &Failure{Code: Failed, Text: held.Error(), Hint: "wait until it is through, then run the command again", Err: err}
	}
	if err != nil {
		return nil, inputf("give --state-dir DIR", "the license could not be locked: %s", err)
	}
	return lock, nil
}

func (a *applying) licenseName(id diff.Identity) string {
	switch {
	case id.Owner != "":
		return id.Owner
	case id.AccountID != "":
		return "account " + id.AccountID
	}
	return "token " + a.credentials()
}

// credentials returns a digest of the credentials. It stands for a license
// whose owner could not be read, so that licenses of one host are not taken for
// each other.
func (a *applying) credentials() string {
	sum := sha256.Sum256([]byte(a.conn.Connection.AccountID + "\x00" + a.conn.Connection.Token))
	return hex.EncodeToString(sum[:6])
}

// license is the license of a plan, as runs know it.
func (a *applying) license(plan *diff.Plan) journal.License {
	return journal.License{Host: a.conn.client.Host(), Owner: plan.License.Owner, AccountID: plan.License.AccountID, Token: a.credentials()}
}

// about describes a run of a plan.
func (a *applying) about(plan *diff.Plan, digest string) journal.Meta {
	return journal.Meta{Started: a.env.Clock.Now().UTC(), License: a.license(plan), ClientIDs: plan.License.ClientIDs, Digest: digest,
		Command: append([]string{"lcsync", a.command.name}, a.args...), Version: build().Version,
		Blocked: plan.Count().Blocked}
}

// execute carries out a plan under the journal. live is the license as the
// plan found it. A run is left unfinished as long as it is not known what
// became of a part of it, or whether it shows: the next one must not make
// again what it does not see yet.
func (a *applying) execute(ctx context.Context, plan *diff.Plan, live *resource.License, digest, continues string) (r *apply.Report, id string, err error) {
	a.noteService(ctx, plan)
	planData, err := json.Marshal(plan)
	if err != nil {
		return nil, "", fmt.Errorf("write the plan: %w", err)
	}
	before, err := json.Marshal(live)
	if err != nil {
		return nil, "", fmt.Errorf("write the pre-image: %w", err)
	}
	meta := a.about(plan, digest)
	meta.Continues = continues
	run, err := a.store.Begin(meta, planData, before)
	if err != nil {
		return nil, "", &Failure{Code: Failed, Text: "nothing was sent: " + err.Error(), Hint: "give --state-dir DIR", Err: err}
	}
	defer run.Close()
	report, finish := a.progress("applying")
	defer a.tellInterrupted(ctx)()
	var lost atomic.Bool // a secret that could not be saved
	r, err = apply.Run(ctx, plan, a.conn.client, apply.Options{
		Concurrency: a.Concurrency, BatchSize: a.BatchSize, Clock: a.env.Clock, NoVerify: a.NoVerify, Settle: a.Settle,
		Propagation: cmp.Or(a.Propagation, -1),
		Journal:     run, Before: live,
		Secret: a.secrets.Lookup, SaveSecrets: a.saveSecrets(&lost), Read: a.reread, Progress: report,
	})
	finish()
	if r != nil && err == nil && ended(plan, r, continues != "") && !a.unseen(plan, r) {
		status := "done"
		if !r.OK() {
			status = "incomplete"
		}
		err = run.Finish(status, a.env.Clock.Now())
	}
	if err == nil && lost.Load() {
		err = exit(Incomplete)
	}
	return r, run.ID(), err
}

// unseen tells whether a run made objects that did not show, or was not to look
// whether they do: the next one has to, before it takes what does not show for
// missing.
func (a *applying) unseen(plan *diff.Plan, r *apply.Report) bool {
	if slices.ContainsFunc(r.Results, apply.Result.Missing) {
		return true
	}
	return a.NoVerify && slices.ContainsFunc(plan.Todo(), func(ch *diff.Change) bool { return ch.Action != diff.Update })
}

// ended tells whether nobody has to go on with a run. What it leaves undone of
// a replacement cannot be planned anew, for values that went away with the old
// one are only in its plan; nor can what a run leaves that went on with another.
func ended(plan *diff.Plan, r *apply.Report, continued bool) bool {
	if r.Interrupted || r.Counts.Unknown > 0 || r.Counts.Unverified > 0 || continued && r.Counts.Failed+r.Counts.Skipped > 0 {
		return false
	}
	replaces := map[string]bool{}
	for _, ch := range plan.Changes {
		if ch.Action == diff.Replace {
			replaces[ch.ID] = true
		}
	}
	returns := map[string]bool{}
	for _, ch := range plan.Changes {
		returns[ch.ID] = ch.Action == diff.Create && slices.ContainsFunc(ch.Needs, func(id string) bool { return replaces[id] })
	}
	return !slices.ContainsFunc(r.Results, func(res apply.Result) bool {
		return (replaces[res.ID] || returns[res.ID]) && (res.Status == apply.Failed || res.Status == apply.Skipped)
	})
}

// saveSecrets keeps secrets of new objects in the state directory.
func (a *applying) saveSecrets(lost *atomic.Bool) func([]apply.NewSecret) error {
	return func(secrets []apply.NewSecret) error {
		entries := make([]secret.Entry, len(secrets))
		for i, s := range secrets {
			entries[i] = secret.Entry(s)
		}
		path, err := a.secretsFile()
		if err == nil {
			err = secret.AppendWith(path, a.env.Step, entries...)
		}
		if err != nil {
			lost.Store(true)
		}
		return err
	}
}

// reread reads kinds of the license again.
func (a *applying) reread(ctx context.Context, kinds []string) (*resource.License, error) {
	return api.Read(ctx, a.conn.client, api.ReadOptions{Kinds: kinds, ClientIDs: a.conn.ClientIDs, Concurrency: a.Concurrency})
}

// pause is how often the license is read while something may turn up.
const pause = 5 * time.Second
