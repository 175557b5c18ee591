package runs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lcsync/internal/api"
	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/secret"
	"lcsync/internal/wire/wiretest"
)

const client = "0c5f1a77e2d94b36"

// world is an embedded license, the runs on it, and somebody at a terminal who
// agrees to everything.
type world struct {
	t       *testing.T
	clock   *wiretest.Clock
	sandbox *sandbox.License
	server  *wiretest.Server
	store   *journal.Store
	secrets map[string]string
	options Options

	account     string        // of the credentials
	application bool          // what acts on other licenses may be replaced
	blind       bool          // the agents cannot be read, and so the owner
	ahead       time.Duration // of the journal's clock

	notices []string
	shown   []*diff.Plan
	refuses bool
}

func newWorld(t *testing.T, o sandbox.Options) *world {
	t.Helper()
	w := &world{t: t, clock: wiretest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)),
		options: Options{BatchSize: 100, Settle: 10 * time.Second, Propagation: 2 * time.Minute}}
	o.Clock, o.TokenClientID, o.Seed = w.clock, client, 7
	var err error
	w.options.MaxDelete, err = diff.ParseLimit("100%")
	w.must(err)
	w.sandbox, err = sandbox.New(o)
	w.must(err)
	w.server = wiretest.Serve(w.sandbox)
	w.store, err = journal.Open(t.TempDir())
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// open is the license as a command has it.
func (w *world) open() *License {
	w.t.Helper()
	const token = "dal:sandbox"
	c, err := api.New(api.Options{URL: w.server.URL, Token: token, Clock: w.clock, Transport: w.server})
	w.must(err)
	secrets, err := secret.Load("", nil)
	w.must(err)
	secrets.Add(w.secrets)
	l := &License{API: c, Host: c.Host(), Token: TokenDigest(w.account, token), Store: w.store, Secrets: secrets, Clock: w.clock,
		Process: journal.Holder{PID: 1}, Concurrency: 8, Command: []string{"lcsync", "test"}, Options: w.options}
	l.Terminal = Terminal{
		Notice:  func(text string) { w.notices = append(w.notices, text) },
		Show:    func(p *diff.Plan) error { w.shown = append(w.shown, p); return nil },
		Ask:     func(context.Context, *diff.Plan) (bool, error) { return !w.refuses, nil },
		Sending: func(context.Context) (func(int, int, string), func()) { return nil, func() {} },
	}
	ids := []string{client}
	l.Reread = func(ctx context.Context, kinds []string) (*resource.License, error) {
		if w.blind {
			kinds = slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return resource.Lookup(k).Person })
		}
		return api.Read(ctx, c, api.ReadOptions{Kinds: kinds, ClientIDs: ids})
	}
	l.Read = func(ctx context.Context, kinds, clientIDs []string) (*resource.License, error) {
		ids = clientIDs
		return l.Reread(ctx, kinds)
	}
	return l
}

// do does something on the license, in a bubble where no time passes that
// nobody waits for.
func (w *world) do(f func(context.Context, *License)) {
	w.t.Helper()
	w.clock.Run(w.t, func() { f(context.Background(), w.open()) })
}

// wanting plans what makes a license hold some rows of a kind.
func (w *world) wanting(l *License, kind string, rows ...*resource.Object) Planner {
	return func(ctx context.Context) (*diff.Plan, *resource.License, error) {
		live, err := l.Read(ctx, kindsOf(func(k *resource.Kind) bool { return slices.Contains(resource.Closure(map[string]bool{kind: true}), k) }), []string{client})
		if err != nil {
			return nil, nil, err
		}
		want := &resource.License{Owner: live.Owner, AccountID: live.AccountID, ClientIDs: []string{client}}
		want.SetRows(kind, rows)
		plan, err := diff.Compute(live, want, diff.Options{Match: diff.Auto, AllowApplication: w.application})
		return plan, live, err
	}
}

// applied is what one apply came to.
type applied struct {
	run  string
	text string // how the changes ended
	err  error
	left bool
}

// apply makes the license hold some rows of a kind.
func (w *world) apply(kind string, rows ...*resource.Object) (out applied) {
	w.t.Helper()
	w.do(func(ctx context.Context, l *License) {
		p, err := l.Prepare(ctx, w.wanting(l, kind, rows...))
		out = w.carry(ctx, l, p, err)
	})
	return out
}

func (w *world) undo(run string, prune bool) (out applied) {
	w.t.Helper()
	w.do(func(ctx context.Context, l *License) {
		u, err := Load(w.store, run)
		w.must(err)
		p, err := l.PrepareUndo(ctx, u, diff.Options{Prune: prune})
		out = w.carry(ctx, l, p, err)
	})
	return out
}

func (w *world) resume(run string) (out applied) {
	w.t.Helper()
	w.do(func(ctx context.Context, l *License) {
		report, id, err := l.Resume(ctx, run)
		out = applied{run: id, err: err}
		if report != nil {
			out.text = strings.Join(NotDone(report), "; ")
		}
	})
	return out
}

func (w *world) carry(ctx context.Context, l *License, p *LockedPlan, err error) applied {
	if err != nil {
		return applied{err: err}
	}
	defer p.Close()
	out := applied{left: l.Left()}
	if len(p.Plan.Todo()) == 0 {
		return out
	}
	if out.err = l.Ready(ctx, p.Plan); out.err != nil {
		return out
	}
	report, run, err := l.Execute(ctx, p)
	out.run, out.err = run, err
	if report != nil {
		out.text = strings.Join(NotDone(report), "; ")
	}
	return out
}

// killed leaves what a process leaves that was killed on its way: the plan, an
// intent for each change that is named as step and id, and what it had answers
// for (a step with a + in front).
func (w *world) killed(kind string, rows []*resource.Object, steps ...string) string {
	w.t.Helper()
	var id string
	w.do(func(ctx context.Context, l *License) {
		plan, live, err := w.wanting(l, kind, rows...)(ctx)
		w.must(err)
		now := w.clock.Now().Add(w.ahead)
		run, err := l.begin(l.about(plan, ""), plan, live)
		w.must(err)
		for i, s := range steps {
			does, change, _ := strings.Cut(s, " ")
			answered := strings.HasPrefix(does, "+")
			w.must(run.Intent(journal.Intent{Call: int64(i + 1), Time: now, Method: "m", Changes: []string{change}, Step: strings.TrimPrefix(does, "+")}))
			if answered {
				w.must(run.Outcome(journal.Outcome{Call: int64(i + 1), Time: now, Results: []journal.Result{{Change: change, Status: "done"}}}))
			}
		}
		id = run.ID()
		w.must(run.Close())
	})
	return id
}

// call makes a call by hand.
func (w *world) call(method, body string) string {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.server.URL+"/v3.5/configuration/action/"+method, strings.NewReader(body))
	w.must(err)
	req.Header.Set("Authorization", "Bearer dal:sandbox")
	req.Header.Set("Content-Type", "application/json")
	answer, err := w.server.RoundTrip(req)
	w.must(err)
	data, err := io.ReadAll(answer.Body)
	w.must(err)
	if answer.StatusCode >= 300 {
		w.t.Fatalf("%s %s: %s", method, body, data)
	}
	return string(data)
}

// state reads the license's true state, past the API.
func (w *world) state(v any) {
	w.t.Helper()
	w.must(json.Unmarshal(w.sandbox.State(), v))
}

// names returns the names of what the license holds of a kind, sorted.
func (w *world) names(kind string) string {
	w.t.Helper()
	var all map[string]json.RawMessage
	w.state(&all)
	var rows []struct{ Name string }
	w.must(json.Unmarshal(all[kind], &rows))
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (w *world) has(kind, names string) {
	w.t.Helper()
	if got := w.names(kind); got != names {
		w.t.Errorf("%s: %q, want %q", kind, got, names)
	}
}

// told tells whether a notice has a text in it.
func (w *world) told(text string) bool {
	return slices.ContainsFunc(w.notices, func(n string) bool { return strings.Contains(n, text) })
}

// fails makes sure of an error and its hint.
func fails(t *testing.T, err error, reason Reason, texts ...string) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok || e.Reason != reason {
		t.Fatalf("got %#v, want reason %d and %q", err, reason, texts)
	}
	for _, text := range texts {
		if said := fmt.Sprint(e.Text, " | ", e.Hint); !strings.Contains(said, text) {
			t.Errorf("%q, want %q in it", said, text)
		}
	}
}

func tag(name string) *resource.Object {
	return resource.Of("name", name, "group_ids", resource.List{})
}

func bot(name string) *resource.Object { return resource.Of("name", name, "owner_client_id", client) }

// ends makes sure of how a run has finished.
func (w *world) ends(run, end string) {
	w.t.Helper()
	h, err := w.store.Find(run)
	w.must(err)
	if h.Finished != end {
		w.t.Errorf("run %s: %q, want %q", run, h.Finished, end)
	}
}
