package snapshot

import (
	"strconv"
	"strings"
)

// path is a place inside a document, from the inside out. It is built while
// walking, at no cost, and spelled out only when something is found there.
type path struct {
	up    *path
	name  string // a member's name, "" for an element
	index int    // of an element
}

func (p *path) member(name string) *path { return &path{up: p, name: name} }

func (p *path) element(i int) *path { return &path{up: p, index: i} }

// String spells the path out: agents[3].groups[0].id.
func (p *path) String() string {
	if p == nil {
		return ""
	}
	parts := make([]string, 0, 8)
	for ; p != nil; p = p.up {
		switch {
		case p.name == "":
			parts = append(parts, "["+strconv.Itoa(p.index)+"]")
		case p.up == nil:
			parts = append(parts, p.name)
		default:
			parts = append(parts, "."+p.name)
		}
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
	}
	return b.String()
}

// root returns the outermost part of the path: a top-level key.
func (p *path) root() *path {
	for p != nil && p.up != nil {
		p = p.up
	}
	return p
}

// field returns the name of the nearest member, for messages: the element of a
// list goes by the list's name.
func (p *path) field() string {
	for ; p != nil; p = p.up {
		if p.name != "" {
			return p.name
		}
	}
	return ""
}
