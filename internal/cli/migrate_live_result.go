package cli

import (
	"bufio"
	"fmt"
	"io"
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
	style     apply.Style
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
	r := &handedOver{From: h.live.From, Migration: h.found.Report, Gaps: h.gaps(), Plan: newPlanned(h.session, plan),
		Legacy: []handover.Outcome{}, kept: h.live.KeepLegacy, style: applyStyle(h.session, false)}
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

// showBoth prints both sides before there is a result to print.
func (h *handingOver) showBoth(r *handedOver) error {
	w := bufio.NewWriter(h.out)
	_ = r.plannedText(w, h.style) // a failed write is kept by the stream
	_ = w.Flush()
	if h.out.err() != nil {
		return exit(Failed) // what was not shown is not run
	}
	return nil
}

func (r *handedOver) plannedText(w io.Writer, st style) error {
	if err := r.Plan.Text(w, st); err != nil {
		return err
	}
	return r.legacyText(w, st)
}

// Text prints what became of both sides; as planned they were shown before.
func (r *handedOver) Text(w io.Writer, st style) error {
	switch {
	case r.Plan == nil:
		return nil
	case r.rehearsed:
		return r.rehearsedText(w, st)
	}
	if r.Report != nil {
		if err := r.Report.Text(w, r.style); err != nil {
			return err
		}
	}
	if r.shown && !r.removed {
		return nil
	}
	return r.legacyText(w, st)
}

func (r *handedOver) rehearsedText(w io.Writer, st style) error {
	if err := r.plannedText(w, st); err != nil {
		return err
	}
	for _, q := range r.Requests {
		if _, err := fmt.Fprintf(w, "%s %s\n", st.Bold(q.Method), resource.JSON(q.Body)); err != nil {
			return err
		}
	}
	for _, q := range r.LegacyRequests {
		if _, err := fmt.Fprintf(w, "%s %s\n", st.Bold(r.From+" "+q.Method), resource.JSON(q.Args)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s would be sent\n", count(len(r.Requests)+len(r.LegacyRequests), "request"))
	return err
}

// legacyText prints the old side: what goes with a minus, what stays with the
// reason.
func (r *handedOver) legacyText(w io.Writer, st style) error {
	if len(r.Legacy) == 0 {
		none := "there are none that would have to go"
		if slices.ContainsFunc(r.Gaps, func(g resource.Gap) bool { return g.Kind == "webhooks" || g.Kind == "bots" }) {
			none = "not all could be read, and none of the others would have to go"
		}
		_, err := fmt.Fprintf(w, "%s %s\n", st.Bold("webhooks in "+r.From+":"), none)
		return err
	}
	lines := []string{st.Bold("webhooks in " + r.From + ":")}
	tally := map[handover.Status]int{}
	for _, o := range r.Legacy {
		tally[o.Status]++
		mark, paint := "=", st.Yellow
		if o.Status == handover.Goes || o.Status == handover.Removed {
			mark, paint = "-", st.Red
		}
		for i, l := range screen.Wrap(screen.OneLine(o.String()), r.style.Width-4) {
			if i > 0 {
				mark = " "
			}
			lines = append(lines, paint("  "+mark+" "+l))
		}
		if o.Why != "" {
			for _, l := range screen.Wrap(screen.OneLine(string(o.Status)+": "+o.Why), r.style.Width-6) {
				lines = append(lines, "      "+l)
			}
		}
	}
	lines = append(lines, r.tally(tally))
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
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
	return "U" + old[1:] + " of " + h.licenseOf(plan).String() + "?"
}
