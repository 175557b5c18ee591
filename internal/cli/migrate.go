package cli

import (
	"bytes"
	"context"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/files"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

func newMigrateCmd() *command {
	return &command{
		name:  "migrate",
		alike: []string{"convert", "upgrade"},
		args:  "[FILE…]",
		brief: "bring documents of older versions of the API to a snapshot",
		about: `Reads requests, answers and snapshots of the Configuration API 3.1 to 3.4, JSON (also with // comments) or YAML, and writes one v` + resource.APIVersion + ` snapshot of all of them. A folder stands for the .json and .yaml files in it. Nothing is sent, and no token is needed.
What a file is, is told by its content. What cannot be told, or is not in the files at all, is asked for: every question is listed with the flag that answers it, the exit code is 5, and nothing is written. Answers can also stand in a file for --decisions, which --write-decisions prepares: ` + strings.Join(migrate.AnswerKeys(), ", ") + `.
The report says of every field what became of it, by which rule, and what the configuration will do differently although no field is lost.
Secrets in the files go to --secrets-out, which apply takes as --secrets; the snapshot has their names.`,
		flags: append([]ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the snapshot to `OUT`, - for standard output"},
			&ucli.StringFlag{Name: "from", Usage: "documents that could be of several versions are of `VERSION`"},
			&ucli.StringSliceFlag{Name: "as", Usage: "what a document is that could be several things, as `FILE=KIND`, or FILE:LINE=KIND for one of several in a file; values of a group as FILE=group_properties/ID; repeatable"},
		}, append(answerFlags(),
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets to `FILE`, for nobody else to read"},
			&ucli.BoolFlag{Name: "with-routing-statuses", Usage: "want bots to have the status that the documents show of them"},
			&ucli.BoolFlag{Name: "list-rules", Usage: "print the rules and do nothing else"},
		)...),
		examples: []string{
			"lcsync migrate old-dumps -o acme.yaml --report report.md",
			"lcsync migrate bots.json -o - --timezone Europe/Berlin --client-id 0123abcd",
			"lcsync migrate hooks.json -o acme.yaml --secrets-out secrets.yaml --strict",
			"lcsync migrate --list-rules",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			if c.Bool("list-rules") {
				return ruleList{migrate.Rules()}, nil
			}
			opts, err := migrateFlags(s, c)
			if err != nil {
				return nil, err
			}
			return runMigrate(s.terminal, s.places, opts)
		},
	}
}

// migrateOptions say what to migrate and where to.
type migrateOptions struct {
	answerOptions
	Files      []string
	Output     string
	SecretsOut string
}

func migrateFlags(s *session, c *ucli.Context) (migrateOptions, error) {
	o := migrateOptions{Files: s.args, Output: c.String("output"), SecretsOut: c.String("secrets-out")}
	from, as := c.String("from"), map[string]string{}
	switch {
	case len(o.Files) == 0:
		return o, usagef("usage: lcsync migrate FILE… -o OUT", "migrate needs FILE")
	case o.Output == "":
		return o, usagef("add -o OUT, or -o - for standard output", "migrate needs -o OUT")
	case from != "" && !slices.Contains(migrate.Versions, from):
		return o, usagef("the versions are "+strings.Join(migrate.Versions, ", "), "--from %s: there is no such version", from)
	case len(s.ClientIDs) > 1:
		return o, usagef("say which object or file is whose under client_ids in the file for --decisions", "migrate takes one --client-id")
	}
	for _, v := range c.StringSlice("as") {
		i := strings.LastIndex(v, "=")
		if i < 1 {
			return o, usagef("write --as FILE=KIND", "--as %q names no file and kind", v)
		}
		as[v[:i]] = v[i+1:]
	}
	var err error
	o.answerOptions, err = readAnswers(c, s.places, s.ClientIDs, migrate.Options{From: from, As: as, RoutingStatuses: c.Bool("with-routing-statuses")})
	return o, err
}

// migrated is what a migration came to.
type migrated struct {
	File     string            `json:"file,omitempty"`     // what was written, if not stdout
	Snapshot string            `json:"snapshot,omitempty"` // what goes to stdout
	Counts   map[string]int    `json:"objects"`            // by kind
	Secrets  int               `json:"secrets_written"`
	Report   *migrate.Report   `json:"report"`
	Findings snapshot.Findings `json:"warnings,omitempty"`
}

func runMigrate(t *terminal, p places, opts migrateOptions) (result, error) {
	docs, err := readDocuments(t, p, opts.Files)
	if err != nil {
		return nil, err
	}
	old, err := migrateTargets(p, opts, docs)
	if err != nil {
		return nil, err
	}
	found, err := files.Interruptible(p.ctx, func() (*migrate.Result, error) { return migrate.Run(docs, opts.Answers), nil })
	if err != nil {
		return nil, err
	}
	r := &migrated{Report: found.Report, Counts: sizes(found.License)}
	needSecretsFile(r.Report, found.Secrets, opts)
	if err := decided(p, r.Report, opts.answerOptions, "nothing was written"); err != nil {
		return r, err
	}
	var data bytes.Buffer
	if err := snapshot.Encode(&data, found.License, snapshot.EncodeOptions{}); err != nil {
		return nil, inputf("", "the documents hold a value that a snapshot cannot: %s", err)
	}
	if _, r.Findings, err = checkMigrated(t, r.Report, opts.Output, data.Bytes(), true); err != nil {
		return r, err
	}
	if err := strict(r.Report, opts.Strict, "nothing was written"); err != nil {
		return r, err
	}
	if err := replaceable(old, opts.Output, found.License); err != nil {
		return r, err
	}
	return r, writeMigrated(t, p, r, opts, found.Secrets, data.Bytes())
}

// needSecretsFile asks for a place for secrets that would be lost.
func needSecretsFile(r *migrate.Report, secrets map[string]string, opts migrateOptions) {
	if len(secrets) > 0 && opts.SecretsOut == "" {
		r.Decisions = append(r.Decisions, migrate.Decision{About: "secret", File: opts.Files[0],
			Question: count(len(secrets), "secret") + " of webhooks would be lost", HowTo: "--secrets-out FILE"})
	}
}

// Text prints the snapshot, unless it went to a file.
func (r *migrated) Text(p *page) { p.printf("%s", r.Snapshot) }

// ruleList is the list of rules.
type ruleList struct {
	Rules []migrate.Rule `json:"rules"`
}

// Text prints a line and its explanation for each rule.
func (l ruleList) Text(p *page) {
	for _, r := range l.Rules {
		p.printf("%s\n    %s\n", p.Bold(r.Name), r.Doc)
	}
}
