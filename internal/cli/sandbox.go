package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	ucli "github.com/urfave/cli/v2"

	acme "lcsync/examples"
	"lcsync/internal/rehearsal"
	"lcsync/internal/sandbox"
)

func newSandboxCmd() *command {
	return &command{
		name:  "sandbox",
		brief: "serve an embedded license to try things on",
		about: `Serves a license that exists only in memory, over the same API as the real one, until it is interrupted. It starts with an owner and the group General, or with what is in FILE.
The first line on standard output is "url: http://…". Give that address and the token to other commands: LCSYNC_URL=http://… LCSYNC_TOKEN=dal:sandbox lcsync export.
A fault is METHOD=WHAT, or *=WHAT for every method; WHAT is one of 429 500 503 403-html error-text drop-before misdirect item-429 (nothing was done) and 502-after 503-after drop-after truncate bom delay=TIME (it was done). It strikes always, or at the n-th calls with @n,n, or now and then with %p (percent).
GET /_sandbox/calls lists the calls seen so far and DELETE forgets them; GET /_sandbox/state shows the license as JSON, and with ?as=snapshot as an export would. PUT /_sandbox/state sets it, and with ?unchecked to what no method would take.`,
		flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "listen", Value: "127.0.0.1:0", Usage: "serve on `HOST:PORT` (default 127.0.0.1, any port)"},
			&ucli.BoolFlag{Name: "public", Usage: "allow an address that other machines can reach"},
			&ucli.StringFlag{Name: "seed", Usage: "start with the snapshot in `FILE`"},
			&ucli.BoolFlag{Name: "demo", Usage: "start with the license of lcsync demo"},
		}, behaviourFlags()...),
		examples: []string{
			"lcsync sandbox --demo",
			"lcsync sandbox --seed acme.yaml",
			"lcsync sandbox --listen 127.0.0.1:8080 --rate 20",
			"lcsync sandbox --fault 'create_agent=drop-after@2' --fault '*=503%5'",
		},
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			return nil, runSandbox(ctx, s, sandboxOptions{
				Listen: c.String("listen"), Public: c.Bool("public"), Seed: c.String("seed"), Demo: c.Bool("demo"),
				License: behaviour(c, s.clock, s.clock.Now().UnixNano()),
			})
		},
	}
}

// sandboxOptions say what to serve and where.
type sandboxOptions struct {
	Listen  string
	Public  bool
	Seed    string // snapshot, "" for an empty license
	Demo    bool   // serve the license of lcsync demo
	License sandbox.Options
}

// graceful is how long calls that are under way may take to end.
const graceful = 3 * time.Second

func runSandbox(ctx context.Context, s *session, opts sandboxOptions) error {
	license, err := newSandbox(s.terminal, s.places, opts)
	if err != nil {
		return err
	}
	if err := checkListen(opts.Listen, opts.Public); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", opts.Listen)
	if err != nil {
		return fmt.Errorf("serve the sandbox: %w", err)
	}
	server := &http.Server{Handler: license, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()

	s.announce("http://" + listener.Addr().String())
	select {
	case err = <-ended:
		return fmt.Errorf("serve the sandbox: %w", err)
	case <-ctx.Done():
	}
	// The run's context is over; the calls under way get one of their own.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop the sandbox: %w", err)
	}
	return nil
}

// announce tells where the sandbox is. As JSON this is the document of the
// whole run: there will be nothing else to say.
func (s *session) announce(url string) {
	if !s.JSON {
		fmt.Fprintf(s.out, "url: %s\n", url)
		return
	}
	s.streamed = true
	doc, err := json.Marshal(struct {
		envelope
		URL string `json:"url"`
	}{envelope{FormatVersion: FormatVersion, Command: "sandbox"}, url})
	if err == nil {
		s.out.Write(append(doc, '\n'))
	}
}

// newSandbox makes an embedded license, filled from a snapshot if there is one.
func newSandbox(t *terminal, p places, o sandboxOptions) (*rehearsal.License, error) {
	switch {
	case o.Demo && o.Seed != "":
		return nil, usagef("run lcsync help sandbox", "--demo and --seed cannot be combined")
	case o.Demo:
		return seedSandbox(t, acme.Acme, "acme.yaml", o.License)
	case o.Seed == "":
		return emptySandbox(o.License)
	}
	data, err := p.readInput(o.Seed)
	if err != nil {
		return nil, err
	}
	return seedSandbox(t, data, o.Seed, o.License)
}

func emptySandbox(opts sandbox.Options) (*rehearsal.License, error) {
	license, err := rehearsal.Start(opts)
	if err != nil {
		return nil, usagef("run lcsync help sandbox", "%s", err)
	}
	return license, nil
}

// seedSandbox makes an embedded license out of a snapshot, which may hold what
// nobody could write to a license: one had it. The token belongs to the
// snapshot's first application, so that it sees what that one owns.
func seedSandbox(t *terminal, data []byte, name string, opts sandbox.Options) (*rehearsal.License, error) {
	doc, err := decodeSnapshot(t, name, data)
	if err != nil {
		return nil, err
	}
	if opts.TokenClientID == "" && len(doc.License.ClientIDs) > 0 {
		opts.TokenClientID = doc.License.ClientIDs[0]
	}
	license, err := emptySandbox(opts)
	if err != nil {
		return nil, err
	}
	if err := license.Give(doc.License); err != nil {
		return nil, inputf("lcsync validate "+name+" may say more", "%s cannot be served: %s", name, err)
	}
	return license, nil
}

// checkListen refuses addresses that other machines can reach, unless the user
// means it: whoever knows the token may change the license.
func checkListen(address string, public bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usagef("write HOST:PORT, such as 127.0.0.1:8080", "--listen %q is no address", address)
	}
	ip := net.ParseIP(host)
	if public || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usagef("listen on 127.0.0.1, or give --public", "--listen %s can be reached from other machines", address)
}
