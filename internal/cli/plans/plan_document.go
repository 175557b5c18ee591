package plans

import (
	"encoding/json"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// changeItem is a change as a document has it.
type changeItem struct {
	*diff.Change
	// ObjectID is the object's id on the server. It is absent if there is none or if
	// it is the key.
	ObjectID string `json:"object_id,omitempty"`
	// Before, After and Write hide those of the change.
	Before *resource.Object `json:"before,omitempty"`
	After  *resource.Object `json:"after,omitempty"`
	Write  []string         `json:"write,omitempty"`
}

// newChangeItem makes the entry of a change. Without full, only a new object has its
// fields: other changes have what changes.
func newChangeItem(c *diff.Change, full bool) changeItem {
	item := changeItem{Change: c}
	if k := resource.LookupAny(c.Kind); k != nil && c.Before != nil {
		if id := k.NameOf(c.Before); id != c.Key {
			item.ObjectID = id
		}
	}
	if full || c.Action == diff.Create {
		item.After = c.After
	}
	if full {
		item.Before, item.Write = c.Before, c.Write
	}
	return item
}

// MarshalJSON writes the plan with what changes. With --full, the whole objects and
// what apply compares the license with are part of it.
func (p *PlanResult) MarshalJSON() ([]byte, error) {
	type members PlanResult // without this method
	doc := struct {
		*members
		Changes []changeItem   `json:"changes"`
		Found   *diff.Baseline `json:"found,omitempty"`
	}{members: (*members)(p), Changes: []changeItem{}}
	for _, c := range p.Changes {
		doc.Changes = append(doc.Changes, newChangeItem(c, p.full))
	}
	if p.full {
		doc.Found = &p.Found
	}
	return json.Marshal(doc)
}
