package apply

import (
	"slices"

	"lcsync/internal/resource"
)

// mergeKey returns the parameters that have to be equal for calls to be merged.
func mergeKey(op *resource.Op, row *resource.Object) string {
	if len(op.Merge) == 0 || op.Args == nil || row == nil {
		return ""
	}
	args, key := op.Args(row), resource.List{}
	for _, name := range op.Merge {
		key = append(key, args.Get(name))
	}
	return " " + resource.JSON(key)
}

// merged returns the parameters of several calls as those of one.
func merged(args []*resource.Object) *resource.Object {
	if len(args) == 1 {
		return args[0]
	}
	out := args[0].Clone()
	for _, a := range args[1:] {
		merge(out, a)
	}
	return out
}

// merge adds the members of from to into: objects member by member, lists by
// appending, and everything else as it is.
func merge(into, from *resource.Object) {
	for name, v := range from.All() {
		switch have := into.Get(name).(type) {
		case *resource.Object:
			if o, ok := v.(*resource.Object); ok {
				merge(have, o)
				continue
			}
		case resource.List:
			if l, ok := v.(resource.List); ok {
				into.Set(name, append(slices.Clip(have), l...))
				continue
			}
		}
		into.Set(name, resource.CloneValue(v))
	}
}
