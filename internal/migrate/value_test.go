package migrate

import "lcsync/internal/resource"

// fromValue makes a document of a value. where names it in reports.
func fromValue(where string, v resource.Value) *Document {
	d := &Document{File: where}
	d.root = d.track(v, "")
	return d
}

func (d *Document) track(v resource.Value, path string) any {
	switch v := v.(type) {
	case *resource.Object:
		if v.Len() > 0 {
			out := &resource.Object{}
			for name, m := range v.All() {
				out.Set(name, d.track(m, member(path, name)))
			}
			return out
		}
	case resource.List:
		if len(v) > 0 {
			out := make(resource.List, len(v))
			for i := range v {
				out[i] = d.track(v[i], element(path, i))
			}
			return out
		}
	}
	return d.leaf(v, 0, path)
}
