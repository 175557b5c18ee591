package cli

import (
	"strings"

	"lcsync/internal/apply"
	"lcsync/internal/handover"
	"lcsync/internal/runs"
)

// reasons says what differs, and what is not known.
func (p *planned) reasons() []string {
	why := p.unknown()
	if n := len(p.Changes); n > 0 {
		why = append(why, count(n, "difference")+": "+p.Summary)
	}
	return why
}

// unknown says what could not be compared.
func (p *planned) unknown() []string {
	why := gapTexts("incomplete: ", p.Gaps)
	for _, k := range p.Skipped {
		why = append(why, "not compared: "+strings.TrimSpace(k.Kind+" "+k.Key)+": "+k.Reason)
	}
	return why
}

// reasons says what an export lacks.
func (r *exported) reasons() []string {
	why := gapTexts("incomplete: ", r.Gaps)
	if len(r.Lacks) > 0 {
		old := strings.TrimSuffix(r.File, incompleteSuffix)
		why = append(why, old+" stays as it is: the new snapshot lacks "+strings.Join(r.Lacks, ", ")+"; --allow-incomplete replaces it all the same")
	}
	return why
}

// reasons says what is not done.
func (a *applied) reasons() []string {
	var why []string
	if a.Plan != nil {
		why = a.Plan.unknown()
	}
	switch {
	case a.Report != nil:
		why = append(why, runs.NotDone(a.Report)...)
	case a.Plan != nil:
		for _, ch := range a.Plan.Changes {
			if ch.Blocked != "" {
				why = append(why, ch.ID+": "+string(apply.Blocked)+": "+ch.Blocked)
			}
		}
	}
	if a.left {
		why = append(why, "a run that had not finished still has not: lcsync runs lists it")
	}
	return why
}

func (r *rehearsed) reasons() []string { return r.Plan.reasons() }

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
