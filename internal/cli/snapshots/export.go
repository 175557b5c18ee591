// Package snapshots has the commands that write and check snapshots: export,
// verify, validate, migrate and secrets.
package snapshots

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/cli/session"
	"lcsync/internal/files"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

// NewExportCmd returns the command export.
func NewExportCmd() *session.Command {
	return &session.Command{
		Name:    "export",
		Aliases: []string{"backup"},
		Alike:   []string{"pull", "dump", "save", "download", "fetch", "get"},
		Brief:   "write the configuration of a license to a YAML snapshot",
		About: `Reads the configuration of a license and writes a snapshot to standard output, or to FILE. An unchanged license gives the same bytes each time.
If something cannot be read, export names it on stderr, lists it in the snapshot under incomplete, and exits with 3. If FILE has something that the new snapshot lacks, export keeps FILE and writes FILE.incomplete. If export fails, it writes nothing.
A complete export removes the FILE.incomplete of an earlier one. It also reports how many objects changed since the snapshot in FILE.
export keeps what people wrote into FILE: comments, order, quotes, names of secrets, and names in place of ids. If somebody edited values and the license has other values, export keeps FILE, writes FILE.new and exits with 5. Then apply FILE, or replace it with --overwrite. The same happens if FILE has errors or is of another license.
The last line of a snapshot is a digest of its values, by which export recognises edits. A FILE without a digest counts as edited, unless it has the same values as the license.
Properties, webhooks and bot templates belong to applications, which the API does not list. Name their client ids with --client-id or in the profile; export adds the application of an OAuth token by itself. Without client ids the export is incomplete.
If there are no applications, pass --no-applications or set client_ids: [] in the profile. To leave their kinds out, pass --skip.
With --api-version 3.1, 3.2, 3.3 or 3.4, export reads the license through that version and writes what that version shows. Convert the file with lcsync migrate. Secrets that bots of 3.1 and 3.2 reveal go to --secrets-out.`,
		Flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE` (default: standard output)"},
		}, append(session.SelectionFlags(),
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets that the license reveals to `FILE` (mode 0600)"},
			&ucli.BoolFlag{Name: "no-applications", Usage: "the license has no applications: do not ask for client ids"},
			&ucli.BoolFlag{Name: "with-routing-statuses", Usage: "also export which agents and bots accept chats now"},
			&ucli.BoolFlag{Name: "with-read-only", Usage: "also export read-only values of the platform, such as plan limits"},
			&ucli.BoolFlag{Name: "no-names", Usage: "write no comments with names next to ids"},
			&ucli.BoolFlag{Name: "verify", Usage: "check the written file like lcsync verify"},
			&ucli.BoolFlag{Name: "allow-incomplete", Usage: "replace FILE even if the new snapshot lacks something that FILE has"},
			&ucli.BoolFlag{Name: "overwrite", Usage: "replace FILE even if somebody edited values in it, or it is of another license"},
		)...),
		Examples: []string{
			"lcsync export -o acme.yaml",
			"lcsync export --profile acme --skip bot_templates > acme.yaml",
			"lcsync export --only agents,groups --client-id 0123abcd",
			"lcsync export --api-version 3.2 -o old.yaml --secrets-out secrets.yaml",
		},
		Legacy: true,
		Action: func(ctx context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			conn, err := s.Connect()
			if err != nil {
				return nil, err
			}
			kinds, err := session.SelectKinds(c, s.Legacy(), conn.Skip, c.Bool("with-routing-statuses"))
			if err != nil {
				return nil, err
			}
			if c.Bool("no-applications") {
				if len(s.ClientIDs) > 0 {
					return nil, session.Usagef("pass only one of them", "--client-id and --no-applications cannot be combined")
				}
				conn.Clients.IDs = []string{}
			}
			o := ExportOptions{
				Version: s.Legacy(), Output: c.String("output"), SecretsOut: c.String("secrets-out"), Kinds: kinds,
				WithReadOnly: c.Bool("with-read-only"), NoNames: c.Bool("no-names"), AllowIncomplete: c.Bool("allow-incomplete"), Overwrite: c.Bool("overwrite"),
			}
			if !c.Bool("verify") {
				return runExport(ctx, conn, s.Places, o)
			}
			if err := o.checkVerify(); err != nil {
				return nil, err
			}
			res, err := runExport(ctx, conn, s.Places, o)
			return verifyExport(ctx, s, res, err, o)
		},
	}
}

// ExportOptions say what to export and where to.
type ExportOptions struct {
	Version         string // of the API, "" is the current one
	Output          string // "" or "-" is stdout
	SecretsOut      string // "" is nowhere
	Kinds           []*resource.Kind
	WithReadOnly    bool // keep the values that nobody can set
	NoNames         bool
	AllowIncomplete bool
	Overwrite       bool
}

// exportResult is the result of export.
type exportResult struct {
	File     string         `json:"file,omitempty"`     // what was written, if not stdout
	Snapshot string         `json:"snapshot,omitempty"` // what goes to stdout
	Complete bool           `json:"complete"`
	Lacks    []string       `json:"lacks,omitempty"` // what the old FILE has and the new snapshot lacks
	Edits    []string       `json:"edits,omitempty"` // edits of FILE that the license does not have
	Counts   map[string]int `json:"objects"`         // by kind
	Gaps     []resource.Gap `json:"gaps"`
	Notices  []string       `json:"notices"`
	// ClientIDs are those that the license was read for, with their sources.
	ClientIDs map[string]string `json:"client_ids"`
	Secrets   int               `json:"secrets_written"`
	// Since is what changed since the previous snapshot in File, by kind. It is
	// absent if there was none, or if it could not be compared.
	Since     Since  `json:"changed_since_previous,omitzero"`
	unknown   string // why nobody knows what changed, "" if it is known
	why, todo string // why the kept file counts as edited, and what to do
}

func runExport(ctx context.Context, conn *session.Connection, p session.Places, opts ExportOptions) (session.Result, error) {
	target, err := newTarget(p, opts)
	if err != nil {
		return nil, err
	}
	live, err := ReadExport(ctx, conn, opts)
	if err != nil {
		return nil, err
	}
	if target.old != nil {
		for kind, fields := range target.old.License.Readable {
			live.KnowReadable(kind, fields)
		}
	}
	r := &exportResult{Complete: len(live.Gaps) == 0, Counts: Sizes(live), Gaps: session.NonNil(live.Gaps), Notices: session.NonNil(live.Notices), ClientIDs: conn.Clients.Found}
	if err := target.write(r, live, opts, func(secrets map[string]string) (err error) {
		r.Secrets, err = writeSecrets(conn.Console, p, opts.SecretsOut, secrets)
		return err
	}); err != nil {
		return nil, err
	}
	target.removeLeft(conn.Console, r)
	conn.Console.NoticeAll(slices.Concat(r.Notices, r.Reasons()))
	if r.File != "" {
		conn.Console.Noticef("wrote %s: %s", r.File, Summary(r.Counts))
	}
	if len(r.Edits) > 0 {
		return r, session.Exit(session.BadInput)
	}
	r.tellSince(conn.Console)
	if !r.Complete || len(r.Lacks) > 0 {
		return r, session.Exit(session.Incomplete)
	}
	return r, nil
}

// ReadExport reads the license. It adds a gap for what is missing because
// nobody named client ids.
func ReadExport(ctx context.Context, c *session.Connection, opts ExportOptions) (*resource.License, error) {
	c.NameTokens(ctx, opts.Kinds)
	live, err := c.Read(ctx, api.ReadOptions{Version: opts.Version, Kinds: session.KindNames(opts.Kinds), WithReadOnly: opts.WithReadOnly, Notes: true})
	if err != nil {
		return nil, err
	}
	if c.Clients.None() {
		live.ClientIDs = []string{}
	}
	if gaps := c.Clients.Undecided(live, opts.Kinds); gaps != nil {
		live.Gaps = append(live.Gaps, gaps...)
		live.Notices = append(live.Notices, c.Clients.Unnamed()...)
	}
	live.Notices = append(live.Notices, c.Clients.OwnNothing(live)...)
	return live, nil
}

// Sizes counts the objects of a license by kind.
func Sizes(l *resource.License) map[string]int {
	counts := map[string]int{}
	for _, k := range l.Kinds() {
		counts[k.Name] = len(l.Rows(k.Name))
	}
	return counts
}

// Summary writes counts by kind, in the registry's order.
func Summary(counts map[string]int) string {
	var parts []string
	for _, k := range resource.Kinds() {
		if n := counts[k.Name]; n > 0 {
			parts = append(parts, session.CountOf(n, k))
		}
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// Text prints the snapshot, unless it went to a file.
func (r *exportResult) Text(p *session.Page) { p.Printf("%s", r.Snapshot) }

// secretsTarget checks that secrets can be added to a file.
func secretsTarget(p session.Places, file string) error {
	if file == session.Stdio {
		return session.Usagef("name a file", "secrets cannot be written to standard output")
	}
	info, err := p.Target(file)
	if err == nil && info != nil {
		_, err = secret.Load(p.Abs(file), nil)
	}
	return err
}

// writeSecrets adds secrets to a file and returns how many. Without secrets it
// does not create the file.
func writeSecrets(t *session.Console, p session.Places, file string, secrets map[string]string) (int, error) {
	if file == "" {
		return 0, nil
	}
	if len(secrets) == 0 {
		t.Noticef("the license reveals no secrets: %s was not written", file)
		return 0, nil
	}
	err := secret.Merge(p.Abs(file), secrets)
	if refused := (*secret.Error)(nil); err != nil && !errors.As(err, &refused) {
		err = &files.Error{Text: fmt.Sprintf("cannot write %s: %s", file, files.Cause(err)), Machine: true, Err: err}
	}
	return len(secrets), err
}

// Reasons says what an export lacks, and why it did not replace a file.
func (r *exportResult) Reasons() []string {
	why := session.GapTexts("incomplete: ", r.Gaps)
	if len(r.Lacks) > 0 {
		old := strings.TrimSuffix(r.File, incompleteSuffix)
		why = append(why, "kept "+old+": the new snapshot lacks "+strings.Join(r.Lacks, ", ")+"; to replace it anyway, pass --allow-incomplete")
	}
	if len(r.Edits) > 0 {
		why = append(why, r.editsText())
	}
	return why
}
