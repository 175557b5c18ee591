package cli

import (
	"context"
	"slices"

	"lcsync/internal/resource"
)

// verifiedExport is an export with the result of verify.
type verifiedExport struct {
	*exportResult
	Verified *verifyResult `json:"verified"`
}

// checkVerify refuses --verify if the export writes no file of the current
// version.
func (o exportOptions) checkVerify() error {
	switch {
	case o.Output == "" || o.Output == "-":
		return usagef("name a file with -o FILE", "--verify needs a file to check")
	case o.Version != "":
		return usagef("remove --verify; verify the file that lcsync migrate writes", "a snapshot of API version %s cannot be restored", o.Version)
	}
	return nil
}

// verifyExport verifies the file that an export wrote, if it wrote one, and
// prints the verdict. An error of the export decides the exit code before an
// error of the file.
func (s *session) verifyExport(ctx context.Context, res result, failed error, o exportOptions) (result, error) {
	r, ok := res.(*exportResult)
	if !ok || r == nil {
		return res, failed
	}
	data, err := s.readInput(r.File)
	if err != nil {
		return res, err
	}
	v, err := s.verify(ctx, data, verifyOptions{File: r.File, Skip: leftOut(o.Kinds)})
	if err != nil {
		return res, err
	}
	s.noticef("verified %s: %s", r.File, v.verdict())
	both := &verifiedExport{r, v}
	s.noticeAll(v.wrong())
	if failed == nil {
		failed = exit(v.code())
	}
	return both, failed
}

// reasons says what an export lacks, and what a restore does not bring back.
func (r *verifiedExport) reasons() []string {
	return slices.Concat(r.exportResult.reasons(), r.Verified.wrong())
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
