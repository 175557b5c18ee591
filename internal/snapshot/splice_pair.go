package snapshot

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// pairRows returns for each row of a license the row of the file that it
// corresponds to, -1 if none: the row with the same server id; otherwise the row
// that is equal apart from the id, has the same key, or is the only one with
// another identifying attribute. The rows of the file have ids in place of names.
func pairRows(k *resource.Kind, file, want []*resource.Object) []int {
	p := &pairing{kind: k, file: file, want: want, of: make([]int, len(want)), taken: make([]bool, len(file))}
	for i := range p.of {
		p.of[i] = -1
	}
	p.by(func(row *resource.Object) string { return resource.Text(k.IDOf(row)) }, false)
	if k.ServerID != "" {
		p.by(func(row *resource.Object) string { return p.sayings(row) }, false)
	}
	p.by(func(row *resource.Object) string { return k.JoinKey(row) }, false)
	if k.FoldCase || k.AnyCase {
		p.by(func(row *resource.Object) string { return strings.ToLower(k.JoinKey(row)) }, false)
	}
	for _, m := range k.Match {
		if !m.Gone {
			p.by(func(row *resource.Object) string { return fieldsText(row, m.Fields) }, true)
		}
	}
	return p.of
}

// pairing pairs the remaining rows, step by step.
type pairing struct {
	kind       *resource.Kind
	file, want []*resource.Object
	of         []int
	taken      []bool
}

// by pairs rows with equal texts, in order; with alone set, only rows whose text
// is unique on both sides. It ignores the text "".
func (p *pairing) by(text func(*resource.Object) string, alone bool) {
	if !slices.Contains(p.of, -1) {
		return
	}
	free := map[string][]int{}
	for i, row := range p.file {
		if p.taken[i] {
			continue
		}
		if t := text(row); t != "" {
			free[t] = append(free[t], i)
		}
	}
	texts, wanted := make([]string, len(p.want)), map[string]int{}
	for i, row := range p.want {
		if p.of[i] < 0 {
			texts[i] = text(row)
			wanted[texts[i]]++
		}
	}
	for i, t := range texts {
		rows := free[t]
		if t == "" || len(rows) == 0 || alone && (len(rows) > 1 || wanted[t] > 1) {
			continue
		}
		p.of[i], p.taken[rows[0]] = rows[0], true
		free[t] = rows[1:]
	}
}

// sayings is what a row says apart from its id and the names of its secrets.
func (p *pairing) sayings(row *resource.Object) string {
	row = row.Clone()
	row.Delete(p.kind.ServerID)
	for i := range p.kind.Fields {
		if f := &p.kind.Fields[i]; f.Input == resource.SecretInput {
			row.Delete(f.Name)
		}
	}
	return resource.JSON(row)
}

// fieldsText is what some fields hold, "" if one of them holds nothing.
func fieldsText(row *resource.Object, fields []string) string {
	values := resource.List{}
	for _, f := range fields {
		v := row.Get(f)
		if v == nil || v == "" {
			return ""
		}
		values = append(values, v)
	}
	return resource.JSON(values)
}
