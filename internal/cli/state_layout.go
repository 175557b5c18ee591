package cli

import (
	"fmt"

	"lcsync/internal/resource"
)

// nestRows brings rows of a kind into the kind's layout, which the state of an
// embedded license shares with snapshots.
func nestRows(k *resource.Kind, rows []*resource.Object) resource.Value {
	y := k.YAML
	switch {
	case k.Single && len(rows) > 0:
		return rows[0]
	case k.Single:
		return &resource.Object{}
	case y.GroupBy != "":
		items := resource.List{}
		byGroup := map[string]*resource.Object{}
		for _, r := range rows {
			id := r.Get(y.GroupBy)
			values := byGroup[resource.JSON(id)]
			if values == nil {
				values = &resource.Object{}
				byGroup[resource.JSON(id)] = values
				items = append(items, resource.Of(y.As, id, y.In, values))
			}
			nestInto(values, y.Nested, r)
		}
		return items
	case y.Nested != nil:
		values := &resource.Object{}
		for _, r := range rows {
			nestInto(values, y.Nested, r)
		}
		return values
	}
	list := make(resource.List, len(rows))
	for i, r := range rows {
		list[i] = r
	}
	return list
}

// nestInto puts a row under its names: the last of them holds the value.
func nestInto(at *resource.Object, names []string, row *resource.Object) {
	last := len(names) - 1
	for _, n := range names[:last-1] {
		name := row.String(n)
		if at.Object(name) == nil {
			at.Set(name, &resource.Object{})
		}
		at = at.Object(name)
	}
	at.Set(row.String(names[last-1]), row.Get(names[last]))
}

// flatten is the inverse of nestRows.
func flatten(k *resource.Kind, v resource.Value) ([]*resource.Object, error) {
	y := k.YAML
	if k.Single || y.Nested == nil {
		if o, ok := v.(*resource.Object); ok && k.Single && o.Len() == 0 {
			return nil, nil
		}
		return resource.ObjectsOf(v)
	}
	if y.GroupBy == "" {
		return flattenValues(y.Nested, v, &resource.Object{})
	}
	items, err := resource.ObjectsOf(v)
	if err != nil {
		return nil, err
	}
	var rows []*resource.Object
	for _, item := range items {
		more, err := flattenValues(y.Nested, item.Get(y.In), resource.Of(y.GroupBy, item.Get(y.As)))
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// flattenValues makes a row of each innermost value, with base's members in
// front.
func flattenValues(names []string, v resource.Value, base *resource.Object) ([]*resource.Object, error) {
	if len(names) == 1 {
		row := base.Clone()
		row.Set(names[0], v)
		return []*resource.Object{row}, nil
	}
	o, ok := v.(*resource.Object)
	if !ok {
		return nil, fmt.Errorf("want an object of %ss, got %s", names[0], resource.TypeName(v))
	}
	var rows []*resource.Object
	for name, inner := range o.All() {
		next := base.Clone()
		next.Set(names[0], name)
		more, err := flattenValues(names[1:], inner, next)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}
