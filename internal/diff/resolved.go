package diff

import "lcsync/internal/resource"

// Resolved returns a copy of a license in which references by name are by id,
// where the license itself says whose. A license that was read has ids alone;
// one that a person wrote may have names, which as the live side of a
// comparison would differ from ids that mean the same.
func Resolved(l *resource.License) *resource.License {
	out := l.Clone()
	s := &space{live: l, want: l, liveIndex: map[string]*refIndex{}}
	for _, k := range l.Kinds() {
		rows := make([]*resource.Object, len(l.Rows(k.Name)))
		for i, r := range l.Rows(k.Name) {
			rows[i] = k.MapRefs(r, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value { return s.idOf(ref, v) })
			k.Canonical(rows[i])
		}
		out.SetRows(k.Name, rows)
	}
	return out
}

// idOf returns the id of the object that a reference names, or the reference
// itself if it is none by name.
func (s *space) idOf(ref *resource.RefTo, v resource.Value) resource.Value {
	for _, kind := range ref.Kinds {
		k := resource.Lookup(kind)
		if k == nil || k.ServerID == "" {
			continue
		}
		x := s.index(s.liveIndex, s.live, k)
		byName := isName(k, v) || k.RandomID && !ref.Open && x.byID[resource.Text(v)] == nil
		if row := x.named(v); byName && row != nil && k.IDOf(row) != nil {
			return k.IDOf(row)
		}
	}
	return v
}
