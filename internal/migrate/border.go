package migrate

import (
	"fmt"
	"slices"
	"strconv"

	"lcsync/internal/resource"
)

// misfit returns why a value cannot be of a kind, "" if it can.
func misfit(kind string, v any) string {
	bad := ""
	o, _ := v.(*resource.Object)
	switch {
	case !isObject(v) && !isList(v):
		bad = "an object or a list, got " + resource.TypeName(plain(v))
	case kind == licenseValues && isList(v):
		bad = "values by namespace and name, got a list"
	case kind == "properties" && o != nil && !definition(o) && !definitions(o) && !namespaces(o) && !o.Has("name"):
		bad = "definitions of properties by name, or by namespace and name"
	case kind == licenseValues || kind == groupValues, resource.Lookup(kind).Single, emptyObject(v):
	default:
		for i, e := range elements(v) {
			if _, ok := e.(*resource.Object); !ok {
				bad = fmt.Sprintf("objects; element %d is %s", i, resource.TypeName(plain(e)))
			}
		}
	}
	if bad != "" {
		bad = kind + " must be " + bad
	}
	return bad
}

// put adds a value as rows.
func (p *part) put(d *draft, v any) {
	switch {
	case p.empty:
		d.under(ruleRequests).mark(v, Converted, "an empty request or response has no content")
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
	if emptyList(v) {
		d.none(kind, v)
	}
	for _, e := range elements(v) {
		if o, ok := e.(*resource.Object); !ok {
			d.mark(e, Dropped, "not an entry of "+kind)
		} else if o.Len() > 0 { // it had more than nulls
			d.add(kind, o)
		}
	}
}

// none records that a document states that there are no objects of a kind. This
// differs from a kind whose rows were all dropped: a snapshot with an empty list
// means that the objects on the license are to be deleted.
func (d *draft) none(kind string, v any) {
	d.empty[kind] = true
	d.ledger.place(v, Kept, kind)
}

// putProperties enters a list of definitions, one of them, or definitions by name
// or by namespace and name.
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
		putDefinitions(d, o, resource.Of())
	default:
		for space, names := range o.All() {
			putDefinitions(d, names, resource.Of("namespace", made(space)))
		}
	}
}

// putDefinitions enters definitions by name; of is what else is known of them.
func putDefinitions(d *draft, v any, of *resource.Object) {
	byName, ok := v.(*resource.Object)
	if !ok {
		d.nothing(v, "a namespace without properties")
	}
	for name, v := range byName.All() {
		config, ok := v.(*resource.Object)
		if !ok {
			d.mark(v, Dropped, "no definition of a property")
			continue
		}
		row := resource.Of("name", made(name))
		for _, members := range []*resource.Object{of, config} {
			for n, m := range members.All() {
				d.give(row, n, m, Kept)
			}
		}
		d.add("properties", row)
	}
}

// putValues enters namespace → name → value, of a group if there is one.
func putValues(d *draft, v any, group *leaf) {
	o, ok := v.(*resource.Object)
	if ok && o.Len() == 1 && valueMap(o.Get("properties")) {
		o = o.Object("properties")
	}
	switch {
	case ok:
	case group == nil:
		d.none(licenseValues, v)
	default:
		d.nothing(v, "no values")
	}
	for space, m := range o.All() {
		names, ok := m.(*resource.Object)
		if !ok {
			d.nothing(m, "a namespace without values")
		}
		for name, value := range names.All() {
			row := resource.Of("namespace", made(space), "name", made(name), "value", value)
			switch {
			case isNull(value):
				d.mark(value, Converted, nullNote)
			case group == nil:
				d.add(licenseValues, row)
			default:
				row.Set("group", group)
				d.add(groupValues, row)
			}
		}
	}
}

// putGroupValues enters the values of groups: {id or group_id, properties}. group
// is the one that the user named, where the values do not.
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
	if emptyList(v) {
		d.none(groupValues, v)
	}
	none := isList(v) // of these groups, as far as they are all
	for _, e := range elements(v) {
		o, ok := e.(*resource.Object)
		none = none && emptyObject(o.Get("properties"))
		if ok {
			d.putGroup(o)
		} else {
			d.mark(e, Dropped, "not a value")
		}
	}
	d.empty[groupValues] = d.empty[groupValues] || none
}

// namesGroup reports whether a value is the id or the name of a group.
func namesGroup(v any) bool {
	switch v := inside(v).(type) {
	case int64:
		return true
	case string:
		return v != ""
	}
	return false
}

// putGroup enters the values of one group.
func (d *draft) putGroup(o *resource.Object) {
	var group *leaf
	for name, v := range o.All() {
		switch {
		case name == "properties":
		case group == nil && namesGroup(v) && (name == "name" || slices.Contains(groupNames, name)):
			group = v.(*leaf)
			if name != "id" {
				d.under(ruleGroup).mark(v, Renamed, "")
			}
		default:
			d.under(ruleGroup).mark(v, Dropped, "values of groups have no field "+name)
		}
	}
	if group == nil {
		d.mark(o, Dropped, "values of a group that is not named")
		return
	}
	before := len(d.rows[groupValues])
	putValues(d, o.Get("properties"), group)
	if len(d.rows[groupValues]) == before {
		d.mark(group, Converted, "a group without values")
	}
}

// absent removes null members and elements from a value, and objects that have no
// others, and returns the value. gone, if set, is called for each null with the
// object or list that contains it. Clients of the vendor send null for unset
// fields, and servers return it.
func absent(v any, gone func(null, in any)) any {
	switch v := v.(type) {
	case *resource.Object:
		for _, name := range v.Names() {
			m := v.Get(name)
			if isNull(m) {
				v.Delete(name)
				if gone != nil {
					gone(m, v)
				}
				continue
			}
			m = absent(m, gone)
			if o, ok := m.(*resource.Object); ok && o.Len() == 0 {
				v.Delete(name)
			} else {
				v.Set(name, m)
			}
		}
	case resource.List:
		kept := resource.List{}
		for _, e := range v {
			if !isNull(e) {
				kept = append(kept, absent(e, gone))
			} else if gone != nil {
				gone(e, v)
			}
		}
		return kept
	}
	return v
}

func isNull(v any) bool {
	l, ok := v.(*leaf)
	return ok && l.value == nil
}

const nullNote = "null means that there is no value"

// dropNulls takes out of a value what is null, and accounts for it.
func (d *draft) dropNulls(v any) any {
	return absent(v, func(null, in any) { d.ledger.mark(null, ruleNull, Converted, nullNote, whole(in)) })
}
