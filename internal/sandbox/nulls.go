package sandbox

// unset returns a view in which, if the license shows nulls, every missing field
// is null, at every depth.
func (c *call) unset(view obj, fields ...spec) obj {
	if !c.l.opts.Nulls {
		return view
	}
	out := view.with(nil)
	for _, s := range fields {
		switch v := out[s.name].(type) {
		case nil:
			out[s.name] = nil
		case obj:
			out[s.name] = c.unset(v, s.fields...)
		case []any:
			if s.elem != nil {
				out[s.name] = c.unsetEach(v, s.elem.fields)
			}
		}
	}
	return out
}

func (c *call) unsetEach(list []any, fields []spec) []any {
	out := make([]any, len(list))
	for i, e := range list {
		if o, ok := e.(obj); ok {
			e = c.unset(o, fields...)
		}
		out[i] = e
	}
	return out
}
