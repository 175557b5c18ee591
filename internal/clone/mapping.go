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

// find returns the entry of a section that is about a name, nil if there is none
// with an answer. One without a pattern counts before those with one, and of
// several the longest.
func (a *answered) find(section string, about func(from string) bool) *Entry {
	pattern := func(e *Entry) bool { return strings.Contains(e.From, "*") }
	var best *Entry
	entries := a.Mapping[section]
	for i := range entries {
		e := &entries[i]
		if !about(e.From) {
			continue
		}
		a.used[e] = true
		if e.To != "" && (best == nil || pattern(best) && !pattern(e) || pattern(best) == pattern(e) && len(e.From) > len(best.From)) {
			best = e
		}
	}
	return best
}

// exact returns the entry of a section with a name.
func (a *answered) exact(section, name string) *Entry {
	return a.find(section, func(from string) bool { return name != "" && from == name })
}

// client returns what a client id is in the target.
func (a *answered) client(id string) string {
	if e := a.exact(ClientIDs, id); e != nil {
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
	if e := a.exact(k.Name, key); e != nil {
		return e
	}
	return a.exact(k.Name, id)
}

// address returns the entry about a name whose case means nothing, with what it
// maps to.
func (a *answered) address(section, name string) (*Entry, string) {
	e := a.find(section, func(from string) bool {
		_, ok := matchPattern(from, name)
		return ok
	})
	if e == nil {
		return nil, ""
	}
	middle, _ := matchPattern(e.From, name)
	return e, strings.Replace(e.To, "*", middle, 1)
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
// about it.
func (a *answered) url(address string) (string, bool) {
	e := a.find(URLs, func(from string) bool { return beginsWith(address, from) })
	if e == nil {
		return address, false
	}
	return e.To + address[len(e.From):], true
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
	e := a.find(Domains, func(from string) bool { return name == from || strings.HasSuffix(name, "."+from) })
	if e == nil {
		return name
	}
	return strings.TrimSuffix(name, e.From) + e.To
}
