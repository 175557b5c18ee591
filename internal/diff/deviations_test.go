package diff

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lcsync/internal/resource"
	"lcsync/internal/resource/resourcetest"
)

// deviationLines writes deviations one a line.
func deviationLines(d *Deviations) []string {
	out := []string{}
	for _, o := range d.All {
		switch {
		case o.Name == "" && o.Field == OrderField:
			for key, place := range o.Want.(*resource.Object).All() {
				out = append(out, fmt.Sprintf("moved %s/%s %d -> %d", o.Kind, key, place, o.Live.(*resource.Object).Get(key)))
			}
		case o.Field == "" && o.Live == nil:
			out = append(out, fmt.Sprintf("missing %s/%s (%s)", o.Kind, o.Key, o.Name))
		case o.Field == "" && o.Want == nil:
			out = append(out, fmt.Sprintf("extra %s/%s (%s)", o.Kind, o.Key, o.Name))
		default:
			text := fmt.Sprintf("%s/%s (%s) %s", o.Kind, o.Key, o.Name, FieldChange{o.Field, o.Live, o.Want})
			if o.Extra {
				text += " EXTRA"
			}
			out = append(out, text)
		}
	}
	for _, s := range d.Skipped {
		out = append(out, fmt.Sprintf("skipped %s/%s", s.Kind, s.Key))
	}
	return out
}

func TestDeviate(t *testing.T) {
	for _, tt := range []struct {
		reason, live, want string
		lines              []string
	}{
		{"equal", `{"tags":[{"name":"a"}]}`, `{"tags":[{"name":"a"}]}`, nil},
		{"a field", `{"agents":[{"id":"ben@x","name":"Ben","max_chats_count":5}]}`, `{"agents":[{"id":"ben@x","name":"Ben","max_chats_count":8}]}`,
			[]string{"agents/ben@x (ben@x) max_chats_count: 5 -> 8"}},
		{"objects of one side", `{"tags":[{"name":"a"}]}`, `{"tags":[{"name":"b"}]}`, []string{"missing tags/b (b)", "extra tags/a (a)"}},
		{"a kind that the file does not have", `{"tags":[{"name":"a"}]}`, `{}`, nil},
		{"what can never be deleted", `{"agents":[{"id":"o@x","role":"owner"}]}`, `{"agents":[]}`, []string{"extra agents/o@x (o@x)"}},
		{"what cannot be changed", `{"agents":[{"id":"ben@x","suspended":true}]}`, `{"agents":[{"id":"ben@x","suspended":false}]}`,
			[]string{"agents/ben@x (ben@x) suspended: true -> false"}},
		{"what cannot be created", `{"properties":[]}`, `{"properties":[{"name":"p","owner_client_id":"c","type":"int"}]}`, []string{"missing properties/c/p (c/p)"}},
		{"a group that is gone, with its memberships",
			`{"groups":[],"agents":[{"id":"ben@x","groups":[]}]}`,
			`{"groups":[{"id":19,"name":"Sales"}],"agents":[{"id":"ben@x","groups":[{"id":19,"priority":"normal"}]}]}`,
			[]string{"missing groups/Sales (19)", `agents/ben@x (ben@x) groups[Sales]: (none) -> {"id":{"$ref":"groups/Sales"},"priority":"normal"}`}},
		{"a membership in a group that was added by hand",
			`{"groups":[{"id":19,"name":"Sales"}],"agents":[{"id":"ben@x","groups":[{"id":19,"priority":"normal"}]}]}`,
			`{"groups":[],"agents":[{"id":"ben@x","groups":[]}]}`,
			[]string{"extra groups/Sales (19)", `agents/ben@x (ben@x) groups[19]: {"id":19,"priority":"normal"} -> (none) EXTRA`}},
		{"an order", `{"auto_accesses":[{"id":"b"},{"id":"x"},{"id":"a"}]}`, `{"auto_accesses":[{"id":"a","description":"A"},{"id":"b","description":"B"}]}`,
			[]string{`auto_accesses/a (a) description: "" -> "A"`, `auto_accesses/b (b) description: "" -> "B"`, "extra auto_accesses/x (x)", "moved auto_accesses/a 1 -> 2"}},
		{"what may be there", `{"tags":[],"gaps":[{"kind":"tags","partial":true}]}`, `{"tags":[{"name":"a"}]}`, []string{"skipped tags/a"}},
		{"a value that is the default is as good as unset",
			`{"properties":[{"name":"p","owner_client_id":"c","type":"int","default_value":2}],"license_properties":[{"namespace":"c","name":"p","value":2}]}`,
			`{"properties":[{"name":"p","owner_client_id":"c","type":"int","default_value":2}],"license_properties":[]}`, nil},
		{"each side by its own definition",
			`{"properties":[{"name":"p","owner_client_id":"c","type":"int","default_value":1}],"license_properties":[]}`,
			`{"properties":[{"name":"p","owner_client_id":"c","type":"int","default_value":2}],"license_properties":[{"namespace":"c","name":"p","value":2}]}`,
			[]string{"properties/c/p (c/p) default_value: 1 -> 2"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			live, want := parseLicense(t, tt.live), parseLicense(t, tt.want)
			live.ClientIDs, want.ClientIDs = []string{"c"}, []string{"c"}
			before := resourcetest.Texts(live) + resourcetest.Texts(want)
			d, err := Deviate(live, want, Options{Match: ByID})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]string{}, tt.lines...), deviationLines(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if resourcetest.Texts(live)+resourcetest.Texts(want) != before {
				t.Error("a license was changed")
			}
		})
	}
}

func TestSaw(t *testing.T) {
	d, err := Deviate(
		parseLicense(t, `{"tags":[{"name":"a"}],"agents":[{"id":"ben@x"}],"webhooks":[],"unreadable":{"agents":["mobile"]},"gaps":[{"kind":"bots"},{"kind":"webhooks","client":"c"},{"kind":"tags","id":"odd"}]}`),
		parseLicense(t, `{"tags":[{"name":"a"},{"name":"odd"}],"agents":[{"id":"ben@x"}],"bots":[{"id":"b"}],"webhooks":[]}`),
		Options{Match: ByID, Skip: []string{"auto_accesses"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		why  string
		at   Place
		want bool
	}{
		{"an object that is there", Place{Kind: "tags", Key: "a", Name: "a"}, true},
		{"one that is not", Place{Kind: "tags", Key: "b", Name: "b"}, true},
		{"one that could not be read", Place{Kind: "tags", Key: "odd", Name: "odd"}, false},
		{"a kind that could not be read", Place{Kind: "bots", Key: "Bot", Name: "b"}, false},
		{"a kind that was left out", Place{Kind: "auto_accesses", Key: "r", Name: "r"}, false},
		{"a kind that the file has no more", Place{Kind: "groups", Key: "Sales", Name: "19"}, true},
		{"an application that could not be read", Place{Kind: "webhooks", Key: "c/incoming_chat/https://x", Name: "w"}, false},
		{"another application", Place{Kind: "webhooks", Key: "d/incoming_chat/https://x", Name: "w"}, true},
		{"a field that the license does not return", Place{Kind: "agents", Key: "ben@x", Name: "ben@x", Field: "mobile"}, false},
		{"a field that it returns", Place{Kind: "agents", Key: "ben@x", Name: "ben@x", Field: "name"}, true},
		{"an unknown kind", Place{Kind: "nothing"}, false},
	} {
		if got := d.Saw(tt.at); got != tt.want {
			t.Errorf("%s: got %v", tt.why, got)
		}
	}
}

// TestDeviateLikeCompute: what differs are the objects that a plan is about, and
// those that it can do nothing about.
func TestDeviateLikeCompute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anything.License(t, 4)
		want := live
		if rapid.Bool().Draw(t, "edited") {
			want = anything.Edited(t, live)
		}
		d, err := Deviate(live, want.Clone(), allowAll)
		if err != nil {
			return // a person has to decide
		}
		p, err := Compute(live, want.Clone(), allowAll)
		if err != nil {
			t.Fatal(err)
		}
		// A plan holds values against the definition that there will be, which is
		// the license's where the change to the file's is blocked.
		kept := map[string]bool{} // kinds of values of such
		for _, ch := range p.Changes {
			for _, k := range resource.Lookup(ch.Kind).ValueKinds() {
				kept[k.Name] = kept[k.Name] || ch.Blocked != ""
			}
		}
		planned := map[string]bool{}
		for _, ch := range p.Changes {
			restores := ch.Action == Create && strings.Contains(ch.ID, "#restore")
			moves := ch.Move != nil && len(ch.Fields) == 1 && ch.Fields[0].Path == position
			if !restores && !moves && !kept[ch.Kind] {
				planned[resource.Address(ch.Kind, ch.Key)] = true
			}
		}
		for _, u := range p.Unmanaged {
			if !kept[u.Kind] {
				planned[resource.Address(u.Kind, u.Key)] = true
			}
		}
		for _, o := range p.Observed {
			planned[resource.Address(o.Kind, o.Key)] = true
		}
		differ := map[string]bool{}
		for _, o := range d.All {
			if !kept[o.Kind] && o.Name != "" {
				differ[resource.Address(o.Kind, o.Key)] = true
			}
		}
		if diff := cmp.Diff(planned, differ); diff != "" {
			t.Fatalf("(-planned +differ):\n%s\n%s", diff, summary(p))
		}
	})
}
