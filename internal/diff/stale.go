package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Baseline is what a plan records of the license it was made on, beyond the
// objects that it changes.
type Baseline struct {
	// Sizes is the number of live objects by kind.
	Sizes map[string]int `json:"sizes"`
	// Beside lists, by the id of a change that creates, the live objects that
	// had the same key already.
	Beside map[string][]string `json:"beside"`
	// Orders is the live order, as server ids, of kinds whose order counts.
	Orders map[string][]string `json:"orders"`
}

// found records what Conflicts needs.
func (d *draft) found() Baseline {
	f := Baseline{Sizes: map[string]int{}, Beside: map[string][]string{}, Orders: map[string][]string{}}
	for _, k := range d.live.Kinds() {
		f.Sizes[k.Name] = len(d.live.Rows(k.Name))
	}
	for _, ch := range d.Changes {
		k := ch.kind()
		if ch.Action == Create && ch.Blocked == "" {
			if names := sameKey(d.live, k, ch.After); len(names) > 0 {
				f.Beside[ch.ID] = names
			}
		}
		if k.Order == resource.Linked && f.Orders[k.Name] == nil {
			f.Orders[k.Name] = d.live.Order(k)
		}
	}
	return f
}

// sameKey returns the ids, or else the keys, of objects with the natural key of
// a row.
func sameKey(x *resource.Index, k *resource.Kind, row *resource.Object) []string {
	var out []string
	for _, l := range x.Alike(k, row) {
		out = append(out, k.NameOf(l))
	}
	return out
}

// Kinds returns the kinds that the plan's unblocked changes touch.
func (p *Plan) Kinds() []string {
	return resource.NamesOf(func(k *resource.Kind) bool {
		return slices.ContainsFunc(p.Changes, func(ch *Change) bool { return ch.Kind == k.Name && ch.Blocked == "" })
	})
}

// Conflict is an object that is not as a plan found it.
type Conflict struct {
	Change string        `json:"change,omitempty"` // the change that cannot be made
	Kind   string        `json:"kind"`
	Key    string        `json:"key,omitempty"`
	Reason string        `json:"reason"`
	Fields []FieldChange `json:"fields,omitempty"` // from what the plan found to what is there
}

// String says what is different on one line.
func (c Conflict) String() string {
	text := strings.TrimSpace(c.Kind+" "+c.Key) + ": " + c.Reason
	for i, f := range c.Fields {
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		text += sep + f.String()
	}
	return text
}

// Conflicts compares what the unblocked changes touch with the license as it
// is now. The license must hold every kind that the plan touches; one that it
// lacks is a conflict.
func (p *Plan) Conflicts(live *resource.License) []Conflict {
	var out []Conflict
	missing := map[string]bool{}
	rows := resource.NewIndex(live)
	for _, ch := range p.Todo() {
		k := ch.kind()
		if !live.Has(k.Name) {
			if !missing[k.Name] {
				missing[k.Name] = true
				out = append(out, Conflict{Kind: k.Name, Reason: "could not be read"})
			}
			continue
		}
		if c := p.conflict(ch, k, rows); c != nil {
			out = append(out, *c)
		}
	}
	for _, k := range resource.Kinds() {
		if c := p.reordered(k, rows); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// conflict says what is wrong with the object of one change, nil if nothing.
func (p *Plan) conflict(ch *Change, k *resource.Kind, rows *resource.Index) *Conflict {
	if ch.Action != Create {
		return ch.Stale(rows)
	}
	for _, id := range sameKey(rows, k, ch.After) {
		if !slices.Contains(p.Found.Beside[ch.ID], id) && !p.returns(ch) {
			return ch.Conflict("one of that name exists now", nil)
		}
	}
	return nil
}

// Stale returns how the object of a change differs from what the plan found, nil if it
// does not.
func (ch *Change) Stale(rows *resource.Index) *Conflict {
	k := ch.kind()
	now := rows.Find(k, ch.Before)
	if now == nil {
		return ch.Conflict("it no longer exists", nil)
	}
	if fields := Compare(k, now, ch.Before, rows.Unreadable[k.Name]); len(fields) > 0 {
		return ch.Conflict("it was changed", fields)
	}
	return nil
}

// Conflict returns a conflict about the object of a change. It swaps the two sides of
// the fields.
func (ch *Change) Conflict(reason string, fields []FieldChange) *Conflict {
	for i, f := range fields {
		fields[i].Before, fields[i].After = f.After, f.Before
	}
	return &Conflict{Change: ch.ID, Kind: ch.Kind, Key: ch.Key, Reason: reason, Fields: fields}
}

// returns tells whether a create writes back what another change of the plan deletes,
// so it is no conflict if the object is there.
func (p *Plan) returns(ch *Change) bool {
	return slices.ContainsFunc(ch.DependsOn, func(id string) bool {
		return slices.ContainsFunc(p.Changes, func(o *Change) bool { return o.ID == id && o.Action == Replace })
	})
}

// reordered returns a conflict if the order of a kind changed and the plan moves
// objects of it.
func (p *Plan) reordered(k *resource.Kind, live *resource.Index) *Conflict {
	order, known := p.Found.Orders[k.Name]
	moves := slices.ContainsFunc(p.Changes, func(ch *Change) bool { return ch.Kind == k.Name && ch.Move != nil && ch.Blocked == "" })
	if !known || !moves || !live.Has(k.Name) || slices.Equal(order, live.Order(k)) {
		return nil
	}
	return &Conflict{Kind: k.Name, Reason: "their order or their number was changed"}
}

// Elsewhere says why a license is not the one that the plan is for, "" if it may be.
func (p *Plan) Elsewhere(live *resource.License) string {
	switch {
	case p.License.AccountID != "" && live.AccountID != "" && p.License.AccountID != live.AccountID,
		p.License.AccountID == "" && p.License.Owner != "" && live.Owner != "" && p.License.Owner != live.Owner:
		return fmt.Sprintf("the plan is for the license of %s, this is the license of %s", p.License.Owner, live.Owner)
	case p.License.Owner != "" && live.Owner == "":
		return "the owner of the license could not be read"
	}
	return ""
}

// String returns "path: before -> after" in one line.
func (f FieldChange) String() string {
	if f.Masked() {
		return f.Path + ": changed, masked"
	}
	return f.Path + ": " + oneValue(f.Before) + " -> " + oneValue(f.After)
}

func oneValue(v resource.Value) string {
	if v == nil {
		return "(none)"
	}
	return screen.Cut(screen.Printable(resource.JSON(v)), 60)
}

// Check returns what is wrong with a plan that was read from a file, beyond what
// UnmarshalJSON checks.
func (p *Plan) Check() error {
	seen := map[string]bool{}
	for _, ch := range p.Changes {
		if seen[ch.ID] {
			return fmt.Errorf("the change %s is there twice", ch.ID)
		}
		if refused := ch.Refusals(); ch.Blocked == "" && len(refused) > 0 {
			return fmt.Errorf("the change %s sends what the vendor's rules forbid: %s", ch.ID, refused[0])
		}
		seen[ch.ID] = true
	}
	for _, ch := range p.Changes {
		for _, id := range slices.Concat(ch.DependsOn, ch.StartsAfter) {
			if !seen[id] && ch.Blocked == "" {
				return fmt.Errorf("the change %s waits for %s, which is not in the plan", ch.ID, id)
			}
		}
	}
	return nil
}
