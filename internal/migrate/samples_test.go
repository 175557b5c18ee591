package migrate

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"lcsync/internal/resource"
)

// samplesFile says of each method of 3.1 and 3.2, on a line each, the shape of
// the request and of the answer that the vendor's page shows for it ("-" if it
// shows none), and the document among the cases that has the same shape. What
// that document comes to is in its case, value by value.
const samplesFile = "testdata/samples.txt"

// TestSamples holds the list against the vendor's tables of methods, and the
// documents against the shapes.
func TestSamples(t *testing.T) {
	data, err := os.ReadFile(samplesFile)
	if err != nil {
		t.Fatal(err)
	}
	words := apiWords(t)
	want := map[string]bool{}
	for _, version := range []string{"3.1", "3.2"} {
		for m := range vendor(t, version).Methods {
			want[version+" "+m+" request"] = true
			want[version+" "+m+" response"] = true
		}
	}
	have := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.Fields(line)
		if len(f) != 4 && len(f) != 5 || len(f) == 4 && f[3] != "-" {
			t.Fatalf("%s:%d: want VERSION METHOD request|response DOCUMENT SHAPE, or - for no sample", samplesFile, i+1)
		}
		name := strings.Join(f[:3], " ")
		if have[name] {
			t.Errorf("%s:%d: %s is there already", samplesFile, i+1, name)
		}
		have[name] = true
		if len(f) == 4 {
			continue
		}
		if got := shape(words, sample(t, f[3])); got != f[4] {
			t.Errorf("%s:%d: %s has the shape\n%s, the sample on the vendor's page\n%s", samplesFile, i+1, f[3], got, f[4])
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("methods (-in the tables +in the list)\n%s", diff)
	}
}

// sample returns a document: CASE/FILE, or CASE/FILE#METHOD for a part of a dump.
func sample(t *testing.T, name string) any {
	t.Helper()
	name, method, _ := strings.Cut(name, "#")
	c, file, _ := strings.Cut(name, "/")
	a, err := txtar.ParseFile("testdata/cases/" + c + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == file })
	if i < 0 {
		t.Fatalf("%s has no %s", c, file)
	}
	if !slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == "report.txt" }) {
		t.Errorf("%s has no report", c)
	}
	docs, err := Read(name, a.Files[i].Data)
	if err != nil {
		t.Fatal(err)
	}
	if method == "" {
		return docs[0].root
	}
	return docs[0].root.(*resource.Object).Get(method)
}

// apiWords are the names that the API itself uses, as opposed to those of
// users: namespaces, names of properties, addresses of agents.
func apiWords(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	for _, w := range strings.Fields(`bot_agent bot_agents bot_agent_id webhook_id application client_id status routing_status owner_client_id
		summaries source values chat_properties start end agent customer chat thread event license group`) {
		words[w] = true
	}
	for _, day := range weekdays {
		words[day] = true
	}
	for _, version := range []string{"3.1", "3.2"} {
		for _, m := range vendor(t, version).Methods {
			for _, p := range m.Params {
				for _, part := range strings.Split(p.Name, ".") {
					words[strings.TrimSuffix(part, "[]")] = true
				}
			}
		}
	}
	return words
}

// shape describes what a value consists of, without the values: names of users
// are *, and of elements or members with one shape there is one.
func shape(words map[string]bool, v any) string {
	switch v := v.(type) {
	case *resource.Object:
		members := map[string]bool{}
		for name, m := range v.All() {
			if !words[name] {
				name = "*"
			}
			members[name+":"+shape(words, m)] = true
		}
		return "{" + strings.Join(slices.Sorted(maps.Keys(members)), ",") + "}"
	case resource.List:
		elements := map[string]bool{}
		for _, e := range v {
			elements[shape(words, e)] = true
		}
		return "[" + strings.Join(slices.Sorted(maps.Keys(elements)), "|") + "]"
	case *leaf:
		switch x := v.value.(type) {
		case *resource.Object:
			return "{}"
		case resource.List:
			return "[]"
		default:
			name := strings.Fields(resource.TypeName(x)) // "a string"
			return name[len(name)-1]
		}
	}
	return fmt.Sprintf("%T", v)
}
