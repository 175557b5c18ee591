package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Refusal is a value that is not sent, as it breaks the vendor's rules. The
// license may have such values, and may keep them.
type Refusal struct {
	Path  string `json:"path"`
	Place string `json:"place,omitempty"` // in the file: name:line:column
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// String says where what is wrong.
func (r Refusal) String() string {
	if r.Place == "" {
		return r.Text
	}
	return r.Place + ": " + r.Text
}

// Refused returns what would be sent of the wanted license if the vendor's
// rules let it.
func (p *Plan) Refused() []Refusal {
	var out []Refusal
	for _, ch := range p.Changes {
		out = append(out, ch.Refused...)
	}
	return out
}

// Refusals returns what a change sends although the vendor's rules forbid it:
// of an update, only what it writes.
func (c *Change) Refusals() []Refusal { return c.problems(resource.Refused) }

func (c *Change) problems(s resource.Severity) []Refusal {
	if c.After == nil {
		return nil
	}
	var out []Refusal
	for _, p := range c.kind().Problems(c.After, s) {
		if c.Action != Update || slices.Contains(c.Write, FieldChange{Path: p.Path}.Root()) {
			out = append(out, Refusal{Path: p.Path, Text: p.Text, Hint: p.Hint})
		}
	}
	return out
}

// doubt notes what a change sends that may not be meant so.
func (c *computation) doubt(ch *Change) {
	if ch.Blocked != "" {
		return
	}
	for _, r := range c.placed(ch.kind(), c.origins[ch], resource.Warning, ch.problems(resource.Warning)) {
		if c.doubts[r.Text] = append(c.doubts[r.Text], r); len(c.doubts[r.Text]) == 1 {
			c.doubted = append(c.doubted, r.Text)
		}
	}
}

// tellDoubts tells each doubt once, with the first place of it.
func (c *computation) tellDoubts() {
	for _, ch := range c.plan.Changes {
		c.doubt(ch)
	}
	for _, text := range c.doubted {
		all := c.doubts[text]
		if len(all) > 1 {
			c.notice("%s (%d times)", all[0], len(all))
		} else {
			c.notice("%s", all[0])
		}
	}
}

// refuse blocks the change of a wanted row that makes a new object, if that
// would send what the vendor's rules forbid.
func (c *computation) refuse(ch *Change, p *pairing, i int) {
	c.origins[ch] = p.origin[i]
	c.refuseAgain(ch)
	if ch.Blocked == "" {
		c.blockFor(ch, c.placed(p.kind, p.origin[i], resource.Refused, c.dangling(p, i, ch.After.Names())))
	}
}

// refuseAgain is refuse for a change that got more to send since.
func (c *computation) refuseAgain(ch *Change) {
	if ch.Blocked == "" {
		c.blockFor(ch, c.placed(ch.kind(), c.origins[ch], resource.Refused, ch.Refusals()))
	}
}

func (c *computation) blockFor(ch *Change, refused []Refusal) {
	if len(refused) == 0 {
		return
	}
	texts := make([]string, len(refused))
	for i, r := range refused {
		texts[i] = r.String()
	}
	ch.Refused = append(ch.Refused, refused...)
	ch.Blocked = strings.Join(texts, "; ")
}

// placed says where in the file the values of a severity are. The file's row has
// elements in other places than the one that is sent.
func (c *computation) placed(k *resource.Kind, row *resource.Object, s resource.Severity, refused []Refusal) []Refusal {
	if row == nil || c.o.Where == nil || len(refused) == 0 {
		return refused
	}
	own := k.Problems(row, s)
	for i, r := range refused {
		root := FieldChange{Path: r.Path}.Root()
		at := slices.IndexFunc(own, func(p resource.Problem) bool {
			return p.Text == r.Text && FieldChange{Path: p.Path}.Root() == root
		})
		if at >= 0 {
			root = own[at].Path
			own = slices.Delete(own, at, at+1) // the next one like it stands elsewhere
		}
		refused[i].Place = c.o.Where(row, root)
	}
	return refused
}

// sift takes the fields out of an update that must not be sent, and gives them
// a change of their own, which is blocked: the others go without them. It
// returns what is left of the fields.
func (c *computation) sift(p *pairing, i int, live, after *resource.Object, fields []FieldChange) []FieldChange {
	k := p.kind
	whole := &Change{Kind: k.Name, Action: Update, Before: live, After: after, Write: roots(fields)}
	refused := c.placed(k, p.origin[i], resource.Refused, slices.Concat(whole.Refusals(), c.dangling(p, i, whole.Write)))
	if len(refused) == 0 {
		return fields
	}
	isBad := func(f FieldChange) bool {
		return slices.ContainsFunc(refused, func(r Refusal) bool { return FieldChange{Path: r.Path}.Root() == f.Root() })
	}
	bad := slices.DeleteFunc(slices.Clone(fields), func(f FieldChange) bool { return !isBad(f) })
	good := slices.DeleteFunc(slices.Clone(fields), isBad)
	key, row := p.keys[i], p.want[i]
	if len(good) > 0 {
		key, row = c.unique(k, key+"#"+bad[0].Root()), nil
	}
	ch := c.add(&Change{ID: k.Name + "/" + key, Kind: k.Name, Key: p.keys[i], Action: Update,
		Before: live, After: after.Clone(), Fields: bad, Write: roots(bad)}, row)
	c.blockFor(ch, refused)
	for _, name := range ch.Write {
		if v, has := live.Lookup(name); has {
			after.Set(name, v)
		} else {
			after.Delete(name)
		}
	}
	return good
}

// dangling returns the references of a wanted row to nothing that are in the
// fields which would be written.
func (c *computation) dangling(p *pairing, i int, write []string) []Refusal {
	var out []Refusal
	for _, trouble := range p.problems[i] {
		if trouble.dangling && slices.Contains(write, trouble.root) {
			out = append(out, Refusal{Path: trouble.root, Text: trouble.root + ": " + trouble.text})
		}
	}
	return out
}

// overCaps blocks what a limit leaves no room for, after everything that goes
// has gone.
func (c *computation) overCaps() {
	for _, k := range resource.Kinds() {
		for _, limit := range k.Caps {
			c.overCap(k, limit)
		}
	}
}

func (c *computation) overCap(k *resource.Kind, limit resource.Cap) {
	count := map[string]int{}
	for _, l := range c.live.Rows(k.Name) {
		count[limit.Place(l)]++
	}
	for _, ch := range c.plan.Changes {
		if ch.Kind == k.Name && ch.Blocked == "" && ch.Before != nil && ch.Action != Update {
			count[limit.Place(ch.Before)]-- // replaced ones come back below
		}
	}
	for _, ch := range c.plan.Changes {
		if ch.Kind != k.Name || ch.Blocked != "" || ch.Action != Create && ch.Action != Replace {
			continue
		}
		at := limit.Place(ch.After)
		if count[at] >= limit.N && !(ch.Action == Replace && at == limit.Place(ch.Before)) {
			text := fmt.Sprintf("more than %d %s would share %s; the vendor allows %d", limit.N, k.Name, strings.Join(limit.Per, " and "), limit.N)
			c.blockFor(ch, c.placed(k, c.origins[ch], resource.Refused, []Refusal{{Text: text}}))
			if ch.Before != nil {
				count[limit.Place(ch.Before)]++
			}
			continue
		}
		count[at]++
	}
}
