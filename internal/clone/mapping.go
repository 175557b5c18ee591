package clone

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// Skip is what a name of the source maps to if the object is not to be cloned.
const Skip = "skip"

// Entry says what one name of the source is in the target. An empty To is no
// answer.
type Entry struct {
	From, To string
	At       string // file:line:column, "" if no file has it
}

// Mapping says, by section, what names of the source are in the target. The
// section of a kind has what its objects are called: agents by address, groups,
// bots and tags by name or by the source's id. An agent's From may have one "*",
// which stands for any text and for the same text in To. No mapping changes
// nothing.
type Mapping map[string][]Entry

// The sections that belong to no kind: applications, beginnings of addresses,
// ends of domain names in rules, and names of secrets.
const (
	ClientIDs = "client_ids"
	URLs      = "urls"
	Domains   = "domains"
	Secrets   = "secrets"
)

// named tells whether objects of a kind have a name that a mapping can replace:
// one that is theirs and tells them apart.
func named(k *resource.Kind) bool {
	if k.ReadOnly || k.Order == resource.Linked || len(k.Key) != 1 {
		return false
	}
	f := k.Field(k.Key[0])
	return f != nil && f.Ref == nil
}

// namedKinds returns the kinds whose objects have such a name.
func namedKinds() []*resource.Kind {
	return slices.DeleteFunc(slices.Clone(resource.Kinds()), func(k *resource.Kind) bool { return !named(k) })
}

// sections returns the names of all sections.
func sections() []string {
	var names []string
	for _, k := range namedKinds() {
		names = append(names, k.Name)
	}
	return append(names, ClientIDs, URLs, Domains, Secrets)
}

// answered is a mapping that remembers which of its entries were about anything.
type answered struct {
	Mapping
	used map[*Entry]bool
}

func answering(m Mapping) *answered { return &answered{m, map[*Entry]bool{}} }

// find returns the entry of a section that is about one of some names, nil if
// there is none with an answer.
func (a *answered) find(section string, is func(from string) bool) *Entry {
	entries := a.Mapping[section]
	for i := range entries {
		if e := &entries[i]; is(e.From) {
			a.used[e] = true
			if e.To != "" {
				return e
			}
		}
	}
	return nil
}

// client returns what a client id is in the target.
func (a *answered) client(id string) string {
	if e := a.find(ClientIDs, func(from string) bool { return from == id }); e != nil {
		return e.To
	}
	return id
}

// name returns the entry about an object, by its key or its server id.
func (a *answered) name(k *resource.Kind, row *resource.Object) *Entry {
	key, id := k.KeyOf(row), resource.Text(k.IDOf(row))
	if k.AnyCase {
		e, _ := a.address(k.Name, key)
		return e
	}
	if e := a.find(k.Name, func(from string) bool { return from == key }); e != nil {
		return e
	}
	return a.find(k.Name, func(from string) bool { return id != "" && from == id })
}

// address returns the entry about a name whose case means nothing, with what it
// maps to. One that has the name itself counts before those with a pattern, and
// of these the longest.
func (a *answered) address(section, name string) (*Entry, string) {
	var best *Entry
	to := ""
	entries := a.Mapping[section]
	for i := range entries {
		e := &entries[i]
		middle, ok := matchPattern(e.From, name)
		if !ok {
			continue
		}
		a.used[e] = true
		whole := !strings.Contains(e.From, "*")
		if e.To != "" && (best == nil || whole || strings.Contains(best.From, "*") && len(e.From) > len(best.From)) {
			best, to = e, strings.Replace(e.To, "*", middle, 1)
		}
	}
	return best, to
}

// matchPattern matches a name against a pattern with at most one "*", and
// returns what that stands for.
func matchPattern(pattern, name string) (middle string, ok bool) {
	before, after, wild := strings.Cut(strings.ToLower(pattern), "*")
	folded := strings.ToLower(name)
	if !wild {
		return "", folded == before
	}
	if len(folded) < len(before)+len(after) || !strings.HasPrefix(folded, before) || !strings.HasSuffix(folded, after) {
		return "", false
	}
	return name[len(before) : len(name)-len(after)], true
}

// url returns an address with its beginning mapped, and whether an entry is
// about it: of several the longest.
func (a *answered) url(address string) (string, bool) {
	var best *Entry
	for i := range a.Mapping[URLs] {
		e := &a.Mapping[URLs][i]
		if !beginsWith(address, e.From) {
			continue
		}
		a.used[e] = true
		if e.To != "" && (best == nil || len(e.From) > len(best.From)) {
			best = e
		}
	}
	if best == nil {
		return address, false
	}
	return best.To + address[len(best.From):], true
}

// beginsWith tells whether an address begins with a prefix that ends where a
// part of the address does: https://a.example is not the beginning of
// https://a.example.org.
func beginsWith(address, prefix string) bool {
	rest, ok := strings.CutPrefix(address, prefix)
	return ok && (rest == "" || strings.HasSuffix(prefix, "/") || strings.ContainsAny(rest[:1], "/?#:"))
}

// domain returns a domain name with its end mapped.
func (a *answered) domain(name string) string {
	var best *Entry
	for i := range a.Mapping[Domains] {
		e := &a.Mapping[Domains][i]
		if name != e.From && !strings.HasSuffix(name, "."+e.From) {
			continue
		}
		a.used[e] = true
		if e.To != "" && (best == nil || len(e.From) > len(best.From)) {
			best = e
		}
	}
	if best == nil {
		return name
	}
	return strings.TrimSuffix(name, best.From) + best.To
}
