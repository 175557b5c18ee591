package snapshot

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

func encodeRapid(t *rapid.T, l *resource.License) []byte {
	var b bytes.Buffer
	if err := Encode(&b, l, EncodeOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was written is read back as it was, and written again as the same
// bytes.
func TestEncodeDecodeIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLicense().Draw(t, "license")
		data := encodeRapid(t, l)
		doc, findings := Decode(data, "a.yaml")
		if findings.Errors() > 0 {
			t.Fatalf("%v\n%s", findings, data)
		}
		if diff := cmp.Diff(dump(l), dump(doc.License)); diff != "" {
			t.Fatalf("(-written +read)\n%s\n%s", diff, data)
		}
		if diff := cmp.Diff(string(data), string(encodeRapid(t, doc.License))); diff != "" {
			t.Fatalf("(-first +second)\n%s", diff)
		}
	})
}

// The order of rows, members and sets does not show.
func TestEncodeIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLicense().Draw(t, "license")
		want := encodeRapid(t, l)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		mixed := l.Clone()
		for _, k := range l.Kinds() {
			rows := mixed.Rows(k.Name)
			for _, row := range rows {
				shuffle(r, &resource.Field{Type: resource.Record, Fields: k.Fields}, row)
			}
			if k.Order == resource.Unordered {
				r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			}
		}
		if diff := cmp.Diff(string(want), string(encodeRapid(t, mixed))); diff != "" {
			t.Fatalf("(-in order +mixed)\n%s", diff)
		}
	})
}

// shuffle changes the order of everything that has none: members of known
// objects, and sets.
func shuffle(r *rand.Rand, f *resource.Field, v resource.Value) {
	switch v := v.(type) {
	case *resource.Object:
		if f.Type != resource.Record && f.Type != resource.Map {
			return
		}
		place := map[string]int{}
		for _, n := range v.Names() {
			place[n] = r.Int()
			if m := inner(f, n); m != nil {
				shuffle(r, m, v.Get(n))
			}
		}
		v.SortBy(func(a, b string) int { return place[a] - place[b] })
	case resource.List:
		e := f.Element()
		for i := range v {
			shuffle(r, &e, v[i])
		}
		if f.List == resource.Set {
			r.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
	}
}

// Encoding changes nothing in the license it is given.
func TestEncodeLeavesLicenseAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLicense().Draw(t, "license")
		before := dump(l)
		encodeRapid(t, l)
		if diff := cmp.Diff(before, dump(l)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Validate says something or nothing about any license, but never panics, and
// every finding has a place.
func TestValidateHasPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, findings := Decode(encodeRapid(t, anyLicense().Draw(t, "license")), "a.yaml")
		if findings.Errors() > 0 {
			t.Fatal(findings)
		}
		for _, f := range doc.Validate() {
			if f.Line == 0 || f.Column == 0 || f.Path == "" || f.Message == "" || f.Hint == "" {
				t.Fatalf("%+v", f)
			}
		}
	})
}
