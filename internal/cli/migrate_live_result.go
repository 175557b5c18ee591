package cli

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/handover"
	"lcsync/internal/migrate"
	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// handedOver is what the migration of a license came to: both sides, first as
// planned, and once something was sent, as they became.
type handedOver struct {
	From      string          `json:"from"`
	Migration *migrate.Report `json:"migration"`
	Gaps      []resource.Gap  `json:"legacy_gaps"`
	Plan      *planned        `json:"plan,omitempty"`
	// Requests are what a rehearsal would send, to 3.5 and then to the older
	// version.
	Requests       []apply.Request    `json:"requests,omitempty"`
	LegacyRequests []handover.Request `json:"legacy_requests,omitempty"`
	Report         *apply.Report      `json:"report,omitempty"`
	Run            string             `json:"run,omitempty"`
	Legacy         []handover.Outcome `json:"legacy"`

	rehearsed bool
	kept      bool // the old side is left alone
	shown     bool // both sides were shown as planned
	removed   bool // the old side has changed, or may have
}

// unplanned is what there is to say if planning failed: nothing, or what the
// migration came to.
func (h *handingOver) unplanned() result {
	if h.found == nil {
		return nil
	}
	return &handedOver{From: h.live.From, Migration: h.found.Report, Gaps: h.gaps(), Legacy: []handover.Outcome{}}
}

func (h *handingOver) gaps() []resource.Gap {
	if h.legacy.Gaps == nil {
		return []resource.Gap{}
	}
	return h.legacy.Gaps
}

// result is both sides as planned.
func (h *handingOver) result(plan *diff.Plan) *handedOver {
	r := &handedOver{From: h.live.From, Migration: h.found.Report, Gaps: h.gaps(), Plan: newPlanned(h.conn, plan),
		Legacy: []handover.Outcome{}, kept: h.live.KeepLegacy}
	for _, o := range h.olds {
		switch {
		case h.live.KeepLegacy:
			r.Legacy = append(r.Legacy, handover.Outcome{Old: o, Status: handover.Stays, Why: "it is left alone, as asked: both it and its successors are sent"})
		case o.Keep != "":
			r.Legacy = append(r.Legacy, handover.Outcome{Old: o, Status: handover.Stays, Why: o.Keep})
		default:
			r.Legacy = append(r.Legacy, handover.Outcome{Old: o, Status: handover.Goes})
		}
	}
	return r
}

// rehearse adds the requests of both sides and sends nothing.
func (h *handingOver) rehearse(plan *diff.Plan) (result, error) {
	r := h.result(plan)
	r.rehearsed = true
	var err error
	if r.Requests, err = apply.Rehearse(plan, apply.Options{BatchSize: h.BatchSize}); err != nil {
		return nil, err
	}
	for _, o := range h.going() {
		r.LegacyRequests = append(r.LegacyRequests, o.Request(h.live.From).Masked())
	}
	switch {
	case r.incomplete() || len(r.Gaps) > 0:
		return r, exit(Incomplete)
	case len(r.LegacyRequests) > 0:
		return r, exit(max(Different, planCode(plan)))
	}
	return r, exit(planCode(plan))
}

// incomplete tells whether an old registration stays although nobody asked for
// that.
func (r *handedOver) incomplete() bool {
	return !r.kept && slices.ContainsFunc(r.Legacy, func(o handover.Outcome) bool {
		return o.Status != handover.Removed && o.Status != handover.Goes && !o.LeftOut
	})
}

// plannedText prints both sides before there is a result to print.
func (r *handedOver) plannedText(p *page) {
	r.Plan.Text(p)
	r.legacyText(p)
}

// Text prints what became of both sides; as planned they were shown before.
func (r *handedOver) Text(p *page) {
	switch {
	case r.Plan == nil:
	case r.rehearsed:
		r.rehearsedText(p)
	default:
		p.report(r.Report, r.shown)
		if !r.shown || r.removed {
			r.legacyText(p)
		}
	}
}

func (r *handedOver) rehearsedText(p *page) {
	r.plannedText(p)
	for _, q := range r.Requests {
		p.printf("%s %s\n", p.Bold(q.Method), resource.JSON(q.Body))
	}
	for _, q := range r.LegacyRequests {
		p.printf("%s %s\n", p.Bold(r.From+" "+q.Method), resource.JSON(q.Args))
	}
	p.printf("%s would be sent\n", count(len(r.Requests)+len(r.LegacyRequests), "request"))
}

// legacyText prints the old side: what goes with a minus, what stays with the
// reason.
func (r *handedOver) legacyText(p *page) {
	head := p.Bold("webhooks in " + r.From + ":")
	if len(r.Legacy) == 0 {
		none := "there are none that would have to go"
		if slices.ContainsFunc(r.Gaps, func(g resource.Gap) bool { return g.Kind == "webhooks" || g.Kind == "bots" }) {
			none = "not all could be read, and none of the others would have to go"
		}
		p.printf("%s %s\n", head, none)
		return
	}
	lines := []string{head}
	tally := map[handover.Status]int{}
	for _, o := range r.Legacy {
		tally[o.Status]++
		mark, paint := "=", p.Yellow
		if o.Status == handover.Goes || o.Status == handover.Removed {
			mark, paint = "-", p.Red
		}
		for i, l := range screen.Wrap(screen.OneLine(o.String()), p.width-4) {
			if i > 0 {
				mark = " "
			}
			lines = append(lines, paint("  "+mark+" "+l))
		}
		if o.Why != "" {
			for _, l := range screen.Wrap(screen.OneLine(string(o.Status)+": "+o.Why), p.width-6) {
				lines = append(lines, "      "+l)
			}
		}
	}
	lines = append(lines, r.tally(tally))
	p.printf("%s\n", strings.Join(lines, "\n"))
}

// tally counts the old side by what becomes of it.
func (r *handedOver) tally(n map[handover.Status]int) string {
	var parts []string
	for _, s := range []struct {
		status handover.Status
		text   string
	}{{handover.Goes, "to go once what succeeds them is registered"}, {handover.Removed, "unregistered"}, {handover.Stays, "left"},
		{handover.Failed, "refused"}, {handover.Unknown, "with an unknown outcome"}} {
		if n[s.status] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s.status], s.text))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// question asks whether to change both sides.
func (h *handingOver) question(plan *diff.Plan, going int) string {
	old := fmt.Sprintf("unregister %s", count(going, "old registration"))
	switch {
	case going == 0:
		return h.applying.question(plan)
	case len(plan.Todo()) > 0:
		return strings.TrimSuffix(h.applying.question(plan), "?") + ", and then " + old + "?"
	}
	return "U" + old[1:] + " of " + h.conn.licenseOf(plan).String() + "?"
}

// reasons says what is not done on either side.
func (r *handedOver) reasons() []string {
	why := gapTexts("incomplete in "+r.From+": ", r.Gaps)
	if r.Plan != nil {
		if r.rehearsed {
			why = append(why, r.Plan.reasons()...)
		} else {
			why = append(why, (&applied{Plan: r.Plan, Report: r.Report}).reasons()...)
		}
	}
	for _, o := range r.Legacy {
		switch {
		case o.Status == handover.Removed, o.Status == handover.Goes && !r.rehearsed:
		case o.Why != "":
			why = append(why, o.String()+": "+string(o.Status)+": "+o.Why)
		default:
			why = append(why, o.String()+": "+string(o.Status))
		}
	}
	return why
}
