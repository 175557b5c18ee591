package diff

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// unmanaged lists what live has beyond the wanted license, and plans its
// deletion if asked to.
func (c *computation) unmanaged(p *pairing) {
	k := p.kind
	if k.Delete == nil {
		return // its rows come and go with other objects
	}
	of := c.picks[k.Name]
	for i, l := range p.live {
		if of != nil && !of.live[i] {
			continue
		}
		named := c.o.named(k, l)
		if p.ofLive[i] >= 0 && !p.claimed[i] || !named && !c.covers(k, l) || c.unset(k, l) || k.IsDefault(l) {
			continue
		}
		key := k.KeyOf(l)
		if !named && (!c.o.Prune || c.o.PruneOnly != nil) || p.claimed[i] {
			c.plan.Unmanaged = append(c.plan.Unmanaged, Item{k.Name, key, resource.Text(k.IDOf(l))})
			continue
		}
		key = c.unique(k, key)
		change := c.add(&Change{ID: k.Name + "/" + key, Kind: k.Name, Key: key, Action: Delete, Before: l, Reason: "not in the file"}, nil)
		if named {
			change.Reason = "named to be deleted"
		}
		change.Blocked = c.mustStay(k, l)
		if k.Delete.Loses != "" {
			change.Loses = []string{k.Delete.Loses}
		}
		if k.Keep != nil && k.Keep(l) != "" || k.Twin != "" && c.twin(k, l) {
			// What can never go is no difference that anyone could act on.
			c.plan.Changes = c.plan.Changes[:len(c.plan.Changes)-1]
			c.plan.Unmanaged = append(c.plan.Unmanaged, Item{k.Name, key, resource.Text(k.IDOf(l))})
		}
	}
}

// mustStay says why a live object is not deleted, "" if it may be.
func (c *computation) mustStay(k *resource.Kind, l *resource.Object) string {
	switch {
	case k.Keep != nil && k.Keep(l) != "":
		return k.Keep(l)
	case c.o.Protects(k, l):
		return isProtected
	case k.Person && c.o.Self == "":
		return "it is not known which agent the token belongs to; pass --self EMAIL"
	case k.Person && (strings.EqualFold(l.String("id"), c.o.Self) || l.String("account_id") == c.o.Self):
		return "the token belongs to it"
	case k.Twin != "" && !c.twinsRead(k, l):
		return "it is not known whether it belongs to a " + resource.Lookup(k.Twin).Singular + ", as those of its application were not read"
	case k.Twin != "" && c.twin(k, l):
		return "it belongs to the " + resource.Lookup(k.Twin).Singular + " of the same id"
	case slices.Contains(c.o.Partial, k.Name):
		return "the token may not see all " + k.Name + ", so what is missing in the file is not certain; pass --full-scopes if it does"
	case k.Reach == resource.OfApplication && !c.o.AllowApplication:
		return needApplication
	}
	return ""
}

// twinsRead tells whether the objects that may own a live one were read: those
// of its client id.
func (c *computation) twinsRead(k *resource.Kind, l *resource.Object) bool {
	client := l.String(k.ClientID)
	return client == "" || c.live.Has(k.Twin) && slices.Contains(c.live.ClientIDs, client) &&
		!slices.ContainsFunc(c.live.Gaps, func(g resource.Gap) bool { return g.Kind == k.Twin && g.ClientID == client })
}

// keepUsed blocks the deletion of what wanted rows refer to, and of
// definitions that the file sets values of.
func (c *computation) keepUsed() {
	set := map[string]map[string]bool{} // by kind of values, their definitions
	for _, ch := range c.plan.Changes {
		if ch.Action != Delete || ch.Blocked != "" {
			continue
		}
		k := ch.kind()
		if c.space.used[ch.Kind+"/"+identityOf(k, ch.Before)] {
			ch.Blocked = "the file refers to it"
		}
		for _, v := range k.ValueKinds() {
			if set[v.Name] == nil {
				set[v.Name] = map[string]bool{}
				for _, w := range c.want.Rows(v.Name) {
					set[v.Name][v.ValueKey(w)] = true
				}
			}
			if set[v.Name][k.DefinitionKey(ch.Before)] {
				ch.Blocked = "the file sets values of it in " + v.Name
			}
		}
	}
}

// covers tells whether the file would have a live object if it were to be
// there: its part of the kind is not missing from the file, and its client id
// is among those that the file was made with.
func (c *computation) covers(k *resource.Kind, l *resource.Object) bool {
	for _, g := range c.want.Gaps {
		if g.Hides(k, l) && !g.OfOthers(k) {
			return false
		}
	}
	client := ""
	switch {
	case k.Values != nil:
		client = l.String(k.Values.Namespace)
	case k.PerClient():
		client = l.String(k.ClientID)
	default:
		return true
	}
	if slices.Contains(c.want.ClientIDs, client) {
		return true
	}
	return k.Values == nil && slices.ContainsFunc(c.want.Rows(k.Name), func(w *resource.Object) bool { return w.String(k.ClientID) == client })
}
