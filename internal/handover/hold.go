package handover

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

const (
	// fresh is how long a look at the license counts.
	fresh = 30 * time.Second
	// pause is how often the license is read while a successor may turn up.
	pause = 5 * time.Second
)

// Reader reads kinds of a license again.
type Reader func(ctx context.Context, kinds []string) (*resource.License, error)

// look is the last look at a license, and how to take another one.
type look struct {
	read        Reader
	clock       wire.Clock
	propagation time.Duration

	mu   sync.Mutex
	now  *resource.License
	at   time.Time                 // when it was read
	made map[string]resource.Value // ids of what the plan made, by change
}

// Hold returns the apply.Options.Hold of the plan: an old webhook is deleted if
// its successors are registered and will be sent, by a look at the license that
// is at most 30 s old. Those that were just registered may take as long to show
// as propagation says.
func (h *Handover) Hold(read Reader, clock wire.Clock, propagation time.Duration) func(context.Context, *diff.Change, map[string]resource.Value) (string, error) {
	h.look = look{read: read, clock: clock, propagation: propagation, made: map[string]resource.Value{}}
	return h.hold
}

func (h *Handover) hold(ctx context.Context, ch *diff.Change, made map[string]resource.Value) (why string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.byID[ch.ID]
	if o == nil {
		return "", nil
	}
	maps.Copy(h.made, made)
	asked, looked := h.clock.Now(), false
	for {
		if h.now == nil || o.ofBot() && !h.now.Has(ch.Kind) || h.clock.Now().Sub(h.at) > fresh {
			if err := h.lookAgain(ctx, o); err != nil {
				return "", err
			}
			looked = true
		}
		recall(h.now, h.plan, h.made)
		Judge(h.olds, h.want, h.now)
		if !o.Unseen || len(made) == 0 || h.clock.Now().Sub(asked) >= h.propagation {
			return cmp.Or(o.Keep, h.changed(o, ch)), nil
		}
		if looked {
			if err := h.clock.Sleep(ctx, pause); err != nil {
				return "", err
			}
		}
		h.now = nil
	}
}

// lookAgain reads what tells whether successors are sent and, of what bots have
// inside, whether it is as it was.
func (h *Handover) lookAgain(ctx context.Context, o *Old) (err error) {
	kinds := Kinds(o.successors)
	if o.ofBot() {
		kinds = append(kinds, o.Kind.Name)
	}
	h.at = h.clock.Now()
	h.now, err = h.read(ctx, kinds)
	return err
}

// changedSince is why a bot keeps its webhooks that are not those of the plan.
const changedSince = "somebody changed it since it was looked at: run the command again"

// changed says why a bot is not the one that was planned for. Its webhooks go
// all at once, and with them would go what somebody gave it since: that has no
// successor.
func (h *Handover) changed(o *Old, ch *diff.Change) string {
	if !o.ofBot() {
		return ""
	}
	hidden := slices.IndexFunc(h.now.Gaps, func(gap resource.Gap) bool { return gap.Hides(o.Kind, ch.Before) })
	if hidden >= 0 {
		return "whether it is as it was could not be read: " + h.now.Gaps[hidden].Reason
	}
	row := resource.NewIndex(h.now).Find(o.Kind, ch.Before)
	secret, _ := ch.Before.Get("secret_key").(resource.Secret)
	if row != nil && (len(diff.Compare(o.Kind, row, ch.Before, nil)) > 0 || h.now.Secrets[string(secret)] != h.live.Secrets[string(secret)]) {
		return changedSince
	}
	return ""
}

// recall gives objects that were just made what they were made with, where the
// license shows of no object what it has there.
func recall(now *resource.License, plan *diff.Plan, made map[string]resource.Value) {
	for _, ch := range plan.Changes {
		id := made[ch.ID]
		if id == nil || ch.After == nil {
			continue
		}
		for _, row := range now.Rows(ch.Kind) {
			if !resource.Equal(resource.Lookup(ch.Kind).IDOf(row), id) {
				continue
			}
			for _, field := range now.Unreadable[ch.Kind] {
				if v, sent := ch.After.Lookup(field); sent {
					row.Set(field, v)
				}
			}
		}
	}
}
