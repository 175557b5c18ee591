package snapshot

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// groupNames returns the names of counted objects by id.
func groupNames(l *resource.License) map[string]string {
	names := map[string]string{}
	for _, k := range l.Kinds() {
		if k.ServerID == "" || k.RandomID {
			continue
		}
		for _, row := range l.Rows(k.Name) {
			names[resource.Text(k.IDOf(row))] = k.JoinKey(row)
		}
	}
	return names
}

// lived draws what becomes of a license: new objects have ids.
func lived(t *rapid.T, l *resource.License) *resource.License {
	out := resourcetest.Draw{}.Edited(t, l)
	n := 5000
	for _, k := range out.Kinds() {
		rows := out.Rows(k.Name)
		for i, row := range rows {
			if k.ServerID != "" && k.IDOf(row) == nil {
				n++
				row.Set(k.ServerID, resourcetest.ServerID(k, n))
			}
			rows[i] = tidy(k, row)
		}
		out.SetRows(k.Name, inOrder(k, rows))
	}
	// A license has ids where a drawn one may refer to what is new by its name.
	names := groupNames(out)
	for _, k := range out.Kinds() {
		rows := out.Rows(k.Name)
		for i, row := range rows {
			rows[i] = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
				if isName(ref, v) {
					return idOf(names, v.(string))
				}
				return v
			})
			k.Canonical(rows[i])
		}
		out.SetRows(k.Name, inOrder(k, rows))
	}
	return out
}

// inAnyOrder is dump without the order of members, which means nothing.
func inAnyOrder(l *resource.License) []string {
	l = l.Clone()
	for _, k := range l.Kinds() {
		rows := inOrder(k, l.Rows(k.Name))
		for _, row := range rows {
			sortMembers(row)
		}
		l.SetRows(k.Name, rows)
	}
	return dump(l)
}

func sortMembers(v resource.Value) {
	switch v := v.(type) {
	case *resource.Object:
		v.SortBy(strings.Compare)
		for _, m := range v.All() {
			sortMembers(m)
		}
	case resource.List:
		for _, e := range v {
			sortMembers(e)
		}
	}
}

// plainly returns the rows of a license with ids in the place of names, and
// without the names of secrets.
func plainly(l *resource.License, names map[string]string) []string {
	c := l.Clone()
	for _, k := range c.Kinds() {
		rows := c.Rows(k.Name)
		for i, row := range rows {
			rows[i] = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
				if isName(ref, v) {
					return idOf(names, v.(string))
				}
				return v
			})
			bare(rows[i])
			k.Canonical(rows[i])
		}
		c.SetRows(k.Name, inOrder(k, rows))
	}
	return dump(c)
}

// Whatever the style of a file and whatever became of the license, the file says
// what the license is, each comment is there or was told of, and what did not
// change keeps its bytes.
func TestSpliceKeepsWhatPeopleWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := resourcetest.Draw{}.License(t, 3)
		for _, k := range before.Kinds() {
			rows := before.Rows(k.Name)
			for i := range rows {
				rows[i] = tidy(k, rows[i])
			}
		}
		h := &human{T: t, names: groupNames(before)}
		h.anchored = h.chance(4, "anchors")
		text := h.file(h.inWords(before))
		if h.chance(5, "CRLF") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		want := lived(t, before)
		if h.chance(4, "odd values") {
			want = resourcetest.Odd(t, want)
		}
		splicesWell(t, text, h, want)
	})
}

func splicesWell(t *rapid.T, text string, h *human, want *resource.License) {
	old, findings := Decode([]byte(text), "f.yaml")
	if findings.Errors() > 0 {
		t.Fatalf("the file is wrong: %v\n%s", findings, text)
	}
	out, err := Splice([]byte(text), old, want, EncodeOptions{Digest: true})
	if err != nil {
		t.Fatal(err)
	}
	report := fmt.Sprintf("\n--- file\n%s\n--- result\n%s\n--- notices\n%v", text, out.Data, out.Notices)
	doc, findings := Decode(out.Data, "f.yaml")
	if findings.Errors() > 0 {
		t.Fatalf("%v%s", findings, report)
	}
	names := groupNames(want)
	if diff := cmp.Diff(plainly(want, names), plainly(doc.License, names)); diff != "" {
		t.Fatalf("(-want +written) %s%s", diff, report)
	}
	if diff := cmp.Diff(inAnyOrder(out.License), inAnyOrder(doc.License)); diff != "" {
		t.Fatalf("(-told +written) %s%s", diff, report)
	}
	if e := doc.CheckDigest(out.Data); e != Unedited {
		t.Fatalf("the digest says %s%s", e, report)
	}
	told := ""
	for _, n := range out.Notices {
		told += n.String() + "\n" + strings.Join(n.Comments, "\n") + "\n"
		if strings.Contains(n.What, "layout is unusual") {
			t.Fatalf("%s%s", n, report)
		}
	}
	for _, c := range h.comments {
		switch n := strings.Count(string(out.Data), c); {
		case n > 1, n == 0 && !strings.Contains(told, c):
			t.Fatalf("the comment %s is there %d times%s", c, n, report)
		case n == 1 && strings.Contains(told, c):
			t.Fatalf("the comment %s is there, but is told to be gone%s", c, report)
		}
	}
	keepsBytes(t, text, h, old, out, report)
	again, err := Splice(out.Data, doc, want, EncodeOptions{Digest: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(out.Data), string(again.Data)); diff != "" || len(again.Notices) > 0 {
		t.Fatalf("(-first +second) %s %v", diff, again.Notices)
	}
}

// keepsBytes holds that items which say what they should keep their bytes.
func keepsBytes(t *rapid.T, text string, h *human, old *Document, out *SpliceResult, report string) {
	crlf := strings.Contains(text, "\r\n")
	for _, k := range old.License.Kinds() {
		rows := out.License.Rows(k.Name)
		for _, row := range old.License.Rows(k.Name) {
			item, ok := h.texts[k.Name+resource.JSON(row)]
			stays := slices.ContainsFunc(rows, func(r *resource.Object) bool { return resource.Equal(r, row) })
			if !ok || !stays || len(out.Notices) > 0 && slices.ContainsFunc(out.Notices, func(n Notice) bool {
				return n.Where == calledIn(k, row) || strings.HasSuffix(n.Where, " "+k.Name)
			}) {
				continue
			}
			if crlf {
				item = strings.ReplaceAll(item, "\n", "\r\n")
			}
			if !strings.Contains(string(out.Data), item) {
				t.Fatalf("%s changed:\n%s%s", calledIn(k, row), item, report)
			}
		}
	}
}

// wild makes one license of two, which may hold anything.
func wild(t *rapid.T) (before, want *resource.License) {
	before, want = anyLicense().Draw(t, "before"), anyLicense().Draw(t, "after")
	for _, k := range before.Kinds() {
		if want.Has(k.Name) && rapid.Bool().Draw(t, "stays") {
			rows := slices.Concat(before.Rows(k.Name), want.Rows(k.Name))
			if k.Single || k.YAML.Nested != nil {
				rows = before.Rows(k.Name)
			}
			want.SetRows(k.Name, inOrder(k, rows))
		}
	}
	return before, want
}

// Any values, in any style, become any others.
func TestSpliceWritesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, want := wild(t)
		h := &human{T: t, wild: true}
		text := h.file(before)
		old, findings := Decode([]byte(text), "f.yaml")
		if findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, text)
		}
		out, err := Splice([]byte(text), old, want, EncodeOptions{NoNames: true, Digest: true})
		if err != nil {
			t.Fatal(err)
		}
		report := fmt.Sprintf("\n--- file\n%s\n--- result\n%s\n--- notices\n%v", text, out.Data, out.Notices)
		doc, findings := Decode(out.Data, "f.yaml")
		if findings.Errors() > 0 {
			t.Fatalf("%v%s", findings, report)
		}
		if diff := cmp.Diff(inAnyOrder(out.License), inAnyOrder(doc.License)); diff != "" {
			t.Fatalf("(-told +written) %s%s", diff, report)
		}
		if e := doc.CheckDigest(out.Data); e != Unedited {
			t.Fatalf("the digest says %s%s", e, report)
		}
		told := fmt.Sprint(out.Notices)
		for _, c := range h.comments {
			if n := strings.Count(string(out.Data), c); n > 1 || n == 0 && !strings.Contains(told, c) {
				t.Fatalf("the comment %s is there %d times%s", c, n, report)
			}
		}
	})
}

// A character more or less, anywhere, makes nothing panic, and what can still be
// read is written as it should be.
func TestSpliceSurvivesSlips(t *testing.T) {
	slips := []string{"#", " #", "'", "\"", " ", "\n", "- ", "-", ": ", ":", "|", " |\n", ">-\n", "&a ", "*a", "[", "]", "{", "}", "\t", "\r", "? ", "!secret ", "\u0085", "\u2028", "...\n", "%"}
	rapid.Check(t, func(t *rapid.T) {
		before := resourcetest.Draw{}.License(t, 2)
		h := &human{T: t, names: groupNames(before)}
		text := h.file(h.inWords(before))
		want := lived(t, before)
		for range rapid.IntRange(1, 3).Draw(t, "slips") {
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			to := min(len(text), at+rapid.IntRange(0, 2).Draw(t, "less"))
			text = text[:at] + rapid.SampledFrom(slips).Draw(t, "slip") + text[to:]
		}
		old, findings := Decode([]byte(text), "f.yaml")
		if findings.Errors() > 0 {
			old = nil
		}
		out, err := Splice([]byte(text), old, want, EncodeOptions{Digest: true})
		if err != nil {
			t.Fatal(err)
		}
		doc, findings := Decode(out.Data, "f.yaml")
		if findings.Errors() > 0 {
			t.Fatalf("%v\n--- file\n%s\n--- result\n%s", findings, text, out.Data)
		}
		if diff := cmp.Diff(inAnyOrder(out.License), inAnyOrder(doc.License)); diff != "" {
			t.Fatalf("(-told +written) %s\n--- file\n%s\n--- result\n%s", diff, text, out.Data)
		}
	})
}
