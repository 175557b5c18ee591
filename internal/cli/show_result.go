package cli

import (
	"fmt"
	"strings"
	"time"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// shown is what is in a snapshot.
type shown struct {
	File       string         `json:"file"`
	Bytes      int            `json:"bytes"`
	Written    *time.Time     `json:"written,omitempty"` // by the file's time
	APIVersion string         `json:"api_version"`
	Of         licenseInfo    `json:"license"`
	Counts     map[string]int `json:"objects"` // by kind
	Secrets    int            `json:"secrets"` // names of
	Complete   bool           `json:"complete"`
	Gaps       []resource.Gap `json:"gaps"`   // what the file says that it lacks
	Absent     []string       `json:"absent"` // kinds that it lacks without a word
	Since      *changed       `json:"since,omitempty"`
}

// changed is what changed since an earlier snapshot.
type changed struct {
	File    string     `json:"file"`
	Written *time.Time `json:"written,omitempty"`
	Counts  since      `json:"counts"`
	Objects []moved    `json:"objects"`
	Lacks   []string   `json:"lacks"` // what the earlier one had and this one could not
	write   func(kind, key string) string
}

// moved is an object that came, changed or went.
type moved struct {
	Kind   string   `json:"kind"`
	Key    string   `json:"key"`
	What   string   `json:"what"` // added, changed or removed
	Fields []string `json:"fields,omitempty"`
}

// collect lists the objects of a plan that makes the earlier license the later
// one.
func (c *changed) collect(plan *diff.Plan) {
	c.Objects, c.write = []moved{}, plan.Keys(nil).Text
	for _, ch := range plan.Changes {
		m := moved{Kind: ch.Kind, Key: ch.Key, What: "changed"}
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
		c.Objects = append(c.Objects, moved{Kind: o.Kind, Key: o.Key, What: "changed", Fields: []string{o.Path}})
	}
	for _, u := range plan.Unmanaged {
		c.Objects = append(c.Objects, moved{Kind: u.Kind, Key: u.Key, What: "removed"})
	}
}

// What a screen has room for: lines of changed objects, and of what is missing.
const (
	roomForObjects = 10
	roomForGaps    = 3
)

// Text prints the snapshot on one screen.
func (r *shown) Text(p *page) {
	when := ""
	if r.Written != nil {
		when = ", written " + r.Written.Format("2006-01-02 15:04:05 MST")
	}
	p.printf("%s\n", p.Bold(screen.Cut(screen.OneLine(fmt.Sprintf("%s: API %s, %d bytes%s", r.File, r.APIVersion, r.Bytes, when)), p.width)))
	r.line(p, "owner", r.Of.Owner)
	r.line(p, "account", r.Of.AccountID)
	r.line(p, "client ids", resource.Some(r.Of.ClientIDs))
	r.line(p, "objects", summary(r.Counts))
	if r.Secrets > 0 {
		r.line(p, "secrets", count(r.Secrets, "name")+", no values")
	}
	texts := gapTexts("", r.Gaps)
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

// line prints what something is, if there is anything to say, below each other
// where it is long.
func (r *shown) line(p *page, name, text string) {
	const inset = 12
	if text == "" {
		return
	}
	for _, l := range screen.Wrap(screen.OneLine(text), p.width-inset) {
		p.printf("%-*s%s\n", inset, name, l)
		name = ""
	}
}

var movedSigns = map[string]string{"added": "+", "changed": "~", "removed": "-"}

func (c *changed) text(p *page) {
	if len(c.Objects) == 0 {
		p.printf("unchanged since %s\n", c.File)
	} else {
		p.item(p.Bold, "", "since "+c.File+": "+c.Counts.String())
	}
	for _, m := range c.Objects[:min(roomForObjects, len(c.Objects))] {
		text := fmt.Sprintf("%s %s/%s", movedSigns[m.What], m.Kind, c.write(m.Kind, m.Key))
		if len(m.Fields) > 0 {
			text += ": " + resource.Some(m.Fields)
		}
		p.printf("  %s\n", screen.Cut(screen.OneLine(text), p.width-2))
	}
	if more := len(c.Objects) - roomForObjects; more > 0 {
		p.printf("  and %d more; --json lists all\n", more)
	}
	for _, text := range c.Lacks {
		p.item(p.Yellow, "not comparable: ", text)
	}
}
