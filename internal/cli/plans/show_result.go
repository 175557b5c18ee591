package plans

import (
	"fmt"
	"strings"
	"time"

	"lcsync/internal/cli/session"
	"lcsync/internal/cli/snapshots"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// showResult is the result of show for a snapshot.
type showResult struct {
	File       string              `json:"file"`
	Bytes      int                 `json:"bytes"`
	Written    *time.Time          `json:"written,omitempty"` // modification time of the file
	APIVersion string              `json:"api_version"`
	Of         session.LicenseInfo `json:"license"`
	Counts     map[string]int      `json:"objects"` // by kind
	Secrets    int                 `json:"secrets"` // distinct names
	Complete   bool                `json:"complete"`
	Gaps       []resource.Gap      `json:"gaps"`   // what the file lists under incomplete
	Absent     []string            `json:"absent"` // kinds that it lacks without listing them
	Since      *sinceReport        `json:"since,omitempty"`
}

// sinceReport lists what changed since an earlier snapshot.
type sinceReport struct {
	File    string          `json:"file"`
	Written *time.Time      `json:"written,omitempty"`
	Counts  snapshots.Since `json:"counts"`
	Objects []objectChange  `json:"objects"`
	Lacks   []string        `json:"lacks"` // what the earlier snapshot had and this one could not read
	write   func(kind, key string) string
}

// objectChange is an object that was added, changed or removed.
type objectChange struct {
	Kind   string   `json:"kind"`
	Key    string   `json:"key"`
	What   string   `json:"what"` // added, changed or removed
	Fields []string `json:"fields,omitempty"`
}

// collect lists the objects of a plan from the earlier license to the later
// one.
func (c *sinceReport) collect(plan *diff.Plan) {
	c.Objects, c.write = []objectChange{}, plan.Keys(nil).Text
	for _, ch := range plan.Changes {
		m := objectChange{Kind: ch.Kind, Key: ch.Key, What: "changed"}
		switch ch.Action {
		case diff.Create:
			m.What = "added"
		case diff.Delete:
			m.What = "removed"
		default:
			for _, f := range ch.Fields {
				m.Fields = append(m.Fields, f.Path)
			}
		}
		c.Objects = append(c.Objects, m)
	}
	for _, o := range plan.Observed {
		c.Objects = append(c.Objects, objectChange{Kind: o.Kind, Key: o.Key, What: "changed", Fields: []string{o.Path}})
	}
	for _, u := range plan.Unmanaged {
		c.Objects = append(c.Objects, objectChange{Kind: u.Kind, Key: u.Key, What: "removed"})
	}
}

// How many lines fit on a screen: changed objects, and gaps.
const (
	roomForObjects = 10
	roomForGaps    = 3
)

// Text prints the snapshot on one screen.
func (r *showResult) Text(p *session.Page) {
	when := ""
	if r.Written != nil {
		when = ", written " + r.Written.Format("2006-01-02 15:04:05 MST")
	}
	p.Printf("%s\n", p.Bold(screen.Cut(screen.OneLine(fmt.Sprintf("%s: API %s, %d bytes%s", r.File, r.APIVersion, r.Bytes, when)), p.Width)))
	r.line(p, "owner", r.Of.Owner)
	r.line(p, "account", r.Of.AccountID)
	r.line(p, "client ids", resource.Some(r.Of.ClientIDs))
	r.line(p, "objects", snapshots.Summary(r.Counts))
	if r.Secrets > 0 {
		r.line(p, "secrets", session.Count(r.Secrets, "name")+", no values")
	}
	texts := session.GapTexts("", r.Gaps)
	if len(r.Absent) > 0 {
		texts = append(texts, strings.Join(r.Absent, ", ")+": not in the file")
	}
	for _, text := range texts[:min(roomForGaps, len(texts))] {
		r.line(p, "incomplete", text)
	}
	if more := len(texts) - roomForGaps; more > 0 {
		r.line(p, "incomplete", fmt.Sprintf("and %d more", more))
	}
	if r.Since != nil {
		r.Since.text(p)
	}
}

// line prints a name and a text next to it, on several lines if the text is
// long. It prints nothing for an empty text.
func (r *showResult) line(p *session.Page, name, text string) {
	const inset = 12
	if text == "" {
		return
	}
	for _, l := range screen.Wrap(screen.OneLine(text), p.Width-inset) {
		p.Printf("%-*s%s\n", inset, name, l)
		name = ""
	}
}

var changeSigns = map[string]string{"added": "+", "changed": "~", "removed": "-"}

func (c *sinceReport) text(p *session.Page) {
	if len(c.Objects) == 0 {
		p.Printf("unchanged since %s\n", c.File)
	} else {
		p.Item(p.Bold, "", "since "+c.File+": "+c.Counts.String())
	}
	for _, m := range c.Objects[:min(roomForObjects, len(c.Objects))] {
		text := fmt.Sprintf("%s %s/%s", changeSigns[m.What], m.Kind, c.write(m.Kind, m.Key))
		if len(m.Fields) > 0 {
			text += ": " + resource.Some(m.Fields)
		}
		p.Printf("  %s\n", screen.Cut(screen.OneLine(text), p.Width-2))
	}
	if more := len(c.Objects) - roomForObjects; more > 0 {
		p.Printf("  and %d more; --json lists all\n", more)
	}
	for _, text := range c.Lacks {
		p.Item(p.Yellow, "not comparable: ", text)
	}
}
