package diff

import (
	"maps"
	"slices"

	"lcsync/internal/resource"
)

// gatherNames returns the names of all objects that others refer to by id.
// The first license's names take precedence.
func gatherNames(licenses ...*resource.License) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, k := range resource.Kinds() {
		if !referredTo[k.Name] {
			continue
		}
		names := map[string]string{}
		for _, l := range slices.Backward(licenses) {
			maps.Copy(names, l.NamesByID(k))
		}
		if len(names) > 0 {
			out[k.Name] = names
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// referredTo holds the kinds that some field refers to.
var referredTo = func() map[string]bool {
	out := map[string]bool{}
	for _, k := range resource.Kinds() {
		out[k.Name] = slices.ContainsFunc(resource.Kinds(), func(by *resource.Kind) bool { return by.RefersTo(k.Name) })
	}
	return out
}()
