package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

func newMigrateCmd() *command {
	return &command{
		name:  "migrate",
		args:  "[FILE…]",
		brief: "bring documents of older versions of the API to a snapshot",
		about: `Reads requests, answers and snapshots of the Configuration API 3.1 to 3.4, JSON (also with // comments) or YAML, and writes one v3.5 snapshot of all of them. A folder stands for the .json and .yaml files in it. Nothing is sent, and no token is needed.
What a file is, is told by its content. What cannot be told, or is not in the files at all, is asked for: every question is listed with the flag that answers it, the exit code is 5, and nothing is written. Answers can also stand in a file for --decisions: from, as, timezone, timezones, client_id, client_ids, leave_out, split_overnight, per_bot.
The report says of every field what became of it, by which rule, and what the configuration will do differently although no field is lost.
Secrets in the files go to --secrets-out, which apply takes as --secrets; the snapshot has their names.`,
		flags: []ucli.Flag{
			&ucli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the snapshot to `OUT`, - for standard output"},
			&ucli.StringFlag{Name: "from", Usage: "documents that could be of several versions are of `VERSION`"},
			&ucli.StringSliceFlag{Name: "as", Usage: "what a file is that could be several things, as `FILE=KIND`; values of a group as FILE=group_properties/ID; repeatable"},
			&ucli.StringSliceFlag{Name: "timezone", Usage: "`ZONE` of working hours of bots that give none, or BOT=ZONE; repeatable"},
			&ucli.BoolFlag{Name: "split-overnight", Usage: "hours that end before they start end on the next day"},
			&ucli.BoolFlag{Name: "per-bot", Usage: "confine webhooks that were a bot's own to chats with that bot"},
			&ucli.StringSliceFlag{Name: "leave-out", Usage: "leave a webhook or a property out, by `ID` or as questions call it; repeatable"},
			&ucli.StringFlag{Name: "decisions", Usage: "read answers to questions from `FILE`"},
			&ucli.StringFlag{Name: "secrets-out", Usage: "write secrets to `FILE`, for nobody else to read"},
			&ucli.StringFlag{Name: "report", Usage: "write the report to `FILE`: text, or by its ending .json or .md"},
			&ucli.BoolFlag{Name: "strict", Usage: "write nothing if anything would be dropped"},
			&ucli.BoolFlag{Name: "list-rules", Usage: "print the rules and do nothing else"},
		},
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
			return runMigrate(s, opts)
		},
	}
}

// migrateOptions say what to migrate and where to.
type migrateOptions struct {
	Files      []string
	Output     string
	SecretsOut string
	Report     string
	Decisions  string
	Strict     bool
	Answers    migrate.Options
}

func migrateFlags(s *session, c *ucli.Context) (migrateOptions, error) {
	o := migrateOptions{Files: s.args, Output: c.String("output"), SecretsOut: c.String("secrets-out"), Report: c.String("report"),
		Decisions: c.String("decisions"), Strict: c.Bool("strict")}
	a := migrate.Options{From: c.String("from"), As: map[string]string{}, Timezones: map[string]string{},
		LeaveOut: c.StringSlice("leave-out"), SplitOvernight: c.Bool("split-overnight"), PerBot: c.Bool("per-bot")}
	switch {
	case len(o.Files) == 0:
		return o, usagef("usage: lcsync migrate FILE… -o OUT", "migrate needs FILE")
	case o.Output == "":
		return o, usagef("add -o OUT, or -o - for standard output", "migrate needs -o OUT")
	case a.From != "" && !slices.Contains(migrate.Versions, a.From):
		return o, usagef("the versions are "+strings.Join(migrate.Versions, ", "), "--from %s: there is no such version", a.From)
	case len(s.ClientIDs) > 1:
		return o, usagef("say which object or file is whose under client_ids in the file for --decisions", "migrate takes one --client-id")
	case len(s.ClientIDs) == 1:
		a.ClientID = s.ClientIDs[0]
	}
	for _, v := range c.StringSlice("as") {
		i := strings.LastIndex(v, "=")
		if i < 1 {
			return o, usagef("write --as FILE=KIND", "--as %q names no file and kind", v)
		}
		a.As[v[:i]] = v[i+1:]
	}
	for _, v := range c.StringSlice("timezone") {
		if i := strings.LastIndex(v, "="); i >= 0 {
			a.Timezones[v[:i]] = v[i+1:]
		} else if a.Timezone != "" && a.Timezone != v {
			return o, usagef("write --timezone BOT=ZONE for single bots", "--timezone is given twice for all bots")
		} else {
			a.Timezone = v
		}
	}
	if file := o.Decisions; file != "" {
		data, err := s.readInput(file)
		if err != nil {
			return o, err
		}
		if err := a.ReadAnswers(file, data); err != nil {
			return o, inputf("", "%s", err)
		}
	}
	o.Answers = a
	return o, nil
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

func runMigrate(s *session, opts migrateOptions) (result, error) {
	docs, err := s.readDocuments(opts.Files)
	if err != nil {
		return nil, err
	}
	for _, file := range slices.Sorted(maps.Keys(opts.Answers.As)) {
		if !slices.ContainsFunc(docs, func(d *migrate.Document) bool { return d.File == file }) {
			return nil, inputf("write the name as questions do", "it is said what %s is, which is none of the documents", file)
		}
	}
	old, err := s.migrateTargets(opts, docs)
	if err != nil {
		return nil, err
	}
	found := migrate.Run(docs, opts.Answers)
	r := &migrated{Report: found.Report, Counts: map[string]int{}}
	for _, k := range found.License.Kinds() {
		r.Counts[k.Name] = len(found.License.Rows(k.Name))
	}
	if err := s.undecided(r.Report, found.Secrets, opts); err != nil {
		return r, err
	}
	var data bytes.Buffer
	if err := snapshot.Encode(&data, found.License, snapshot.EncodeOptions{}); err != nil {
		return nil, inputf("", "the documents hold a value that a snapshot cannot: %s", err)
	}
	if err := s.checkMigrated(r, opts, data.Bytes()); err != nil {
		return r, err
	}
	if err := s.strict(r.Report, opts.Strict); err != nil {
		return r, err
	}
	if err := s.replaceable(old, opts.Output, found.License); err != nil {
		return r, err
	}
	return r, s.writeMigrated(r, opts, found.Secrets, data.Bytes())
}

// undecided lists the questions that are open.
func (s *session) undecided(r *migrate.Report, secrets map[string]string, opts migrateOptions) error {
	if len(secrets) > 0 && opts.SecretsOut == "" {
		r.Decisions = append(r.Decisions, migrate.Decision{About: "secret", File: opts.Files[0],
			Question: count(len(secrets), "secret") + " of webhooks would be lost", Settle: "--secrets-out FILE"})
	}
	if len(r.Decisions) == 0 {
		return nil
	}
	for _, d := range r.Decisions {
		s.detail("%s", d)
		s.detail("    %s", d.Settle)
	}
	return inputf("nothing was written; answer with the flags above, or in a file for --decisions", "%s needed", count(len(r.Decisions), "decision"))
}

// detail tells a part of an error on stderr; the JSON document has it already.
func (s *session) detail(format string, args ...any) {
	if !s.JSON {
		indent := ""
		if strings.HasPrefix(format, "    ") {
			indent = "    "
		}
		fmt.Fprintln(s.err, indent+oneLine(fmt.Sprintf(format, args...)))
	}
}

// checkMigrated holds the result against everything that makes a snapshot
// valid. Errors are told with the places in the documents.
func (s *session) checkMigrated(r *migrated, opts migrateOptions, data []byte) error {
	doc, findings := snapshot.Decode(data, opts.Output)
	if doc != nil {
		findings = append(findings, doc.Validate()...)
	}
	if findings.Errors() == 0 {
		r.Findings = findings
		s.tellWarnings(opts.Output, findings)
		return nil
	}
	var errs snapshot.Findings
	from := sourcesOf(r.Report)
	for _, f := range findings {
		if f.Severity == resource.Error {
			errs = append(errs, from.move(f))
		}
	}
	return &invalidFile{"what the documents come to", errs}
}

// sources finds the fields of the documents that paths of the snapshot are
// made of.
type sources map[string]migrate.Field

// sourcesOf indexes the fields of a report by their places and all that
// encloses them.
func sourcesOf(r *migrate.Report) sources {
	all := sources{}
	for _, f := range r.Fields {
		for _, target := range f.Targets {
			for at := target; at != ""; at = enclosing(at) {
				if _, ok := all[at]; ok {
					break
				}
				all[at] = f
			}
		}
	}
	return all
}

// enclosing returns the path of what holds a part of a snapshot, "" for a
// whole kind.
func enclosing(path string) string {
	i := max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['))
	if i < 0 {
		return ""
	}
	return path[:i]
}

// move moves a finding from the snapshot, which is not written, to the field of
// the documents that it is about, or to one beside it.
func (all sources) move(f snapshot.Finding) snapshot.Finding {
	for at := f.Path; at != ""; at = enclosing(at) {
		if field, ok := all[at]; ok {
			f.Message += " (" + f.Path + ")"
			f.File, f.Line, f.Column = field.File, field.Line, 1
			return f
		}
	}
	return f
}

// strict refuses to lose anything.
func (s *session) strict(r *migrate.Report, strict bool) error {
	if !strict || r.Summary.Dropped == 0 {
		return nil
	}
	for _, f := range r.Fields {
		if f.Status == migrate.Dropped {
			s.detail("%s", f)
		}
	}
	return inputf("nothing was written; without --strict they are left out, and the report says so", "%s would be dropped", count(r.Summary.Dropped, "field"))
}

// Text prints the snapshot, unless it went to a file.
func (r *migrated) Text(w io.Writer, _ style) error {
	_, err := io.WriteString(w, r.Snapshot)
	return err
}

// ruleList is the chain of rules.
type ruleList struct {
	Rules []migrate.Rule `json:"rules"`
}

// Text prints a line and its explanation for each rule.
func (l ruleList) Text(w io.Writer, st style) error {
	var failed error
	for _, r := range l.Rules {
		_, err := fmt.Fprintf(w, "%s  %s → %s\n    %s\n", st.Bold(r.Name), r.From, r.To, r.Doc)
		failed = errors.Join(failed, err)
	}
	return failed
}
