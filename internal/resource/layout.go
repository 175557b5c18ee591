package resource

import "fmt"

// Layout is the shape of all rows of a kind together, in a snapshot and in the
// state of the sandbox. The zero Layout is a list of objects.
type Layout struct {
	// Nested lists fields that become nested map keys, the last one the value:
	// namespace, name, value.
	Nested []string
	// GroupBy is the field that collects rows into list items, written under
	// the key As with the Nested map under the key In.
	GroupBy, As, In string
}

// IsList tells whether the kind is laid out as a list of items.
func (k *Kind) IsList() bool {
	return !k.Single && (k.YAML.Nested == nil || k.YAML.GroupBy != "")
}

// Leaf returns the field that contains the values of a nested layout, nil for
// other layouts.
func (k *Kind) Leaf() *Field {
	if n := len(k.YAML.Nested); n > 0 {
		return k.Field(k.YAML.Nested[n-1])
	}
	return nil
}

// Shape describes the rows of the kind in its layout.
func (k *Kind) Shape() *Field {
	shape := Field{Type: Record, Fields: k.Fields}
	if leaf := k.Leaf(); leaf != nil {
		shape = *leaf
		for range len(k.YAML.Nested) - 1 {
			values := shape
			shape = Field{Type: Map, Each: &values}
		}
	}
	if k.YAML.GroupBy != "" {
		by := *k.Field(k.YAML.GroupBy)
		by.Name, shape.Name = k.YAML.As, k.YAML.In
		shape = Field{Type: Record, Fields: []Field{by, shape}}
	}
	if k.IsList() {
		shape = Field{Type: ListOf, Elem: Record, Fields: shape.Fields}
	}
	shape.Name = k.Name
	return &shape
}

// Nest converts rows to the kind's layout. In nested layouts it omits rows without
// a value and rows without the field that groups them; of rows with the same key,
// the first counts.
func (k *Kind) Nest(rows []*Object) Value {
	y := k.YAML
	switch {
	case k.Single && len(rows) > 0:
		return rows[0]
	case k.Single:
		return &Object{}
	case y.Nested == nil:
		list := make(List, len(rows))
		for i, row := range rows {
			list[i] = row
		}
		return list
	case y.GroupBy == "":
		values := &Object{}
		for _, row := range rows {
			nest(values, row, y.Nested)
		}
		return values
	}
	items := List{}
	groups := map[string]*Object{}
	for _, row := range rows {
		id := row.Get(y.GroupBy)
		if id == nil || row.Get(k.Leaf().Name) == nil {
			continue
		}
		values := groups[JSON(id)]
		if values == nil {
			values = &Object{}
			groups[JSON(id)] = values
			items = append(items, Of(y.As, id, y.In, values))
		}
		nest(values, row, y.Nested)
	}
	return items
}

// nest stores the value of a row under its names: the last of the fields contains
// the value.
func nest(at, row *Object, fields []string) {
	last := len(fields) - 1
	v := row.Get(fields[last])
	if v == nil {
		return
	}
	for _, field := range fields[:last-1] {
		name := row.String(field)
		if at.Object(name) == nil {
			at.Set(name, &Object{})
		}
		at = at.Object(name)
	}
	if name := row.String(fields[last-1]); !at.Has(name) {
		at.Set(name, v)
	}
}

// Flatten is the inverse of Nest.
func (k *Kind) Flatten(v Value) ([]*Object, error) {
	y := k.YAML
	switch o, _ := v.(*Object); {
	case k.Single && o != nil && o.Len() == 0:
		return nil, nil
	case y.Nested == nil:
		return ObjectsOf(v)
	case y.GroupBy == "":
		return flatten(nil, v, y.Nested, &Object{})
	}
	items, err := ObjectsOf(v)
	if err != nil {
		return nil, err
	}
	var rows []*Object
	for _, item := range items {
		if rows, err = flatten(rows, item.Get(y.In), y.Nested, Of(y.GroupBy, item.Get(y.As))); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// flatten appends a row for each innermost value, beginning with the members of
// base.
func flatten(rows []*Object, v Value, fields []string, base *Object) ([]*Object, error) {
	if len(fields) == 1 {
		row := base.Clone()
		row.Set(fields[0], v)
		return append(rows, row), nil
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, fmt.Errorf("expected an object of %ss, got %s", fields[0], TypeName(v))
	}
	var err error
	for name, inner := range o.All() {
		next := base.Clone()
		next.Set(fields[0], name)
		if rows, err = flatten(rows, inner, fields[1:], next); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
