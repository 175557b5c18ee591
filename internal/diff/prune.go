package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// unmanaged lists what live has beyond the wanted license, and plans its
// deletion if asked to.
func (d *draft) unmanaged(p *kindPairs) {
	k := p.kind
	if k.Delete == nil {
		return // its rows come and go with other objects
	}
	for _, l := range p.live {
		w, named := p.ofLive[l], d.o.named(k, l)
		if w != nil && w.file != nil || !d.surplus(p, l, named) || d.ignores(k, k.KeyOf(l), l, "") {
			continue
		}
		key := k.KeyOf(l)
		if w == nil && (named || d.o.Prune && d.o.PruneOnly == nil) {
			key = d.unique(k, key)
			if !d.isKept(k, l) {
				d.remove(k, l, key, named)
				continue
			}
		}
		d.Unmanaged = append(d.Unmanaged, Item{k.Name, key, resource.Text(k.IDOf(l))})
	}
}

// surplus tells whether an object that is only in the license counts as a
// difference. named means that --only names it.
func (s *sides) surplus(p *kindPairs, l *resource.Object, named bool) bool {
	return p.takes(l) && (named || s.covers(p.kind, l)) && !s.unset(p.kind, l) && !p.kind.IsDefault(l)
}

// isKept tells whether a live object can never be deleted. It is then no difference
// that anyone could act on.
func (d *draft) isKept(k *resource.Kind, l *resource.Object) bool {
	return k.Keep != nil && k.Keep(l) != "" || d.twin(k, l)
}

func (d *draft) remove(k *resource.Kind, l *resource.Object, key string, named bool) {
	ch := d.change(k, key, key, &Change{Action: Delete, Before: l, Reason: "not in the file", Blocked: d.mustStay(k, l)})
	if named {
		ch.Reason = "named to be deleted"
	}
	if k.Delete.Loses != "" {
		ch.Loses = []string{k.Delete.Loses}
	}
}

// mustStay says why a live object is not deleted, "" if it may be.
func (s *sides) mustStay(k *resource.Kind, l *resource.Object) string {
	switch {
	case k.Keep != nil && k.Keep(l) != "":
		return k.Keep(l)
	case s.o.Protects(k, l):
		return isProtected
	case k.Person && s.o.Self != "" && (strings.EqualFold(l.String("id"), s.o.Self) || l.String("account_id") == s.o.Self):
		return "the token belongs to this agent"
	case k.Twin != "" && !s.twinsRead(k, l):
		return "it may belong to a " + resource.Lookup(k.Twin).Singular + ": those of its application were not read"
	case s.twin(k, l):
		return "it belongs to the " + resource.Lookup(k.Twin).Singular + " of the same id"
	}
	return s.doubted(k)
}

// doubted names all flags that the deletion of an object needs and that are not given;
// "" if none.
func (s *sides) doubted(k *resource.Kind) string {
	var missing []string
	if k.Person && s.o.Self == "" {
		missing = append(missing, "lcsync cannot tell which agent the token belongs to; pass --self EMAIL")
	}
	if slices.Contains(s.o.Partial, k.Name) {
		missing = append(missing, "the token may not see all "+k.Name+"; pass --full-scopes if it does")
	}
	if flags := needed(&s.o, k, false); flags != "" {
		missing = append(missing, flags)
	}
	return strings.Join(missing, "; ")
}

// twinsRead tells whether the objects that may own a live one were read: those
// of its client id.
func (s *sides) twinsRead(k *resource.Kind, l *resource.Object) bool {
	client := l.String(k.OwnedBy)
	return client == "" || s.live.Has(k.Twin) && slices.Contains(s.live.ClientIDs, client) &&
		!slices.ContainsFunc(s.live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Twin && g.ClientID == client })
}

// keepUsed blocks the deletion of what wanted rows refer to, and of
// definitions that the file sets values of.
func (d *draft) keepUsed() {
	set := map[string]string{} // definitions by what values call them → kind of the values
	for _, k := range resource.Kinds() {
		if k.Values != nil {
			for _, w := range d.want.Rows(k.Name) {
				set[k.Values.Of+k.ValueKey(w)] = k.Name
			}
		}
	}
	for _, ch := range d.Changes {
		if ch.Action != Delete || ch.Blocked != "" {
			continue
		}
		k := ch.kind()
		if d.used[k.Address(ch.Before)] {
			ch.Blocked = "the file refers to it"
		}
		if len(k.ValueKinds()) > 0 && set[k.Name+k.DefinitionKey(ch.Before)] != "" {
			ch.Blocked = "the file sets values of it in " + set[k.Name+k.DefinitionKey(ch.Before)]
		}
	}
}

// twin tells whether a row has the id of an object that it is created and deleted
// with.
func (s *sides) twin(k *resource.Kind, row *resource.Object) bool {
	if k.Twin == "" {
		return false
	}
	owner, id := resource.Lookup(k.Twin), k.IDOf(row)
	return s.want.ByID(owner, id) != nil || s.live.ByID(owner, id) != nil
}

// covers tells whether the absence of a live object from the file means anything: no
// gap of the file hides it, and the file was made with its client id.
func (s *sides) covers(k *resource.Kind, l *resource.Object) bool {
	for _, g := range s.want.Gaps {
		if g.Hides(k, l) && !g.OfOthers(k) {
			return false
		}
	}
	client := ""
	switch {
	case k.Values != nil:
		client = l.String(k.Values.Namespace)
	case k.PerClient():
		client = l.String(k.OwnedBy)
	default:
		return true
	}
	if slices.Contains(s.want.ClientIDs, client) {
		return true
	}
	return k.Values == nil && slices.ContainsFunc(s.want.Rows(k.Name), func(w *resource.Object) bool { return w.String(k.OwnedBy) == client })
}
