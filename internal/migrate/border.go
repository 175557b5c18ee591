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
	case !isObject(v) && !isList(v):
		bad = "an object or a list, but it is " + resource.TypeName(plain(v))
	case kind == licenseValues && isList(v):
		bad = "values by namespace and name, but it is a list"
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

// put enters a value as rows.
func (p *part) put(d *draft, v any) {
	switch {
	case p.empty:
		d.under(ruleRequests).mark(v, Converted, "an empty request or answer says nothing")
	case p.ignore != "":
		d.under(ruleRequests).mark(v, Dropped, p.ignore)
	case p.kind == headerPart:
		putHeader(d, v)
	case p.kind == "properties":
		putProperties(d, v)
	case p.kind == licenseValues:
		putValues(d, v, nil)
	case p.kind == groupValues:
		putGroupValues(d, v, p.group)
	default:
		d.addRows(p.kind, v)
	}
}

func (d *draft) addRows(kind string, v any) {
	if isList(v) && len(elements(v)) == 0 {
		d.none(kind, v)
	}
	for _, e := range elements(v) {
		d.addRow(kind, e)
	}
}

// none enters that a document says that there is nothing of a kind. A kind
// whose rows came to nothing is something else: a snapshot that says there is
// none of it would want what the license has deleted.
func (d *draft) none(kind string, v any) {
	d.empty[kind] = true
	if d.rows[kind] == nil {
		d.rows[kind] = []*resource.Object{}
	}
	d.ledger.place(v, Kept, kind)
}

func (d *draft) addRow(kind string, v any) {
	switch o, ok := v.(*resource.Object); {
	case !ok:
		d.mark(v, Dropped, "nothing that "+kind+" could be made of")
	case o.Len() > 0: // it had something else than nulls
		d.add(kind, o)
	}
}

func putProperties(d *draft, v any) {
	o, ok := v.(*resource.Object)
	switch {
	case isList(v):
		d.addRows("properties", v)
	case !ok:
		d.none("properties", v)
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
				d.nothing(m, "a namespace without properties")
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
			d.give(row, n, m, Kept)
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
	o, ok := v.(*resource.Object)
	if ok && o.Len() == 1 && valueMap(o.Get("properties")) {
		o = o.Object("properties")
	}
	switch {
	case ok:
	case group == nil:
		d.none(kind, v)
	default:
		d.nothing(v, "no values")
	}
	for space, m := range o.All() {
		names, ok := m.(*resource.Object)
		if !ok {
			d.nothing(m, "a namespace without values")
		}
		for name, value := range names.All() {
			if plain(value) == nil {
				d.mark(value, Converted, nullNote)
				continue
			}
			row := resource.Of("namespace", made(space), "name", made(name), "value", value)
			if group != nil {
				row = resource.Of("group", group, "namespace", made(space), "name", made(name), "value", value)
			}
			d.add(kind, row)
		}
	}
}

func putGroupValues(d *draft, v any, group string) {
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
		d.none(groupValues, v)
	}
	none := isList(v) // of these groups, as far as they are all
	for _, e := range elements(v) {
		o, ok := e.(*resource.Object)
		none = none && emptyObject(o.Get("properties"))
		if !ok {
			d.mark(e, Dropped, "nothing that values could be made of")
			continue
		}
		d.putGroup(o)
	}
	d.empty[groupValues] = d.empty[groupValues] || none
}

// namesGroup tells whether a value is the id or the name of a group.
func namesGroup(v resource.Value) bool {
	switch v := v.(type) {
	case int64:
		return true
	case string:
		return v != ""
	}
	return false
}

// putGroup enters the values of one group: {id or group_id, properties}.
func (d *draft) putGroup(o *resource.Object) {
	var group *leaf
	for name, v := range o.All() {
		switch l, isLeaf := v.(*leaf); {
		case name == "properties":
		case isLeaf && group == nil && namesGroup(l.value) && (name == "id" || name == "group_id" || name == "name" || name == "group"):
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
		d.mark(o, Dropped, "values of a group that is not named")
		return
	}
	putValues(d, o.Get("properties"), group)
	if len(d.rows[groupValues]) == before {
		d.mark(group, Converted, "a group without values")
	}
}
