package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"lcsync/internal/resource"
)

// traps are strings that YAML, or some reader of it, takes for something else.
var traps = []string{
	"", " ", "yes", "No", "on", "OFF", "y", "null", "~", "true", "0048123", "1e3", "0x1F", "010", "1_000", ".5", "-1", "+48 22 1", ".inf",
	"2024-01-02", "2017-10-12T13:56:16Z", "08:00", "12:30:45", "=", "<<", "- a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "!secret x",
	"%a", "@a", "`a", "'a'", `"a"`, "[a]", "{a}", "|", ">", "?", "-", "---", "...", "a\nb", "a\nb\n", "a\n\nb\n\n", "\na", " a", "a ", "a\tb",
	"\ta", "a\r\nb", "a\n b", "  a\nb", "# a\nb", "a \nb", "a\u0085b", "a\u2028b", "\ufeffa", "\x00", "\x7f", "zażółć", "日本", "😀", "a\u00a0b",
	"\ufffd", "\uffff", strings.Repeat("long ", 300), "a,b", "a]b", "\\", "\\n", "12e45678", "agents:\n- id: x", "a\n---\nb",
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(traps), rapid.String(), rapid.StringMatching(`[a-z]{1,6}`))
}

// anyValue makes values of any shape. Floats are no integers: as elements of
// a set, 1 and 1.0 are equal.
func anyValue(depth int, nulls bool) *rapid.Generator[resource.Value] {
	return rapid.Custom(func(t *rapid.T) resource.Value {
		top := 7
		if depth == 0 {
			top = 4
		}
		switch n := rapid.IntRange(0, top).Draw(t, "shape"); n {
		case 0:
			return rapid.Bool().Draw(t, "bool")
		case 1:
			return rapid.Int64().Draw(t, "int")
		case 2:
			return float64(rapid.Int32().Draw(t, "float")) + 0.5
		case 3:
			if nulls {
				return nil
			}
			return float64(1e300)
		case 5:
			l := resource.List{}
			for range rapid.IntRange(0, 3).Draw(t, "len") {
				l = append(l, anyValue(depth-1, nulls).Draw(t, "element"))
			}
			return l
		case 6, 7:
			o := &resource.Object{}
			for range rapid.IntRange(0, 3).Draw(t, "len") {
				o.Set(anyText().Draw(t, "name"), anyValue(depth-1, nulls).Draw(t, "member"))
			}
			return o
		}
		return anyText().Draw(t, "text")
	})
}

func fieldValue(t *rapid.T, f *resource.Field) resource.Value {
	switch {
	case f.Input == resource.SecretInput:
		return resource.Secret("webhooks/" + anyText().Draw(t, "secret"))
	case f.Enum != nil && f.Type == resource.String:
		return rapid.SampledFrom(f.Enum).Draw(t, f.Name)
	}
	switch f.Type {
	case resource.String:
		return anyText().Draw(t, f.Name)
	case resource.Int:
		if name := anyText().Draw(t, f.Name); f.Ref != nil && name != "" && rapid.Bool().Draw(t, "named") {
			return name
		}
		return int64(rapid.IntRange(0, 5).Draw(t, f.Name))
	case resource.Bool:
		return rapid.Bool().Draw(t, f.Name)
	case resource.Record:
		return record(t, f.Fields)
	case resource.Map:
		o := &resource.Object{}
		e := f.Element()
		for range rapid.IntRange(0, 3).Draw(t, "len") {
			o.Set(anyText().Draw(t, "key"), fieldValue(t, &e))
		}
		return o
	case resource.ListOf:
		l := resource.List{}
		e := f.Element()
		for range rapid.IntRange(0, 4).Draw(t, "len") {
			l = append(l, fieldValue(t, &e))
		}
		return l
	}
	return anyValue(2, false).Draw(t, f.Name)
}

func record(t *rapid.T, fields []resource.Field) *resource.Object {
	o := &resource.Object{}
	for i := range fields {
		if rapid.IntRange(0, 3).Draw(t, "has") > 0 {
			o.Set(fields[i].Name, fieldValue(t, &fields[i]))
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "unknown") == 0 {
		o.Set(fmt.Sprintf("x_made_up_field_%d", rapid.IntRange(0, 3).Draw(t, "n")), anyValue(2, true).Draw(t, "unknown"))
	}
	return o
}

// row makes a row of a kind as it may come from an answer or a file.
func row(t *rapid.T, k *resource.Kind) *resource.Object {
	var o *resource.Object
	if k.YAML.Nested == nil {
		o = record(t, k.Fields)
	} else {
		o = &resource.Object{} // nested layouts have room for the fields alone
		for i := range k.Fields {
			o.Set(k.Fields[i].Name, fieldValue(t, &k.Fields[i]))
		}
	}
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Class == resource.Volatile && !claims(k, f) {
			o.Delete(f.Name)
		}
	}
	return o
}

// anyLicense makes a canonical license with any of the registry's kinds.
func anyLicense() *rapid.Generator[*resource.License] {
	return rapid.Custom(func(t *rapid.T) *resource.License {
		l := &resource.License{Owner: anyText().Draw(t, "owner"), AccountID: anyText().Draw(t, "account")}
		l.ClientIDs = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(anyText(), 0, 3).Draw(t, "clients"))))
		for range rapid.IntRange(0, 2).Draw(t, "gaps") {
			l.Gaps = append(l.Gaps, resource.Gap{
				Kind: rapid.SampledFrom(resource.Names()).Draw(t, "kind"), ClientID: anyText().Draw(t, "client"), ID: anyText().Draw(t, "id"),
				Method: anyText().Draw(t, "method"), Reason: anyText().Draw(t, "reason"),
				Scopes: rapid.SliceOfN(anyText(), 0, 2).Draw(t, "scopes"), Partial: rapid.Bool().Draw(t, "partial"),
			})
		}
		slices.SortStableFunc(l.Gaps, compareGaps)
		for _, k := range resource.Kinds() {
			if rapid.IntRange(0, 2).Draw(t, "kind") == 0 {
				continue
			}
			l.SetRows(k.Name, rowsOf(t, k))
		}
		return l
	})
}

func rowsOf(t *rapid.T, k *resource.Kind) []*resource.Object {
	most := 4
	if k.Single {
		most = 1
	}
	var rows []*resource.Object
	seen := map[string]bool{}
	for range rapid.IntRange(0, most).Draw(t, "rows") {
		r := row(t, k)
		k.Canonical(r)
		if key := k.JoinKey(r); k.YAML.Nested != nil && seen[key] {
			continue // nested maps cannot hold a key twice
		}
		seen[k.JoinKey(r)] = true
		if k.Single && r.Len() == 0 {
			continue
		}
		rows = append(rows, r)
	}
	k.SortRows(rows)
	return rows
}

// dump writes a license with the types of its values, for comparing.
func dump(l *resource.License) []string {
	out := []string{fmt.Sprintf("%q %q %q %+v", l.Owner, l.AccountID, l.ClientIDs, l.Gaps)}
	for _, k := range l.Kinds() {
		out = append(out, k.Name)
		for _, r := range l.Rows(k.Name) {
			out = append(out, dumpValue(r))
		}
	}
	return out
}

func dumpValue(v resource.Value) string {
	var b strings.Builder
	switch v := v.(type) {
	case *resource.Object:
		b.WriteString("{")
		for n, m := range v.All() {
			fmt.Fprintf(&b, "%q: %s, ", n, dumpValue(m))
		}
		b.WriteString("}")
	case resource.List:
		b.WriteString("[")
		for _, e := range v {
			b.WriteString(dumpValue(e) + ", ")
		}
		b.WriteString("]")
	default:
		fmt.Fprintf(&b, "%T(%#v)", v, v)
	}
	return b.String()
}
