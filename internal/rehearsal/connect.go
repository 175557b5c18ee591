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

// Options say how to work on an embedded license, and what a plan for it may refer
// to.
type Options struct {
	Clock       wire.Clock
	Concurrency int // calls at once
	// Where says where in its file a place inside of a wanted row is, as in
	// diff.Options, and Named lists the references to check.
	Where func(row *resource.Object, path string) string
	Named []diff.Named
	// Progress, if set, is told how far the restore is, as by apply.Run.
	Progress func(done, total int, what string)
}

// Connection is a way to an embedded license: the one that any other license is
// reached by, but without a network.
type Connection struct {
	api     *api.Client
	clients []string
	o       Options
}

// Connect makes a connection that reads what some client ids own, beside what
// belongs to the license.
func (l *License) Connect(clients []string, o Options) (*Connection, error) {
	server := direct.Serve(l)
	// A personal access token acts for every client id of the license.
	client, err := api.New(api.Options{URL: server.URL, Token: token, AccountID: "rehearsal", Clock: o.Clock, Transport: server})
	return &Connection{client, clients, o}, err
}

// token is the one that an embedded license accepts unless it is told another.
const token = "dal:sandbox"

// Read reads kinds of the license as an export does.
func (c *Connection) Read(ctx context.Context, kinds []string) (*resource.License, error) {
	return api.Read(ctx, c.api, api.ReadOptions{Kinds: kinds, ClientIDs: c.clients, Concurrency: c.o.Concurrency, Notes: true})
}

// Run carries out a plan that was made on the license as it was before, and reads
// it back. Nothing is journalled, and no secret is needed.
func (c *Connection) Run(ctx context.Context, plan *diff.Plan, before *resource.License) (*apply.Report, error) {
	return apply.Run(ctx, plan, c.api, apply.Options{
		Clock: c.o.Clock, Concurrency: c.o.Concurrency, Before: before, Settle: -1, Propagation: -1, Progress: c.o.Progress,
		Secret: placeholder, SaveSecrets: func([]apply.NewSecret) error { return nil }, Read: c.Read,
	})
}

// placeholder stands for every secret.
func placeholder(string) (string, bool) { return "a-secret-of-the-rehearsal", true }
