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
		brief:   "write the whole license to a YAML snapshot",
		about: `Reads the configuration of a license and writes it to standard output, or to FILE. The same license always gives the same bytes.
With --api-version 3.1, 3.2, 3.3 or 3.4 it is read through that version, as far as that version goes, and the snapshot has its shapes: lcsync migrate takes it. Secrets that bots of 3.1 and 3.2 reveal go to --secrets-out.
What could not be read is named on stderr and listed in the snapshot under incomplete, and the exit code is 3. A FILE that exists is replaced only if the new snapshot lacks nothing that FILE had; otherwise FILE stays and FILE.incomplete is written. On failure nothing is written at all. A complete export removes the FILE.incomplete of an earlier one, and says how many objects changed since the snapshot that FILE held.
What people wrote into FILE stays: comments, the order of kinds, objects and members, quotes, names of secrets, and names in the place of ids. If they edited values, and the license has others, FILE stays as it is, the export goes to FILE.new, and the exit code is 5 until FILE is applied or replaced with --overwrite. The last line of an export, a digest of its values, is how lcsync knows; a FILE without one counts as edited unless the license has its values.
Properties, webhooks and bot templates belong to applications, and no method lists those: name their client ids with --client-id or in the profile. An OAuth token's own application is covered without. As long as nobody has named any, the export is incomplete; --no-applications, or client_ids: [] in the profile, says that there are none, and --skip leaves those kinds out.`,
		flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE` instead of standard output"},
		}, append(selectionFlags(),
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets that the license reveals to `FILE`, for nobody else to read"},
			&ucli.BoolFlag{Name: "no-applications", Usage: "there are no applications to cover: no client id is asked for"},
			&ucli.BoolFlag{Name: "with-routing-statuses", Usage: "also export who takes chats at the moment"},
			&ucli.BoolFlag{Name: "with-read-only", Usage: "also export what the platform reports and nobody can set, such as plan limits"},
			&ucli.BoolFlag{Name: "no-names", Usage: "leave out the comments with names beside ids"},
			&ucli.BoolFlag{Name: "verify", Usage: "check the file that was written, as lcsync verify does"},
			&ucli.BoolFlag{Name: "allow-incomplete", Usage: "replace FILE even if the new snapshot lacks something"},
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
					return nil, usagef("leave one of them out", "--client-id and --no-applications exclude each other")
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

// exported is what an export came to.
type exported struct {
	File     string         `json:"file,omitempty"`     // what was written, if not stdout
	Snapshot string         `json:"snapshot,omitempty"` // what goes to stdout
	Complete bool           `json:"complete"`
	Lacks    []string       `json:"lacks,omitempty"` // what kept FILE from being replaced
	Edits    []string       `json:"edits,omitempty"` // what of FILE the license has not, the same
	Counts   map[string]int `json:"objects"`         // by kind
	Gaps     []resource.Gap `json:"gaps"`
	Notices  []string       `json:"notices"`
	// ClientIDs are those that the license was read for, with who named them.
	ClientIDs map[string]string `json:"client_ids"`
	Secrets   int               `json:"secrets_written"`
	// Since is what changed since the snapshot that was in File before, by kind;
	// absent if there was none, or none that could be compared.
	Since     since  `json:"changed_since_previous,omitzero"`
	oldUnread bool   // there was a snapshot that could not be read as a whole
	why, todo string // how the file that stays is known to be edited, and what to do about it
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
	r := &exported{Complete: len(live.Gaps) == 0, Counts: sizes(live), Gaps: list(live.Gaps), Notices: list(live.Notices), ClientIDs: conn.clients.found}
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

// readExport reads the license, and names what is missing of it because nobody
// said which applications there are.
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
func (r *exported) Text(p *page) { p.printf("%s", r.Snapshot) }

// secretsTarget looks at a file that secrets are to be added to.
func (p places) secretsTarget(file string) error {
	if file == stdio {
		return usagef("name a file", "secrets do not go to standard output")
	}
	info, err := p.target(file)
	if err == nil && info != nil {
		_, err = secret.Load(p.abs(file), nil)
	}
	return err
}

// writeSecrets adds secrets to a file and returns how many there were. Without
// any there is no file.
func writeSecrets(t *terminal, p places, file string, secrets map[string]string) (int, error) {
	if file == "" {
		return 0, nil
	}
	if len(secrets) == 0 {
		t.noticef("the license reveals no secrets: %s is not written", file)
		return 0, nil
	}
	err := secret.Merge(p.abs(file), secrets)
	if refused := (*secret.Error)(nil); err != nil && !errors.As(err, &refused) {
		err = inputf("", "cannot write %s: %s", file, files.Cause(err))
	}
	return len(secrets), err
}

// reasons says what an export lacks, and what kept it from replacing a file.
func (r *exported) reasons() []string {
	why := gapTexts("incomplete: ", r.Gaps)
	if len(r.Lacks) > 0 {
		old := strings.TrimSuffix(r.File, incompleteSuffix)
		why = append(why, old+" stays as it is: the new snapshot lacks "+strings.Join(r.Lacks, ", ")+"; --allow-incomplete replaces it all the same")
	}
	if len(r.Edits) > 0 {
		why = append(why, r.editsText())
	}
	return why
}
