package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lcsync/internal/resource"
)

// lockedBuffer collects a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func debugLog() (*lockedBuffer, *slog.Logger) {
	b := &lockedBuffer{}
	return b, slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Everything that can go wrong, with a server that repeats what it was told.
// Neither the token nor a secret may show in the log or in an error.
func TestNoSecretShows(t *testing.T) {
	const sent, made = `sent"\<secret>&42`, "made-secret-77"
	hidden := []string{testToken, base64.StdEncoding.EncodeToString([]byte("acc-1:" + testToken)), "secret>&42", `u003e\u002642`, made}
	quote := func(r request) string {
		return resource.JSON("got " + r.Header.Get("Authorization") + " and " + r.Args.String("secret_key") + " in " + r.Body)
	}
	answers := []func(w http.ResponseWriter, r request){
		func(w http.ResponseWriter, _ request) {
			say(w, 200, `{"id":"x","secret":"`+made+`","bots":[{"token":"`+made+`"}]}`)
		},
		func(w http.ResponseWriter, r request) {
			say(w, 400, `{"error":{"type":"validation","message":`+quote(r)+`}}`)
		},
		func(w http.ResponseWriter, r request) {
			say(w, 403, `{"error":{"type":"authorization","message":`+quote(r)+`}}`)
		},
		func(w http.ResponseWriter, r request) {
			say(w, 401, `{"error":{"type":"authentication","message":`+quote(r)+`}}`)
		},
		func(w http.ResponseWriter, r request) {
			say(w, 500, `{"error":{"type":"internal","message":`+quote(r)+`}}`)
		},
		func(w http.ResponseWriter, r request) {
			w.Header().Set("Retry-After", testToken)
			w.Header().Set("Legacy", testToken)
			say(w, 429, `{"error":{"type":"too_many_requests","message":`+quote(r)+`}}`)
		},
		func(w http.ResponseWriter, r request) { say(w, 200, `token `+testToken+` `+sent) },
		func(w http.ResponseWriter, r request) {
			w.Header().Set("Location", "https://"+testToken+"@example.com/?t="+testToken)
			w.WriteHeader(307)
		},
		func(w http.ResponseWriter, r request) {
			say(w, 200, `{"responses":[{"error":{"type":"validation","message":`+quote(r)+`}}]}`)
		},
		func(w http.ResponseWriter, _ request) { say(w, 200, `{"responses":[{"id":"x","secret":"`+made+`"}]}`) },
		func(w http.ResponseWriter, _ request) { drop(w) },
	}
	args := resource.Of("url", "https://example.com", "secret_key", sent, "list", resource.List{resource.Of("PassWord", sent)})
	for i, answer := range answers {
		s := serve(t, func(w http.ResponseWriter, r request, _ int) { answer(w, r) })
		for _, account := range []string{"", "acc-1"} {
			log, logger := debugLog()
			c := connect(t, s.URL, func(o *Options) { o.AccountID, o.Log, o.Retries = account, logger, 2 })
			var texts []string
			for _, method := range []string{"register_webhook", "update_bot", "list_bots"} {
				_, err := c.Call(t.Context(), method, args)
				texts = append(texts, deepText(err)...)
			}
			outcomes, err := c.Batch(t.Context(), "update_bot", []*resource.Object{args})
			texts = append(texts, deepText(err)...)
			for _, o := range outcomes {
				if o.Err != nil {
					texts = append(texts, deepText(o.Err)...)
				}
			}
			_, err = c.Identity(t.Context())
			texts = append(append(texts, deepText(err)...), log.String())
			for _, text := range texts {
				for _, h := range hidden {
					if strings.Contains(text, h) {
						t.Errorf("answer %d, account %q: %q shows in %.300s", i, account, h, text)
					}
				}
			}
			if !strings.Contains(log.String(), resource.Mask) {
				t.Errorf("answer %d: nothing is masked in %s", i, log)
			}
		}
	}
}

// deepText returns the texts of an error and of all that it wraps.
func deepText(err error) []string {
	var out []string
	for ; err != nil; err = errors.Unwrap(err) {
		out = append(out, err.Error())
	}
	return out
}

// A secret too short to be told from words is redacted in its own field alone;
// one of resource.MinRedacted characters wherever it is quoted.
func TestShortSecrets(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) {
		say(w, 400, `{"error":{"type":"validation","message":"not registered: register first"}}`)
	})
	for secret, want := range map[string]string{
		"r":      "not registered: register first",
		"regis":  "not registered: register first",
		"regist": "not ***ered: ***er first",
	} {
		log, logger := debugLog()
		_, err := connect(t, s.URL, func(o *Options) { o.Log = logger }).Call(t.Context(), "register_webhook", resource.Of("secret_key", secret))
		if we := wireError(t, err); we.Message != want {
			t.Errorf("%q: %s", secret, we.Message)
		}
		if text := log.String(); strings.Contains(text, `:\"`+secret+`\"`) || !strings.Contains(text, `{\"secret_key\":\"***\"}`) {
			t.Errorf("%q: it shows in the log, or its field does not: %s", secret, text)
		}
	}
}

func TestLogLines(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, n int) {
		if n == 0 {
			sayError(w, 500, "internal")
			return
		}
		say(w, 200, `[{"id":"`+strings.Repeat("é", 2*longestBody)+`"}]`)
	})
	log, logger := debugLog()
	c := connect(t, s.URL, func(o *Options) { o.Log = logger })
	if _, err := c.Call(t.Context(), "list_agents", resource.Of("fields", resource.List{"groups"})); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("want a line a request and one for the repetition:\n%s", log)
	}
	for i, want := range [][]string{
		{"level=DEBUG", "method=list_agents", "attempt=1", "status=500", "duration=", "error=internal", `fields\":[\"groups`, "about internal"},
		{"level=INFO", "method=list_agents", "attempt=1", "in=", "reason="},
		{"level=DEBUG", "attempt=2", "status=200", "… ("},
	} {
		for _, s := range want {
			if !strings.Contains(lines[i], s) {
				t.Errorf("line %d lacks %q: %s", i, s, lines[i])
			}
		}
		if len(lines[i]) > 3*longestBody {
			t.Errorf("line %d is not cut short: %d bytes", i, len(lines[i]))
		}
	}
}

// The log of a client without one costs and writes nothing.
func TestNoLog(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ request, _ int) { say(w, 200, `{}`) })
	c := connect(t, s.URL, nil)
	c.logExchange(context.Background(), &call{}, 1, answer{}, nil, time.Second)
	if _, err := c.Call(t.Context(), "list_tags", nil); err != nil {
		t.Fatal(err)
	}
}
