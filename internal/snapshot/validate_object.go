package snapshot

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// missing reports a required field that a row lacks. Whether the row will be
// created is not known offline: without a server id it will, where the kind has
// one; where the key is the identity, the key must be there.
func (c *checker) missing(f *resource.Field) {
	k := c.kind
	at := (*resource.Path)(nil).Member(f.Name)
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

// visit holds a value against the other rows of the file.
func (c *checker) visit(f *resource.Field, v resource.Value, in *resource.Object, at *resource.Path) {
	switch list := v.(type) {
	case string, int64:
		if f.Ref != nil {
			c.reference(f.Ref, v, at)
		}
		c.onlyOne(f, v, at)
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
func (c *checker) onlyOne(f *resource.Field, v resource.Value, at *resource.Path) {
	s, ok := v.(string)
	if !ok || !slices.Contains(f.Fixed, s) {
		return
	}
	key := c.kind.Name + "\x00" + at.String() + "\x00" + s
	if first := c.fixed[key]; first != nil {
		c.refuse(at, "leave it to one", "only one %s can be %s: %s is already", c.kind.Singular, s, c.call(first))
	}
	c.fixed[key] = c.row
}

// keyed reports elements of a list that stand for the same object.
func (c *checker) keyed(f *resource.Field, l resource.List, p *resource.Path) {
	key := f.Member(f.Key)
	seen := map[any]*resource.Object{}
	for i, v := range l {
		o, _ := v.(*resource.Object)
		id := c.identity(key, o.Get(f.Key))
		if id == nil {
			continue
		}
		if first := seen[id]; first != nil {
			c.twice(f, first, o, p.Element(i))
		}
		seen[id] = o
	}
}

// twice reports two elements about one object. An answer may have the same
// reference twice; by number and by name it is a person's doing, and says
// something only if both say the same.
func (c *checker) twice(f *resource.Field, first, o *resource.Object, at *resource.Path) {
	key := o.Get(f.Key)
	same := first.Clone()
	same.Set(f.Key, key)
	switch {
	case resource.Equal(first.Get(f.Key), key):
		c.refuse(at, "keep one", "%s has %s twice", f.Name, resource.Text(key))
	case resource.Equal(same, o):
		c.warn(at, "keep one", "%s has %s twice, once as %s", f.Name, resource.Text(key), resource.Text(first.Get(f.Key)))
	default:
		c.fail(at, "keep one", "%s has %s twice, once as %s, and the two disagree", f.Name, resource.Text(key), resource.Text(first.Get(f.Key)))
	}
}

// identity returns what a reference means, so that a number and a name of one
// object are the same; nil for no reference.
func (c *checker) identity(f *resource.Field, v resource.Value) any {
	if !resource.IsScalar(v) {
		return nil
	}
	if f.Ref != nil {
		for _, kind := range f.Ref.Kinds {
			if x := c.index[kind]; x != nil {
				if rows := x.find(v); len(rows) == 1 {
					return rows[0]
				}
			}
		}
	}
	return v
}

// reserved reports a value that is not for the object it is given to.
func (c *checker) reserved(r resource.Reserved, f *resource.Field, v, owner resource.Value, p *resource.Path) {
	if v != r.Value || owner == nil {
		return
	}
	if x := c.index[r.Kind]; x != nil && len(x.find(owner)) > 0 {
		return
	}
	others := c.kind.Field(r.By).Ref.Kinds
	for _, kind := range others {
		if x := c.index[kind]; kind != r.Kind && x != nil && len(x.find(owner)) > 0 {
			kinds := resource.Lookup(r.Kind).Singular
			c.refuse(p, "use "+resource.Words(slices.DeleteFunc(slices.Clone(f.Enum), func(e string) bool { return e == r.Value })),
				"%s is for a %s, and %s is none", r.Value, kinds, strings.TrimSpace(resource.Text(owner)))
			return
		}
	}
}
