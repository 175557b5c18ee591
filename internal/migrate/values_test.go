package migrate

import (
	"slices"
	"strings"
	"testing"

	"lcsync/internal/resource"
)

// checkValues holds the report against the output: a field that is called kept
// or renamed is found, with its value, at each place that the report names.
func checkValues(t *testing.T, docs []*Document, r *Result, yaml string) {
	t.Helper()
	out, err := Read("out.yaml", []byte(yaml))
	if err != nil {
		t.Fatalf("%s\n%s", err, yaml)
	}
	at := map[string]resource.Value{}
	each(out[0].root, func(l *leaf) { at[l.from[0].Path()] = l.value })
	// The places of values in the input, in the order of the report.
	var values []resource.Value
	for _, d := range docs {
		byOrigin := map[*Origin]resource.Value{}
		each(d.root, func(l *leaf) { byOrigin[l.from[0]] = l.value })
		for _, o := range d.origins {
			values = append(values, byOrigin[o])
		}
	}
	for i, f := range slices.Collect(r.Report.Fields.All()) {
		if f.Status != Kept && f.Status != Renamed {
			continue
		}
		for _, target := range f.Targets {
			have, ok := at[target]
			switch {
			case ok && resource.Equal(have, values[i]):
			case strings.HasPrefix(target, "license.client_ids"), strings.HasPrefix(target, "incomplete["):
			case isEmpty(values[i]) && isEmpty(have): // or said by what encloses it
			default:
				t.Fatalf("%s: the output has %s there, want %s\n%s", f, resource.JSON(have), resource.JSON(values[i]), yaml)
			}
		}
	}
}

func isEmpty(v resource.Value) bool {
	switch v := v.(type) {
	case *resource.Object:
		return v.Len() == 0
	case resource.List:
		return len(v) == 0
	}
	return v == nil
}
