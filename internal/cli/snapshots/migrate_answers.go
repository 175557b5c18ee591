package snapshots

import (
	"bytes"
	"iter"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// AnswerFlags are the flags that answer decisions about old payloads, and those
// for the report.
func AnswerFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "timezone", Usage: "`ZONE` for working hours of bots without a time zone, or BOT=ZONE for one bot; repeatable"},
		&ucli.BoolFlag{Name: "split-overnight", Usage: "working hours that end before they start end on the next day"},
		&ucli.BoolFlag{Name: "drop-gone", Usage: "drop webhook filters and additional data that v3.5 does not have"},
		&ucli.BoolFlag{Name: "per-bot", Usage: "limit the webhooks of a bot to chats with that bot"},
		&ucli.StringSliceFlag{Name: "leave-out", Usage: "leave out a webhook or a property, by `ID` or as the decision names it; repeatable"},
		&ucli.StringSliceFlag{Name: "prefer", Usage: "if payloads contradict each other, use those of `FILE`, or the one at FILE:LINE; repeatable, most trusted first"},
		&ucli.StringFlag{Name: "decisions", Usage: "read answers from `FILE`"},
		&ucli.StringFlag{Name: "write-decisions", Usage: "write the answers so far to `FILE` for --decisions, with a place for each missing one"},
		&ucli.StringFlag{Name: "report", Usage: "write the report to `FILE`: as JSON or Markdown if it ends in .json or .md, else as text"},
		&ucli.BoolFlag{Name: "strict", Usage: "stop if any field would be dropped"},
	}
}

// AnswerOptions are the answers to decisions about old payloads, and how to
// report.
type AnswerOptions struct {
	Answers    migrate.Options
	Decisions  string // file with answers, "" for none
	Unanswered string // file for the missing answers, "" for none
	Report     string // file, "" for none
	Strict     bool
}

// ReadAnswers adds the answers of the flags to a, and then those of the file
// for --decisions. A single client id is the owner of everything without an
// owner.
func ReadAnswers(c *ucli.Context, p session.Places, clientIDs []string, a migrate.Options) (AnswerOptions, error) {
	a.Timezones = map[string]string{}
	a.LeaveOut, a.Prefer, a.DropGone = c.StringSlice("leave-out"), c.StringSlice("prefer"), c.Bool("drop-gone")
	a.SplitOvernight, a.PerBot = c.Bool("split-overnight"), c.Bool("per-bot")
	if len(clientIDs) == 1 {
		a.ClientID = clientIDs[0]
	}
	o := AnswerOptions{Decisions: c.String("decisions"), Unanswered: c.String("write-decisions"), Report: c.String("report"), Strict: c.Bool("strict")}
	for _, v := range c.StringSlice("timezone") {
		if i := strings.LastIndex(v, "="); i >= 0 {
			a.Timezones[v[:i]] = v[i+1:]
		} else if a.Timezone != "" && a.Timezone != v {
			return o, session.Usagef("write --timezone BOT=ZONE for single bots", "--timezone is given twice for all bots")
		} else {
			a.Timezone = v
		}
	}
	if o.Decisions != "" {
		data, err := p.ReadInput(o.Decisions)
		if err != nil {
			return o, err
		}
		if err := a.ReadAnswers(o.Decisions, data); err != nil {
			return o, session.Inputf("", "%s", err)
		}
	}
	o.Answers = a
	return o, nil
}

// RequireDecisions returns an error with the open decisions, nil if there are
// none. It writes the file of --write-decisions. done says what the command did
// not do.
func RequireDecisions(p session.Places, r *migrate.Report, o AnswerOptions, done string) error {
	if len(r.Decisions) == 0 {
		return nil
	}
	var open []string
	for _, d := range r.Decisions {
		open = append(open, d.String(), "    "+d.HowTo)
	}
	hint := done + "; answer with the flags above, or in a file for --decisions"
	if o.Unanswered != "" {
		var text bytes.Buffer
		if err := r.WriteAnswers(&text, o.Answers); err != nil {
			return err
		}
		if err := p.Write(o.Unanswered, text.Bytes()); err != nil {
			return err
		}
		hint = done + "; fill in " + o.Unanswered + " and pass it with --decisions"
	}
	return session.Detailedf(open, hint, "%s needed", session.Count(len(r.Decisions), "decision"))
}

// CheckMigrated validates the migrated snapshot. Errors name the places in the
// payloads; so do warnings if the snapshot is not written.
func CheckMigrated(t *session.Console, r *migrate.Report, name string, data []byte, written bool) (*snapshot.Document, snapshot.Findings, error) {
	doc, findings := snapshot.Decode(data, name)
	if doc != nil {
		findings = append(findings, doc.Validate()...)
	}
	var from sources
	var errs snapshot.Findings
	for i, f := range findings {
		if f.Severity != resource.Error && written {
			continue
		}
		if from == nil {
			from = sourcesOf(r.Fields.All())
		}
		if !written {
			f.Line, f.Column = 0, 0
		}
		findings[i] = from.move(f)
		if f.Severity == resource.Error {
			errs = append(errs, findings[i])
		}
	}
	if errs == nil {
		session.TellWarnings(t, name, findings)
		return doc, findings, nil
	}
	return nil, nil, session.InvalidFile("the migrated snapshot", errs)
}

// sources maps paths of the snapshot to the fields of payloads that they are
// made of.
type sources map[string]migrate.Field

// sourcesOf indexes the fields of a report by their paths in the snapshot and
// by every path that contains these.
func sourcesOf(fields iter.Seq[migrate.Field]) sources {
	all := sources{}
	for f := range fields {
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

// enclosing returns the path that contains a path of a snapshot, "" for a kind.
func enclosing(path string) string {
	i := max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['))
	if i < 0 {
		return ""
	}
	return path[:i]
}

// move moves a finding from the snapshot to the field of a payload that it is
// about, or to a field next to it.
func (all sources) move(f snapshot.Finding) snapshot.Finding {
	for at := f.Path; at != ""; at = enclosing(at) {
		if field, ok := all[at]; ok {
			f.Message += " (" + f.Path + ")"
			f.File, f.Line, f.Column = field.File, field.Line, min(field.Line, 1)
			return f
		}
	}
	return f
}

// Strict returns an error with --strict if a field would be dropped.
func Strict(r *migrate.Report, strict bool, done string) error {
	if !strict || r.Summary.Dropped == 0 {
		return nil
	}
	var dropped []string
	for f := range r.Fields.All() {
		if f.Status == migrate.Dropped {
			dropped = append(dropped, f.String())
		}
	}
	return session.Detailedf(dropped, done+"; without --strict, lcsync drops them and lists them in the report", "%s would be dropped", session.Count(r.Summary.Dropped, "field"))
}
