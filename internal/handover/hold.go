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

// gate lets an old webhook go if its work is done by others by now.
type gate struct {
	*Handover
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
	g := &gate{Handover: h, read: read, clock: clock, propagation: propagation, made: map[string]resource.Value{}}
	return g.hold
}

func (g *gate) hold(ctx context.Context, ch *diff.Change, made map[string]resource.Value) (why string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	o := g.byID[ch.ID]
	if o == nil {
		return "", nil
	}
	maps.Copy(g.made, made)
	asked, looked := g.clock.Now(), false
	for {
		if g.now == nil || o.ofBot() && !g.now.Has(ch.Kind) || g.clock.Now().Sub(g.at) > fresh {
			if err := g.look(ctx, o); err != nil {
				return "", err
			}
			looked = true
		}
		Judge(g.olds, g.want, g.now)
		if !o.Unseen || len(made) == 0 || g.clock.Now().Sub(asked) >= g.propagation {
			return cmp.Or(o.Keep, g.changed(o, ch)), nil
		}
		if looked {
			if err := g.clock.Sleep(ctx, pause); err != nil {
				return "", err
			}
		}
		g.now = nil
	}
}

// look reads what tells whether successors are sent and, of what bots have
// inside, whether it is as it was.
func (g *gate) look(ctx context.Context, o *Old) (err error) {
	kinds := []string{hooks, "webhooks_state"}
	if o.ofBot() {
		kinds = append(kinds, "routing_statuses", o.Kind.Name)
	}
	g.at = g.clock.Now()
	if g.now, err = g.read(ctx, kinds); err == nil {
		recall(g.now, g.plan, g.made)
	}
	return err
}

// changedSince is why a bot keeps its webhooks that are not those of the plan.
const changedSince = "somebody changed it since it was looked at: run the command again"

// changed says why a bot is not the one that was planned for. Its webhooks go
// all at once, and with them would go what somebody gave it since: that has no
// successor.
func (g *gate) changed(o *Old, ch *diff.Change) string {
	if !o.ofBot() {
		return ""
	}
	hidden := slices.IndexFunc(g.now.Gaps, func(gap resource.Gap) bool { return gap.Hides(o.Kind, ch.Before) })
	if hidden >= 0 {
		return "whether it is as it was could not be read: " + g.now.Gaps[hidden].Reason
	}
	row := resource.NewIndex(g.now).Find(o.Kind, ch.Before)
	secret, _ := ch.Before.Get("secret_key").(resource.Secret)
	if row != nil && (len(diff.Compare(o.Kind, row, ch.Before, nil)) > 0 || g.now.Secrets[string(secret)] != g.live.Secrets[string(secret)]) {
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
