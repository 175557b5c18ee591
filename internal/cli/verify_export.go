package cli

import (
	"context"
	"slices"

	"lcsync/internal/resource"
)

// verifiedExport is an export with what a check of the file found out.
type verifiedExport struct {
	*exported
	Verified *verified `json:"verified"`
}

// checkVerify refuses --verify where there is no file of the current version to
// check.
func (o exportOptions) checkVerify() error {
	switch {
	case o.Output == "" || o.Output == "-":
		return usagef("name a file with -o FILE", "--verify checks the file that is written")
	case o.Version != "":
		return usagef("leave --verify out, and check what lcsync migrate makes of it", "a snapshot of version %s of the API cannot be restored", o.Version)
	}
	return nil
}

// verifyExport checks the file that an export has written, if it has, and tells
// what it found. What is wrong with the export counts before what is wrong with
// the file.
func (s *session) verifyExport(ctx context.Context, res result, failed error, o exportOptions) (result, error) {
	r, ok := res.(*exported)
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

// reasons says what an export lacks, and what of it does not come back.
func (r *verifiedExport) reasons() []string {
	return slices.Concat(r.exported.reasons(), r.Verified.wrong())
}

// leftOut names the kinds that an export was told to leave out.
func leftOut(kinds []*resource.Kind) []string {
	var names []string
	for _, k := range resource.Kinds() {
		if !slices.Contains(kinds, k) {
			names = append(names, k.Name)
		}
	}
	return names
}
