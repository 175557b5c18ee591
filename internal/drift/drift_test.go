package drift

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Client ids that texts shorten.
const long, other, named = "0123456789abcdef0123456789abcdef", "0123456789ffffff0123456789ffffff", "named-client-id-of-length"

// parse reads a license written as JSON, a member a kind.
func parse(t *testing.T, text string) *resource.License {
	t.Helper()
	v, err := resource.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l := &resource.License{Owner: "ann@x", AccountID: "acc", ClientIDs: []string{"shop", long, other, named}}
	for name, rows := range v.(*resource.Object).All() {
		k := resource.Lookup(name)
		list := []*resource.Object{}
		for _, r := range rows.(resource.List) {
			row := r.(*resource.Object)
			k.Canonical(row)
			list = append(list, row)
		}
		l.SetRows(name, list)
	}
	return l
}

func find(t *testing.T, want, live string, m resource.Masks) []Difference {
	t.Helper()
	d, err := diff.Deviate(parse(t, live), parse(t, want), diff.Options{Match: diff.ByID})
	if err != nil {
		t.Fatal(err)
	}
	return Find(d, m, map[string]string{named: "Shop"})
}

// Each difference is described in the direction of what happened, under an
// identity that its value has no part in.
func TestFind(t *testing.T) {
	for _, tt := range []struct {
		why, want, live string
		lines           []string
	}{
		{"a value", `{"agents":[{"id":"ben@x","max_chats_count":8}]}`, `{"agents":[{"id":"ben@x","max_chats_count":5}]}`,
			[]string{"agents/ben@x#max_chats_count: agent ben@x: max_chats_count was 8, is now 5"}},
		{"an object that was added", `{"tags":[]}`, `{"tags":[{"name":"vip"}]}`, []string{"tags/vip: added by hand: tag vip"}},
		{"an object that was deleted", `{"groups":[{"id":19,"name":"Sales"}]}`, `{"groups":[]}`, []string{"groups/19: deleted by hand: group Sales"}},
		{"an object that was renamed", `{"groups":[{"id":19,"name":"Sales"}]}`, `{"groups":[{"id":19,"name":"Sales EU"}]}`,
			[]string{"groups/19#name: group Sales EU: name was Sales, is now \"Sales EU\""}},
		{"a suspended agent", `{"agents":[{"id":"ben@x","suspended":false}]}`, `{"agents":[{"id":"ben@x","suspended":true}]}`,
			[]string{"agents/ben@x#suspended: agent ben@x: suspended was false, is now true"}},
		{"elements of a list", `{"agents":[{"id":"ben@x","notifications":["ticket","new_goal"]}]}`, `{"agents":[{"id":"ben@x","notifications":["incoming_chat","ticket"]}]}`,
			[]string{"agents/ben@x#notifications: agent ben@x: notifications: added incoming_chat; removed new_goal"}},
		{"a membership", `{"groups":[{"id":19,"name":"Sales"}],"agents":[{"id":"ben@x","groups":[{"id":19,"priority":"first"}]}]}`,
			`{"groups":[{"id":19,"name":"Sales"}],"agents":[{"id":"ben@x","groups":[{"id":19,"priority":"last"}]}]}`,
			[]string{"agents/ben@x#groups[19].priority: agent ben@x: groups[19].priority (Sales) was first, is now last"}},
		{"an order", `{"auto_accesses":[{"id":"a","description":"A"},{"id":"b","description":"B"}]}`, `{"auto_accesses":[{"id":"b","description":"B"},{"id":"a","description":"A"}]}`,
			[]string{"auto_accesses/#order: auto accesses reordered: A was at 1, is now at 2"}},
		{"a url keeps its secrets", `{"webhooks":[]}`, `{"webhooks":[{"id":"w","owner_client_id":"shop","action":"incoming_chat","type":"license","url":"https://me:pw@h.example/p?key=k1&x"}]}`,
			[]string{"webhooks/w: added by hand: webhook shop/incoming_chat/https://***@h.example/p?key=***&x"}},
		{"also where nothing else tells it", `{"webhooks":[{"owner_client_id":"shop","action":"incoming_chat","type":"license","url":"https://h.example/p?key=k1"}]}`, `{"webhooks":[]}`,
			[]string{"webhooks/shop/incoming_chat/https://h.example/p?key=***~" + digest("shop/incoming_chat/https://h.example/p?key=k1") + ": deleted by hand: webhook shop/incoming_chat/https://h.example/p?key=***"}},
		{"a secret that changed", `{"agents":[{"id":"ben@x","avatar":"https://h.example/?t=1"}]}`, `{"agents":[{"id":"ben@x","avatar":"https://h.example/?t=2"}]}`,
			[]string{"agents/ben@x#avatar: agent ben@x: avatar changed, masked"}},
		{"what the user calls a secret", `{"agents":[{"id":"ben@x","mobile":"123"}]}`, `{"agents":[{"id":"ben@x","mobile":"456"}]}`,
			[]string{"agents/ben@x#mobile: agent ben@x: mobile changed, masked"}},
	} {
		t.Run(tt.why, func(t *testing.T) {
			got := []string{}
			for _, d := range find(t, tt.want, tt.live, resource.Masks{{Kind: "agents", Key: "*@x", Field: "mobile"}}) {
				got = append(got, d.ID+": "+d.String())
				if text := resource.JSON(d.Was) + resource.JSON(d.Is); strings.Contains(text, "k1") || strings.Contains(text, "pw") || strings.Contains(text, "123") {
					t.Errorf("a secret is in %s", text)
				}
			}
			if d := cmp.Diff(tt.lines, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// Texts name objects as diff does: a client id by the name of its application or
// its beginning, a group by its name. Where that could mean two, they have the key.
// The identity has the whole key.
func TestObjects(t *testing.T) {
	property := func(id, name string) string {
		return `{"namespace":"` + id + `","name":"` + name + `","value":1}`
	}
	got := []string{}
	for _, d := range find(t, `{"license_properties":[]}`, `{"license_properties":[`+property(long, "a")+","+property(other, "a")+","+property(named, "a")+","+property("shop", "a")+`]}`, nil) {
		got = append(got, d.ID+": "+d.String())
	}
	for _, d := range find(t, `{"group_properties":[]}`, `{"groups":[{"id":1,"name":"Sales"},{"id":2,"name":"Sales"},{"id":3,"name":"Care"}],"group_properties":[`+
		strings.Join([]string{group("1", long), group("2", long), group("3", long)}, ",")+`]}`, nil) {
		got = append(got, d.ID+": "+d.String())
	}
	want := []string{
		"license_properties/" + long + "/a: added by hand: license property 0123456789a…/a",
		"license_properties/" + other + "/a: added by hand: license property 0123456789f…/a",
		"license_properties/" + named + "/a: added by hand: license property Shop/a",
		"license_properties/shop/a: added by hand: license property shop/a",
		"group_properties/1/" + long + "/a: added by hand: group property 1/" + long + "/a",
		"group_properties/2/" + long + "/a: added by hand: group property 2/" + long + "/a",
		"group_properties/3/" + long + "/a: added by hand: group property Care/0123456789a…/a",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	all := find(t, `{"license_properties":[]}`, `{"license_properties":[`+strings.Join([]string{property(long, "a"), property(long, "b"), property(long, "c"), property(long, "d")}, ",")+`]}`, nil)
	if d := cmp.Diff([]string{"added by hand: 4 license properties: 0123456789a…/a, 0123456789a…/b, 0123456789a…/c, …"}, Lines(all, false)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func group(id, namespace string) string {
	return `{"group":` + id + `,"namespace":"` + namespace + `","name":"a","value":1}`
}
