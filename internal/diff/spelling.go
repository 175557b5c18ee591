package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

const spellingHint = "keep one of them in the file, spelled as the license has it"

// spelling is how the keys of a kind are spelled whose case means nothing.
type spelling struct {
	kind       *resource.Kind
	live, want map[string][]string // by the key in lower case
}

func spellings(k *resource.Kind, live, want *resource.License) *spelling {
	collect := func(l *resource.License) map[string][]string {
		out := map[string][]string{}
		for _, row := range l.Rows(k.Name) {
			key := k.KeyOf(row)
			if at := strings.ToLower(key); !slices.Contains(out[at], key) {
				out[at] = append(out[at], key)
			}
		}
		return out
	}
	return &spelling{k, collect(live), collect(want)}
}

// of returns a key as the license spells it, or else the file; where there are
// several spellings it is left as it is.
func (s *spelling) of(key string) string {
	at := strings.ToLower(key)
	for _, known := range []map[string][]string{s.live, s.want} {
		switch has := known[at]; {
		case len(has) == 1:
			return has[0]
		case len(has) > 1:
			return key
		}
	}
	return key
}

// doubts are keys of the file of which nobody can tell which object they mean.
func (s *spelling) doubts() []string {
	var out []string
	for at, want := range s.want {
		live := s.live[at]
		slices.Sort(want)
		strange := slices.ContainsFunc(want, func(key string) bool { return !slices.Contains(live, key) })
		switch {
		case strange && len(want) > 1:
			out = append(out, oneForServer(s.kind, want))
		case strange && len(live) > 1:
			slices.Sort(live)
			out = append(out, fmt.Sprintf("%s %s of the file may be %s of the license", s.kind.Singular, want[0], resource.Words(live)))
		}
	}
	slices.Sort(out)
	return out
}

func oneForServer(k *resource.Kind, keys []string) string {
	return fmt.Sprintf("%s %s of the file are one for the server, and the license does not have both", k.Name, strings.Join(keys, " and "))
}

// respelled returns the wanted license with the keys whose case means nothing,
// and references to them, as the license spells them. An error is a *Decision.
func respelled(live, want *resource.License) (*resource.License, error) {
	var doubts []string
	for _, k := range resource.Kinds() {
		if !k.AnyCase {
			continue
		}
		s := spellings(k, live, want)
		doubts = append(doubts, s.doubts()...)
		for _, by := range want.Kinds() {
			if by != k && !by.RefersTo(k.Name) {
				continue
			}
			rows, changed := s.rows(by, want.Rows(by.Name))
			if changed {
				doubts = append(doubts, merged(by, want.Rows(by.Name), rows)...)
				want = want.WithRows(by.Name, rows)
			}
		}
	}
	if len(doubts) > 0 {
		slices.Sort(doubts)
		return nil, &Decision{slices.Compact(doubts), spellingHint}
	}
	return want, nil
}

// rows returns rows of a kind, those that change as copies, and tells whether
// any do.
func (s *spelling) rows(k *resource.Kind, rows []*resource.Object) (out []*resource.Object, any bool) {
	out = slices.Clone(rows)
	for i, row := range rows {
		changed := false
		respell := func(v resource.Value) resource.Value {
			key, _ := v.(string)
			if now := s.of(key); key != "" && now != key {
				changed = true
				return now
			}
			return v
		}
		var now *resource.Object
		if k == s.kind {
			if key := respell(row.Get(k.Key[0])); changed {
				now = row.Clone()
				now.Set(k.Key[0], key)
			}
		} else {
			now = k.MapRefs(row, func(ref *resource.RefTo, _ string, v resource.Value) resource.Value {
				if !slices.Contains(ref.Kinds, s.kind.Name) {
					return v
				}
				return respell(v)
			})
		}
		if changed {
			k.Canonical(now)
			out[i], any = now, true
		}
	}
	return out, any
}

// merged are rows that had keys of their own and that one object is now meant
// by.
func merged(k *resource.Kind, was, now []*resource.Object) []string {
	var out []string
	first := map[string]int{}
	for i, row := range now {
		key := k.JoinKey(row)
		if j, twice := first[key]; twice && key != "" && k.ServerID == "" && k.JoinKey(was[i]) != k.JoinKey(was[j]) {
			keys := []string{k.KeyOf(was[j]), k.KeyOf(was[i])}
			slices.Sort(keys)
			out = append(out, oneForServer(k, keys))
		} else if !twice {
			first[key] = i
		}
	}
	return out
}
