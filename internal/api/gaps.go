package api

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// gap returns what the failure of a task left unread, if it failed.
func (t *task) gap() (resource.Gap, bool) {
	g := resource.Gap{Kind: t.kind.Name, ClientID: t.client, ID: t.rowID(), Method: t.spec().Method}
	if t.err == nil {
		return g, false
	}
	g.Reason = reason(t.err)
	var we *wire.Error
	if errors.As(t.err, &we) {
		g.Scopes = we.Scopes
	}
	return g, true
}

// oddGaps returns what is missing of an answer because it is odd, object by
// object; what nothing identifies is put together by what is odd about it.
func (t *task) oddGaps() []resource.Gap {
	var out []resource.Gap
	for i, o := range t.odd {
		if i > 0 && o == t.odd[i-1] {
			continue
		}
		g := resource.Gap{Kind: t.kind.Name, ID: o.ID, Method: t.spec().Method, Reason: o.Reason}
		if o.ID == "" {
			g.ClientID, g.Partial = t.client, true
		}
		if n := count(t.odd, o); n > 1 {
			g.Reason += fmt.Sprintf(" (%d times)", n)
		}
		out = append(out, g)
	}
	return out
}

func count(odd []resource.Odd, o resource.Odd) (n int) {
	for _, other := range odd {
		if other == o {
			n++
		}
	}
	return n
}

// gaps returns what the calls for a kind left unread, that of calls for the
// rows of another kind once if all of them failed in the same way.
func gaps(tasks, all []*task) []resource.Gap {
	var out []resource.Gap
	of, failed, alike := 0, 0, 0
	for _, t := range tasks {
		g, ok := t.gap()
		if ok && hasScopes(t, all) {
			g.Scopes = nil
		}
		if t.of != nil && !t.ownRow() {
			of++
			if ok && failed > 0 && sameGap(out[len(out)-1], g) {
				alike++
			}
			if ok {
				failed++
			}
		}
		if ok {
			out = append(out, g)
		}
		out = append(out, t.oddGaps()...)
	}
	if of > 0 && failed == of && alike == of-1 {
		out = out[:len(out)-alike]
		out[len(out)-1].ID = ""
	}
	return out
}

// sameGap tells whether two gaps differ in the object alone.
func sameGap(a, b resource.Gap) bool {
	return a.Method == b.Method && a.Reason == b.Reason && slices.Equal(a.Scopes, b.Scopes)
}

// hasScopes tells whether the token has the scopes of a refused call, as the
// same call succeeded for another client id or object: then it was refused for
// what it asked for.
func hasScopes(t *task, tasks []*task) bool {
	return slices.ContainsFunc(tasks, func(o *task) bool { return o.err == nil && o.spec().Method == t.spec().Method })
}

// reason returns an error without its method and scopes: the vendor's type and
// message.
func reason(err error) string {
	var we *wire.Error
	if !errors.As(err, &we) {
		return err.Error()
	}
	bare := wire.Error{Type: we.Type, Message: we.Message, Err: we.Err, Status: we.Status}
	return strings.TrimPrefix(bare.Error(), ": ")
}

// foreign returns the discovered client ids that the token may not read for:
// those that answered for no kind of an application's. Such an id may answer
// for kinds of the license; that does not make it one's own. If no
// application's kind is wanted, any answer will do.
func (r *reader) foreign(tasks []*task) map[string]bool {
	ofApplication := slices.ContainsFunc(r.kinds, perApplication)
	out := map[string]bool{}
	for _, t := range tasks {
		if t.spec().Per == resource.PerClient && !r.clients[t.client] {
			out[t.client] = true
		}
	}
	for _, t := range tasks {
		if t.spec().Per != resource.PerClient || ofApplication && !perApplication(t.kind) {
			continue
		}
		if t.err == nil || !refusal(t.err) {
			delete(out, t.client)
		}
	}
	return out
}

// perApplication tells whether a kind belongs to an application and is read by
// its client id.
func perApplication(k *resource.Kind) bool {
	return k.Reach == resource.OfApplication &&
		slices.ContainsFunc(k.Reads, func(r resource.Read) bool { return r.Per == resource.PerClient })
}

// refusal tells whether the server decided against a call, rather than failed.
func refusal(err error) bool {
	var we *wire.Error
	return errors.As(err, &we) && (we.Class == wire.RefusedScope || we.Class == wire.Permanent) && we.Type != ""
}

// covered returns the client ids that something was read for, sorted.
func (r *reader) covered(tasks []*task, foreign map[string]bool) []string {
	var ids []string
	for _, t := range tasks {
		if t.spec().Per == resource.PerClient && t.err == nil && !foreign[t.client] {
			ids = append(ids, t.client)
		}
	}
	return sorted(ids)
}

// foreignNotices tells of discovered client ids that were refused, of those that
// were refused alike at once.
func foreignNotices(tasks []*task, foreign map[string]bool) []string {
	var notices []string
	alike := map[string][]string{} // client ids by what is told of them
	for _, id := range slices.Sorted(maps.Keys(foreign)) {
		i := slices.IndexFunc(tasks, func(t *task) bool { return t.client == id && t.err != nil })
		found := ""
		if source := slices.IndexFunc(tasks, func(t *task) bool { return slices.Contains(t.reveals(), id) }); source >= 0 {
			found = ", found in " + tasks[source].kind.Name + ","
		}
		text := found + " cannot be read: " + reason(tasks[i].err)
		if alike[text] == nil {
			notices = append(notices, text)
		}
		alike[text] = append(alike[text], id)
	}
	for i, text := range notices {
		if ids := alike[text]; len(ids) > 1 {
			notices[i] = fmt.Sprintf("%d client ids (%s)%s", len(ids), resource.Some(ids), text)
		} else {
			notices[i] = "client id " + ids[0] + text
		}
	}
	return notices
}

// PartialKinds returns the kinds of a version, "" = resource.APIVersion, whose
// reads succeed with the given scopes but may leave objects out, in the
// registry's order. Scopes nil means that they are not known: every kind that
// can be narrow is returned.
func PartialKinds(version string, scopes []string) []string {
	var names []string
	for _, k := range resource.KindsAt(version) {
		if slices.ContainsFunc(k.Reads, func(r resource.Read) bool { return narrow(r, scopes) }) {
			names = append(names, k.Name)
		}
	}
	return names
}

func narrow(r resource.Read, scopes []string) bool {
	if scopes == nil {
		return len(r.Narrow) > 0
	}
	granted := func(want string) bool { return resource.Grants(scopes, want) }
	return slices.ContainsFunc(r.Narrow, granted) && !slices.ContainsFunc(r.Whole, granted)
}
