package resource

import "pgregory.net/rapid"

// anyValue generates values of every type, nested a little.
func anyValue(depth int) *rapid.Generator[Value] {
	return rapid.Custom(func(t *rapid.T) Value {
		kinds := 9
		if depth == 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "type") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			// Near the edge of what float64 can count.
			return rapid.SampledFrom([]int64{0, 1, -1, 1 << 53, 1<<53 + 1, 1<<63 - 1, -1 << 63}).Draw(t, "int")
		case 3:
			return rapid.SampledFrom([]float64{0, 0.5, -0.5, 1, 1 << 53, 1 << 63, -1 << 63, 1e300, -1e300}).Draw(t, "float")
		case 4:
			return rapid.StringN(0, 3, -1).Draw(t, "string")
		case 5:
			return Secret(rapid.StringN(0, 2, -1).Draw(t, "secret"))
		case 6:
			return Ref{rapid.SampledFrom([]string{"groups", "bots"}).Draw(t, "kind"), rapid.StringN(0, 2, -1).Draw(t, "key")}
		case 7:
			return rapid.SliceOfN(anyValue(depth-1), 0, 3).Draw(t, "list")
		}
		o := &Object{}
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			o.Set(rapid.StringMatching(`[a-c]`).Draw(t, "name"), anyValue(depth-1).Draw(t, "value"))
		}
		return o
	})
}

// anyRow generates a row of a kind as an answer may have it: members in any
// order and under any of their names, unknown ones among them.
func anyRow(k *Kind) *rapid.Generator[*Object] {
	return rapid.Custom(func(t *rapid.T) *Object { return drawRecord(t, k.Fields) })
}

func drawRecord(t *rapid.T, fields []Field) *Object {
	o := &Object{}
	for i := range rapid.Permutation(fields).Draw(t, "order") {
		f := &fields[i]
		if !rapid.Bool().Draw(t, "has "+f.Name) {
			continue
		}
		name := rapid.SampledFrom(append([]string{f.Name}, f.Alias...)).Draw(t, "spelling")
		o.Set(name, drawField(t, f))
	}
	if rapid.IntRange(0, 5).Draw(t, "unknown") == 0 {
		o.Set("zz_unknown", anyValue(1).Draw(t, "extra"))
		o.Set("a_unknown", int64(1))
	}
	return o
}

func drawField(t *rapid.T, f *Field) Value {
	if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
		return nil
	}
	switch f.Type {
	case String:
		if f.Enum != nil {
			return rapid.SampledFrom(f.Enum).Draw(t, f.Name)
		}
		return rapid.StringMatching(`[a-d]{0,2}`).Draw(t, f.Name)
	case Int:
		return int64(rapid.IntRange(0, 5).Draw(t, f.Name))
	case Bool:
		return rapid.Bool().Draw(t, f.Name)
	case Record:
		return drawRecord(t, f.Fields)
	case Map:
		o := &Object{}
		for range rapid.IntRange(0, 3).Draw(t, f.Name) {
			o.Set(rapid.StringMatching(`[a-d]`).Draw(t, "key"), rapid.SampledFrom(append([]string{""}, f.Enum...)).Draw(t, "value"))
		}
		return o
	case ListOf:
		e := f.Element()
		l := List{}
		for range rapid.IntRange(0, 4).Draw(t, f.Name) {
			l = append(l, drawField(t, &e))
		}
		return l
	}
	return anyValue(0).Draw(t, f.Name)
}
