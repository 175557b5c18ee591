package snapshot

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// required reports required fields that the current row does not have. Offline it
// is unknown whether the row will be created: a row without a server id will be,
// if the kind has one; if the key is the identity, the key must be present.
func (c *checker) required() {
	k := c.kind
	for i := range k.Fields {
		f := &k.Fields[i]
		if !f.Required || f.Default != nil || c.row.Has(f.Name) {
			continue
		}
		at := field(f.Name)
		switch {
		case k.ServerID == "" && slices.Contains(k.Key, f.Name):
			c.fail(at, "add "+f.Name, "%s is missing", f.Name)
		case k.ServerID == "" && k.Update == nil:
			c.warn(at, "add "+f.Name, "%s has no %s: lcsync cannot create it", c.who(), f.Name)
		case k.ServerID == "":
			c.warn(at, "add "+f.Name, "%s has no %s: lcsync can update it, but not create it", c.who(), f.Name)
		case !c.row.Has(k.ServerID):
			c.refuse(at, "add "+f.Name+", or the "+k.ServerID+" of an existing "+k.Singular,
				"%s has no %s: lcsync cannot create it", c.who(), f.Name)
		}
	}
}

// visit checks a value against the other rows of the file.
func (c *checker) visit(f *resource.Field, v resource.Value, in *resource.Object, at *resource.Path) {
	switch list := v.(type) {
	case string, int64:
		if f.Ref != nil {
			c.reference(f.Ref, v, at)
		}
		if s, ok := v.(string); ok && slices.Contains(f.Fixed, s) {
			c.onlyOne(s, at)
		}
	case resource.List:
		if f.List == resource.Keyed {
			c.keyed(f, list, at)
		}
	}
	for _, r := range f.Reserved {
		c.reserved(r, f, v, in.Get(r.By), at)
	}
}

// onlyOne reports a value that only one object can have.
func (c *checker) onlyOne(v string, at *resource.Path) {
	key := c.kind.Name + "\x00" + at.String() + "\x00" + v
	if first := c.fixed[key]; first != nil {
		c.refuse(at, "keep it for one", "only one %s can be %s: it is %s already", c.kind.Singular, v, c.call(first))
	}
	c.fixed[key] = c.row
}

// keyed reports elements of a list that refer to the same object. A response may
// contain the same reference twice. A reference given by number and by name comes
// from a person, and is accepted if both agree.
func (c *checker) keyed(f *resource.Field, l resource.List, p *resource.Path) {
	seen := map[any]*resource.Object{}
	for i, v := range l {
		o, _ := v.(*resource.Object)
		key := o.Get(f.Key)
		id := c.identity(f.Member(f.Key), key)
		if id == nil {
			continue
		}
		first, at := seen[id], p.Element(i)
		seen[id] = o
		was := first.Get(f.Key)
		switch {
		case first == nil:
		case resource.Equal(was, key):
			c.refuse(at, "keep one of them", "%s has %s twice", f.Name, resource.Text(key))
		case sameBut(first, o, f.Key):
			c.warn(at, "keep one of them", "%s has %s twice, once as %s", f.Name, resource.Text(key), resource.Text(was))
		default:
			c.fail(at, "keep one of them", "%s has %s twice, once as %s, with different values", f.Name, resource.Text(key), resource.Text(was))
		}
	}
}

// sameBut tells whether two objects are equal apart from the named members.
func sameBut(a, b *resource.Object, names ...string) bool {
	a = a.Clone()
	for _, name := range names {
		a.Set(name, b.Get(name))
	}
	return resource.Equal(a, b)
}

// identity returns what a reference means, so that a number and a name of one
// object are the same; nil for no reference.
func (c *checker) identity(f *resource.Field, v resource.Value) any {
	if !resource.IsScalar(v) {
		return nil
	}
	if f.Ref != nil {
		for _, kind := range f.Ref.Kinds {
			if rows := c.find(kind, v); len(rows) == 1 {
				return rows[0]
			}
		}
	}
	return v
}

// reserved reports a value that is only allowed for other objects.
func (c *checker) reserved(r resource.ReservedValue, f *resource.Field, v, owner resource.Value, p *resource.Path) {
	if v != r.Value || owner == nil || len(c.find(r.Kind, owner)) > 0 {
		return
	}
	for _, kind := range c.kind.Field(r.By).Ref.Kinds {
		if kind != r.Kind && len(c.find(kind, owner)) > 0 {
			others := slices.DeleteFunc(slices.Clone(f.Enum), func(e string) bool { return e == r.Value })
			c.refuse(p, "use "+resource.Words(others), "%s is only for a %s: %s is not one",
				r.Value, resource.Lookup(r.Kind).Singular, strings.TrimSpace(resource.Text(owner)))
			return
		}
	}
}
