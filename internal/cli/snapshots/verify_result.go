package snapshots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/cli/session"
	"lcsync/internal/diff"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// verifyResult is the result of verify.
type verifyResult struct {
	File     string `json:"file"`
	Agrees   bool   `json:"agrees"`   // the restored license equals the file
	Complete bool   `json:"complete"` // the file has everything that a license has
	Model    string `json:"model"`    // how far the verdict can be trusted

	Counts map[string]int `json:"objects"` // by kind
	Gaps   []resource.Gap `json:"gaps"`    // what the file lists under incomplete
	Absent []string       `json:"absent"`  // kinds that it lacks without listing them

	// Changes are the differences between the restored license and the file,
	// Skipped is what could not be compared, and Failed what the embedded
	// license refused.
	Changes []*diff.Change `json:"differences"`
	Skipped []diff.Skip    `json:"skipped"`
	Failed  []string       `json:"failed"`
	rest    *diff.Plan     // the plan with these

	Lost     []rehearsal.Loss `json:"lost"`
	Secrets  []NeededSecret   `json:"secrets"`
	Requests int              `json:"requests"`
	Writes   int              `json:"writes"`
	// Warnings are places of the file that a restore may read differently, such
	// as two objects with one name.
	Warnings snapshot.Findings `json:"warnings"`
	Notices  []string          `json:"notices"`
}

// code is the exit code of the check.
func (v *verifyResult) code() session.ExitCode {
	switch {
	case !v.Complete:
		return session.Incomplete
	case !v.Agrees:
		return session.Different
	}
	return session.Done
}

// Text prints the problems first, and the verdict last.
func (v *verifyResult) Text(p *session.Page) {
	for _, text := range v.missing() {
		p.Item(p.Yellow, "not in the file: ", text)
	}
	if !v.Agrees {
		p.Printf("%s\n", p.Bold("Differences after a restore"))
		rest := *v.rest
		rest.Observed = nil // they are among the losses
		_ = rest.Text(p, diff.Style{Width: p.Width, Color: bool(p.Paint), Live: "the restored license", Want: v.File})
	}
	for _, text := range v.Failed {
		p.Item(p.Red, "refused: ", text)
	}
	v.losses(p)
	v.secrets(p)
	p.Printf("A restore takes %s; %d of them write.\n", session.Count(v.Requests, "request"), v.Writes)
	for _, f := range v.Warnings {
		p.Item(p.Yellow, "", f.String())
	}
	for _, text := range v.Notices {
		p.Item(p.Dim, "notice: ", text)
	}
	p.Printf("%s: %s\n%s.\n", v.File, v.paint(p)(v.verdict()), v.Model)
}

func (v *verifyResult) paint(p *session.Page) func(string) string {
	switch {
	case !v.Agrees:
		return p.Red
	case !v.Complete:
		return p.Yellow
	}
	return p.Green
}

// verdict summarizes the result.
func (v *verifyResult) verdict() string {
	switch {
	case !v.Agrees:
		return "the restored license differs: " + v.rest.Summary()
	case !v.Complete:
		return "the restored license is the same, but the file is incomplete"
	}
	return "the restored license is the same (" + session.Count(v.objects(), "object") + ")"
}

// objects is how many objects the file has.
func (v *verifyResult) objects() int {
	n := 0
	for _, of := range v.Counts {
		n += of
	}
	return n
}

// missing says what the file lacks.
func (v *verifyResult) missing() []string {
	texts := session.GapTexts("", v.Gaps)
	if len(v.Absent) > 0 {
		texts = append(texts, strings.Join(v.Absent, ", ")+": an export has them; to leave them out, pass --skip "+strings.Join(v.Absent, ","))
	}
	return texts
}

// losses prints what a restore cannot bring back, with one line for all objects
// of a kind with the same loss.
func (v *verifyResult) losses(p *session.Page) {
	alike, times := session.Folded(v.Lost, func(l rehearsal.Loss) string { return l.Kind + ": " + lossText(l) })
	if alike != nil {
		p.Printf("%s\n", p.Bold("A restore cannot bring back"))
	}
	for _, l := range alike {
		what, text := l.Kind, lossText(l)
		switch n := times[l.Kind+": "+text]; {
		case l.Key == "":
		case n == 1:
			what += "/" + l.Key
		default:
			what = session.CountOf(n, resource.Lookup(l.Kind))
		}
		p.Item(nil, "  ", what+": "+text)
	}
}

// lossText says what of an object cannot come back. If l.With says what a
// deletion loses, it also covers the fields that the server sets.
func lossText(l rehearsal.Loss) string {
	k := resource.Lookup(l.Kind)
	parts := slices.DeleteFunc(slices.Clone(l.Fields), func(name string) bool {
		f := k.Field(name)
		return l.With != "" && !k.Person && (f == nil || f.Class == resource.Server)
	})
	if l.With != "" {
		parts = append(parts, l.With)
	}
	if l.Why != "" && len(parts) > 0 {
		return strings.Join(parts, ", ") + ": " + l.Why
	}
	return strings.Join(parts, ", ") + l.Why
}

// secrets prints which secrets a restore needs, and where each was found.
func (v *verifyResult) secrets(p *session.Page) {
	if len(v.Secrets) == 0 {
		return
	}
	p.Printf("%s\n", p.Bold(fmt.Sprintf("A restore needs %s; missing: %d", session.Count(len(v.Secrets), "secret"), v.lacking())))
	for _, s := range v.Secrets { // not folded, so that names can be copied
		p.Printf("  %s: %s\n", cmp.Or(s.In, "missing"), s.Name)
	}
}

// lacking is how many secrets were not found.
func (v *verifyResult) lacking() int {
	n := 0
	for _, s := range v.Secrets {
		if s.In == "" {
			n++
		}
	}
	return n
}

// Reasons says what is wrong with the backup.
func (v *verifyResult) Reasons() []string {
	var why []string
	for _, text := range v.missing() {
		why = append(why, v.File+" is incomplete: "+text)
	}
	return append(why, v.wrong()...)
}

// wrong says what a restore does not bring back although the file has it.
func (v *verifyResult) wrong() []string {
	var why []string
	if n := len(v.Changes); n > 0 {
		why = append(why, fmt.Sprintf("%s: %s after a restore: %s", v.File, session.Count(n, "difference"), v.rest.Summary()))
	}
	for _, ch := range v.Changes {
		if ch.Blocked != "" {
			why = append(why, ch.ID+": "+ch.Blocked)
		}
	}
	for _, skip := range v.Skipped {
		why = append(why, strings.TrimSuffix(skip.Kind+"/"+skip.Key, "/")+": "+skip.Reason)
	}
	return append(why, v.Failed...)
}
