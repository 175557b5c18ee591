package api

import (
	"context"
	"fmt"
	"log/slog"
	"time"
	"unicode/utf8"

	"lcsync/internal/resource"
)

const (
	// mask stands for a secret in texts.
	mask = "***"
	// longestBody is how much of a body the log shows, in bytes.
	longestBody = 512
)

// masked returns a copy of a value without secrets: members with the name of
// one, at any depth, and whatever hide takes out of strings.
func masked(v resource.Value, hide func(string) string) resource.Value {
	switch v := v.(type) {
	case string:
		return hide(v)
	case *resource.Object:
		out := &resource.Object{}
		for name, m := range v.All() {
			if resource.LooksSecret(name) && m != nil {
				m = mask
			}
			out.Set(name, masked(m, hide))
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = masked(v[i], hide)
		}
		return out
	}
	return v
}

// secretsIn returns the secrets that a value holds.
func secretsIn(v resource.Value) []string {
	var out []string
	switch v := v.(type) {
	case *resource.Object:
		for name, m := range v.All() {
			if s, ok := m.(string); ok && resource.LooksSecret(name) {
				out = append(out, s)
			}
			out = append(out, secretsIn(m)...)
		}
	case resource.List:
		for _, m := range v {
			out = append(out, secretsIn(m)...)
		}
	}
	return out
}

// hide takes the token, and the secrets that a call sends, out of a text, as
// servers may quote what they were given.
func (c *Client) hide(cl *call, text string) string {
	return c.hiding(cl)(text)
}

func (c *Client) hiding(cl *call) func(string) string {
	secrets := secretsIn(cl.args)
	if len(secrets) == 0 {
		return c.token.hide.Replace
	}
	sent := hider(secrets...)
	return func(text string) string { return sent.Replace(c.token.hide.Replace(text)) }
}

// logExchange writes one line a request; headers are never logged.
func (c *Client) logExchange(ctx context.Context, cl *call, attempt int, a answer, f *failure, took time.Duration) {
	if !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	hide := c.hiding(cl)
	attrs := []slog.Attr{
		slog.String("method", cl.method), slog.Int("attempt", attempt), slog.Int("status", a.status),
		slog.Duration("duration", took), slog.String("request", hide(abbreviated(masked(cl.args, hide)))),
	}
	if f != nil {
		attrs = append(attrs, slog.String("error", f.Type), slog.String("class", f.Class.String()), slog.String("message", f.Message))
	}
	if len(a.body) > 0 {
		text := fmt.Sprintf("(%d bytes that are not JSON)", len(a.body))
		if v, err := resource.ParseJSON(a.body); err == nil {
			text = abbreviated(masked(v, hide))
		}
		attrs = append(attrs, slog.String("response", hide(text)))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// abbreviated returns the JSON of a value, cut short.
func abbreviated(v resource.Value) string {
	s := resource.JSON(v)
	if len(s) <= longestBody {
		return s
	}
	cut := longestBody
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", s[:cut], len(s))
}
