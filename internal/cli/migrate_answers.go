package cli

import (
	"bytes"
	"iter"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// answerFlags are the flags that settle what old documents leave open, and say
// how to account for them.
func answerFlags() []ucli.Flag {
	return []ucli.Flag{
		&ucli.StringSliceFlag{Name: "timezone", Usage: "`ZONE` of working hours of bots that give none, or BOT=ZONE; repeatable"},
		&ucli.BoolFlag{Name: "split-overnight", Usage: "hours that end before they start end on the next day"},
		&ucli.BoolFlag{Name: "drop-gone", Usage: "drop filters and additional data of webhooks that no longer exist"},
		&ucli.BoolFlag{Name: "per-bot", Usage: "confine webhooks that were a bot's own to chats with that bot"},
		&ucli.StringSliceFlag{Name: "leave-out", Usage: "leave a webhook or a property out, by `ID` or as questions call it; repeatable"},
		&ucli.StringSliceFlag{Name: "prefer", Usage: "where documents contradict each other, those of `FILE` count, or the place FILE:LINE; repeatable, the most trusted first"},
		&ucli.StringFlag{Name: "decisions", Usage: "read answers to questions from `FILE`"},
		&ucli.StringFlag{Name: "write-decisions", Usage: "write the answers so far, and a place for each that is missing, to `FILE`, for --decisions"},
		&ucli.StringFlag{Name: "report", Usage: "write the report to `FILE`: text, or by its ending .json or .md"},
		&ucli.BoolFlag{Name: "strict", Usage: "do nothing if anything would be dropped"},
	}
}

// answerOptions say what old documents leave open, and how to account for them.
type answerOptions struct {
	Answers    migrate.Options
	Decisions  string // file that some of them come from, "" for none
	Unanswered string // file for those that are missing, "" for none
	Report     string // file, "" for none
	Strict     bool
}

// readAnswers adds the answers of the flags, and then those of a file, to
// others. One client id that covers something owns what names no owner.
func readAnswers(c *ucli.Context, p places, clientIDs []string, a migrate.Options) (answerOptions, error) {
	a.Timezones = map[string]string{}
	a.LeaveOut, a.Prefer, a.DropGone = c.StringSlice("leave-out"), c.StringSlice("prefer"), c.Bool("drop-gone")
	a.SplitOvernight, a.PerBot = c.Bool("split-overnight"), c.Bool("per-bot")
	if len(clientIDs) == 1 {
		a.ClientID = clientIDs[0]
	}
	o := answerOptions{Decisions: c.String("decisions"), Unanswered: c.String("write-decisions"), Report: c.String("report"), Strict: c.Bool("strict")}
	for _, v := range c.StringSlice("timezone") {
		if i := strings.LastIndex(v, "="); i >= 0 {
			a.Timezones[v[:i]] = v[i+1:]
		} else if a.Timezone != "" && a.Timezone != v {
			return o, usagef("write --timezone BOT=ZONE for single bots", "--timezone is given twice for all bots")
		} else {
			a.Timezone = v
		}
	}
	if o.Decisions != "" {
		data, err := p.readInput(o.Decisions)
		if err != nil {
			return o, err
		}
		if err := a.ReadAnswers(o.Decisions, data); err != nil {
			return o, inputf("", "%s", err)
		}
	}
	o.Answers = a
	return o, nil
}

// decided lists the questions that are open, and writes a file to answer them
// in, if it has a name. done says what the command has not done because of them.
func decided(p places, r *migrate.Report, o answerOptions, done string) error {
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
		if err := p.write(o.Unanswered, text.Bytes()); err != nil {
			return err
		}
		hint = done + "; fill in " + o.Unanswered + " and pass it as --decisions"
	}
	return detailedf(open, hint, "%s needed", count(len(r.Decisions), "decision"))
}

// checkMigrated holds what documents came to against everything that makes a
// snapshot valid. Errors are told with the places in the documents, and so are
// warnings if the snapshot is not written.
func checkMigrated(t *terminal, r *migrate.Report, name string, data []byte, written bool) (*snapshot.Document, snapshot.Findings, error) {
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
		tellWarnings(t, name, findings)
		return doc, findings, nil
	}
	return nil, nil, invalidFile("what the documents come to", errs)
}

// sources finds the fields of the documents that paths of the snapshot are
// made of.
type sources map[string]migrate.Field

// sourcesOf indexes the fields of a report by their places and all that
// encloses them.
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
			f.File, f.Line, f.Column = field.File, field.Line, min(field.Line, 1)
			return f
		}
	}
	return f
}

// strict refuses to lose anything.
func strict(r *migrate.Report, strict bool, done string) error {
	if !strict || r.Summary.Dropped == 0 {
		return nil
	}
	var dropped []string
	for f := range r.Fields.All() {
		if f.Status == migrate.Dropped {
			dropped = append(dropped, f.String())
		}
	}
	return detailedf(dropped, done+"; without --strict they are left out, and the report says so", "%s would be dropped", count(r.Summary.Dropped, "field"))
}
