package snapshots

import (
	"context"
	"errors"
	"slices"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/apply"
	"lcsync/internal/cli/session"
	"lcsync/internal/config"
	"lcsync/internal/diff"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
	"lcsync/internal/snapshot"
)

// NewVerifyCmd returns the command verify.
func NewVerifyCmd() *session.Command {
	return &session.Command{
		Name:  "verify",
		Args:  "FILE",
		Brief: "check a backup: restore it into an embedded license and compare",
		About: `Restores the snapshot FILE like apply, into an empty license in the memory of this process. Then it exports that license and compares the export with FILE. It calls no server, needs no token, and writes nothing.
It also lists what a restore cannot bring back (such as ids), how many requests a restore takes, and which secrets it needs. It looks for secrets in --secrets FILE and in LCSYNC_SECRET_<NAME>. Missing secrets do not change the exit code.
The embedded license is a model of the service, written from the vendor's pages. The service itself may refuse more.
The exit code is 0 if both are equal, 2 if they differ, and 5 if FILE is not a valid snapshot. It is 3 if FILE lists something under incomplete, or lacks a kind that is not in --skip.`,
		Flags: []ucli.Flag{
			&ucli.StringSliceFlag{Name: "skip", Usage: "exclude these kinds: `KIND,…`; the backup does not have to have them"},
			&ucli.StringFlag{Name: "secrets", Usage: "also look for secrets in `FILE`"},
		},
		Examples: []string{
			"lcsync verify acme.yaml",
			"lcsync verify --secrets secrets.yaml acme.yaml",
			"lcsync verify --skip bot_templates acme.yaml",
		},
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			data, err := s.ReadInput(s.Args[0])
			if err != nil {
				return nil, err
			}
			o := verifyOptions{File: s.Args[0], Secrets: c.String("secrets"), Skip: config.SplitList(c.StringSlice("skip")...)}
			v, err := verify(ctx, s, data, o)
			if err != nil {
				return nil, err
			}
			return v, session.Exit(v.code())
		},
	}
}

// verifyOptions say what to verify and where to look for its secrets.
type verifyOptions struct {
	File    string
	Secrets string   // file, "" for none
	Skip    []string // kinds
}

// verify restores a snapshot into an embedded license and compares the two. It
// returns an error if the snapshot cannot be restored.
func verify(ctx context.Context, s *session.Session, data []byte, o verifyOptions) (*verifyResult, error) {
	for _, name := range o.Skip {
		if resource.Lookup(name) == nil {
			return nil, session.UnknownKind(name, "")
		}
	}
	stores, err := openSecrets(s, o.Secrets)
	if err != nil {
		return nil, err
	}
	doc, err := session.DecodeWanted(s.Console, o.File, data)
	if err != nil {
		return nil, err
	}
	want := doc.License
	for _, name := range o.Skip {
		want.Remove(name)
	}
	want.Gaps = slices.DeleteFunc(want.Gaps, func(g resource.Gap) bool { return slices.Contains(o.Skip, g.Kind) })
	restored, err := restore(ctx, s, doc)
	if err != nil {
		return nil, err
	}
	v := &verifyResult{
		File: o.File, Model: model, Counts: Sizes(want), Gaps: session.NonNil(want.Gaps), Absent: Absent(want, o.Skip),
		Agrees: restored.Agrees(), rest: restored.Rest, Changes: restored.Rest.Changes, Skipped: restored.Rest.Skipped,
		Failed: failures(restored.Report), Lost: session.NonNil(restored.Losses()), Secrets: stores.needed(restored.Plan),
		Requests: restored.Requests, Writes: restored.Writes, Notices: session.NonNil(restored.Plan.Notices), Warnings: doubts(doc),
	}
	v.Complete = len(v.Gaps)+len(v.Absent) == 0
	return v, nil
}

// restore restores a snapshot into an embedded license, with progress.
func restore(ctx context.Context, s *session.Session, doc *snapshot.Document) (*rehearsal.RestoreResult, error) {
	progress, finish := s.Progress("restoring")
	defer finish()
	restored, err := rehearsal.Restore(ctx, doc.License, rehearsal.Options{
		Clock: s.Clock, Concurrency: s.Concurrency, Where: session.PlaceIn(doc), Named: session.NamedIn(doc), Progress: progress,
	})
	if question := (*diff.Decision)(nil); errors.As(err, &question) {
		return nil, session.Inputf("", "%s cannot be restored: %s", doc.Name, question)
	}
	return restored, err
}

// doubts returns the warnings about a file. It leaves out values that a restore
// would not send: these are differences.
func doubts(doc *snapshot.Document) snapshot.Findings {
	return slices.DeleteFunc(session.NonNil(doc.Validate()), func(f snapshot.Finding) bool { return f.Severity != resource.Warning })
}

// Absent names the kinds that an export has and that a snapshot lacks without
// listing them as incomplete. A snapshot with client_ids: [] does not need
// kinds of applications.
func Absent(l *resource.License, skip []string) []string {
	names := []string{}
	for _, k := range resource.Kinds() {
		none := k.PerClient() && l.ClientIDs != nil && len(l.ClientIDs) == 0
		if !k.OptIn && !none && !l.Has(k.Name) && !session.Lacks(l, k) && !slices.Contains(skip, k.Name) {
			names = append(names, k.Name)
		}
	}
	return names
}

// failures lists what the embedded license refused.
func failures(r *apply.Report) []string {
	out := []string{}
	for _, res := range r.Results {
		if res.Error != "" {
			out = append(out, res.ID+": "+res.Error)
		}
	}
	return out
}

// secretStores are the places where a restore looks for secrets.
type secretStores struct {
	file      string // as the user named it
	in, other *secret.Store
}

func openSecrets(s *session.Session, file string) (stores secretStores, err error) {
	stores.file = file
	if stores.other, err = secret.Load("", s.Environ); err != nil || file == "" {
		return stores, err
	}
	if stores.in, err = secret.Load(s.Abs(file), nil); err == nil && stores.in.Torn() != "" {
		s.Noticef("%s", stores.in.Torn())
	}
	return stores, err
}

// NeededSecret is a secret that a restore needs, and where it was found.
type NeededSecret struct {
	Name string `json:"name"`
	In   string `json:"in,omitempty"` // a file or a variable, "" if it is missing
}

// needed lists the secrets that a plan needs.
func (st secretStores) needed(plan *diff.Plan) []NeededSecret {
	out := []NeededSecret{}
	for _, m := range apply.MissingSecrets(plan, func(string) (string, bool) { return "", false }) {
		n := NeededSecret{Name: m.Name}
		if _, ok := st.other.Lookup(m.Name); ok {
			n.In = secret.Variable(m.Name)
		}
		if st.in != nil {
			if _, ok := st.in.Lookup(m.Name); ok {
				n.In = st.file
			}
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// model says how far the verdict can be trusted.
const model = "Checked with lcsync's model of the service; the service itself may refuse more"
