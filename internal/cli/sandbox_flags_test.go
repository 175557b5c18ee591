package cli

import (
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/sandbox"
)

// TestBehaviourFlags checks that each flag sets its option and no other.
func TestBehaviourFlags(t *testing.T) {
	tests := []struct {
		flag   string
		values []string // each of them is given; none for a flag without value
		want   func(o *sandbox.Options)
	}{
		{"token", []string{"fra:other"}, func(o *sandbox.Options) { o.Token = "fra:other" }},
		{"client-id", []string{"shop,desk", "till"}, func(o *sandbox.Options) { o.TokenClientID, o.ClientIDs = "shop", []string{"shop", "desk", "till"} }},
		{"scopes", []string{"tags--all:ro", "groups--all:ro"}, func(o *sandbox.Options) { o.Scopes = []string{"tags--all:ro", "groups--all:ro"} }},
		{"latency", []string{"3s"}, func(o *sandbox.Options) { o.Latency = 3 * time.Second }},
		{"rate", []string{"2.5"}, func(o *sandbox.Options) { o.Rate = 2.5 }},
		{"fault", []string{"*=503%5", "create_tag=429@1,2"}, func(o *sandbox.Options) { o.Faults = []string{"*=503%5", "create_tag=429@1,2"} }},
		{"fault-seed", []string{"11"}, func(o *sandbox.Options) { o.FaultSeed = 11 }},
		{"region", []string{"fra-a"}, func(o *sandbox.Options) { o.Region = "fra-a" }},
		{"hide-region", nil, func(o *sandbox.Options) { o.HideRegion = true }},
		{"foreign-bot", nil, func(o *sandbox.Options) { o.ForeignBot = true }},
		{"empty-bodies", nil, func(o *sandbox.Options) { o.EmptyBodies = true }},
		{"nulls", nil, func(o *sandbox.Options) { o.Nulls = true }},
		{"shuffle", nil, func(o *sandbox.Options) { o.Shuffle = true }},
		{"unknown-fields", nil, func(o *sandbox.Options) { o.UnknownFields = true }},
		{"merge-lists", nil, func(o *sandbox.Options) { o.MergeLists = true }},
		{"stale-reads", []string{"1m"}, func(o *sandbox.Options) { o.StaleReads = time.Minute }},
		{"normalise", []string{"avatar,name"}, func(o *sandbox.Options) { o.Normalise = []string{"avatar", "name"} }},
		{"keep-bot-webhooks", nil, func(o *sandbox.Options) { o.KeepBotWebhooks = true }},
		{"unsupported", []string{"3.1", "3.2"}, func(o *sandbox.Options) { o.Unsupported = []string{"3.1", "3.2"} }},
		{"lifecycle", []string{"3.2=deprecation:2027-06-30", "3.4=legacy:2027-12-31"}, func(o *sandbox.Options) {
			o.Lifecycle = map[string]string{"3.2": "deprecation:2027-06-30", "3.4": "legacy:2027-12-31"}
		}},
	}
	clock := newClock()
	var covered []string
	for _, tt := range tests {
		covered = append(covered, tt.flag)
		want := sandbox.Options{Token: "dal:sandbox", Seed: 7, Clock: clock, Lifecycle: map[string]string{}}
		tt.want(&want)
		args := []string{"sandbox"}
		for _, v := range tt.values {
			args = append(args, "--"+tt.flag, v)
		}
		if tt.values == nil {
			args = append(args, "--"+tt.flag)
		}
		var got sandbox.Options
		app := &ucli.App{Name: "sandbox", Flags: behaviourFlags(), Writer: io.Discard, ErrWriter: io.Discard, DisableSliceFlagSeparator: true,
			Action: func(c *ucli.Context) error { got = behaviour(c, clock, 7); return nil }}
		if err := app.Run(args); err != nil {
			t.Errorf("--%s: %v", tt.flag, err)
			continue
		}
		if d := cmp.Diff(want, got, cmp.Comparer(func(a, b sandbox.Clock) bool { return a == b })); d != "" {
			t.Errorf("--%s (-want +got):\n%s", tt.flag, d)
		}
		if _, err := sandbox.New(got); err != nil {
			t.Errorf("--%s: the sandbox does not take it: %v", tt.flag, err)
		}
	}
	for _, f := range behaviourFlags() {
		if !slices.Contains(covered, f.Names()[0]) {
			t.Errorf("--%s has no case", f.Names()[0])
		}
	}
}
