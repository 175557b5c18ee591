package diff

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestOnlyFlag(t *testing.T) {
	for id, want := range map[string]string{
		"agents/ben@x":       "--only agents/ben@x",
		"groups/Support, EU": `--only 'groups/Support\, EU'`,
		"tags/a/b":           "--only tags/a/b",
	} {
		if got := onlyFlag(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	const live = `{"groups": [{"id": 0, "name": "General"}, {"id": 3, "name": "Help"}, {"id": 4, "name": "3"}],
		"tags": [{"name": "old", "group_ids": [0]}, {"name": "kept", "group_ids": [0]}],
		"bots": [{"id": "b1", "name": "Kate"}, {"id": "b2", "name": "Kate"}]}`
	const want = `{"groups": [{"id": 0, "name": "Main"}, {"id": 3, "name": "Support"}, {"id": 4, "name": "Three"}, {"name": "New", "language_code": "en"}],
		"tags": [{"name": "vip", "group_ids": [0]}, {"name": "fresh", "group_ids": ["New"]}],
		"bots": [{"id": "b1", "name": "Kate", "job_title": "x"}, {"id": "b2", "name": "Kate", "job_title": "y"}]}`
	tests := []struct {
		name    string
		objects map[string][]string
		prune   bool
		want    []string
		fails   string
	}{
		{"by the name in the file", map[string][]string{"groups": {"Support"}}, false, []string{"update groups/Help name"}, ""},
		{"by the name in the license", map[string][]string{"groups": {"Help"}}, false, []string{"update groups/Help name"}, ""},
		{"by id", map[string][]string{"groups": {"0"}}, false, []string{"update groups/General name"}, ""},
		{"a name beats an id", map[string][]string{"groups": {"3"}}, false, []string{"update groups/3 name"}, ""},
		{"of two alike, by id", map[string][]string{"bots": {"b2"}}, false, []string{"update bots/Kate#2 job_title"}, ""},
		{"of two alike, as the plan calls it", map[string][]string{"bots": {"Kate#2"}}, false, []string{"update bots/Kate#2 job_title"}, ""},
		{"two alike", map[string][]string{"bots": {"Kate"}}, false, nil, "bots/Kate matches 2 bots: give one of the ids b1, b2"},
		{"nothing", map[string][]string{"tags": {"VIP"}}, false, nil, "neither the file nor the license has the tag VIP; did you mean tags/vip?"},
		{"left alone without --prune", map[string][]string{"tags": {"old"}}, false, nil, ""},
		{"deleted, it alone", map[string][]string{"tags": {"old"}}, true, []string{"delete tags/old"}, ""},
		{"nothing is deleted that is not named", map[string][]string{"tags": {"vip"}}, true, []string{"create tags/vip"}, ""},
		{"a need that is not selected", map[string][]string{"tags": {"fresh"}, "groups": {"0"}}, false,
			[]string{"update groups/General name", "create tags/fresh needs:groups/New BLOCKED needs groups/New, which is not selected; add --only groups/New"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{Match: ByID, Prune: tt.prune, Objects: tt.objects}
			for kind := range tt.objects {
				o.Only = append(o.Only, kind)
			}
			p, err := Compute(parseLicense(t, live), parseLicense(t, want), o)
			var question *Decision
			if errors.As(err, &question) {
				if tt.fails == "" || question.Error() != tt.fails {
					t.Fatalf("%v, want %q", err, tt.fails)
				}
				return
			}
			if err != nil || tt.fails != "" {
				t.Fatalf("error %v, want %q", err, tt.fails)
			}
			var got []string
			for _, l := range lines(p) {
				if strings.HasPrefix(l, "create") || strings.HasPrefix(l, "update") || strings.HasPrefix(l, "delete") {
					got = append(got, l)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// A value comes back with its definition, or says what it lacks.
func TestPickValue(t *testing.T) {
	live := parseLicense(t, `{"clients": ["a"], "properties": [], "license_properties": []}`)
	want := parseLicense(t, `{"clients": ["a"], "properties": [{"owner_client_id": "a", "name": "p", "type": "string", "access": {"license": {"agent": ["read", "write"]}}}],
		"license_properties": [{"namespace": "a", "name": "p", "value": "x"}, {"namespace": "a", "name": "q", "value": "y"}]}`)
	for only, blocked := range map[string]string{
		"license_properties":            "needs properties/a/p, which is not selected; add --only properties/a/p",
		"license_properties,properties": "",
	} {
		o := Options{Match: ByID, AllowApplication: true, Only: strings.Split(only, ","),
			Objects: map[string][]string{"license_properties": {"a/p"}}}
		p, err := Compute(live, want, o)
		if err != nil {
			t.Fatal(err)
		}
		if ch := p.changed("license_properties/a/p"); ch.Action != Create || ch.Blocked != blocked {
			t.Errorf("--only %s: %v", only, lines(p))
		}
	}
}

// changed returns the change with the id.
func (p *Plan) changed(id string) *Change {
	for _, ch := range p.Changes {
		if ch.ID == id {
			return ch
		}
	}
	return &Change{}
}

// TestPickProperty: whichever object is selected, the plan holds changes of
// objects of that name alone, of a kind that was named, and of values that go
// with it.
func TestPickProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 4)
		want := anything.Edited(t, live)
		o := allowAll
		o.Match = ByID
		p, err := Compute(live, want, o)
		if err != nil || len(p.Changes) == 0 {
			return
		}
		one := rapid.SampledFrom(p.Changes).Draw(t, "change")
		k := one.kind()
		o.Only, o.Objects = []string{k.Name}, map[string][]string{k.Name: {one.Key}}
		p, err = Compute(live, want, o)
		var question *Decision
		if errors.As(err, &question) {
			return // several of that name
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range p.Changes {
			if ch.Kind == k.Name && ch.Key != one.Key || ch.Kind != k.Name && len(k.ValueKinds()) == 0 {
				t.Fatalf("selected %s, but there is %s %s", one.ID, ch.Action, ch.ID)
			}
		}
	})
}
