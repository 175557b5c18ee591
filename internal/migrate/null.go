package migrate

import "lcsync/internal/resource"

// absent returns a value without the members and elements that are null, and
// without objects that have no others; the value itself is changed. gone, if
// any, hears of each null and of the object or list that it stood in. Clients of
// the vendor send null for what is not set, and servers answer with it.
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

const nullNote = "null says that there is nothing"

// dropNulls takes out of a value what is null, and accounts for it.
func (d *draft) dropNulls(v any) any {
	return absent(v, func(null, in any) { d.ledger.mark(null, ruleNull, Converted, nullNote, in) })
}
