package diff

import (
	"cmp"
	"fmt"
	"path"
	"strconv"
	"strings"

	"lcsync/internal/resource"
)

// Limit is a number of objects of a kind, or a part of them.
type Limit struct {
	N       int
	Percent float64
	Given   bool
}

// ParseLimit reads N or P%.
func ParseLimit(s string) (Limit, error) {
	if number, ok := strings.CutSuffix(s, "%"); ok {
		p, err := strconv.ParseFloat(number, 64)
		if err != nil || p < 0 || p > 100 {
			return Limit{}, fmt.Errorf("%q is no part from 0%% to 100%%", s)
		}
		return Limit{Percent: p, Given: true}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return Limit{}, fmt.Errorf("%q is neither a number nor a part such as 20%%", s)
	}
	return Limit{N: n, Given: true}, nil
}

// allows tells whether n of size objects are within the limit.
func (l Limit) allows(n, size int) bool {
	return n <= max(l.N, int(l.Percent*float64(size)/100))
}

// usualDeletes is how many objects of a kind may go without an override: three
// or a tenth of them, but never all.
func usualDeletes(n, size int) bool {
	return n < size && n <= max(3, size/10)
}

// Excess is a kind of which a plan does more than it may.
type Excess struct {
	Kind string
	Text string
	Flag string // what would allow it
}

// Exceeds returns the kinds of which the plan deletes or replaces, or changes
// in any way, more objects than the limits allow. A limit that is not given is
// the usual one: for deletes, the larger of three and a tenth, but not all.
func (p *Plan) Exceeds(deletes, changes Limit) []Excess {
	gone, touched := map[string]int{}, map[string]int{}
	for _, ch := range p.Todo() {
		of := cmp.Or(ch.kind().CountsAs, ch.Kind)
		touched[of]++
		if ch.Action == Delete || ch.Action == Replace {
			gone[of]++
		}
	}
	var out []Excess
	for _, k := range resource.AllKinds() {
		size := p.Found.Sizes[k.Name]
		if n := gone[k.Name]; n > 0 && (deletes.Given && !deletes.allows(n, size) || !deletes.Given && !usualDeletes(n, size)) {
			out = append(out, Excess{k.Name, fmt.Sprintf("%d of %d %s would be deleted or replaced", n, size, k.Name), fmt.Sprintf("--max-delete %d", n)})
		}
		if n := touched[k.Name]; changes.Given && !changes.allows(n, size) {
			out = append(out, Excess{k.Name, fmt.Sprintf("%d changes to the %d %s", n, size, k.Name), fmt.Sprintf("--max-change %d", n)})
		}
	}
	return out
}

// Protected names objects that are never deleted or replaced. Key is a pattern
// as in path.Match for the key or the server id.
type Protected struct{ Kind, Key string }

// Protects tells whether a live object is protected.
func (o *Options) Protects(k *resource.Kind, l *resource.Object) bool {
	for _, p := range o.Protect {
		if p.Kind != k.Name {
			continue
		}
		for _, name := range []string{k.KeyOf(l), resource.Text(k.IDOf(l))} {
			if ok, err := path.Match(p.Key, name); name != "" && (p.Key == name || ok && err == nil) {
				return true
			}
		}
	}
	return false
}

const isProtected = "the profile protects it"
