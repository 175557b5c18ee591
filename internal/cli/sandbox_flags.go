package cli

import (
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/config"
	"lcsync/internal/sandbox"
)

// behaviourFlags are the flags for the behaviour of an embedded license.
func behaviourFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringFlag{Name: "token", Value: "dal:sandbox", Usage: "accept `TOKEN` as Bearer token or as Basic password (default dal:sandbox)"},
		&ucli.StringSliceFlag{Name: "client-id", Usage: "accept only this client `ID`; repeatable; the token belongs to the first (default: accept any)"},
		&ucli.StringSliceFlag{Name: "scopes", Usage: "give the token only `SCOPE,…` (default: all public scopes)"},
		&ucli.DurationFlag{Name: "latency", Usage: "wait `TIME` before every response"},
		&ucli.Float64Flag{Name: "rate", Usage: "refuse more than `N` requests a second"},
		&ucli.StringSliceFlag{Name: "fault", Usage: "inject the fault `SPEC`; repeatable"},
		&ucli.Int64Flag{Name: "fault-seed", Usage: "choose the calls of %p faults by the random seed `N`"},
		&ucli.StringFlag{Name: "region", Usage: "run in the data center `NAME`, such as fra or fra-a (default dal)"},
		&ucli.BoolFlag{Name: "hide-region", Usage: "do not name the right region to misdirected requests"},
		&ucli.BoolFlag{Name: "foreign-bot", Usage: "add a bot of an application that belongs to another organization"},
		&ucli.BoolFlag{Name: "empty-bodies", Usage: "respond with an empty body instead of {} if there is no result"},
		&ucli.BoolFlag{Name: "nulls", Usage: "return null for fields that are not set"},
		&ucli.BoolFlag{Name: "shuffle", Usage: "return lists in random order"},
		&ucli.BoolFlag{Name: "unknown-fields", Usage: "return fields that are not documented"},
		&ucli.BoolFlag{Name: "merge-lists", Usage: "make updates add to lists instead of replacing them"},
		&ucli.DurationFlag{Name: "stale-reads", Usage: "show changes to readers only after `TIME`"},
		&ucli.StringSliceFlag{Name: "normalise", Usage: "change the values of `FIELD` on write: avatar, mobile or name; repeatable"},
		&ucli.BoolFlag{Name: "keep-bot-webhooks", Usage: "refuse to clear the webhooks that 3.1 and 3.2 embed in bots"},
		&ucli.StringSliceFlag{Name: "unsupported", Usage: "refuse every call of the API `VERSION`, as if it were switched off; repeatable"},
		&ucli.StringSliceFlag{Name: "lifecycle", Usage: "announce in a header when a stage of an API version ends: `VERSION=STAGE:DATE`, such as 3.2=deprecation:2027-06-30 or 3.4=legacy:2027-12-31; repeatable"},
	}
}

// behaviour reads behaviourFlags. seed makes the ids of each license different.
func behaviour(c *ucli.Context, clock sandbox.Clock, seed int64) sandbox.Options {
	clients := config.SplitList(c.StringSlice("client-id")...)
	own := ""
	if len(clients) > 0 {
		own = clients[0]
	}
	return sandbox.Options{
		Token: c.String("token"), TokenClientID: own, ClientIDs: clients, Scopes: config.SplitList(c.StringSlice("scopes")...),
		Seed: seed, Clock: clock, Latency: c.Duration("latency"), Rate: c.Float64("rate"),
		Faults: c.StringSlice("fault"), FaultSeed: c.Int64("fault-seed"),
		Region: c.String("region"), HideRegion: c.Bool("hide-region"), ForeignBot: c.Bool("foreign-bot"),
		EmptyBodies: c.Bool("empty-bodies"), Nulls: c.Bool("nulls"),
		Shuffle: c.Bool("shuffle"), UnknownFields: c.Bool("unknown-fields"), MergeLists: c.Bool("merge-lists"),
		StaleReads: c.Duration("stale-reads"), Normalise: config.SplitList(c.StringSlice("normalise")...),
		KeepBotWebhooks: c.Bool("keep-bot-webhooks"),
		Unsupported:     config.SplitList(c.StringSlice("unsupported")...), Lifecycle: lifecycle(c.StringSlice("lifecycle")),
	}
}

// lifecycle splits VERSION=STAGE:DATE for the sandbox, which checks it.
func lifecycle(list []string) map[string]string {
	out := map[string]string{}
	for _, e := range config.SplitList(list...) {
		version, ends, _ := strings.Cut(e, "=")
		out[version] = ends
	}
	return out
}
