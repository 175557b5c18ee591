package snapshot

import (
	"slices"
	"strings"

	"lcsync/internal/resource"
)

// object checks the members of an object with the given fields: those it has,
// and, with lacking set, those it lacks.
func (c *checker) object(fields []resource.Field, o *resource.Object, p *path, lacking bool) {
	for i := range fields {
		f := &fields[i]
		at := p.member(f.Name)
		v, has := o.Lookup(f.Name)
		if has {
			c.value(f, v, at)
		} else if lacking && f.Required && f.Default == nil {
			c.missing(f, at)
		}
		if f.NeededBy != "" && empty(v) && !empty(o.Get(f.NeededBy)) {
			c.fail(at, "add "+f.Name, "%s is needed with a %s", f.Name, f.NeededBy)
		}
		for _, r := range f.Reserved {
			c.reserved(r, f, v, o.Get(r.By), at)
		}
	}
}

// missing reports a required field that an object lacks. Whether a row will be
// created is not known offline: without a server id it will, where the kind has
// one; where the key is the identity, the key must be there.
func (c *checker) missing(f *resource.Field, at *path) {
	k := c.kind
	switch {
	case at.up != nil, k.ServerID == "" && slices.Contains(k.Key, f.Name):
		c.fail(at, "add "+f.Name, "%s is missing", f.Name)
	case k.ServerID == "" && k.Update == nil:
		c.warn(at, "add "+f.Name, "%s has no %s: it cannot be created", c.who(), f.Name)
	case k.ServerID == "":
		c.warn(at, "add "+f.Name, "%s has no %s: it can be updated, but not created", c.who(), f.Name)
	case !c.row.Has(k.ServerID):
		c.fail(at, "add "+f.Name+", or the "+k.ServerID+" of an existing "+k.Singular,
			"%s has no %s and cannot be created without", c.who(), f.Name)
	}
}

// empty tells whether a value says nothing: absent, null, an empty text, list
// or object.
func empty(v resource.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case resource.List:
		return len(v) == 0
	case *resource.Object:
		return v.Len() == 0
	}
	return false
}

func (c *checker) value(f *resource.Field, v resource.Value, p *path) {
	switch v := v.(type) {
	case nil, resource.Secret:
	case *resource.Object:
		if f.Type == resource.Map {
			c.mapping(f, v, p)
			return
		}
		c.object(f.Fields, v, p, c.choices(f, v, p))
	case resource.List:
		c.list(f, v, p)
	case string:
		c.text(f, v, p)
	case int64:
		c.integer(f, v, p)
	}
}

// choices holds an object against what it needs one of, and what excludes each
// other. It returns false if the first has been reported, so that nothing more
// needs to be said about what the object lacks.
func (c *checker) choices(f *resource.Field, o *resource.Object, p *path) bool {
	if one := f.AtLeastOne; one != nil && !slices.ContainsFunc(one, func(n string) bool { return !empty(o.Get(n)) }) {
		c.fail(p, "add one, or remove "+f.Name, "%s needs %s", f.Name, resource.Words(one))
		return false
	}
	c.exclusive(f, o, p)
	return true
}

func (c *checker) exclusive(f *resource.Field, o *resource.Object, p *path) {
	var have []string
	for _, n := range f.Exclusive {
		if o.Has(n) {
			have = append(have, n)
		}
	}
	if len(have) < 2 {
		return
	}
	at, text := p.member(have[1]), "%s takes either "+resource.Words(f.Exclusive)
	if f.WarnExclusive {
		c.warn(at, "remove one", text, f.Name)
		return
	}
	c.fail(at, "remove one", text, f.Name)
}

func (c *checker) mapping(f *resource.Field, o *resource.Object, p *path) {
	e := f.Element()
	for name, v := range o.All() {
		at := p.member(name)
		if f.Keys != nil {
			c.reference(f.Keys, name, at)
		}
		c.value(&e, v, at)
	}
}

func (c *checker) list(f *resource.Field, l resource.List, p *path) {
	if len(l) == 0 && f.Required {
		c.warn(p, "add one", "%s is empty", f.Name)
	}
	e := f.Element()
	seen := map[any]bool{}
	for i, v := range l {
		at := p.element(i)
		c.value(&e, v, at)
		o, isObject := v.(*resource.Object)
		if f.List != resource.Keyed || !isObject {
			continue
		}
		id := c.identity(&f.Fields[slices.IndexFunc(f.Fields, func(m resource.Field) bool { return m.Name == f.Key })], o.Get(f.Key))
		if seen[id] && id != nil {
			c.fail(at, "keep one", "%s has %s twice", f.Name, resource.Text(o.Get(f.Key)))
		}
		seen[id] = true
	}
	if f.Spans != nil {
		c.spans(f.Spans, l, p)
	}
}

// identity returns what a reference means, so that a number and a name of one
// object are the same.
func (c *checker) identity(f *resource.Field, v resource.Value) any {
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

// spans checks spans of time: each ends after it starts, and those of one day
// do not overlap. The list is canonical: by day, start and end.
func (c *checker) spans(s *resource.Spans, l resource.List, p *path) {
	last, until := "", ""
	for i, v := range l {
		o, _ := v.(*resource.Object)
		day, start, end := o.String(s.Day), o.String(s.Start), o.String(s.End)
		at, on := p.element(i), o.Get(s.On) != false
		if !clockTime.MatchString(start) || !clockTime.MatchString(end) {
			continue
		}
		switch {
		case end <= start && on:
			c.fail(at.member(s.End), "let it end later; for hours past midnight, add a span to the next day",
				"%s on %s is not after %s %s", s.End, day, s.Start, start)
		case end <= start:
			c.warn(at.member(s.End), "let it end later", "%s on %s is not after %s %s", s.End, day, s.Start, start)
		case on && day == last && start < until:
			c.warn(at.member(s.Start), "join the two", "two spans of %s overlap: one lasts until %s, the next starts at %s", day, until, start)
		}
		if !on {
			continue
		}
		if day != last {
			last, until = day, ""
		}
		until = max(until, end)
	}
}

// reserved reports a value that is not for the object it is given to.
func (c *checker) reserved(r resource.Reserved, f *resource.Field, v, owner resource.Value, p *path) {
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
			c.fail(p, "use "+resource.Words(slices.DeleteFunc(slices.Clone(f.Enum), func(e string) bool { return e == r.Value })),
				"%s is for a %s, and %s is none", r.Value, kinds, strings.TrimSpace(resource.Text(owner)))
			return
		}
	}
}
