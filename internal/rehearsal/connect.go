package rehearsal

import (
	"context"

	"lcsync/internal/api"
	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
	"lcsync/internal/wire/direct"
)

// Options configure the work on an embedded license, and what a plan for it may
// refer to.
type Options struct {
	Clock       wire.Clock
	Concurrency int // calls at once
	// Where returns the position in the file of a place inside a wanted row, as in
	// diff.Options. Named lists the references to check.
	Where func(row *resource.Object, path string) string
	Named []diff.Named
	// Progress, if set, is called with the progress of the restore, as by
	// apply.Run.
	Progress func(done, total int, what string)
}

// Connection is a connection to an embedded license, like one to any other
// license, but without a network.
type Connection struct {
	api     *api.Client
	clients []string
	o       Options
}

// Connect returns a connection that reads the objects of some client ids, in
// addition to those of the license.
func (l *License) Connect(clients []string, o Options) (*Connection, error) {
	server := direct.Serve(l)
	// A personal access token works for every client id of the license.
	client, err := api.New(api.Options{URL: server.URL, Token: token, AccountID: "rehearsal", Clock: o.Clock, Transport: server})
	return &Connection{client, clients, o}, err
}

// token is the token that an embedded license accepts by default.
const token = "dal:sandbox"

// Read reads kinds of the license as an export does.
func (c *Connection) Read(ctx context.Context, kinds []string) (*resource.License, error) {
	return api.Read(ctx, c.api, api.ReadOptions{Kinds: kinds, ClientIDs: c.clients, Concurrency: c.o.Concurrency, Notes: true})
}

// Run carries out a plan that was computed for the license as it was before, and
// reads it back. It keeps no journal, and needs no secret.
func (c *Connection) Run(ctx context.Context, plan *diff.Plan, before *resource.License) (*apply.Report, error) {
	return apply.Run(ctx, plan, c.api, apply.Options{
		Clock: c.o.Clock, Concurrency: c.o.Concurrency, Before: before, Settle: -1, Propagation: -1, Progress: c.o.Progress,
		Secret: placeholder, SaveSecrets: func([]apply.NewSecret) error { return nil }, Read: c.Read,
	})
}

// placeholder is the value of every secret.
func placeholder(string) (string, bool) { return "a-secret-of-the-rehearsal", true }
