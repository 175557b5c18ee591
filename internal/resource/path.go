package resource

import (
	"strconv"
	"strings"
)

// Path is a place inside a row or a document, from the inside out. Building it
// costs nothing; it is converted to text only for a finding. The nil Path is the
// row or document itself.
type Path struct {
	up    *Path
	name  string // a member's name, "" for an element
	index int    // of an element
}

// Member returns the place of a member.
func (p *Path) Member(name string) *Path { return &Path{up: p, name: name} }

// Element returns the place of a list's element.
func (p *Path) Element(i int) *Path { return &Path{up: p, index: i} }

// Index returns the number of an element.
func (p *Path) Index() int { return p.index }

// String spells the path out: agents[3].groups[0].id.
func (p *Path) String() string {
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

// Root returns the outermost part of the path: a top-level key or field.
func (p *Path) Root() *Path {
	for p != nil && p.up != nil {
		p = p.up
	}
	return p
}

// Field returns the name of the nearest member, for messages: an element of a list
// has the list's name.
func (p *Path) Field() string {
	for ; p != nil; p = p.up {
		if p.name != "" {
			return p.name
		}
	}
	return ""
}
