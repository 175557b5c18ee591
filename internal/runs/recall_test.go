package runs

import (
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/journal"
	"lcsync/internal/resource"
)

// TestReadableFields: what speaks for and against a field that no object carries
// now.
func TestReadableFields(t *testing.T) {
	hooks := func(rows ...*resource.Object) *resource.License {
		l := &resource.License{}
		l.SetRows("webhooks", rows)
		return l
	}
	data := resource.List{"chat_properties"}
	bare, full := resource.Of("id", "w1"), resource.Of("id", "w1", "additional_data", data)
	exported := hooks(full)
	exported.KnowReadable("webhooks", []string{"additional_data"})
	// made is a run that found nothing and made the webhook id with the data.
	made := func(id string) *Run {
		return &Run{Before: hooks(), Plan: &diff.Plan{Changes: []*diff.Change{{ID: "c", Kind: "webhooks", Action: diff.Replace, After: resource.Of("additional_data", data)}}},
			Record: &journal.Record{Entries: []journal.Entry{{Intent: &journal.Intent{Call: 1, Changes: []string{"c"}, Step: "creating"}},
				{Outcome: &journal.Outcome{Call: 1, Results: []journal.Result{{Change: "c", Status: "done", ServerID: id}}}}}}}
	}
	saw := &Run{Before: hooks(full), Plan: &diff.Plan{}, Record: &journal.Record{}}
	for _, c := range []struct {
		reason string
		want   *resource.License
		runs   []*Run
		can    bool
	}{
		{"a file that somebody wrote proves nothing", hooks(full), nil, false},
		{"an export recorded it", exported, nil, true},
		{"a run saw it", hooks(full), []*Run{saw}, true},
		{"a run saw nothing of it", hooks(full), []*Run{made("w9")}, false},
		{"it was written, and the object does not have it", exported, []*Run{made("w1"), saw}, false},
		{"it was written to an object that is gone", exported, []*Run{made("w9")}, true},
	} {
		if got := isReadable(resource.Lookup("webhooks"), "additional_data", hooks(bare), c.want, c.runs); got != c.can {
			t.Errorf("%s: %v", c.reason, got)
		}
	}
}
