package apply

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

// guarded is an API that refuses a call for any of its values that it refuses.
func guarded(refused func(ns, name string) *wire.Error) (f *fake, refusals *int) {
	refusals = new(int)
	f = &fake{}
	f.hook = func(_ string, args *resource.Object) (resource.Value, *wire.Error) {
		for ns, values := range args.Object("properties").All() {
			for name := range values.(*resource.Object).All() {
				if err := refused(ns, name); err != nil {
					*refusals++
					return nil, err
				}
			}
		}
		return resource.Of(), nil
	}
	return f, refusals
}

func noScope(string, string) *wire.Error {
	return refuse(wire.RefusedScope, "authorization", "requires properties.license.value--all:rw")
}

func noAccess(names ...string) func(ns, name string) *wire.Error {
	return func(ns, name string) *wire.Error {
		for _, n := range names {
			if n == ns+"/"+name {
				return refuse(wire.RefusedScope, "authorization", "no write access to "+n)
			}
		}
		return nil
	}
}

// sets are changes that set n values, spread over so many namespaces, one after
// the other.
func sets(n, namespaces int) []*diff.Change {
	var out []*diff.Change
	for i := range n {
		ns, name := fmt.Sprintf("ns%02d", i*namespaces/n), fmt.Sprintf("v%02d", i)
		out = append(out, create("license_properties", ns+"/"+name, value(ns, name, int64(i))))
	}
	return out
}

// setsInGroups are changes that set one value in each of n groups.
func setsInGroups(n int) []*diff.Change {
	var out []*diff.Change
	for i := range n {
		row := value("ns", "v", int64(i))
		row.Set("group", int64(i))
		out = append(out, create("group_properties", fmt.Sprintf("%d/ns/v", i), row))
	}
	return out
}

// TestOneRefusalIsOneRefusal: what is refused for one value costs no other one
// anything, and what is refused for all of them is not asked for each.
func TestOneRefusalIsOneRefusal(t *testing.T) {
	for _, tt := range []struct {
		why     string
		changes []*diff.Change
		refused func(ns, name string) *wire.Error
		failed  int
		most    int // refusals
	}{
		{"one value without write access", sets(60, 1), noAccess("ns00/v17"), 1, 7},
		{"the first one", sets(60, 1), noAccess("ns00/v00"), 1, 2},
		{"two of them, just those that are tried alone", sets(60, 1), noAccess("ns00/v00", "ns00/v30"), 2, 3},
		{"two of three", sets(3, 1), noAccess("ns00/v00", "ns00/v01"), 2, 4},
		{"two of them alike, and one for another reason", sets(60, 1), func(ns, name string) *wire.Error {
			if name == "v45" {
				return refuse(wire.Permanent, "validation", "no")
			}
			return noAccess("ns00/v00", "ns00/v30")(ns, name)
		}, 3, 12},
		{"some here and there", sets(60, 4), noAccess("ns00/v03", "ns01/v17", "ns01/v18", "ns03/v59"), 4, 22},
		{"no scope", sets(60, 1), noScope, 60, 10},
		{"no scope, in three namespaces", sets(60, 3), noScope, 60, 10},
		{"no scope, in as many namespaces as every license has", sets(60, 15), noScope, 60, 10},
		{"no scope, in groups", setsInGroups(60), noScope, 60, 10},
		{"no scope, in more than one call", sets(250, 1), noScope, 250, 10},
		{"none in one namespace", sets(60, 3), func(ns, _ string) *wire.Error {
			if ns == "ns01" {
				return noScope("", "")
			}
			return nil
		}, 20, 10},
		{"all of them invalid", sets(60, 1), func(_, name string) *wire.Error { return refuse(wire.Permanent, "validation", "no "+name) }, 60, 10},
		{"one of them invalid", sets(60, 1), func(_, name string) *wire.Error {
			if name == "v41" {
				return refuse(wire.Permanent, "validation", "no")
			}
			return nil
		}, 1, 7},
	} {
		for _, concurrency := range []int{1, 8} {
			f, refusals := guarded(tt.refused)
			o := options()
			o.NoVerify, o.Concurrency = true, concurrency
			r := mustRun(t, plan(tt.changes...), f, o)
			if r.Counts.Failed != tt.failed || r.Counts.Done != len(tt.changes)-tt.failed {
				t.Errorf("%s: %+v, want %d failed", tt.why, r.Counts, tt.failed)
			}
			if *refusals > tt.most {
				t.Errorf("%s: %d refusals, want %d at most", tt.why, *refusals, tt.most)
			}
			for _, res := range r.Results {
				if res.Status == Failed && (res.Error == "" || res.ErrorType == "") {
					t.Errorf("%s: no reason for %s", tt.why, res.ID)
				}
			}
		}
	}
}

// TestWhatIsNotSentSaysWhy: the reason is that of those that were refused.
func TestWhatIsNotSentSaysWhy(t *testing.T) {
	f, _ := guarded(noScope)
	o := options()
	o.NoVerify, o.Concurrency = true, 1
	r := mustRun(t, plan(sets(60, 1)...), f, o)
	alone, spared := 0, 0
	for _, res := range r.Results {
		same(t, res.ID, res.Error, "m: authorization: requires properties.license.value--all:rw")
		switch res.Detail {
		case "":
			alone++
		case "not sent: others of ns00 were refused with the same error":
			spared++
		}
	}
	same(t, "two were asked for", []int{alone, spared}, []int{2, 58})
}

// TestBatchRefusedForItsScope: agents have no namespace, and the whole batch is
// refused.
func TestBatchRefusedForItsScope(t *testing.T) {
	for _, tt := range []struct {
		why    string
		bad    string
		failed int
		most   int
	}{{"for one of them", "a07@x", 1, 8}, {"for all of them", "@x", 60, 10}} {
		var changes []*diff.Change
		for i := range 60 {
			id := fmt.Sprintf("a%02d@x", i)
			changes = append(changes, create("agents", id, agent(id)))
		}
		refusals := 0
		f := &fake{whole: func(_ string, items []*resource.Object) error {
			for _, it := range items {
				if strings.Contains(it.String("id"), tt.bad) {
					refusals++
					return refuse(wire.RefusedScope, "authorization", "no")
				}
			}
			return nil
		}}
		r := mustRun(t, plan(changes...), f, options())
		if r.Counts.Failed != tt.failed || r.Counts.Done != 60-tt.failed || refusals > tt.most {
			t.Errorf("%s: %+v, %d refusals", tt.why, r.Counts, refusals)
		}
	}
}

// TestGoodValuesAreWritten: whatever is refused, a value that is not is written,
// once, in every namespace of which anything is accepted before two are refused;
// and none is forgotten.
func TestGoodValuesAreWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(rt, "values")
		changes := sets(n, rapid.IntRange(1, 6).Draw(rt, "namespaces"))
		class := rapid.SampledFrom([]wire.Class{wire.RefusedScope, wire.Permanent}).Draw(rt, "class")
		bad := map[string]bool{}
		for _, c := range changes {
			bad[c.Key] = rapid.IntRange(0, 3).Draw(rt, c.Key) == 0
		}
		written := map[string]int{}
		f, _ := guarded(func(ns, name string) *wire.Error {
			if bad[ns+"/"+name] {
				return refuse(class, "authorization", "no")
			}
			return nil
		})
		hook := f.hook
		f.hook = func(method string, args *resource.Object) (resource.Value, *wire.Error) {
			v, err := hook(method, args)
			for ns, values := range args.Object("properties").All() {
				for name := range values.(*resource.Object).All() {
					if err == nil {
						written[ns+"/"+name]++
					}
				}
			}
			return v, err
		}
		o := options()
		o.NoVerify, o.Concurrency = true, rapid.IntRange(1, 4).Draw(rt, "concurrency")
		r, err := Run(t.Context(), plan(changes...), f, o)
		if err != nil {
			rt.Fatal(err)
		}
		for i, res := range r.Results {
			key := changes[i].Key
			spared := strings.HasPrefix(res.Detail, "not sent")
			switch {
			case bad[key] && res.Status != Failed, !bad[key] && res.Status != Done && !spared:
				rt.Errorf("%s: %+v", key, res)
			case (res.Status == Done) != (written[key] == 1):
				rt.Errorf("%s was written %d times: %+v", key, written[key], res)
			}
		}
		for i, res := range r.Results {
			if ns, _, _ := strings.Cut(changes[i].Key, "/"); strings.HasPrefix(res.Detail, "not sent") {
				for key := range written {
					if strings.HasPrefix(key, ns+"/") {
						rt.Errorf("%s was not sent, although %s was accepted", changes[i].Key, key)
					}
				}
			}
		}
	})
}

// TestTwoInvalidItemsOfABatch: a server that cannot parse one item refuses the whole
// batch. That says nothing about other people's items.
func TestTwoInvalidItemsOfABatch(t *testing.T) {
	var changes []*diff.Change
	for i := range 8 {
		id := fmt.Sprintf("a%02d@x", i)
		changes = append(changes, create("agents", id, agent(id)))
	}
	f := &fake{whole: func(_ string, items []*resource.Object) error {
		for _, it := range items {
			if id := it.String("id"); id == "a00@x" || id == "a01@x" {
				return refuse(wire.Permanent, "validation", "`requests` of "+id+" cannot be parsed")
			}
		}
		return nil
	}}
	o := options()
	o.Concurrency = 1
	r := mustRun(t, plan(changes...), f, o)
	if r.Counts.Failed != 2 || r.Counts.Done != 6 {
		t.Errorf("%+v: %v", r.Counts, statuses(r))
	}
}
