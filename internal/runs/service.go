package runs

import (
	"context"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// noteService notes with the objects that a plan deletes whether they are in
// service (Kind.ActivatedBy), so that undo brings them back as they were. It takes
// a call only where such an object goes; without an answer undo does without.
func (l *License) noteService(ctx context.Context, plan *diff.Plan) {
	read := map[string]*resource.License{}
	for _, ch := range plan.Changes {
		k := resource.LookupAny(ch.Kind)
		if k.ActivatedBy == nil || ch.Action != diff.Delete || ch.Blocked != "" {
			continue
		}
		by := resource.Lookup(k.ActivatedBy.Kind)
		live, known := read[by.Name]
		if !known {
			var err error
			if live, err = l.Reread(ctx, []string{by.Name}); err != nil {
				l.noticef("%s could not be read, so lcsync undo would bring %s back %s: %v", by.Name, k.Name, k.ActivatedBy.Initial, err)
				live = &resource.License{}
			}
			read[by.Name] = live
		}
		for _, row := range live.Rows(by.Name) {
			if by.KeyOf(row) == resource.Text(k.IDOf(ch.Before)) {
				ch.Before.Set(k.ActivatedBy.Field, row.Get(k.ActivatedBy.Value))
			}
		}
	}
}
