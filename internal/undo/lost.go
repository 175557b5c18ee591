package undo

import (
	"slices"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// lose notes what of an object cannot come back.
func (m *merge) lose(k *resource.Kind, row *resource.Object, text string) {
	if line := k.Name + "/" + k.KeyOf(row) + ": " + text; !slices.Contains(m.Lost, line) {
		m.Lost = append(m.Lost, line)
	}
}

// loseWith notes what an object that is made again does not have of the old
// one.
func (m *merge) loseWith(k *resource.Kind, was *resource.Object) {
	var fields []string
	for i := range k.Fields {
		f := &k.Fields[i]
		v := was.Get(f.Name)
		empty := v == nil || resource.Equal(v, f.Zero())
		switch {
		case f.Input == resource.SecretInput && !empty:
			m.lose(k, was, f.Name+", unless it is supplied as "+secretName(v))
		case f.Renewed() && !empty && (f.Name != k.ServerID || k.Delete == nil || k.Delete.Loses == ""):
			fields = append(fields, f.Name)
		case f.OnChange == resource.ByPublish && f.Class == resource.User && !empty:
			m.lose(k, was, "its publication is made anew and is for ever")
		}
	}
	if k.Delete != nil && k.Delete.Loses != "" {
		m.lose(k, was, k.Delete.Loses)
	}
	if len(fields) > 0 {
		m.lose(k, was, "its "+strings.Join(fields, ", "))
	}
	if unread := m.Preimage.Unreadable[k.Name]; len(unread) > 0 {
		m.lose(k, was, "what could not be read of it: "+strings.Join(unread, ", "))
	}
	m.loseTwins(k, was)
}

func secretName(v resource.Value) string {
	if s, ok := v.(resource.Secret); ok {
		return string(s)
	}
	return "a secret"
}

// loseTwins notes the objects that went with their owner and come anew with
// it.
func (m *merge) loseTwins(k *resource.Kind, was *resource.Object) {
	for _, twin := range resource.Kinds() {
		if twin.Twin != k.Name {
			continue
		}
		if t := m.then.Find(twin, was); t != nil && m.now.Find(twin, was) == nil {
			m.lose(twin, t, "what was set on it, as it comes anew with the "+k.Singular)
		}
	}
}

// loseOpen notes where a live object goes on naming, by its old id, one that
// is made anew: nothing but a person knows whether it should.
func (m *merge) loseOpen() {
	for _, x := range m.objects {
		if x.was == nil || x.now == nil || x.to != x.now && x.kind.Whole {
			continue
		}
		for ref := range x.kind.References(x.now) {
			for _, name := range ref.Names() {
				y := m.byName[name]
				if ref.To.Open && y != nil && y.now == nil && y.to != nil && y.kind.ServerID != "" {
					m.lose(x.kind, x.now, diff.FieldChange{Path: ref.Path}.Root()+" names "+y.kind.Name+" by the old id "+resource.Text(ref.Value))
				}
			}
		}
	}
}
