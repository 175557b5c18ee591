package clone

import (
	"slices"

	"lcsync/internal/resource"
)

// rename makes rows of the source's in which names, client ids, addresses and
// secrets are the target's. References are still the source's.
func (mp *mapper) rename() {
	mp.clients = mp.clientIDs()
	for _, id := range mp.own() {
		if mp.client(id) == id && slices.Contains(mp.target.ClientIDs, id) {
			mp.shared = append(mp.shared, id)
		}
	}
	for _, k := range mp.source.Kinds() {
		if k.ReadOnly || k.OptIn {
			continue
		}
		for _, row := range mp.source.Rows(k.Name) {
			w := mp.renamed(k, row)
			mp.rows[k.Name], mp.of[row] = append(mp.rows[k.Name], w), w
		}
	}
	for _, id := range mp.shared {
		if mp.keepsShared(id) {
			mp.tell(Informs, nil, "", "the application %s is on both licenses: its property definitions, webhooks and bot templates are shared, and none is written", id)
		}
	}
}

// keepsShared tells whether something of an application is not written since both
// licenses have it.
func (mp *mapper) keepsShared(client string) bool {
	for _, k := range mp.source.Kinds() {
		if k.Reach == resource.OfApplication && slices.ContainsFunc(mp.rows[k.Name], func(w *mapped) bool { return w.String(k.OwnedBy) == client && mp.takesPart(w) }) {
			return true
		}
	}
	return false
}

// own returns the client ids of the source's own applications: those that it was
// read for, and the owners of what is read by client id. Nil means that nobody
// knows of any.
func (mp *mapper) own() []string {
	out := slices.Clone(mp.source.ClientIDs)
	for _, k := range mp.source.Kinds() {
		for _, row := range mp.source.Rows(k.Name) {
			if id := row.String(k.OwnedBy); k.PerClient() && id != "" && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// clientIDs returns the client ids of the source as the target has them.
func (mp *mapper) clientIDs() []string {
	var out []string
	for i, id := range mp.own() {
		if i == 0 {
			out = []string{}
		}
		if to := mp.client(id); to != Skip {
			out = append(out, to)
		}
	}
	if out == nil && mp.source.ClientIDs != nil {
		out = []string{} // somebody said that there are none
	}
	slices.Sort(out)
	return out
}

// foreign tells whether an application, by its client id in the target, is not
// one of the source's own.
func (mp *mapper) foreign(client string) bool {
	return client != "" && mp.clients != nil && !slices.Contains(mp.clients, client)
}

// withClients returns a row with the client ids of the target, and whether it
// belongs to an application that is not cloned.
func (mp *mapper) withClients(k *resource.Kind, row *resource.Object) (out *resource.Object, skipped bool) {
	out = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
		id, isText := v.(string)
		if !isText || id == "" || !toClients(ref) {
			return v
		}
		to := mp.client(id)
		skipped = skipped || to == Skip
		return to
	})
	return out, skipped
}

// toClients tells whether a reference names an application.
func toClients(ref *resource.RefTo) bool {
	return slices.ContainsFunc(ref.Kinds, func(kind string) bool { return resource.Lookup(kind) == nil })
}

func (mp *mapper) renamed(k *resource.Kind, row *resource.Object) *mapped {
	w := &mapped{kind: k, source: row}
	w.Object, w.gone = mp.withClients(k, row)
	if w.gone {
		mp.tell(Informs, w, "", "not cloned: the mapping skips its application")
	}
	mp.texts(w)
	mp.secrets(w)
	mp.leave(w)
	return w
}

// leave decides which rows have no part in a clone.
func (mp *mapper) leave(w *mapped) {
	k := w.kind
	owner := w.String(k.OwnedBy)
	switch {
	case w.gone:
	case k.ReadOnlyRow(w.source):
		w.gone = true
	case k.Values != nil && !resource.DefaultNamespace(w.String(k.Values.Namespace)) && mp.foreign(w.String(k.Values.Namespace)):
		w.gone = true
		mp.tell(Informs, w, "", "not cloned: the value belongs to the application %s, which is not one of the source's own", w.source.String(k.Values.Namespace))
	case k.Reach == resource.OfApplication && k.OwnedBy != "" && slices.Contains(mp.shared, owner):
		w.gone = true
	case k.Twin != "" && mp.source.ByID(resource.Lookup(k.Twin), k.IDOf(w.source)) != nil:
		w.gone = true
		mp.tell(Informs, w, "", "not cloned: it comes with the %s of the same id", resource.Lookup(k.Twin).Singular)
	case k.OwnedBy != "" && !k.PerClient() && mp.foreign(owner):
		w.gone = true
		mp.tell(Informs, w, "install the application on the target, if it is to be there", "not cloned: it belongs to the application %s, which is not one of the source's own", w.source.String(k.OwnedBy))
	}
}

// secrets renames the secrets of a row: one that goes to another address, or
// belongs to another application, is not the source's any more. The mapping can
// say what is to be used.
func (mp *mapper) secrets(w *mapped) {
	k := w.kind
	var old []resource.Secret
	for _, v := range resource.Walk(w.source) {
		if s, is := v.(resource.Secret); is {
			old = append(old, s)
		}
	}
	if changes := func(f resource.Field) bool {
		return slices.ContainsFunc(slices.Concat(f.SecretPath, f.SecretHash), func(p string) bool { return !resource.Equal(w.source.Get(p), w.Get(p)) })
	}; slices.ContainsFunc(k.Fields, changes) {
		k.HideSecrets(w.Object)
	}
	if len(old) != 1 {
		return
	}
	e := mp.exact(Secrets, string(old[0]))
	if e == nil {
		return
	}
	for name, v := range w.All() {
		w.Set(name, resource.Rewrite(v, func(v resource.Value) resource.Value {
			if _, is := v.(resource.Secret); is {
				return resource.Secret(e.To)
			}
			return v
		}))
	}
}
