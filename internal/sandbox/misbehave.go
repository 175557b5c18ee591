package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"
)

// unknownField is an undocumented field.
const unknownField = "x_sandbox_extra"

// sets are the fields whose elements have no fixed order.
var sets = []string{
	"groups", "notifications", "email_subscriptions", "summaries", "schedule", "group_ids",
	"additional_data", "source_type", "agent", "customer", "public_access", "bot_agents", "actions",
}

// dress adds to a payload what the options ask for: a random order of lists, and
// undocumented fields. Stored records do not change.
func (l *License) dress(payload any) any {
	if b, ok := payload.(batchAnswer); ok {
		out := obj{"responses": b.responses}
		if l.opts.UnknownFields {
			out[unknownField] = "unnamed"
		}
		return out
	}
	if !l.opts.Shuffle && !l.opts.UnknownFields {
		return payload
	}
	return l.dressed(payload, true)
}

func (l *License) dressed(v any, set bool) any {
	switch v := v.(type) {
	case obj:
		out := make(obj, len(v)+1)
		for _, k := range sortedKeys(v) {
			out[k] = l.dressed(v[k], slices.Contains(sets, k))
		}
		if l.opts.UnknownFields {
			out[unknownField] = "unnamed"
		}
		return out
	case dict:
		out := make(dict, len(v))
		for _, k := range sortedKeys(v) {
			out[k] = l.dressed(v[k], slices.Contains(sets, k))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = l.dressed(e, false)
		}
		if l.opts.Shuffle && set {
			l.dice.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		}
		return out
	}
	return v
}

// rewrites are the changes that the server may make to a written field.
var rewrites = map[string]func(string) string{
	"avatar": rehost,
	"mobile": func(s string) string { return strings.ReplaceAll(s, " ", "") },
	"name":   strings.TrimSpace,
}

// avatarHost is the host of avatars that the server stores itself.
const avatarHost = "https://cdn.sandbox.example.com/avatars/"

// rehost moves a picture to the server's own host, once.
func rehost(url string) string {
	if url == "" || strings.HasPrefix(url, avatarHost) {
		return url
	}
	sum := sha256.Sum256([]byte(url))
	return avatarHost + hex.EncodeToString(sum[:8]) + ".png"
}

func (l *License) normalise(p obj) obj {
	for _, name := range l.opts.Normalise {
		if s, ok := p[name].(string); ok {
			p = p.with(obj{name: rewrites[name](s)})
		}
	}
	return p
}

// bucket is a token bucket with a capacity of one second of requests.
type bucket struct {
	rate   float64 // per second; 0 = no limit
	tokens float64
	last   time.Time
}

// take accepts one request or returns when to retry.
func (b *bucket) take(now time.Time) *apiError {
	if b.rate == 0 {
		return nil
	}
	size := math.Max(1, b.rate)
	if b.last.IsZero() {
		b.tokens = size
	} else {
		b.tokens = math.Min(size, b.tokens+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.tokens < 1 {
		err := fail(errTooMany, "Too many requests")
		err.retry = int(math.Ceil((1 - b.tokens) / b.rate))
		return err
	}
	b.tokens--
	return nil
}
