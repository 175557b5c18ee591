package migrate

import (
	"fmt"
	"strconv"

	"lcsync/internal/resource"
)

// misfit says why a value cannot be of a kind, "" if it can.
func misfit(kind string, v any) string {
	bad := ""
	switch {
	case kind == licenseValues || kind == groupValues, resource.Lookup(kind).Single:
	case kind == "properties" && isObject(v):
		if o, ok := v.(*resource.Object); ok && !definition(o) && !definitions(o) && !namespaces(o) && !o.Has("name") {
			bad = "definitions of properties by name, or by namespace and name"
		}
	default:
		for i, e := range elements(v) {
			if _, ok := e.(*resource.Object); !ok && (isList(v) || !emptyObject(v)) {
				bad = fmt.Sprintf("objects, but element %d is %s", i, resource.TypeName(plain(e)))
			}
		}
	}
	if bad == "" {
		return ""
	}
	return fmt.Sprintf("%s want %s", kind, bad)
}

// putting returns what enters a value of a kind into a draft as rows.
func putting(kind, group string) func(d *draft, v any) {
	switch kind {
	case headerPart:
		return putHeader
	case "properties":
		return putProperties
	case licenseValues:
		return func(d *draft, v any) { putValues(d, v, nil) }
	case groupValues:
		return func(d *draft, v any) { putGroupValues(d, v, group) }
	case "auto_accesses":
		return putLinked
	}
	return func(d *draft, v any) {
		d.has(kind)
		if isList(v) && len(elements(v)) == 0 {
			d.ledger.place(v, Kept, kind)
			return
		}
		for _, e := range elements(v) {
			d.addRow(kind, e)
		}
	}
}

// has enters a kind, be it without rows.
func (d *draft) has(kind string) {
	if d.rows[kind] == nil {
		d.rows[kind] = []*resource.Object{}
	}
}

func (d *draft) addRow(kind string, v any) {
	o, ok := v.(*resource.Object)
	if !ok {
		d.mark(v, Dropped, "nothing that "+kind+" could be made of")
		return
	}
	d.add(kind, o)
}

func putProperties(d *draft, v any) {
	d.has("properties")
	if isList(v) {
		if len(elements(v)) == 0 {
			d.ledger.place(v, Kept, "properties")
		}
		for _, e := range elements(v) {
			d.addRow("properties", e)
		}
		return
	}
	o, ok := v.(*resource.Object)
	switch {
	case !ok:
		d.mark(v, Converted, "no properties")
	case definition(o) || o.Has("name") && !definitions(o) && !namespaces(o):
		d.add("properties", o)
	case definitions(o):
		putDefinitions(d, o, "")
	default:
		for space, m := range o.All() {
			if names, ok := m.(*resource.Object); ok {
				putDefinitions(d, names, space)
			} else {
				d.mark(m, Converted, "a namespace without properties")
			}
		}
	}
}

func putDefinitions(d *draft, byName *resource.Object, namespace string) {
	for name, v := range byName.All() {
		config, ok := v.(*resource.Object)
		if !ok {
			d.mark(v, Dropped, "no definition of a property")
			continue
		}
		row := resource.Of("name", made(name))
		if namespace != "" {
			row.Set("namespace", made(namespace))
		}
		for n, m := range config.All() {
			if row.Has(n) {
				d.mark(m, Dropped, "the property's name stands before its definition")
				continue
			}
			row.Set(n, m)
		}
		d.add("properties", row)
	}
}

// putValues enters namespace → name → value, or rows of a snapshot.
func putValues(d *draft, v any, group *leaf) {
	kind := licenseValues
	if group != nil {
		kind = groupValues
	}
	d.has(kind)
	o, ok := v.(*resource.Object)
	if ok && o.Len() == 1 && valueMap(o.Get("properties")) {
		o = o.Object("properties")
	}
	if !ok {
		d.ledger.place(v, Kept, kind)
	}
	for space, m := range o.All() {
		names, ok := m.(*resource.Object)
		if !ok {
			d.mark(m, Converted, "a namespace without values")
		}
		for name, value := range names.All() {
			row := resource.Of("namespace", made(space), "name", made(name), "value", value)
			if group != nil {
				row = resource.Of("group", group, "namespace", made(space), "name", made(name), "value", value)
			}
			d.add(kind, row)
		}
	}
}

func putGroupValues(d *draft, v any, group string) {
	d.has(groupValues)
	if group != "" && needsGroup(v) {
		d.under(ruleGroup).mark(v, Kept, "")
		id, err := strconv.ParseInt(group, 10, 64)
		of := made(id)
		if err != nil {
			of = made(group) // a name
		}
		putValues(d, v, of)
		return
	}
	if len(elements(v)) == 0 {
		d.ledger.place(v, Kept, groupValues)
	}
	for _, e := range elements(v) {
		o, ok := e.(*resource.Object)
		if !ok {
			d.mark(e, Dropped, "nothing that values could be made of")
			continue
		}
		d.putGroup(o)
	}
}

// putGroup enters the values of one group: {id or group_id, properties}.
func (d *draft) putGroup(o *resource.Object) {
	var group *leaf
	for name, v := range o.All() {
		switch l, isLeaf := v.(*leaf); {
		case name == "properties":
		case isLeaf && group == nil && (name == "id" || name == "group_id" || name == "name" || name == "group"):
			group = l
			if name != "id" {
				d.under(ruleGroup).mark(v, Renamed, "")
			}
		default:
			d.under(ruleGroup).mark(v, Dropped, "a group's values have no "+name)
		}
	}
	before := len(d.rows[groupValues])
	if group == nil {
		group = made(nil)
	}
	putValues(d, o.Get("properties"), group)
	if len(d.rows[groupValues]) == before {
		d.mark(group, Converted, "a group without values")
	}
}

// putLinked enters auto accesses. Answers promise no order: the rules' links do.
func putLinked(d *draft, v any) {
	d.has("auto_accesses")
	list := elements(v)
	if len(list) == 0 {
		d.ledger.place(v, Kept, "auto_accesses")
		return
	}
	byPlain, linked := map[*resource.Object]*resource.Object{}, true
	var answer resource.List
	for _, e := range list {
		o, ok := e.(*resource.Object)
		linked = linked && ok && o.Has("next_id") && text(o, "id") != ""
		if linked {
			p := plainObject(o)
			byPlain[p] = o
			answer = append(answer, p)
		}
	}
	if linked {
		if rows, err := resource.Lookup("auto_accesses").Reads[0].Rows(answer, ""); err == nil && len(rows) == len(list) {
			for _, r := range rows {
				d.add("auto_accesses", byPlain[r])
			}
			return
		}
	}
	for _, e := range list {
		if o, ok := e.(*resource.Object); ok && text(o, "next_id") != "" {
			d.under(ruleOrder).drop(o, "next_id", "without the rules it is linked with it does not tell the order")
		}
		d.addRow("auto_accesses", e)
	}
}
