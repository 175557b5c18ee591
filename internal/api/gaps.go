package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// gaps returns what a task did not read: everything it asked for if it failed, or
// the parts of its response that are odd, object by object. Odd parts without an
// identity are combined by their reason.
//
// The gap of a refused call names no scopes if the same call succeeded for another
// client id or object: the server then refused the argument, not the token.
func (r *reader) gaps(t *task) (gaps []resource.Gap) {
	g := resource.Gap{Kind: t.kind.Name, Method: t.read.Method}
	if t.err != nil {
		g.ClientID, g.ID, g.Reason = t.client, t.rowID(), reason(t.err)
		if !r.succeeded[g.Method] {
			g.Scopes = t.err.Scopes
		}
		return []resource.Gap{g}
	}
	times := map[resource.Odd]int{}
	for _, o := range t.odd {
		times[o]++
	}
	for _, o := range slices.Compact(slices.Clone(t.odd)) {
		g := g
		if g.ID, g.Reason = o.ID, o.Reason; o.ID == "" {
			g.ClientID, g.Partial = t.client, true
		}
		if n := times[o]; n > 1 {
			g.Reason += fmt.Sprintf(" (%d times)", n)
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// gapsOf returns what the calls for a kind did not read. A gap in the lists of its
// sources is a gap of the kind, too. If the calls for all rows of a source failed
// in the same way, it is reported once.
func (r *reader) gapsOf(k *resource.Kind, lists, details []*task) (gaps []resource.Gap) {
	var forRows []resource.Gap
	alike := true
	for _, t := range slices.Concat(lists, details) {
		found := r.gaps(t)
		switch {
		case t.row != nil && !t.ownRow():
			forRows = append(forRows, found...)
			alike = alike && t.err != nil && found[0].Reason == forRows[0].Reason
			continue
		case t.kind != k:
			for i := range found {
				found[i].Kind, found[i].ID = k.Name, "" // rows here have other names
				found[i].Partial = t.err == nil
			}
		}
		gaps = append(gaps, found...)
	}
	if alike && len(forRows) > 0 {
		forRows = forRows[:1]
		forRows[0].ID = ""
	}
	return append(gaps, forRows...)
}

// reason returns an error without its method and scopes: the vendor's type and
// message.
func reason(err *wire.Error) string {
	bare := *err
	bare.Method, bare.Scopes = "", nil
	return strings.TrimPrefix(bare.Error(), ": ")
}

// roundNotice reports a list with as many entries as a page might have. The
// vendor's pages do not document pagination for any list, and no response shows
// it.
func (t *task) roundNotice() []string {
	if t.entries == 0 || t.entries%100 != 0 {
		return nil
	}
	of := ""
	if t.client != "" {
		of = " of " + t.client
	}
	return []string{fmt.Sprintf("%s%s: the list has exactly %d entries; if the server returns lists in pages, entries are missing", t.kind.Name, of, t.entries)}
}

// foreign returns the discovered client ids that the token cannot read for: the
// server responded to none of their calls for kinds of an application. Such an id
// may still get responses for kinds of the license, which proves nothing. If no
// kind of an application is wanted, any response will do.
func (r *reader) foreign() map[string]bool {
	telling := func(k *resource.Kind) bool { return k.Reach == resource.OfApplication && k.PerClient() }
	if !slices.ContainsFunc(r.kinds, telling) {
		telling = func(*resource.Kind) bool { return true }
	}
	foreign, mine := map[string]bool{}, map[string]bool{}
	for _, t := range r.tasks {
		if t.read.Per == resource.PerClient && !r.clients[t.client] {
			foreign[t.client] = true
			mine[t.client] = mine[t.client] || telling(t.kind) && !t.decided()
		}
	}
	maps.DeleteFunc(foreign, func(id string, _ bool) bool { return mine[id] })
	return foreign
}

// decided reports whether the server refused a call by decision, and did not just
// fail.
func (t *task) decided() bool {
	return t.err != nil && t.err.Type != "" && (t.err.Class == wire.RefusedScope || t.err.Class == wire.Permanent)
}

// covered returns the client ids that something was read for, sorted.
func (r *reader) covered() []string {
	var ids []string
	for _, t := range r.tasks {
		if t.read.Per == resource.PerClient && t.err == nil {
			ids = append(ids, t.client)
		}
	}
	return sorted(ids)
}

// foreignNotices reports discovered client ids that the server refused. Client ids
// with the same reason share a notice.
func (r *reader) foreignNotices(foreign map[string]bool) []string {
	var refused []resource.Gap
	for _, id := range slices.Sorted(maps.Keys(foreign)) {
		failed := slices.IndexFunc(r.tasks, func(t *task) bool { return t.client == id && t.err != nil })
		g := resource.Gap{ClientID: id, Reason: reason(r.tasks[failed].err)}
		if i := slices.IndexFunc(r.tasks, func(t *task) bool { return slices.Contains(t.reveals(), id) }); i >= 0 {
			g.Kind = r.tasks[i].kind.Name
		}
		refused = append(refused, g)
	}
	var texts []string
	for _, g := range resource.FoldGaps(refused) {
		text := g.ClientID
		if foreign[g.ClientID] { // else several
			text = "client id " + text
		}
		if g.Kind != "" {
			text += ", found in " + g.Kind + ","
		}
		texts = append(texts, text+" could not be read: "+g.Reason)
	}
	return texts
}

// PartialKinds returns the kinds of a version, "" = resource.APIVersion, whose
// reads succeed with the given scopes but may omit objects, in the registry's
// order. If scopes is nil, the scopes are unknown, and it returns every kind whose
// reads can be partial.
func PartialKinds(version string, scopes []string) []string {
	var names []string
	for _, k := range resource.KindsAt(version) {
		if slices.ContainsFunc(k.Reads, func(r resource.Read) bool { return r.MayBePartial(scopes) }) {
			names = append(names, k.Name)
		}
	}
	return names
}
