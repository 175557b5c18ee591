package runs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
)

// TokenDigest returns a digest of the credentials of a license. It tells licenses of one
// host apart whose owners cannot be read.
func TokenDigest(accountID, token string) string {
	sum := sha256.Sum256([]byte(accountID + "\x00" + token))
	return hex.EncodeToString(sum[:6])
}

// license is the license of a plan, as runs know it.
func (l *License) license(plan *diff.Plan) journal.License {
	return journal.License{Host: l.Host, Owner: plan.License.Owner, AccountID: plan.License.AccountID, Token: l.Token}
}

// about describes a run of a plan.
func (l *License) about(plan *diff.Plan, digest string) journal.Meta {
	return journal.Meta{Started: l.Clock.Now().UTC(), License: l.license(plan), ClientIDs: plan.License.ClientIDs, Digest: digest,
		Command: l.Command, Version: l.Version, Blocked: plan.Count().Blocked}
}

// lock takes the locks, on this machine, of a plan's license and of its client ids. The
// license is identified by its owner or, if that cannot be read, by the credentials.
func (l *License) lock(plan *diff.Plan) (*journal.Lock, error) {
	keys := []string{"the license with the token " + l.Token + " on " + l.Host}
	if owner := cmp.Or(plan.License.Owner, plan.License.AccountID); owner != "" {
		keys = append(keys, "the license of "+owner+" on "+l.Host)
	}
	for _, id := range plan.License.ClientIDs {
		keys = append(keys, "the client id "+id+" on "+l.Host)
	}
	holder := l.Process
	holder.Since = l.Clock.Now()
	lock, err := l.Store.Lock(keys, holder)
	var held *journal.Held
	if errors.As(err, &held) {
		return nil, &Error{Text: held.Error(), Hint: "wait until that run ends, then run the command again", Err: err}
	}
	if err != nil {
		return nil, invalid("pass --state-dir DIR", "the license could not be locked: %s", err)
	}
	return lock, nil
}
