package migrate

import (
	"strings"

	"lcsync/internal/resource"
)

// told is a report as a JSON document.
func told(r *Report) string {
	var b strings.Builder
	if err := r.JSON(&b); err != nil {
		return err.Error()
	}
	return b.String()
}

// fromValue makes a document of a value. where names it in reports.
func fromValue(where string, v resource.Value) *Document {
	d := &Document{File: where}
	d.root = d.track(v, 0)
	return d
}

func (d *Document) track(v resource.Value, at int32) any {
	switch v := v.(type) {
	case *resource.Object:
		if v.Len() > 0 {
			out := &resource.Object{}
			for name, m := range v.All() {
				out.Set(name, d.track(m, d.steps.member(at, name)))
			}
			return out
		}
	case resource.List:
		if len(v) > 0 {
			out := make(resource.List, len(v))
			for i := range v {
				out[i] = d.track(v[i], d.steps.element(at, i))
			}
			return out
		}
	}
	return d.leaf(v, 0, at)
}
