package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/drift"
	"lcsync/internal/resource"
)

// driftResult is what a check found.
type driftResult struct {
	Want     string    `json:"want"`
	Checked  time.Time `json:"checked"`
	InSync   bool      `json:"in_sync"`
	Complete bool      `json:"complete"`
	Summary  string    `json:"summary"`
	// Edited is when the license last was equal to another version of WANT.
	Edited time.Time `json:"want_edited_since,omitzero"`
	// Differences are all, or with --only-new those that the last check did not
	// know. Counts are of all.
	Differences []drift.Difference              `json:"-"`
	Listed      []driftItem                     `json:"differences"`
	Counts      map[string]map[drift.Action]int `json:"counts"`
	New         int                             `json:"new"`
	Gone        []drift.Event                   `json:"gone"`
	Accepted    []drift.Difference              `json:"-"`
	ListedTaken []driftItem                     `json:"accepted,omitempty"`
	Settling    []drift.Difference              `json:"-"`
	ListedLate  []driftItem                     `json:"settling"`
	Ignored     []drift.Difference              `json:"-"`
	IgnoredN    int                             `json:"ignored_count"`
	ListedLeft  []driftItem                     `json:"ignored,omitempty"`
	Equal       int                             `json:"equal"`
	Gaps        []resource.Gap                  `json:"gaps"`
	Reports     []string                        `json:"rules"`
	Notices     []string                        `json:"notices"`
	Requests    int                             `json:"requests"`
	Reused      reused                          `json:"reused"`

	options    driftOptions
	quiet      bool
	json       bool
	first      bool // there was no check before
	isNew      map[string]bool
	sizes      map[string]int // objects of the license, by kind
	newGaps    []resource.Gap
	newReports []string
}

// reused says of how many objects details were not read again, and when the oldest
// of them were read.
type reused struct {
	Count  int       `json:"count"`
	Oldest time.Time `json:"oldest,omitzero"`
}

// driftItem is a difference as a document has it. The object's id is left out
// where the key is the identity.
type driftItem struct {
	Kind     string         `json:"kind"`
	Key      string         `json:"key,omitempty"`
	ObjectID string         `json:"object_id,omitempty"`
	Field    string         `json:"field,omitempty"`
	Action   drift.Action   `json:"action"`
	Was      resource.Value `json:"was,omitempty"`
	Is       resource.Value `json:"is,omitempty"`
	Masked   bool           `json:"masked,omitempty"`
	Ignored  string         `json:"ignored,omitempty"`
	New      bool           `json:"new,omitempty"`
}

func (r *driftResult) item(d drift.Difference) driftItem {
	out := driftItem{Kind: d.Kind, Key: d.Key, Field: d.Field, Action: d.Action, Was: d.Was, Is: d.Is, Masked: d.Masked, Ignored: d.Ignored, New: r.isNew[d.ID]}
	if d.Name != d.Key {
		out.ObjectID = d.Name
	}
	return out
}

func (r *driftResult) items(all []drift.Difference) []driftItem {
	if !r.options.Full {
		all = drift.Short(all)
	}
	out := []driftItem{}
	for _, d := range all {
		out = append(out, r.item(d))
	}
	return out
}

// take takes what happened since the last check.
func (r *driftResult) take(events []drift.Event) {
	r.isNew, r.Gone = map[string]bool{}, []drift.Event{}
	for _, e := range events {
		switch e.Event {
		case drift.New:
			r.isNew[e.ID] = true
		case drift.Gone:
			r.Gone = append(r.Gone, e)
		}
	}
	r.InSync, r.Complete, r.New = len(r.Differences) == 0, len(r.Gaps) == 0, len(r.isNew)
	r.Counts, r.IgnoredN = drift.Count(r.Differences), len(r.Ignored)
	r.Listed, r.ListedLate = r.items(r.shown()), r.items(r.Settling)
	if r.options.accepts() {
		r.ListedTaken = r.items(r.Accepted)
	}
	if r.options.ShowIgnored {
		r.ListedLeft = r.items(r.Ignored)
	}
	r.Reports, r.Notices = session.NonNil(r.Reports), session.NonNil(r.Notices)
	r.Summary = r.summary()
}

// shown are the differences that are printed.
func (r *driftResult) shown() []drift.Difference {
	if !r.options.OnlyNew {
		return r.Differences
	}
	return slices.DeleteFunc(slices.Clone(r.Differences), func(d drift.Difference) bool { return !r.isNew[d.ID] })
}

// code is the exit code: what could not be read beats what differs.
func (r *driftResult) code() session.ExitCode {
	switch {
	case !r.Complete:
		return session.Incomplete
	case !r.InSync:
		return session.Different
	}
	return session.Done
}

// summary is the result on one line.
func (r *driftResult) summary() string {
	var parts []string
	switch n := len(r.Differences); {
	case n == 0 && r.Complete:
		parts = append(parts, "no drift")
	case n == 0:
		parts = append(parts, "no drift in what could be read")
	case r.New > 0 && !r.first:
		parts = append(parts, fmt.Sprintf("%s, %d new", session.Count(n, "difference"), r.New))
	default:
		parts = append(parts, session.Count(n, "difference"))
	}
	if n := len(r.Ignored); n > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored", n))
	}
	if n := len(r.Settling); n > 0 {
		parts = append(parts, fmt.Sprintf("%d settling", n))
	}
	return strings.Join(append(parts, fmt.Sprintf("%s equal", session.Count(r.Equal, "object"))), ", ")
}

// Text prints what happened. A quiet check prints nothing where nothing did, and
// one of what is new nothing where nothing is.
func (r *driftResult) Text(p *session.Page) {
	lines := r.lines()
	if len(lines) == 0 && (r.options.OnlyNew || r.quiet && r.code() == session.Done) {
		return
	}
	for _, l := range lines {
		p.Printf("%s\n", l)
	}
	p.Printf("%s\n", p.Bold(r.Summary))
}

// lines are what is printed above the summary.
func (r *driftResult) lines() []string {
	shown, gaps, reports := r.shown(), r.Gaps, r.Reports
	if r.options.OnlyNew {
		gaps, reports = r.newGaps, r.newReports
	}
	var out []string
	if r.options.Stat {
		out = r.stat(shown)
	} else {
		out = drift.Lines(shown, r.options.Verbose)
	}
	for _, l := range drift.Lines(r.Accepted, r.options.Verbose) {
		out = append(out, "accepted: "+l)
	}
	for _, e := range r.Gone {
		if slices.ContainsFunc(r.Accepted, func(d drift.Difference) bool { return d.ID == e.ID }) {
			continue
		}
		out = append(out, "no longer: "+goneText(e))
	}
	if !r.options.OnlyNew {
		for _, l := range drift.Lines(r.Settling, r.options.Verbose) {
			out = append(out, "settling: "+l)
		}
	}
	if r.options.ShowIgnored {
		for _, d := range r.Ignored {
			out = append(out, fmt.Sprintf("ignored (%s): %s", d.Ignored, d.String()))
		}
	}
	out = append(out, session.GapTexts("not read: ", gaps)...)
	out = append(out, reports...)
	if !r.Edited.IsZero() && len(shown) > 0 {
		out = append(out, fmt.Sprintf("%s was edited since the license was last equal to it (%s)", session.FileName(r.Want), minute(r.Edited)))
	}
	if !r.options.OnlyNew && !r.quiet {
		if r.Reused.Count > 0 {
			out = append(out, fmt.Sprintf("details of %s were reused, read up to %s ago; %s made",
				session.Count(r.Reused.Count, "object"), r.Checked.Sub(r.Reused.Oldest).Truncate(time.Minute), session.Count(r.Requests, "request")))
		}
		for _, n := range r.Notices {
			out = append(out, "note: "+resource.MaskURLs(n))
		}
	}
	return out
}

// stat counts differences by kind and action.
func (r *driftResult) stat(shown []drift.Difference) (out []string) {
	counts := drift.Count(shown)
	for _, k := range resource.Kinds() {
		var parts []string
		for _, a := range drift.Actions() {
			if n := counts[k.Name][a]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, a))
			}
		}
		if parts != nil {
			out = append(out, k.Name+": "+strings.Join(parts, ", "))
		}
	}
	return out
}

// minute writes a time for people.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

var goneBy = map[string]string{"license": "the license changed", "file": "the file changed", "both": "the license and the file changed"}

// goneText says what is gone, and why.
func goneText(e drift.Event) string {
	return fmt.Sprintf("%s (%s; since %s)", e.Text, cmp.Or(goneBy[e.By], "it is not known what changed"), minute(e.Since))
}

// Reasons says why the exit code is not 0, unless stdout says it.
func (r *driftResult) Reasons() []string {
	why := []string{}
	if !r.json {
		return why
	}
	why = append(why, session.GapTexts("not read: ", map[bool][]resource.Gap{true: r.newGaps, false: r.Gaps}[r.options.OnlyNew])...)
	if len(r.shown()) > 0 {
		why = append(why, r.Summary)
	}
	return why
}
