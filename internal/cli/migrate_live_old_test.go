package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/apply"
	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// TestRecall: what was just made is known to have what it was made with, though
// the license shows of nothing that it has it.
func TestRecall(t *testing.T) {
	now := &resource.License{Unreadable: map[string][]string{"webhooks": {"additional_data"}}}
	now.SetRows("webhooks", []*resource.Object{resource.Of("id", "n1", "url", "u"), resource.Of("id", "n2", "url", "v")})
	plan := &diff.Plan{Changes: []*diff.Change{{ID: "webhooks/a", Kind: "webhooks", Action: diff.Create,
		After: resource.Of("url", "sent", "additional_data", resource.List{"chat_properties"})}}}
	recall(now, plan, &apply.Report{Results: []apply.Result{{ID: "webhooks/a", Kind: "webhooks", ServerID: "n2"}}})
	got := []string{resource.JSON(now.Rows("webhooks")[0]), resource.JSON(now.Rows("webhooks")[1])}
	if d := cmp.Diff([]string{`{"id":"n1","url":"u"}`, `{"id":"n2","url":"v","additional_data":["chat_properties"]}`}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
