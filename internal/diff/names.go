package diff

import "lcsync/internal/resource"

// names are what ids stand for, by kind and id, for texts alone.
type names map[string]map[string]string

func gatherNames(licenses ...*resource.License) names {
	out := names{}
	for _, k := range resource.Kinds() {
		if k.ServerID == "" {
			continue
		}
		out[k.Name] = map[string]string{}
		for i := len(licenses) - 1; i >= 0; i-- {
			for _, r := range licenses[i].Rows(k.Name) {
				if id := k.IDOf(r); id != nil {
					out[k.Name][resource.Text(id)] = k.KeyOf(r)
				}
			}
		}
	}
	return out
}
