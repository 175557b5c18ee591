package clone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// question asks about a field of an object. Questions that one answer answers
// are one.
func (mp *mapper) question(w *mapped, path string, q Question) {
	if mp.takesPart(w) {
		mp.mustAsk(w, path, q)
	}
}

// mustAsk is question, be the object selected or not: others refer to it.
func (mp *mapper) mustAsk(w *mapped, path string, q Question) {
	at := Place{Kind: w.kind.Name, Key: w.name(), Path: path, Row: mp.file[w.source]}
	key := [3]string{q.Text, q.Section, q.Name}
	if i, known := mp.asked[key]; known {
		if other := &mp.res.Questions[i]; !slices.Contains(other.Objects, at) {
			other.Objects = append(other.Objects, at)
		}
		return
	}
	mp.asked[key] = len(mp.res.Questions)
	q.Objects = []Place{at}
	mp.res.Questions = append(mp.res.Questions, q)
}

// ask asks what the mapping leaves open.
func (mp *mapper) ask() {
	for _, k := range resource.Kinds() {
		mp.lonely(k)
		for _, w := range mp.rows[k.Name] {
			if mp.selected(w) {
				mp.askAddresses(w)
				mp.askState(w)
			}
		}
	}
	mp.askClients()
	mp.statuses()
}

// askAddresses asks about addresses that would be taken over as they are.
func (mp *mapper) askAddresses(w *mapped) {
	mapTexts(w.kind.Fields, w.source, "", func(t text) string {
		if mp.has(w, t.path) {
			return t.value
		}
		switch {
		case t.field.Format == resource.WebURL:
			mp.askURL(w, t.path, t.value, "events would go to the address of the source's receiver")
		case t.field.Type == resource.Any:
			for _, address := range urlInText.FindAllString(t.value, -1) {
				mp.askURL(w, t.path, trimmed(address), "the target would use the address of the source")
			}
			for _, address := range emailInText.FindAllString(t.value, -1) {
				mp.askEmail(w, t.path, address)
			}
		}
		return t.value
	})
}

// has tells whether the target has a field of an object already as it is to be.
func (mp *mapper) has(w *mapped, path string) bool {
	root, _, _ := strings.Cut(path, ".")
	return slices.ContainsFunc(mp.target.Alike(w.kind, w.Object), func(l *resource.Object) bool {
		return resource.Equal(l.Get(root), w.Get(root))
	})
}

func (mp *mapper) askURL(w *mapped, path, address, stays string) {
	if _, answered := mp.url(address); answered || mp.o.KeepURLs {
		return
	}
	host := hostOf(address)
	mp.question(w, path, Question{Text: fmt.Sprintf("%s is not mapped", host), Stays: stays, Section: URLs, Name: host, Flag: "--keep-urls"})
}

// hostOf returns the beginning of an address that ends with its host.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Scheme + "://" + u.Host + "/"
}

func (mp *mapper) askEmail(w *mapped, path, address string) {
	for _, k := range resource.Kinds() {
		if !k.AnyCase || mp.o.KeepEmails {
			continue
		}
		if _, to := mp.address(k.Name, address); to == "" || to == Skip {
			mp.question(w, path, Question{Text: fmt.Sprintf("%s is not mapped", address), Stays: "the target would send to that address",
				Section: k.Name, Name: address, Flag: "--keep-emails"})
		}
	}
}

// askState asks about a switch that is turned on where that would have events
// sent to addresses that are the source's.
func (mp *mapper) askState(w *mapped) {
	k := w.kind
	if k.Create == nil || k.Create.OffField == "" || w.Get(k.Create.OffField) != true {
		return
	}
	on := func(l *resource.Object) bool { return l.Get(k.Create.OffField) == true }
	if mp.o.KeepURLs || slices.ContainsFunc(mp.target.Alike(k, w.Object), on) {
		return
	}
	for _, address := range mp.receivers(w.String(k.OwnedBy)) {
		host := hostOf(address)
		mp.question(w, k.Create.OffField, Question{Text: fmt.Sprintf("turning it on would send the target's events to %s, which is not mapped", host),
			Stays: "events of the target would reach the source's receiver", Section: URLs, Name: host, Flag: "--keep-urls"})
	}
}

// receivers returns the addresses that events of an application would go to in
// the target and that the mapping says nothing of.
func (mp *mapper) receivers(client string) []string {
	var out []string
	add := func(k *resource.Kind, row *resource.Object) {
		for i := range k.Fields {
			f := &k.Fields[i]
			if address := row.String(f.Name); f.Format == resource.WebURL && address != "" && row.String(k.OwnedBy) == client {
				if _, answered := mp.url(address); !answered && !slices.Contains(out, address) {
					out = append(out, address)
				}
			}
		}
	}
	for _, k := range resource.Kinds() {
		if k.OwnedBy == "" {
			continue
		}
		if slices.Contains(mp.shared, client) { // both licenses have them
			for _, l := range mp.target.Rows(k.Name) {
				add(k, l)
			}
		}
		for _, w := range mp.rows[k.Name] {
			if !w.gone && mp.client(w.source.String(k.OwnedBy)) == client {
				owned := w.source.Clone()
				owned.Set(k.OwnedBy, client)
				add(k, owned)
			}
		}
	}
	return out
}

// askClients asks about applications that the target's token does not own.
func (mp *mapper) askClients() {
	for _, id := range mp.own() {
		to := mp.client(id)
		if to == Skip || slices.Contains(mp.target.ClientIDs, to) {
			continue
		}
		w := mp.ownedBy(id)
		if w == nil {
			continue
		}
		reason := ""
		for _, g := range mp.target.Gaps {
			if g.ClientID == to {
				reason = ": " + g.Reason
			}
		}
		mp.question(w, w.kind.OwnedBy, Question{Text: fmt.Sprintf("the client id %s is not one of the target's%s", to, reason),
			Stays: "nothing of that application can be written; map it to an application of the target, or to " + Skip, Section: ClientIDs, Name: id})
	}
}

// ownedBy returns an object that belongs to an application of the source and
// takes part, nil if there is none.
func (mp *mapper) ownedBy(client string) *mapped {
	for _, k := range resource.Kinds() {
		for _, w := range mp.rows[k.Name] {
			if k.OwnedBy != "" && w.source.String(k.OwnedBy) == client && mp.selected(w) {
				return w
			}
		}
	}
	return nil
}

// statuses takes the notes of what new objects are brought into service with, if
// they are to stay as they come, and tells of those that will do nothing.
func (mp *mapper) statuses() {
	for _, k := range resource.Kinds() {
		if k.ActivatedBy == nil {
			continue
		}
		for _, w := range mp.rows[k.Name] {
			mp.note(w)
			if mp.selected(w) && w.live == nil && k.StartArgs(w.Object, nil) == nil {
				mp.tell(Informs, w, "", "the new %s will be %s", k.Singular, k.ActivatedBy.Initial)
			}
		}
	}
}

// note notes with an object what it is brought into service with, if it is.
func (mp *mapper) note(w *mapped) {
	a := w.kind.ActivatedBy
	by := resource.Lookup(a.Kind)
	for _, row := range mp.source.Rows(by.Name) {
		if resource.Equal(row.Get(by.Key[0]), w.kind.IDOf(w.source)) {
			w.Set(a.Field, row.Get(a.Value))
		}
	}
	if !mp.o.RoutingStatuses {
		w.Delete(a.Field)
	}
}
