package diff

import (
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

// String returns the place and the text.
func (r Refusal) String() string {
	if r.Place == "" {
		return r.Text
	}
	return r.Place + ": " + r.Text
}

// Refused returns the values of the wanted license that the vendor's rules forbid.
func (p *Plan) Refused() []Refusal {
	var out []Refusal
	for _, ch := range p.Changes {
		out = append(out, ch.Refused...)
	}
	return out
}

// Refusals returns the values that a change would send and that the vendor's rules
// forbid: of an update, only what it writes.
func (c *Change) Refusals() []Refusal { return c.problems(resource.Refused) }

func (c *Change) problems(s resource.Severity) []Refusal {
	if c.After == nil {
		return nil
	}
	var out []Refusal
	for _, p := range c.kind().Problems(c.After, s) {
		if c.Action != Update || slices.Contains(c.Write, resource.PathRoot(p.Path)) {
			out = append(out, Refusal{Path: p.Path, Text: p.Text, Hint: p.Hint})
		}
	}
	return out
}

// tellDoubts notes the warnings about what changes send, each once with its first
// place.
func (d *draft) tellDoubts() {
	doubts := map[string][]Refusal{} // by text
	var order []string
	for _, ch := range d.Changes {
		if ch.Blocked != "" {
			continue
		}
		for _, r := range d.placed(ch.kind(), d.origins[ch], resource.Warning, ch.problems(resource.Warning)) {
			if doubts[r.Text] = append(doubts[r.Text], r); len(doubts[r.Text]) == 1 {
				order = append(order, r.Text)
			}
		}
	}
	for _, text := range order {
		if all := doubts[text]; len(all) > 1 {
			d.notice("%s (%d times)", all[0], len(all))
		} else {
			d.notice("%s", all[0])
		}
	}
}

// refuse blocks a change that makes a new object if it would send what the vendor's
// rules forbid.
func (d *draft) refuse(w *wantedRow, ch *Change) {
	d.refuseAgain(ch)
	if ch.Blocked == "" {
		d.blockFor(ch, w.dangling(ch.After.Names()))
	}
}

// refuseAgain is refuse for a change that has more to send than before.
func (d *draft) refuseAgain(ch *Change) {
	if ch.Blocked == "" {
		d.blockFor(ch, ch.Refusals())
	}
}

// blockFor blocks a change because of values that it must not send.
func (d *draft) blockFor(ch *Change, refused []Refusal) {
	if len(refused) == 0 {
		return
	}
	refused = d.placed(ch.kind(), d.origins[ch], resource.Refused, refused)
	texts := make([]string, len(refused))
	for i, r := range refused {
		texts[i] = r.String()
	}
	ch.Refused = append(ch.Refused, refused...)
	ch.Blocked = strings.Join(texts, "; ")
}

// placed says where in the file the values of a severity are. The file's row has
// elements in other places than the one that is sent.
func (s *sides) placed(k *resource.Kind, row *resource.Object, severity resource.Severity, refused []Refusal) []Refusal {
	if row == nil || s.o.Where == nil || len(refused) == 0 {
		return refused
	}
	own := k.Problems(row, severity)
	for i, r := range refused {
		root := resource.PathRoot(r.Path)
		at := slices.IndexFunc(own, func(p resource.Problem) bool {
			return p.Text == r.Text && resource.PathRoot(p.Path) == root
		})
		if at >= 0 {
			root = own[at].Path
			own = slices.Delete(own, at, at+1) // the next one like it stands elsewhere
		}
		refused[i].Place = s.o.Where(row, root)
	}
	return refused
}

// sift takes the fields out of an update that must not be sent, and gives them
// a change of their own, which is blocked: the others go without them. It
// returns what is left of the fields.
func (d *draft) sift(k *resource.Kind, w *wantedRow, after *resource.Object, fields []FieldChange) []FieldChange {
	all := &Change{Kind: k.Name, Action: Update, Before: w.live, After: after, Write: roots(fields)}
	refused := append(all.Refusals(), w.dangling(all.Write)...)
	if len(refused) == 0 {
		return fields
	}
	isBad := func(f FieldChange) bool {
		return slices.ContainsFunc(refused, func(r Refusal) bool { return resource.PathRoot(r.Path) == f.Root() })
	}
	bad := slices.DeleteFunc(slices.Clone(fields), func(f FieldChange) bool { return !isBad(f) })
	good := slices.DeleteFunc(slices.Clone(fields), isBad)
	ch := &Change{Action: Update, Before: w.live, After: after.Clone(), Fields: bad, Write: roots(bad)}
	if len(good) > 0 {
		d.part(k, w, bad[0].Root(), ch)
	} else {
		d.whole(k, w, ch)
	}
	d.origins[ch] = w.file
	d.blockFor(ch, refused)
	for _, name := range ch.Write {
		if v, has := w.live.Lookup(name); has {
			after.Set(name, v)
		} else {
			after.Delete(name)
		}
	}
	return good
}

// dangling returns the references of a wanted row that lead nowhere and that would be
// written.
func (w *wantedRow) dangling(write []string) []Refusal {
	var out []Refusal
	for _, trouble := range w.problems {
		if trouble.dangling && slices.Contains(write, trouble.root) {
			out = append(out, Refusal{Path: trouble.root, Text: trouble.root + ": " + trouble.text})
		}
	}
	return out
}
