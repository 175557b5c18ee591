package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/api"
	"lcsync/internal/files"
	"lcsync/internal/resource"
	"lcsync/internal/secret"
)

func newExportCmd() *command {
	return &command{
		name:    "export",
		aliases: []string{"backup"},
		alike:   []string{"pull", "dump", "save", "download", "fetch", "get"},
		brief:   "write the configuration of a license to a YAML snapshot",
		about: `Reads the configuration of a license and writes a snapshot to standard output, or to FILE. An unchanged license gives the same bytes each time.
If something cannot be read, export names it on stderr, lists it in the snapshot under incomplete, and exits with 3. If FILE has something that the new snapshot lacks, export keeps FILE and writes FILE.incomplete. If export fails, it writes nothing.
A complete export removes the FILE.incomplete of an earlier one. It also reports how many objects changed since the snapshot in FILE.
export keeps what people wrote into FILE: comments, order, quotes, names of secrets, and names in place of ids. If somebody edited values and the license has other values, export keeps FILE, writes FILE.new and exits with 5. Then apply FILE, or replace it with --overwrite.
The last line of a snapshot is a digest of its values, by which export recognises edits. A FILE without a digest counts as edited, unless it has the same values as the license.
Properties, webhooks and bot templates belong to applications, which the API does not list. Name their client ids with --client-id or in the profile; export adds the application of an OAuth token by itself. Without client ids the export is incomplete.
If there are no applications, pass --no-applications or set client_ids: [] in the profile. To leave their kinds out, pass --skip.
With --api-version 3.1, 3.2, 3.3 or 3.4, export reads the license through that version and writes what that version shows. Convert the file with lcsync migrate. Secrets that bots of 3.1 and 3.2 reveal go to --secrets-out.`,
		flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE` (default: standard output)"},
		}, append(selectionFlags(),
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets that the license reveals to `FILE` (mode 0600)"},
			&ucli.BoolFlag{Name: "no-applications", Usage: "the license has no applications: do not ask for client ids"},
			&ucli.BoolFlag{Name: "with-routing-statuses", Usage: "also export which agents and bots accept chats now"},
			&ucli.BoolFlag{Name: "with-read-only", Usage: "also export read-only values of the platform, such as plan limits"},
			&ucli.BoolFlag{Name: "no-names", Usage: "write no comments with names next to ids"},
			&ucli.BoolFlag{Name: "verify", Usage: "check the written file like lcsync verify"},
			&ucli.BoolFlag{Name: "allow-incomplete", Usage: "replace FILE even if the new snapshot lacks something that FILE has"},
			&ucli.BoolFlag{Name: "overwrite", Usage: "replace FILE even if somebody edited values in it"},
		)...),
		examples: []string{
			"lcsync export -o acme.yaml",
			"lcsync export --profile acme --skip bot_templates > acme.yaml",
			"lcsync export --only agents,groups --client-id 0123abcd",
			"lcsync export --api-version 3.2 -o old.yaml --secrets-out secrets.yaml",
		},
		legacy: true,
		action: func(ctx context.Context, s *session, c *ucli.Context) (result, error) {
			conn, err := s.connect()
			if err != nil {
				return nil, err
			}
			kinds, err := selectKinds(c, s.legacy(), conn.skip, c.Bool("with-routing-statuses"))
			if err != nil {
				return nil, err
			}
			if c.Bool("no-applications") {
				if len(s.ClientIDs) > 0 {
					return nil, usagef("pass only one of them", "--client-id and --no-applications cannot be combined")
				}
				conn.clients.ids = []string{}
			}
			o := exportOptions{
				Version: s.legacy(), Output: c.String("output"), SecretsOut: c.String("secrets-out"), Kinds: kinds,
				WithReadOnly: c.Bool("with-read-only"), NoNames: c.Bool("no-names"), AllowIncomplete: c.Bool("allow-incomplete"), Overwrite: c.Bool("overwrite"),
			}
			if !c.Bool("verify") {
				return runExport(ctx, conn, s.places, o)
			}
			if err := o.checkVerify(); err != nil {
				return nil, err
			}
			res, err := runExport(ctx, conn, s.places, o)
			return s.verifyExport(ctx, res, err, o)
		},
	}
}

// exportOptions say what to export and where to.
type exportOptions struct {
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
	Since     since  `json:"changed_since_previous,omitzero"`
	oldUnread bool   // there was a previous snapshot that could not be read completely
	why, todo string // why the kept file counts as edited, and what to do
}

func runExport(ctx context.Context, conn *connection, p places, opts exportOptions) (result, error) {
	target, err := newTarget(p, opts)
	if err != nil {
		return nil, err
	}
	live, err := conn.readExport(ctx, opts)
	if err != nil {
		return nil, err
	}
	if target.old != nil {
		for kind, fields := range target.old.License.Readable {
			live.KnowReadable(kind, fields)
		}
	}
	r := &exportResult{Complete: len(live.Gaps) == 0, Counts: sizes(live), Gaps: list(live.Gaps), Notices: list(live.Notices), ClientIDs: conn.clients.found}
	if err := target.write(r, live, opts, func(secrets map[string]string) (err error) {
		r.Secrets, err = writeSecrets(conn.terminal, p, opts.SecretsOut, secrets)
		return err
	}); err != nil {
		return nil, err
	}
	target.removeLeft(conn.terminal, r)
	conn.terminal.noticeAll(slices.Concat(r.Notices, r.reasons()))
	if r.File != "" {
		conn.terminal.noticef("wrote %s: %s", r.File, summary(r.Counts))
	}
	if len(r.Edits) > 0 {
		return r, exit(BadInput)
	}
	r.tellSince(conn.terminal)
	if !r.Complete || len(r.Lacks) > 0 {
		return r, exit(Incomplete)
	}
	return r, nil
}

// readExport reads the license. It adds a gap for what is missing because
// nobody named client ids.
func (c *connection) readExport(ctx context.Context, opts exportOptions) (*resource.License, error) {
	c.nameTokens(ctx, opts.Kinds)
	live, err := c.read(ctx, api.ReadOptions{Version: opts.Version, Kinds: kindNames(opts.Kinds), WithReadOnly: opts.WithReadOnly, Notes: true})
	if err != nil {
		return nil, err
	}
	if c.clients.none() {
		live.ClientIDs = []string{}
	}
	if gaps := c.clients.undecided(live, opts.Kinds); gaps != nil {
		live.Gaps = append(live.Gaps, gaps...)
		live.Notices = append(live.Notices, c.clients.unnamed()...)
	}
	live.Notices = append(live.Notices, c.clients.ownNothing(live)...)
	return live, nil
}

// sizes counts the objects of a license by kind.
func sizes(l *resource.License) map[string]int {
	counts := map[string]int{}
	for _, k := range l.Kinds() {
		counts[k.Name] = len(l.Rows(k.Name))
	}
	return counts
}

// summary writes counts by kind, in the registry's order.
func summary(counts map[string]int) string {
	var parts []string
	for _, k := range resource.Kinds() {
		if n := counts[k.Name]; n > 0 {
			parts = append(parts, number(n, k))
		}
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// Text prints the snapshot, unless it went to a file.
func (r *exportResult) Text(p *page) { p.printf("%s", r.Snapshot) }

// secretsTarget checks that secrets can be added to a file.
func (p places) secretsTarget(file string) error {
	if file == stdio {
		return usagef("name a file", "secrets cannot be written to standard output")
	}
	info, err := p.target(file)
	if err == nil && info != nil {
		_, err = secret.Load(p.Abs(file), nil)
	}
	return err
}

// writeSecrets adds secrets to a file and returns how many. Without secrets it
// does not create the file.
func writeSecrets(t *terminal, p places, file string, secrets map[string]string) (int, error) {
	if file == "" {
		return 0, nil
	}
	if len(secrets) == 0 {
		t.noticef("the license reveals no secrets: %s was not written", file)
		return 0, nil
	}
	err := secret.Merge(p.Abs(file), secrets)
	if refused := (*secret.Error)(nil); err != nil && !errors.As(err, &refused) {
		err = inputf("", "cannot write %s: %s", file, files.Cause(err))
	}
	return len(secrets), err
}

// reasons says what an export lacks, and why it did not replace a file.
func (r *exportResult) reasons() []string {
	why := gapTexts("incomplete: ", r.Gaps)
	if len(r.Lacks) > 0 {
		old := strings.TrimSuffix(r.File, incompleteSuffix)
		why = append(why, "kept "+old+": the new snapshot lacks "+strings.Join(r.Lacks, ", ")+"; to replace it anyway, pass --allow-incomplete")
	}
	if len(r.Edits) > 0 {
		why = append(why, r.editsText())
	}
	return why
}
