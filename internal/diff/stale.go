package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/screen"
)

// Found is what a plan remembers of the license it was made on, beyond the
// objects that it changes.
type Found struct {
	// Sizes is the number of live objects by kind.
	Sizes map[string]int `json:"sizes"`
	// Beside lists, by the id of a change that creates, the live objects that
	// had the same key already.
	Beside map[string][]string `json:"beside"`
	// Orders is the live order, as server ids, of kinds whose order counts.
	Orders map[string][]string `json:"orders"`
}

// remember notes what Conflicts will want to know.
func (c *computation) remember() {
	f := Found{Sizes: map[string]int{}, Beside: map[string][]string{}, Orders: map[string][]string{}}
	rows := NewRows(c.live)
	for _, k := range c.live.Kinds() {
		f.Sizes[k.Name] = len(c.live.Rows(k.Name))
	}
	for _, ch := range c.plan.Changes {
		k := ch.kind()
		if ch.Action == Create && ch.Blocked == "" {
			if ids := rows.sameKey(k, ch.After); len(ids) > 0 {
				f.Beside[ch.ID] = ids
			}
		}
		if k.Order == resource.Linked && f.Orders[k.Name] == nil {
			f.Orders[k.Name] = ids(k, c.live)
		}
	}
	c.plan.Found = f
}

// Rows finds the rows of a license by id and by key.
type Rows struct {
	license *resource.License
	byID    map[string]map[string]*resource.Object
	byKey   map[string]map[string][]*resource.Object
}

// NewRows returns an index of a license, which must not change meanwhile.
func NewRows(l *resource.License) *Rows {
	return &Rows{l, map[string]map[string]*resource.Object{}, map[string]map[string][]*resource.Object{}}
}

func (x *Rows) of(k *resource.Kind) (byID map[string]*resource.Object, byKey map[string][]*resource.Object) {
	if x.byID[k.Name] == nil {
		byID, byKey = map[string]*resource.Object{}, map[string][]*resource.Object{}
		for _, r := range x.license.Rows(k.Name) {
			if id := k.IDOf(r); id != nil {
				byID[resource.Text(id)] = r
			}
			if key := joinKey(k, r); key != "" {
				byKey[key] = append(byKey[key], r)
			}
		}
		x.byID[k.Name], x.byKey[k.Name] = byID, byKey
	}
	return x.byID[k.Name], x.byKey[k.Name]
}

// Find returns the row that is the object of another row: by server id, or by
// key where that is the identity. Nil if there is none.
func (x *Rows) Find(k *resource.Kind, of *resource.Object) *resource.Object {
	byID, byKey := x.of(k)
	if k.ServerID != "" {
		return byID[resource.Text(k.IDOf(of))]
	}
	if rows := byKey[joinKey(k, of)]; len(rows) > 0 {
		return rows[0]
	}
	return nil
}

// Alike returns the rows with the natural key of a row, none if that is empty.
func (x *Rows) Alike(k *resource.Kind, row *resource.Object) []*resource.Object {
	_, byKey := x.of(k)
	return byKey[joinKey(k, row)]
}

// Unset tells whether a row of a kind holds the default of its definition, which
// listings cannot tell from never having been set.
func (x *Rows) Unset(k *resource.Kind, row *resource.Object) bool {
	if k.Values == nil {
		return false
	}
	of := resource.Lookup(k.Values.Of)
	def := x.Find(of, resource.Of(of.ClientID, row.Get(k.Values.Namespace), "name", row.Get(k.Values.Name)))
	return isDefault(def, row.Get(k.Values.Value))
}

// sameKey returns the ids, or else the keys, of objects with the natural key
// of a row.
func (x *Rows) sameKey(k *resource.Kind, row *resource.Object) []string {
	var out []string
	for _, l := range x.Alike(k, row) {
		out = append(out, identityOf(k, l))
	}
	return out
}

func ids(k *resource.Kind, l *resource.License) []string {
	out := make([]string, 0, len(l.Rows(k.Name)))
	for _, r := range l.Rows(k.Name) {
		out = append(out, resource.Text(k.IDOf(r)))
	}
	return out
}

// Kinds returns the kinds that the plan's unblocked changes touch.
func (p *Plan) Kinds() []string {
	var out []string
	for _, name := range resource.Names() {
		if slices.ContainsFunc(p.Changes, func(ch *Change) bool { return ch.Kind == name && ch.Blocked == "" }) {
			out = append(out, name)
		}
	}
	return out
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
	rows := NewRows(live)
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
		if c := p.reordered(k, live); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// conflict says what is wrong with the object of one change, nil if nothing.
func (p *Plan) conflict(ch *Change, k *resource.Kind, rows *Rows) *Conflict {
	c := &Conflict{Change: ch.ID, Kind: ch.Kind, Key: ch.Key}
	if ch.Action == Create {
		for _, id := range rows.sameKey(k, ch.After) {
			if !slices.Contains(p.Found.Beside[ch.ID], id) && !p.returns(ch) {
				c.Reason = "there is one of that name by now"
				return c
			}
		}
		return nil
	}
	now := rows.Find(k, ch.Before)
	if now == nil {
		c.Reason = "it is gone"
		return c
	}
	if c.Fields = Compare(k, now, ch.Before, rows.license.Unreadable[k.Name]); len(c.Fields) > 0 {
		for i, f := range c.Fields {
			c.Fields[i].Before, c.Fields[i].After = f.After, f.Before
		}
		c.Reason = "it was changed"
		return c
	}
	return nil
}

// returns tells whether a create writes back what another change of the plan
// takes away, so that finding it there is as it should be.
func (p *Plan) returns(ch *Change) bool {
	return slices.ContainsFunc(ch.Needs, func(id string) bool {
		return slices.ContainsFunc(p.Changes, func(o *Change) bool { return o.ID == id && o.Action == Replace })
	})
}

// reordered says that the order of a kind changed that the plan moves objects
// of.
func (p *Plan) reordered(k *resource.Kind, live *resource.License) *Conflict {
	order, known := p.Found.Orders[k.Name]
	moves := slices.ContainsFunc(p.Changes, func(ch *Change) bool { return ch.Kind == k.Name && ch.Move != nil && ch.Blocked == "" })
	if !known || !moves || !live.Has(k.Name) || slices.Equal(order, ids(k, live)) {
		return nil
	}
	return &Conflict{Kind: k.Name, Reason: "their order, or which there are, was changed"}
}

// Elsewhere says why a license cannot be the one that the plan is for, "" if it
// may be.
func (p *Plan) Elsewhere(live *resource.License) string {
	switch {
	case p.License.AccountID != "" && live.AccountID != "" && p.License.AccountID != live.AccountID,
		p.License.AccountID == "" && p.License.Owner != "" && live.Owner != "" && p.License.Owner != live.Owner:
		return fmt.Sprintf("the plan is for the license of %s, this is the license of %s", p.License.Owner, live.Owner)
	case p.License.Owner != "" && live.Owner == "":
		return "whose license this is could not be read"
	}
	return ""
}

// String returns "path: before -> after" in one line.
func (f FieldChange) String() string {
	return f.Path + ": " + oneValue(f.Before) + " -> " + oneValue(f.After)
}

func oneValue(v resource.Value) string {
	if v == nil {
		return "(none)"
	}
	return screen.Cut(screen.Printable(resource.JSON(v)), 60)
}

// Check tells what is wrong with a plan that was read from a file.
func (p *Plan) Check() error {
	seen := map[string]bool{}
	for _, ch := range p.Changes {
		k := resource.Lookup(ch.Kind)
		switch {
		case k == nil:
			return fmt.Errorf("it has the unknown kind %q", ch.Kind)
		case seen[ch.ID]:
			return fmt.Errorf("it has the change %s twice", ch.ID)
		case ch.Action == Create && ch.After == nil, ch.Action == Update && (ch.Before == nil || ch.After == nil),
			ch.Action == Replace && (ch.Before == nil || ch.After == nil), ch.Action == Delete && ch.Before == nil:
			return fmt.Errorf("the change %s lacks an object", ch.ID)
		case !slices.Contains([]Action{Create, Update, Replace, Delete}, ch.Action):
			return fmt.Errorf("the change %s has the unknown action %q", ch.ID, ch.Action)
		}
		if refused := ch.Refusals(); ch.Blocked == "" && len(refused) > 0 {
			return fmt.Errorf("the change %s sends what the vendor's rules forbid: %s", ch.ID, refused[0])
		}
		seen[ch.ID] = true
	}
	for _, ch := range p.Changes {
		for _, id := range slices.Concat(ch.Needs, ch.Waits) {
			if !seen[id] && ch.Blocked == "" {
				return fmt.Errorf("the change %s waits for %s, which it has not", ch.ID, id)
			}
		}
	}
	return nil
}
