package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Along is what happens to another object when one is deleted, without a change
// of its own: it goes too, or what it says at Path loses a reference.
type Along struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	ID   string `json:"id,omitempty"`
	Path string `json:"path,omitempty"` // "" = the object goes
}

// deletions finds the changes that delete something, by what references call
// it: kind/id.
func (c *computation) deletions() map[string]*Change {
	out := map[string]*Change{}
	for _, ch := range c.plan.Changes {
		if ch.Action == Delete && ch.Blocked == "" {
			out[ch.Kind+"/"+identityOf(ch.kind(), ch.Before)] = ch
		}
	}
	return out
}

// referrer is a live object, as it will be, with the place of a reference in
// it.
type referrer struct {
	kind *resource.Kind
	row  *resource.Object // live
	path string
	all  int // how many references stand there
}

// referrers calls do for each deleted object that an object refers to which
// stays, with all of those that one place refers to. Objects of kinds that come
// and go with others do not count, nor do values that nobody set.
func (c *computation) referrers(deleted map[string]*Change, do func(r referrer, gone []*Change)) {
	if len(deleted) == 0 {
		return
	}
	becomes := map[*resource.Object]*Change{}
	for _, ch := range c.plan.Changes {
		if ch.Before != nil && ch.Blocked == "" {
			becomes[ch.Before] = ch
		}
	}
	for _, k := range c.live.Kinds() {
		if k.Delete == nil || !refersToDeleted(k, deleted) {
			continue
		}
		for _, l := range c.live.Rows(k.Name) {
			row := l
			if ch := becomes[l]; ch != nil {
				row = ch.After
			}
			if row == nil || c.unset(k, l) {
				continue
			}
			all, gone := map[string]int{}, map[string][]*Change{}
			var paths []string
			k.MapRefs(row, func(ref *resource.RefTo, path string, v resource.Value) resource.Value {
				if isMemberMap(k, ref) {
					return v
				}
				if all[path]++; all[path] == 1 {
					paths = append(paths, path)
				}
				if _, isNew := v.(resource.Ref); isNew {
					return v
				}
				for _, kind := range ref.Kinds {
					if ch := deleted[kind+"/"+resource.Text(v)]; ch != nil {
						gone[path] = append(gone[path], ch)
					}
				}
				return v
			})
			for _, path := range paths {
				if len(gone[path]) > 0 {
					do(referrer{k, l, path, all[path]}, gone[path])
				}
			}
		}
	}
}

func refersToDeleted(k *resource.Kind, deleted map[string]*Change) bool {
	for _, ch := range deleted {
		if k.RefersTo(ch.Kind) {
			return true
		}
	}
	return false
}

// keepTargets blocks deletions that would leave an object without any of what
// it has to refer to: a rule would send chats to nobody. Where such objects
// were not read nobody knows.
func (c *computation) keepTargets() {
	deleted := c.deletions()
	c.referrers(deleted, func(r referrer, gone []*Change) {
		if f := fieldAt(r.kind.Fields, strings.Split(r.path, ".")); f == nil || f.Type != resource.ListOf || !f.Required || len(gone) < r.all {
			return
		}
		for _, ch := range gone {
			ch.Blocked = fmt.Sprintf("the %s %q would be left with an empty %s", r.kind.Singular, r.kind.KeyOf(r.row), r.path)
		}
	})
	for _, ch := range deleted {
		for _, k := range resource.Kinds() {
			if ch.Blocked == "" && targets(k.Fields, ch.Kind) && c.hidden(k) {
				ch.Blocked = fmt.Sprintf("%s were not read, so that nobody knows whether one of them has nothing else to refer to", k.Name)
			}
		}
	}
}

// targets tells whether fields have to refer to objects of a kind, of which
// there may be several.
func targets(fields []resource.Field, kind string) bool {
	return slices.ContainsFunc(fields, func(f resource.Field) bool {
		return f.Type == resource.ListOf && f.Required && f.Ref != nil && slices.Contains(f.Ref.Kinds, kind) || targets(f.Fields, kind)
	})
}

// hidden tells whether a kind was to be left out, or could not be read.
func (c *computation) hidden(k *resource.Kind) bool {
	return !c.live.Has(k.Name) && (slices.Contains(c.o.Skip, k.Name) ||
		slices.ContainsFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Name }))
}

// tellAlong says what goes with the objects that are deleted, whether the file
// has it or not.
func (c *computation) tellAlong() {
	deleted := c.deletions()
	c.referrers(deleted, func(r referrer, gone []*Change) {
		a := Along{Kind: r.kind.Name, Key: alongKey(r.kind, r.row), ID: resource.Text(r.kind.IDOf(r.row)), Path: r.path}
		root := r.kind.Field(FieldChange{Path: r.path}.Root())
		switch {
		case slices.Contains(r.kind.Key, r.path):
			a.Path = ""
		case root.List == resource.Keyed:
			a.Path = root.Name
		}
		for _, ch := range gone {
			if n := len(ch.Along); n == 0 || ch.Along[n-1] != a {
				ch.Along = append(ch.Along, a)
			}
		}
	})
	for _, k := range resource.Kinds() {
		if k.Delete != nil && c.hidden(k) && refersToDeleted(k, deleted) {
			c.notice("%s were not read, so that it is not known what of them goes with what is deleted", k.Name)
		}
	}
}

// alongKey is what an object is called that goes with another. Of the
// platform's properties, which every object has, the namespace is enough.
func alongKey(k *resource.Kind, row *resource.Object) string {
	key := k.KeyOf(row)
	if k.IsDefault(row) {
		key = strings.TrimSuffix(key, row.String(k.Values.Name)) + "*"
	}
	return key
}

// along writes what goes with a deleted object, a line for what happens to
// each kind.
func (r *renderer) along(ch *Change) {
	for i := 0; i < len(ch.Along); {
		a := ch.Along[i]
		var keys []string
		for ; i < len(ch.Along) && ch.Along[i].Kind == a.Kind && ch.Along[i].Path == a.Path; i++ {
			keys = append(keys, ch.Along[i].Key)
		}
		label, place := "also deleted: ", ""
		if a.Path != "" {
			label, place = "also removed from: ", " ("+a.Path+")"
		}
		r.wrapped("      "+label, a.Kind+" "+strings.Join(keys, ", ")+place)
	}
}
