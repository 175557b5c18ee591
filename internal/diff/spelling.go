package diff

import (
	"fmt"
	"slices"
	"strings"

	"lcsync/internal/resource"
)

const spellingHint = "keep one of them in the file, spelled as the license has it"

// spelled notes keys of the file that may mean several objects because the server
// ignores case: they are not spelled as in the license, and one side has several
// spellings.
func (s *sides) spelled(k *resource.Kind) {
	live := spellings(k, s.live)
	for at, want := range spellings(k, s.want) {
		strange := slices.ContainsFunc(want, func(key string) bool { return !slices.Contains(live[at], key) })
		switch {
		case strange && len(want) > 1:
			s.oneForServer(k, want)
		case strange && len(live[at]) > 1:
			s.doubts = append(s.doubts, fmt.Sprintf("%s %s in the file may mean %s in the license", k.Singular, want[0], resource.Words(live[at])))
		}
	}
}

// spellings returns the keys of a kind, sorted, by what they are in lower case.
func spellings(k *resource.Kind, l *resource.Index) map[string][]string {
	out := map[string][]string{}
	for _, key := range l.Keys(k) {
		at := strings.ToLower(key)
		out[at] = append(out[at], key)
	}
	return out
}

func (n *notes) oneForServer(k *resource.Kind, keys []string) {
	slices.Sort(keys)
	n.doubts = append(n.doubts, fmt.Sprintf("%s %s in the file are the same for the server, which ignores case", k.Name, strings.Join(keys, " and ")))
}
