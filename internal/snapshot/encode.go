// Package snapshot converts the rows of a license to YAML and back, and checks a
// snapshot offline.
//
// Both directions work item by item: a list of 20,000 agents is never one YAML
// tree. The Layout in the registry defines what a kind looks like in YAML; this
// package has no code for a kind by name.
package snapshot

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// FormatVersion is the version of the file format, the value of `lcsync:`.
const FormatVersion = 1

// EncodeOptions say how a snapshot is written.
type EncodeOptions struct {
	// NoNames leaves out the comments that give the names of what is referred
	// to by a number or a random id.
	NoNames bool
	// Digest adds a last line with a digest of the values, by which CheckDigest
	// knows whether somebody edited them.
	Digest bool
}

// Encode writes a license as a snapshot. The same license gives the same bytes,
// whatever the order of rows of unordered kinds, of members and of sets. Encode
// does not change the license. It omits volatile fields, except memberships that a
// hand-written file may state for a group, and null values of known fields.
func Encode(w io.Writer, l *resource.License, o EncodeOptions) error {
	e := &encoder{w: bufio.NewWriter(w)}
	if !o.NoNames {
		e.names = namesOf(l)
	}
	e.header(l)
	for _, k := range l.Kinds() {
		e.kind(k, l.Rows(k.Name))
		if e.err != nil {
			return fmt.Errorf("writing %s: %w", k.Name, e.err)
		}
	}
	if o.Digest {
		e.w.WriteString(digestLine(l))
	}
	return e.w.Flush()
}

type encoder struct {
	w     *bufio.Writer
	names map[string]map[string]string // kind → id → natural key
	err   error
}

// failed reports whether a write failed, so that the rest can be skipped.
func (e *encoder) failed() bool {
	_, err := e.w.Write(nil) // the first error stays
	return e.err != nil || err != nil
}

// namesOf returns the names of all objects that have a server id.
func namesOf(l *resource.License) map[string]map[string]string {
	names := map[string]map[string]string{}
	for _, k := range l.Kinds() {
		names[k.Name] = l.NamesByID(k)
	}
	return names
}

// nameOf returns the comment for a reference, "" if there is none.
func (e *encoder) nameOf(ref *resource.RefTo, v resource.Value) string {
	if ref == nil || e.names == nil {
		return ""
	}
	switch v.(type) {
	case int64, string:
	default:
		return ""
	}
	for _, kind := range ref.Kinds {
		k := resource.Lookup(kind)
		if k == nil {
			continue
		}
		// A string in place of a numeric id is already a name.
		if _, text := v.(string); text && !k.RandomID {
			continue
		}
		if name := e.names[kind][resource.Text(v)]; name != "" {
			return remark(name)
		}
	}
	return ""
}

func (e *encoder) header(l *resource.License) {
	fmt.Fprintf(e.w, "lcsync: %d\napi_version: %q\n", FormatVersion, cmp.Or(l.Version, resource.APIVersion))
	head, gaps := headerOf(l)
	if head.Len() > 0 {
		e.value(nil, keyLicense, head, 0)
	}
	if len(gaps) > 0 {
		e.value(nil, keyIncomplete, gaps, 0)
	}
}

// headerOf returns what `license:` and `incomplete:` say of a license.
func headerOf(l *resource.License) (head *resource.Object, gaps resource.List) {
	about := about{l.Owner, l.AccountID, slices.Clone(l.ClientIDs), l.Readable}
	slices.Sort(about.ClientIDs)
	if len(l.Gaps) > 0 {
		gaps = toValue(slices.SortedStableFunc(slices.Values(l.Gaps), compareGaps)).(resource.List)
	}
	return toValue(about).(*resource.Object), gaps
}

// compareGaps orders gaps as the registry orders kinds.
func compareGaps(a, b resource.Gap) int {
	names := resource.Names()
	return cmp.Or(cmp.Compare(slices.Index(names, a.Kind), slices.Index(names, b.Kind)), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.ClientID, b.ClientID), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Reason, b.Reason))
}

// indented starts a line.
func (e *encoder) indented(depth int, parts ...string) {
	for range depth {
		e.w.WriteByte(' ')
	}
	for _, p := range parts {
		e.w.WriteString(p)
	}
}

// longestKey is the length up to which a key needs no explicit form: YAML searches
// only 1024 characters for the colon.
const longestKey = 500

// value writes one member of an object: its key, and its value described by f,
// which is nil for unknown fields.
func (e *encoder) value(f *resource.Field, name string, v resource.Value, depth int) {
	e.indented(depth)
	e.member(f, name, v, depth, "")
}

// member writes a member whose line has been started. A comment about the key
// goes to the end of the line.
func (e *encoder) member(f *resource.Field, name string, v resource.Value, depth int, about string) {
	key := inline(strings.ToValidUTF8(name, "\uFFFD"))
	if len(key) > longestKey {
		e.w.WriteString("? " + key + "\n")
		e.indented(depth, ":")
	} else {
		e.w.WriteString(key + ":")
	}
	e.content(f, v, depth, depth+2, about)
}

// content writes what follows "key:" or "-", including the end of the line. Text
// and elements below are indented by inner.
func (e *encoder) content(f *resource.Field, v resource.Value, depth, inner int, about string) {
	switch v := v.(type) {
	case *resource.Object:
		if v.Len() == 0 {
			e.line(" {}", about)
			return
		}
		e.line("", about)
		e.object(f, v, inner, false)
	case resource.List:
		if len(v) == 0 {
			e.line(" []", about)
			return
		}
		e.line("", about)
		e.list(f, v, inner)
	case string:
		e.text(f, strings.ToValidUTF8(v, "\uFFFD"), inner, about)
	default:
		s, err := scalar(v)
		if err != nil && e.err == nil {
			e.err = err
		}
		e.line(" "+s, cmp.Or(about, e.refName(f, v)))
	}
}

func (e *encoder) text(f *resource.Field, s string, inner int, about string) {
	header, lines := literal(s)
	if lines == nil {
		e.line(" "+inline(s), cmp.Or(about, e.refName(f, s)))
		return
	}
	e.line(" "+header, "")
	for _, line := range lines {
		if line == "" {
			e.line("", "") // no trailing spaces
			continue
		}
		e.indented(inner, line, "\n")
	}
}

func (e *encoder) refName(f *resource.Field, v resource.Value) string {
	if f == nil {
		return ""
	}
	return e.nameOf(f.Ref, v)
}

// line ends a line with a comment, if there is one.
func (e *encoder) line(s, comment string) {
	e.w.WriteString(s)
	if comment != "" {
		e.w.WriteString(" # " + comment)
	}
	e.w.WriteByte('\n')
}

// object writes the members of an object. With started set, the first one
// continues a line.
func (e *encoder) object(f *resource.Field, o *resource.Object, depth int, started bool) {
	var keys *resource.RefTo
	if f != nil {
		keys = f.Keys
	}
	for name, v := range o.All() {
		if !started {
			e.indented(depth)
		}
		started = false
		e.member(inner(f, name), name, v, depth, e.nameOf(keys, name))
	}
}

// inner describes a member of what f describes, nil if it is unknown.
func inner(f *resource.Field, name string) *resource.Field {
	switch {
	case f == nil:
		return nil
	case f.Type == resource.Map:
		e := f.Element()
		return &e
	}
	return f.Member(name)
}

// list writes the elements of a list, one per line. What describes the list
// has the fields and the references of its elements.
func (e *encoder) list(f *resource.Field, l resource.List, depth int) {
	for _, v := range l {
		e.item(f, v, depth)
	}
}

func (e *encoder) item(f *resource.Field, v resource.Value, depth int) {
	e.indented(depth, "-")
	if o, ok := v.(*resource.Object); ok && o.Len() > 0 {
		e.w.WriteByte(' ')
		e.object(f, o, depth+2, true)
		return
	}
	e.content(f, v, depth, depth+2, "")
}
