package cli

import (
	"fmt"
	"slices"
	"testing"

	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
	"lcsync/internal/wire/wiretest"
)

// TestDriftExitCodes: whatever cannot be read, for whatever reason and with
// whatever flags, the exit code is 3 and the kind is named; JSON says the same.
func TestDriftExitCodes(t *testing.T) {
	for _, k := range resource.Kinds() {
		if k.ReadOnly || k.OptIn {
			continue
		}
		for i := range k.Reads {
			method := k.Reads[i].Method
			t.Run(k.Name+"/"+method, func(t *testing.T) {
				t.Parallel()
				for _, status := range []int{403, 429, 500, 503} {
					for _, flags := range [][]string{nil, {"--only-new"}, {"--ignore-extra", "--stat"}, {"--details-age", "0s", "--full", "-q"}} {
						if err := isNamed(newWorld(t, sandbox.Options{}, "--client-id", appOne, "--client-id", appTwo), k.Name, method, status, flags); err != nil {
							t.Errorf("%d %v: %v", status, flags, err)
						}
					}
				}
			})
		}
	}
}

// isNamed checks a license of which a method is out, with a difference in another
// kind and without.
func isNamed(w *world, kind, method string, status int, flags []string) error {
	w.seed()
	flagged := w.global
	w.global = nil
	if err := w.export("acme.yaml"); err != nil {
		return err
	}
	w.global = flagged
	front := &outages{w.license, map[string]int{}}
	w.server = wiretest.Serve(front)
	if _, err := w.drift("acme.yaml", 0, flags...); err != nil {
		return err
	}
	front.out[method] = status
	named := func(doc *driftDoc) bool {
		return slices.ContainsFunc(doc.Gaps, func(g struct{ Kind string }) bool { return g.Kind == kind })
	}
	more := slices.Concat(flags, []string{"--details-age", "0s"})
	doc, err := w.drift("acme.yaml", 3, more...)
	if err != nil || !named(doc) || len(doc.Differences)+len(doc.Gone) > 0 {
		return fmt.Errorf("gaps %v, differences %v, %w", doc, flags, err)
	}
	w.raw("update_agent", `{"id":"bob@shop.example","job_title":"Boss"}`)
	w.raw("update_tag", `{"name":"praise","group_ids":[{{care}}]}`)
	doc, err = w.drift("acme.yaml", 3, more...)
	if err != nil || !named(doc) || doc.InSync {
		return fmt.Errorf("with a difference: %v, %w", doc, err)
	}
	front.out[method] = 0
	if doc, err = w.drift("acme.yaml", 2, more...); err != nil || len(doc.Gaps) > 0 {
		return fmt.Errorf("afterwards: %v, %w", doc, err)
	}
	return nil
}
