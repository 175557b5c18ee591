package diff

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

// TestOneObjectByNumberAndByName: a group that a file names in both ways is one
// object.
func TestOneObjectByNumberAndByName(t *testing.T) {
	const live = `{"account":"acc","clients":["c"],"groups":[{"id":3,"name":"Support"},{"id":4,"name":"Sales"}],
		"agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"first"}]},{"id":"b@x.y","name":"B","groups":[]}],
		"group_properties":[{"group":3,"namespace":"c","name":"p","value":1}]}`
	runCases(t, []planCase{
		{"in the lists of two members", live, `{"account":"acc","agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"first"}]},{"id":"b@x.y","name":"B","groups":[{"id":"Support","priority":"last"}]}]}`,
			Options{}, []string{"update agents/b@x.y groups[3]"}},
		{"in the list of one", live, `{"account":"acc","agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"first"},{"id":"Support","priority":"first"}]}]}`,
			Options{}, []string{"unmanaged agents/b@x.y"}},
		{"in the list of one, of a file with groups", live, `{"account":"acc","groups":[{"id":3,"name":"Support"}],"agents":[{"id":"b@x.y","name":"B","groups":[{"id":3,"priority":"first"},{"id":"Support","priority":"first"}]}]}`,
			Options{}, []string{"update agents/b@x.y groups[3]", "unmanaged groups/Sales", "unmanaged agents/a@x.y"}},
		{"in two items of values", live, `{"account":"acc","clients":["c"],"group_properties":[{"group":3,"namespace":"c","name":"p","value":1},{"group":"Support","namespace":"c","name":"p","value":1}]}`,
			Options{}, nil},
		{"a group that is renamed, and a new one of its old name", live, `{"account":"acc","groups":[{"id":3,"name":"Help"},{"id":4,"name":"Sales"},{"name":"Support","agent_priorities":{"b@x.y":"normal"}}]}`,
			Options{Match: ByID}, []string{"update groups/Support name", "create groups/Support#2", "update agents/b@x.y groups[Support#2] waits:groups/Support#2"}},
	})
	for _, c := range []struct{ reason, want, text string }{
		{"two priorities", `{"account":"acc","agents":[{"id":"a@x.y","name":"A","groups":[{"id":3,"priority":"first"},{"id":"Support","priority":"last"}]}]}`,
			`f:groups[1]: agent a@x.y: groups lists "Support" twice, with different values`},
		{"two values", `{"account":"acc","clients":["c"],"group_properties":[{"group":3,"namespace":"c","name":"p","value":1},{"group":"Support","namespace":"c","name":"p","value":2}]}`,
			`f:: group property Support/c/p is given twice, by number and by name, with different values`},
		{"two rows", `{"account":"acc","groups":[{"id":3,"language_code":"pl"},{"name":"Support"}]}`,
			`f:name: group "Support" is given twice: by name, and by its id 3`},
	} {
		_, err := Compute(parseLicense(t, live), parseLicense(t, c.want), Options{Where: func(_ *resource.Object, path string) string { return "f:" + path }})
		if question := (*Decision)(nil); !errors.As(err, &question) || question.Error() != c.text {
			t.Errorf("%s: %v, want %s", c.reason, err, c.text)
		}
	}
}

func TestNumbersAndNames(t *testing.T) {
	live := parseLicense(t, `{"account":"acc","groups":[{"id":3,"name":"Sales"},{"id":4,"name":"Support"}]}`)
	want := parseLicense(t, `{"account":"acc","tags":[]}`)
	live.SetRows("tags", nil)
	for _, c := range []struct {
		reason string
		id     int64
		name   string
		want   string
	}{
		{"they agree", 4, "Support", ""},
		{"the number is another's", 3, "Support", `f:1:2: group 3 is called "Sales" in the license, not "Support"`},
		{"the number is nobody's, the name is", 9, "Support", `f:1:2: group "Support" has the id 4 in the license, not 9`},
		{"neither is known", 9, "Other", ""},
	} {
		_, err := Compute(live, want, Options{Named: []NamedRef{{Kind: "groups", Name: c.name, ID: c.id, Place: "f:1:2"}}})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.reason, d)
		}
	}
	other := parseLicense(t, `{"owner":"x@y.z","account":"other","tags":[]}`)
	if _, err := Compute(live, other, Options{Named: []NamedRef{{Kind: "groups", Name: "Support", ID: int64(3)}}}); err != nil {
		t.Errorf("numbers of another license mean nothing: %v", err)
	}
}
