package snapshot

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// required reports required fields that the current row lacks. Whether the row
// will be created is not known offline: without a server id it will, where the
// kind has one; where the key is the identity, the key must be there.
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
			c.warn(at, "add "+f.Name, "%s has no %s: it cannot be created", c.who(), f.Name)
		case k.ServerID == "":
			c.warn(at, "add "+f.Name, "%s has no %s: it can be updated, but not created", c.who(), f.Name)
		case !c.row.Has(k.ServerID):
			c.refuse(at, "add "+f.Name+", or the "+k.ServerID+" of an existing "+k.Singular,
				"%s has no %s and cannot be created without", c.who(), f.Name)
		}
	}
}

// visit holds a value against the other rows of the file.
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
		c.refuse(at, "leave it to one", "only one %s can be %s: %s is already", c.kind.Singular, v, c.call(first))
	}
	c.fixed[key] = c.row
}

// keyed reports elements of a list that stand for the same object. An answer
// may have the same reference twice; by number and by name it is a person's
// doing, and says something only if both say the same.
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
			c.refuse(at, "keep one", "%s has %s twice", f.Name, resource.Text(key))
		case sameBut(first, o, f.Key):
			c.warn(at, "keep one", "%s has %s twice, once as %s", f.Name, resource.Text(key), resource.Text(was))
		default:
			c.fail(at, "keep one", "%s has %s twice, once as %s, and the two disagree", f.Name, resource.Text(key), resource.Text(was))
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

// reserved reports a value that is not for the object it is given to.
func (c *checker) reserved(r resource.Reserved, f *resource.Field, v, owner resource.Value, p *resource.Path) {
	if v != r.Value || owner == nil || len(c.find(r.Kind, owner)) > 0 {
		return
	}
	for _, kind := range c.kind.Field(r.By).Ref.Kinds {
		if kind != r.Kind && len(c.find(kind, owner)) > 0 {
			others := slices.DeleteFunc(slices.Clone(f.Enum), func(e string) bool { return e == r.Value })
			c.refuse(p, "use "+resource.Words(others), "%s is for a %s, and %s is none",
				r.Value, resource.Lookup(r.Kind).Singular, strings.TrimSpace(resource.Text(owner)))
			return
		}
	}
}
