package snapshots

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/files"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// NewMigrateCmd returns the command migrate.
func NewMigrateCmd() *session.Command {
	return &session.Command{
		Name:  "migrate",
		Alike: []string{"convert", "upgrade"},
		Args:  "[FILE…]",
		Brief: "convert v3.1–v3.4 API payloads to a v" + resource.APIVersion + " snapshot",
		About: `Reads requests, responses and snapshots of the Configuration API 3.1 to 3.4 and writes one v` + resource.APIVersion + ` snapshot. The files are JSON, with or without // comments, or YAML; a folder stands for its .json, .jsonl, .ndjson and .yaml files. migrate sends nothing and needs no token.
migrate recognises a payload by its content. If a person must decide something, migrate lists each decision with the flag that answers it, writes nothing, and exits with 5.
Answers can also come from a file for --decisions, which --write-decisions prepares: ` + strings.Join(migrate.AnswerKeys(), ", ") + `.
The report says what became of each field and by which rule. It also lists behaviour changes that lose no field.
Secrets in the files go to --secrets-out, and the snapshot has their names. Pass that file to apply with --secrets.`,
		Flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the snapshot to `OUT` (- for standard output)"},
			&ucli.StringFlag{Name: "from", Usage: "assume `VERSION` for payloads that could be of several versions"},
			&ucli.StringSliceFlag{Name: "as", Usage: "kind of a payload that could be of several: `FILE=KIND`; FILE:LINE=KIND for one of several in a file; FILE=group_properties/ID for values of a group; repeatable"},
		}, append(AnswerFlags(),
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets to `FILE` (mode 0600)"},
			&ucli.BoolFlag{Name: "with-routing-statuses", Usage: "also write the routing status that the payloads show of bots"},
			&ucli.BoolFlag{Name: "list-rules", Usage: "print the migration rules and exit"},
		)...),
		Examples: []string{
			"lcsync migrate old-dumps -o acme.yaml --report report.md",
			"lcsync migrate bots.json -o - --timezone Europe/Berlin --client-id 0123abcd",
			"lcsync migrate hooks.json -o acme.yaml --secrets-out secrets.yaml --strict",
			"lcsync migrate --list-rules",
		},
		Action: func(_ context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			if c.Bool("list-rules") {
				return ruleList{migrate.Rules()}, nil
			}
			opts, err := migrateFlags(s, c)
			if err != nil {
				return nil, err
			}
			return runMigrate(s.Console, s.Places, opts)
		},
	}
}

// MigrateOptions say what to migrate and where to.
type MigrateOptions struct {
	AnswerOptions
	Files      []string
	Output     string
	SecretsOut string
}

func migrateFlags(s *session.Session, c *ucli.Context) (MigrateOptions, error) {
	o := MigrateOptions{Files: s.Args, Output: c.String("output"), SecretsOut: c.String("secrets-out")}
	from, as := c.String("from"), map[string]string{}
	switch {
	case len(o.Files) == 0:
		return o, session.Usagef("usage: lcsync migrate FILE… -o OUT", "migrate needs FILE")
	case o.Output == "":
		return o, session.Usagef("add -o OUT, or -o - for standard output", "migrate needs -o OUT")
	case from != "" && !slices.Contains(migrate.Versions, from):
		return o, session.Usagef("the versions are "+strings.Join(migrate.Versions, ", "), "--from %s: unknown version", from)
	case len(s.ClientIDs) > 1:
		return o, session.Usagef("assign objects or files to client ids under client_ids in the file for --decisions", "migrate takes one --client-id")
	}
	for _, v := range c.StringSlice("as") {
		i := strings.LastIndex(v, "=")
		if i < 1 {
			return o, session.Usagef("write --as FILE=KIND", "--as %q is not FILE=KIND", v)
		}
		as[v[:i]] = v[i+1:]
	}
	var err error
	o.AnswerOptions, err = ReadAnswers(c, s.Places, s.ClientIDs, migrate.Options{From: from, As: as, RoutingStatuses: c.Bool("with-routing-statuses")})
	return o, err
}

// migrateResult is the result of migrate.
type migrateResult struct {
	File     string            `json:"file,omitempty"`     // what was written, if not stdout
	Snapshot string            `json:"snapshot,omitempty"` // what goes to stdout
	Counts   map[string]int    `json:"objects"`            // by kind
	Secrets  int               `json:"secrets_written"`
	Report   *migrate.Report   `json:"report"`
	Findings snapshot.Findings `json:"warnings,omitempty"`
}

func runMigrate(t *session.Console, p session.Places, opts MigrateOptions) (session.Result, error) {
	docs, err := readDocuments(t, p, opts.Files)
	if err != nil {
		return nil, err
	}
	old, err := MigrateTargets(p, opts, docs)
	if err != nil {
		return nil, err
	}
	found, err := files.Interruptible(p.Ctx, func() (*migrate.Result, error) { return migrate.Run(docs, opts.Answers), nil })
	if err != nil {
		return nil, err
	}
	r := &migrateResult{Report: found.Report, Counts: Sizes(found.License)}
	needSecretsFile(r.Report, found.Secrets, opts)
	if err := RequireDecisions(p, r.Report, opts.AnswerOptions, "nothing was written"); err != nil {
		return r, err
	}
	if err := nothingIn(docs, found); err != nil {
		return r, err
	}
	var data bytes.Buffer
	if err := snapshot.Encode(&data, found.License, snapshot.EncodeOptions{}); err != nil {
		return nil, session.Inputf("", "the payloads have a value that a snapshot cannot hold: %s", err)
	}
	if _, r.Findings, err = CheckMigrated(t, r.Report, opts.Output, data.Bytes(), true); err != nil {
		return r, err
	}
	if err := Strict(r.Report, opts.Strict, "nothing was written"); err != nil {
		return r, err
	}
	if err := replaceable(old, opts.Output, found.License); err != nil {
		return r, err
	}
	return r, writeMigrated(t, p, r, opts, found.Secrets, data.Bytes())
}

// nothingIn returns an error with the place of each document, if no document has
// anything of a kind. An empty list of a kind is something.
func nothingIn(docs []*migrate.Document, found *migrate.Result) error {
	if len(found.License.Kinds()) > 0 {
		return nil
	}
	why := map[string]string{} // by file and line
	for f := range found.Report.Fields.All() {
		if at := placed(f.File, f.Line); why[at] == "" {
			why[at] = f.Note
		}
	}
	var lines []string
	for _, d := range docs {
		at := placed(d.File, d.Line)
		lines = append(lines, at+": "+cmp.Or(why[at], "nothing to migrate"))
	}
	const hint = "nothing was written; check what was saved in the file"
	if len(lines) == 1 {
		return session.Inputf(hint, "%s", lines[0])
	}
	return session.Detailedf(lines[:min(len(lines), session.Detailed)], hint, "nothing to migrate in %s", session.Count(len(lines), "document"))
}

func placed(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// needSecretsFile adds a decision if secrets would be lost without
// --secrets-out.
func needSecretsFile(r *migrate.Report, secrets map[string]string, opts MigrateOptions) {
	if len(secrets) > 0 && opts.SecretsOut == "" {
		r.Decisions = append(r.Decisions, migrate.Decision{About: "secret", File: opts.Files[0],
			Question: session.Count(len(secrets), "secret") + " of webhooks would be lost", HowTo: "--secrets-out FILE"})
	}
}

// Text prints the snapshot, unless it went to a file.
func (r *migrateResult) Text(p *session.Page) { p.Printf("%s", r.Snapshot) }

// ruleList is the list of rules.
type ruleList struct {
	Rules []migrate.Rule `json:"rules"`
}

// Text prints a line and its explanation for each rule.
func (l ruleList) Text(p *session.Page) {
	for _, r := range l.Rules {
		p.Printf("%s\n    %s\n", p.Bold(r.Name), r.Doc)
	}
}
