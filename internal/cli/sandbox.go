package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	ucli "github.com/urfave/cli/v2"

	acme "lcsync/examples"
	"lcsync/internal/cli/session"
	"lcsync/internal/rehearsal"
	"lcsync/internal/sandbox"
)

func newSandboxCmd() *session.Command {
	return &session.Command{
		Name:  "sandbox",
		Brief: "serve an embedded license to try lcsync on",
		About: `Serves a license that exists only in memory, over the same API as the real one, until you interrupt it. The license starts with an owner and the group General, or with what --seed or --demo gives it.
The first line on standard output is "url: http://…". Pass that address and the token to other commands: LCSYNC_URL=http://… LCSYNC_TOKEN=dal:sandbox lcsync export.
A fault is METHOD=WHAT, or *=WHAT for every method. These faults prevent the call: 429 500 503 403-html error-text drop-before misdirect item-429. These make the call and then fail: 502-after 503-after drop-after truncate bom delay=TIME.
A fault affects every call, the n-th calls with @n,n, or a random share of the calls with %p (percent).
GET /_sandbox/calls lists the calls so far, and DELETE clears the list. GET /_sandbox/state returns the license as JSON, or with ?as=snapshot as an export. PUT /_sandbox/state replaces the license; with ?unchecked it accepts values that no method accepts.`,
		Flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "listen", Value: "127.0.0.1:0", Usage: "serve on `HOST:PORT` (default 127.0.0.1, any port)"},
			&ucli.BoolFlag{Name: "public", Usage: "allow an address that other machines can reach"},
			&ucli.StringFlag{Name: "seed", Usage: "start with the snapshot in `FILE`"},
			&ucli.BoolFlag{Name: "demo", Usage: "start with the license of lcsync demo"},
		}, behaviourFlags()...),
		Examples: []string{
			"lcsync sandbox --demo",
			"lcsync sandbox --seed acme.yaml",
			"lcsync sandbox --listen 127.0.0.1:8080 --rate 20",
			"lcsync sandbox --fault 'create_agent=drop-after@2' --fault '*=503%5'",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			return nil, runSandbox(ctx, s, sandboxOptions{
				Listen: c.String("listen"), Public: c.Bool("public"), Seed: c.String("seed"), Demo: c.Bool("demo"),
				License: behaviour(c, s.Clock, s.Clock.Now().UnixNano()),
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

// graceful is how long calls in progress may take to end.
const graceful = 3 * time.Second

func runSandbox(ctx context.Context, s *session.Session, opts sandboxOptions) error {
	license, err := newSandbox(s.Console, s.Places, opts)
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

	announce(s, "http://"+listener.Addr().String())
	select {
	case err = <-ended:
		return fmt.Errorf("serve the sandbox: %w", err)
	case <-ctx.Done():
	}
	// The context of the run has ended; the calls in progress get another one.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop the sandbox: %w", err)
	}
	return nil
}

// announce prints the address of the sandbox. With --json this is the document
// of the whole run.
func announce(s *session.Session, url string) {
	if !s.JSON {
		fmt.Fprintf(s.Out, "url: %s\n", url)
		return
	}
	s.Streamed = true
	doc, err := json.Marshal(struct {
		session.Envelope
		URL string `json:"url"`
	}{session.Envelope{FormatVersion: session.FormatVersion, Command: "sandbox"}, url})
	if err == nil {
		s.Out.Write(append(doc, '\n'))
	}
}

// newSandbox makes an embedded license, filled from a snapshot if there is one.
func newSandbox(t *session.Console, p session.Places, o sandboxOptions) (*rehearsal.License, error) {
	switch {
	case o.Demo && o.Seed != "":
		return nil, session.Usagef("run lcsync help sandbox", "--demo and --seed cannot be combined")
	case o.Demo:
		return seedSandbox(t, acme.Acme, "acme.yaml", o.License)
	case o.Seed == "":
		return emptySandbox(o.License)
	}
	data, err := p.ReadInput(o.Seed)
	if err != nil {
		return nil, err
	}
	return seedSandbox(t, data, o.Seed, o.License)
}

func emptySandbox(opts sandbox.Options) (*rehearsal.License, error) {
	license, err := rehearsal.Start(opts)
	if err != nil {
		return nil, session.Usagef("run lcsync help sandbox", "%s", err)
	}
	return license, nil
}

// seedSandbox makes an embedded license from a snapshot. The snapshot may hold
// values that the API does not accept, because a real license had them. The
// token belongs to the first application of the snapshot and sees its objects.
func seedSandbox(t *session.Console, data []byte, name string, opts sandbox.Options) (*rehearsal.License, error) {
	doc, err := session.DecodeSnapshot(t, name, data)
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
		return nil, session.Inputf("run lcsync validate "+name, "%s cannot be served: %s", name, err)
	}
	return license, nil
}

// checkListen refuses addresses that other machines can reach, unless --public
// is set: whoever knows the token can change the license.
func checkListen(address string, public bool) error {
	host, port, err := net.SplitHostPort(address)
	ip, noIP := netip.ParseAddr(host)
	numeric := host != "" && strings.Trim(host, "0123456789.") == "" || strings.Contains(host, ":")
	if _, none := net.LookupPort("tcp", port); err != nil || none != nil || numeric && noIP != nil {
		return session.Usagef("write HOST:PORT, such as 127.0.0.1:8080", "--listen %q is not an address", address)
	}
	if public || host == "localhost" || ip.IsLoopback() {
		return nil
	}
	return session.Usagef("listen on 127.0.0.1, or pass --public", "--listen %s can be reached from other machines", address)
}
