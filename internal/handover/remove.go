package handover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// Status is what became of an old registration.
type Status string

// What can become of an old registration.
const (
	Goes    Status = "goes"    // it is to be removed
	Removed Status = "removed" // it is gone
	Stays   Status = "stays"   // it is still there, and Why says why
	Failed  Status = "failed"  // the call was refused
	Unknown Status = "unknown" // whether it is gone is not known
)

// Outcome is what became of one registration.
type Outcome struct {
	*Old
	Status Status `json:"status"`
	Why    string `json:"why,omitempty"`
}

// removal is how versions let go of their registrations: the methods, and the
// names of what tells which one is meant. Source: the vendor's pages of each
// version. Webhooks inside a bot go with the bot's update; whether that may
// leave it without any is not documented, and so it is read back.
type removal struct {
	id, owner               string // parameters of unregister_webhook
	update, get, bot, botID string
}

var removals = map[string]removal{
	"3.1": {id: "webhook_id", update: "update_bot_agent", get: "get_bot_agent_details", bot: "bot_agent", botID: "bot_agent_id"},
	"3.2": {id: "webhook_id", update: "update_bot", get: "get_bot", bot: "bot_agent", botID: "bot_agent_id"},
	"3.3": {id: "id", owner: "owner_client_id"},
	"3.4": {id: "id", owner: "owner_client_id"},
}

// Request is a call that removes a registration.
type Request struct {
	Method string           `json:"method"`
	Args   *resource.Object `json:"args"`
}

// Request returns the call that removes a registration from a version. Secrets
// in it are their names.
func (o *Old) Request(version string) Request {
	how := removals[version]
	if o.Kind == hooks {
		args := resource.Of(how.id, o.ID)
		if how.owner != "" {
			args.Set(how.owner, o.Owner)
		}
		return Request{"unregister_webhook", args}
	}
	own := o.bot.Object(hooks).Clone()
	own.Set("actions", resource.List{})
	return Request{how.update, resource.Of("id", o.ID, hooks, own)}
}

// Masked returns the request with nothing of its secrets.
func (r Request) Masked() Request {
	args, _ := reveal(r.Args, func(string) (string, bool) { return resource.Mask, true }) // each has a value
	return Request{r.Method, args}
}

// Side is the older version, and how to deal with it.
type Side struct {
	API     wire.API
	Version string
	Secret  func(name string) (string, bool)
	Clock   wire.Clock
	// Propagation is how long a change may not show in what is read.
	Propagation time.Duration
}

// Remove removes a registration and says what became of it. The error is the
// context's, if that ended.
func (s Side) Remove(ctx context.Context, o *Old) (Outcome, error) {
	out := Outcome{Old: o, Status: Removed}
	req := o.Request(s.Version)
	args, err := reveal(req.Args, s.Secret)
	if err != nil {
		return Outcome{o, Failed, err.Error()}, nil
	}
	if o.Kind != hooks {
		if why, err := s.changed(ctx, o); err != nil || why != "" {
			return Outcome{o, Stays, why}, err
		}
	}
	if _, err := s.API.Call(ctx, req.Method, args); err != nil {
		if out.Status = judge(err); out.Status != Removed {
			out.Why = err.Error()
		}
	}
	switch {
	case ctx.Err() != nil:
		return Outcome{o, Unknown, "interrupted"}, ctx.Err()
	case o.Kind == hooks, out.Status == Unknown:
		return out, nil
	}
	return s.readBack(ctx, out)
}

// changedSince is why a bot keeps its webhooks that are not those of the plan.
const changedSince = "somebody changed it since it was looked at: run the command again"

// changed says why a bot is not the one that was looked at. Its webhooks go all
// at once, and with them would go what somebody gave it since: that has no
// successor.
func (s Side) changed(ctx context.Context, o *Old) (why string, err error) {
	bot, err := s.bot(ctx, o)
	switch {
	case ctx.Err() != nil:
		return "interrupted", ctx.Err()
	case err != nil:
		return "whether it is as it was could not be read: " + err.Error(), nil
	}
	k := resource.LookupAt(s.Version, o.Kind)
	was, err := reveal(o.bot, s.Secret)
	if err != nil {
		return err.Error(), nil
	}
	k.Canonical(was)
	k.Canonical(bot)
	if now := bot.Object(hooks); len(now.List("actions")) > 0 && !resource.Equal(was.Get(hooks), now) {
		return changedSince, nil
	}
	return "", nil
}

// bot reads the bot that a registration is inside of.
func (s Side) bot(ctx context.Context, o *Old) (*resource.Object, error) {
	how := removals[s.Version]
	answer, err := s.API.Call(ctx, how.get, resource.Of(how.botID, o.ID))
	if err != nil {
		return nil, err
	}
	bot, _ := answer.(*resource.Object)
	if bot.Has(how.bot) {
		bot = bot.Object(how.bot)
	}
	return bot, nil
}

// judge says what a failed removal left. What is not there is gone: lists may
// lag behind.
func judge(err error) Status {
	var call *wire.Error
	switch {
	case !errors.As(err, &call) || call.Class == wire.Ambiguous:
		return Unknown
	case call.Type == "not_found":
		return Removed
	}
	return Failed
}

// byHand is what is left to do where a version does not let go of a bot's
// webhooks.
const byHand = "by hand: the bot's application takes them out of the bot, or they end with the version"

// pause is how often a bot is read while its change may show.
const pause = 5 * time.Second

// readBack looks whether a bot has let go of its webhooks, for as long as that
// may take to show.
func (s Side) readBack(ctx context.Context, out Outcome) (Outcome, error) {
	for deadline := s.Clock.Now().Add(s.Propagation); ; {
		bot, err := s.bot(ctx, out.Old)
		switch {
		case ctx.Err() != nil:
			return Outcome{out.Old, Unknown, "interrupted"}, ctx.Err()
		case err != nil && out.Status == Failed:
			return out, nil
		case err != nil:
			return Outcome{out.Old, Unknown, err.Error()}, nil
		}
		switch {
		case len(bot.Object(hooks).List("actions")) == 0:
			return Outcome{out.Old, Removed, ""}, nil
		case out.Status == Failed:
			return Outcome{out.Old, Stays, out.Why + "; " + byHand}, nil
		case !s.Clock.Now().Before(deadline):
			return Outcome{out.Old, Stays, "the bot still has them; " + byHand}, nil
		}
		if err := s.Clock.Sleep(ctx, pause); err != nil {
			return Outcome{out.Old, Unknown, "interrupted"}, err
		}
	}
}

// reveal puts the values of secrets in the place of their names.
func reveal(o *resource.Object, secret func(string) (string, bool)) (*resource.Object, error) {
	out := o.Clone()
	for name, v := range o.All() {
		switch v := v.(type) {
		case *resource.Object:
			inner, err := reveal(v, secret)
			if err != nil {
				return nil, err
			}
			out.Set(name, inner)
		case resource.Secret:
			value, ok := secret(string(v))
			if !ok {
				return nil, fmt.Errorf("the secret %s is not known", v)
			}
			out.Set(name, value)
		}
	}
	return out, nil
}
