package api

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"lcsync/internal/resource"
)

// longestBody is how much of a body the log shows, in bytes.
const longestBody = 512

// hiding returns a replacer that removes the token, and the secrets that a call
// sends, from a text: servers may quote what they receive.
func (c *Client) hiding(cl *call) func(string) string {
	var secrets []string
	for name, v := range resource.Walk(cl.args) {
		if s, ok := v.(string); ok && resource.LooksSecret(name) {
			secrets = append(secrets, s)
		}
	}
	sent := resource.Hider(secrets...)
	return func(text string) string { return sent.Replace(c.token.hide.Replace(text)) }
}

// logExchange writes one line a request; headers are never logged.
func (c *Client) logExchange(ctx context.Context, cl *call, attempt int, a answer, f *failure, took time.Duration) {
	if !c.opts.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	hide := c.hiding(cl)
	attrs := []slog.Attr{
		slog.String("method", cl.method), slog.Int("attempt", attempt), slog.Int("status", a.status),
		slog.Duration("duration", took), slog.String("request", abbreviated(cl.args, hide)),
	}
	if f != nil {
		attrs = append(attrs, slog.String("error", f.Type), slog.String("class", f.Class.String()), slog.String("message", resource.MaskURLs(f.Message)))
	}
	if len(a.body) > 0 {
		text := fmt.Sprintf("(%d bytes that are not JSON)", len(a.body))
		if v, err := resource.ParseJSON(a.body); err == nil {
			text = abbreviated(v, hide)
		}
		attrs = append(attrs, slog.String("response", text))
	}
	c.opts.Log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// abbreviated returns the JSON of a value without its secrets, cut short.
func abbreviated(v resource.Value, hide func(string) string) string {
	shown := func(text string) string { return resource.MaskURLs(hide(text)) }
	s := hide(resource.JSON(resource.Redact(v, shown)))
	if len(s) <= longestBody {
		return s
	}
	return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(s[:longestBody], ""), len(s))
}
