package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/rehearsal"
	"lcsync/internal/resource"
	"lcsync/internal/snapshot"
)

// verified is what a check of a backup found out.
type verified struct {
	File     string `json:"file"`
	Agrees   bool   `json:"agrees"`   // what was restored is what the file says
	Complete bool   `json:"complete"` // the file lacks nothing that a license has
	Model    string `json:"model"`    // what agreement is worth

	Counts map[string]int `json:"objects"` // by kind
	Gaps   []resource.Gap `json:"gaps"`    // what the file says that it lacks
	Absent []string       `json:"absent"`  // kinds that it lacks without a word

	// Changes are what would still have to be done to make the restored license
	// as the file says, Skipped what of it could not be compared, and Failed what
	// the restore was refused.
	Changes []*diff.Change `json:"differences"`
	Skipped []diff.Skip    `json:"skipped"`
	Failed  []string       `json:"failed"`
	rest    *diff.Plan     // all of that

	Lost     []rehearsal.Loss `json:"lost"`
	Secrets  []neededSecret   `json:"secrets"`
	Requests int              `json:"requests"`
	Writes   int              `json:"writes"`
	// Warnings are places of the file of which it is in doubt what a restore
	// makes of them, such as two objects with one name.
	Warnings snapshot.Findings `json:"warnings"`
	Notices  []string          `json:"notices"`
}

// code is the exit code of the check.
func (v *verified) code() ExitCode {
	switch {
	case !v.Complete:
		return Incomplete
	case !v.Agrees:
		return Different
	}
	return Done
}

// Text prints what is wrong first, and the verdict last.
func (v *verified) Text(p *page) {
	for _, text := range v.missing() {
		p.item(p.Yellow, "not in the file: ", text)
	}
	if !v.Agrees {
		p.printf("%s\n", p.Bold("Differences after a restore"))
		rest := *v.rest
		rest.Observed = nil // they are among what cannot come back
		_ = rest.Text(p, diff.Style{Width: p.width, Color: bool(p.Paint), Live: "the restored license", Want: v.File})
	}
	for _, text := range v.Failed {
		p.item(p.Red, "refused: ", text)
	}
	v.losses(p)
	v.secrets(p)
	p.printf("A restore takes %s; %d of them write.\n", count(v.Requests, "request"), v.Writes)
	for _, f := range v.Warnings {
		p.item(p.Yellow, "", f.String())
	}
	for _, text := range v.Notices {
		p.item(p.Dim, "notice: ", text)
	}
	p.printf("%s: %s\n%s.\n", v.File, v.paint(p)(v.verdict()), v.Model)
}

func (v *verified) paint(p *page) func(string) string {
	switch {
	case !v.Agrees:
		return p.Red
	case !v.Complete:
		return p.Yellow
	}
	return p.Green
}

// verdict says in a few words what the check came to.
func (v *verified) verdict() string {
	switch {
	case !v.Agrees:
		return "the restored license differs: " + v.rest.Summary()
	case !v.Complete:
		return "the restored license is the same, but the file is incomplete"
	}
	return "the restored license is the same (" + count(v.objects(), "object") + ")"
}

// objects is how many objects the file has.
func (v *verified) objects() int {
	n := 0
	for _, of := range v.Counts {
		n += of
	}
	return n
}

// missing says what the file lacks.
func (v *verified) missing() []string {
	texts := gapTexts("", v.Gaps)
	if len(v.Absent) > 0 {
		texts = append(texts, strings.Join(v.Absent, ", ")+", which an export has; if that is meant, pass --skip "+strings.Join(v.Absent, ","))
	}
	return texts
}

// losses prints what cannot come back, objects of a kind that lose the same in
// one line.
func (v *verified) losses(p *page) {
	alike, times := folded(v.Lost, func(l rehearsal.Loss) string { return l.Kind + ": " + lossText(l) })
	if alike != nil {
		p.printf("%s\n", p.Bold("A restore cannot bring back"))
	}
	for _, l := range alike {
		what, text := l.Kind, lossText(l)
		switch n := times[l.Kind+": "+text]; {
		case l.Key == "":
		case n == 1:
			what += "/" + l.Key
		default:
			what = number(n, resource.Lookup(l.Kind))
		}
		p.item(nil, "  ", what+": "+text)
	}
}

// lossText says what of an object cannot come back. What its deletion is known
// to lose says what becomes of the fields that the server gives.
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

// secrets prints which secrets a restore needs, and where each of them is.
func (v *verified) secrets(p *page) {
	if len(v.Secrets) == 0 {
		return
	}
	p.printf("%s\n", p.Bold(fmt.Sprintf("A restore needs %s; missing: %d", count(len(v.Secrets), "secret"), v.lacking())))
	for _, s := range v.Secrets { // whole, so that names can be copied
		p.printf("  %s: %s\n", cmp.Or(s.In, "missing"), s.Name)
	}
}

// lacking is how many secrets are nowhere to be found.
func (v *verified) lacking() int {
	n := 0
	for _, s := range v.Secrets {
		if s.In == "" {
			n++
		}
	}
	return n
}

// reasons says why the backup is not good.
func (v *verified) reasons() []string {
	var why []string
	for _, text := range v.missing() {
		why = append(why, v.File+" is incomplete: "+text)
	}
	return append(why, v.wrong()...)
}

// wrong says what does not come back although the file has it.
func (v *verified) wrong() []string {
	var why []string
	if n := len(v.Changes); n > 0 {
		why = append(why, fmt.Sprintf("%s: %s after a restore: %s", v.File, count(n, "difference"), v.rest.Summary()))
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
