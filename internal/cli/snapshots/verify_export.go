package snapshots

import (
	"context"
	"slices"

	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
)

// verifiedExport is an export with the result of verify.
type verifiedExport struct {
	*exportResult
	Verified *verifyResult `json:"verified"`
}

// checkVerify refuses --verify if the export writes no file of the current
// version.
func (o ExportOptions) checkVerify() error {
	switch {
	case o.Output == "" || o.Output == "-":
		return session.Usagef("name a file with -o FILE", "--verify needs a file to check")
	case o.Version != "":
		return session.Usagef("remove --verify; verify the file that lcsync migrate writes", "a snapshot of API version %s cannot be restored", o.Version)
	}
	return nil
}

// verifyExport verifies the file that an export wrote, if it wrote one, and
// prints the verdict. An error of the export decides the exit code before an
// error of the file.
func verifyExport(ctx context.Context, s *session.Session, res session.Result, failed error, o ExportOptions) (session.Result, error) {
	r, ok := res.(*exportResult)
	if !ok || r == nil {
		return res, failed
	}
	data, err := s.ReadInput(r.File)
	if err != nil {
		return res, err
	}
	v, err := verify(ctx, s, data, verifyOptions{File: r.File, Skip: leftOut(o.Kinds)})
	if err != nil {
		return res, err
	}
	s.Noticef("verified %s: %s", r.File, v.verdict())
	both := &verifiedExport{r, v}
	s.NoticeAll(v.wrong())
	if failed == nil {
		failed = session.Exit(v.code())
	}
	return both, failed
}

// Reasons says what an export lacks, and what a restore does not bring back.
func (r *verifiedExport) Reasons() []string {
	return slices.Concat(r.exportResult.Reasons(), r.Verified.wrong())
}

// leftOut names the kinds that an export leaves out on purpose.
func leftOut(kinds []*resource.Kind) []string {
	var names []string
	for _, k := range resource.Kinds() {
		if !slices.Contains(kinds, k) {
			names = append(names, k.Name)
		}
	}
	return names
}
