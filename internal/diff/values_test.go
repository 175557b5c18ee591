package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lcsync/internal/resource"
)

func TestValues(t *testing.T) {
	const same = `"clients":["c"],`
	granting := func(access, more string) string {
		return `"properties":[{"name":"p","owner_client_id":"c","type":"int","access":` + access + more + `}]`
	}
	def := func(more string) string { return granting(`{"license":{"agent":["read","write"]}}`, more) }
	value := func(v string) string {
		return `"license_properties":[{"namespace":"c","name":"p","value":` + v + `}]`
	}
	none := `"license_properties":[]`
	lic := func(parts ...string) string { return `{` + same + strings.Join(parts, ",") + `}` }
	replacing := Options{ReplaceDefinitions: true, AllowApplication: true}
	pruning := Options{Prune: true, AllowApplication: true}
	runCases(t, []planCase{
		{"a value that differs", lic(def(``), value(`1`)), lic(def(``), value(`2`)), Options{}, []string{"update license_properties/c/p value"}},
		{"a value that is not set", lic(def(``), none), lic(def(``), value(`2`)), Options{}, []string{"create license_properties/c/p"}},
		{"a default is as good as unset", lic(def(`,"default_value":2`), value(`2`)), lic(def(`,"default_value":2`), none), pruning, nil},
		{"and the other way around", lic(def(`,"default_value":2`), none), lic(def(`,"default_value":2`), value(`2`)), Options{}, nil},
		{"a value is taken back to the default", lic(def(`,"default_value":2`), value(`1`)), lic(def(`,"default_value":2`), none), pruning, []string{"delete license_properties/c/p"}},
		{"a value that does not fit", lic(def(``), none), lic(def(``), value(`"x"`)), Options{},
			[]string{`create license_properties/c/p BLOCKED it does not fit its definition: "x" is a string, but the property's type is int`}},
		{"a value needs its new definition", lic(`"properties":[]`, none), lic(def(``), value(`1`)), Options{},
			[]string{"create properties/c/p", "create license_properties/c/p needs:properties/c/p"}},

		{"definitions are not replaced unasked", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), value(`2`)), Options{AllowApplication: true},
			[]string{"replace properties/c/p description BLOCKED " + needReplace, "update license_properties/c/p value"}},
		{"nor on other licenses", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), value(`1`)), Options{ReplaceDefinitions: true},
			[]string{"replace properties/c/p description BLOCKED " + needApplication}},
		{"nor what is protected", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), value(`1`)),
			Options{ReplaceDefinitions: true, AllowApplication: true, Protect: []ProtectedObject{{"groups", "c/p"}, {"properties", "c/p"}}},
			[]string{"replace properties/c/p description BLOCKED " + isProtected}},
		{"a field that nobody knows of what cannot be updated", lic(def(`,"new":1`), value(`1`)), lic(def(`,"new":2`), value(`1`)), replacing,
			[]string{"update properties/c/p new BLOCKED the API cannot change it"}},
		{"values are written back", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), value(`1`)), replacing,
			[]string{"replace properties/c/p description", "create license_properties/c/p#restore needs:properties/c/p"}},
		{"those of kinds that the file does not have too", lic(def(``), value(`1`)), lic(def(`,"description":"d"`)), replacing,
			[]string{"replace properties/c/p description", "create license_properties/c/p#restore needs:properties/c/p"}},
		{"those that change are written once", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), value(`2`)), replacing,
			[]string{"replace properties/c/p description", "update license_properties/c/p value needs:properties/c/p"}},
		{"what was the default is not set", lic(def(`,"default_value":1`), value(`1`)), lic(def(`,"default_value":3`), none), replacing,
			[]string{"replace properties/c/p default_value"}},
		{"unless the file wants it although the default is another now", lic(def(`,"default_value":1`), value(`1`)), lic(def(`,"default_value":3`), value(`1`)), replacing,
			[]string{"replace properties/c/p default_value", "create license_properties/c/p#restore needs:properties/c/p"}},
		{"what will be the default needs not be set", lic(def(``), value(`3`)), lic(def(`,"default_value":3`), value(`3`)), replacing,
			[]string{"replace properties/c/p default_value"}},
		{"what does not fit any more", lic(def(``), value(`1`)), lic(def(`,"domain":[5,6]`)), replacing,
			[]string{"replace properties/c/p domain", "create license_properties/c/p#restore needs:properties/c/p BLOCKED it does not fit its definition…"}},
		{"values that could not be read could not be written back", lic(def(``)), lic(def(`,"description":"d"`)), replacing,
			[]string{"replace properties/c/p description BLOCKED its values could not be written back: license_properties were not read"}},
		{"nor those that agents may not write afterwards", lic(granting(`{"license":{"agent":["read"]}}`, ``), value(`1`)), lic(granting(`{"license":{"agent":["read"]}}`, `,"description":"d"`), value(`1`)), replacing,
			[]string{"replace properties/c/p description BLOCKED license_properties/c/p could not be written back: the definition does not let agents write it"}},
		{"be it that they lose the right", lic(def(``), value(`1`)), lic(granting(`{"license":{"agent":["read"],"customer":["write"]}}`, ``)), replacing,
			[]string{"replace properties/c/p access.license.agent access.license.customer BLOCKED license_properties/c/p could not be written back…"}},
		{"or that the place is none any more", lic(def(``), value(`1`)), lic(granting(`{"chat":{"agent":["read","write"]}}`, ``), value(`2`)), replacing,
			[]string{"replace properties/c/p access.chat access.license BLOCKED license_properties/c/p could not be written back…", "update license_properties/c/p value"}},
		{"if they get it, they are", lic(granting(`{"license":{"agent":["read"]}}`, ``), value(`1`)), lic(def(``)), replacing,
			[]string{"replace properties/c/p access.license.agent", "create license_properties/c/p#restore needs:properties/c/p"}},
		{"a default needs no right", lic(granting(`{"license":{"agent":["read"]}}`, `,"default_value":1`), value(`1`)), lic(granting(`{"license":{"agent":["read"]}}`, `,"default_value":2`)), replacing,
			[]string{"replace properties/c/p default_value"}},
		{"values of groups, which have no right of their own", lic(granting(`{"group":{"agent":["read"]}}`, ``), `"groups":[{"id":3,"name":"S"}],"group_properties":[{"group":3,"namespace":"c","name":"p","value":1}]`),
			lic(granting(`{"group":{"agent":["read"]}}`, `,"description":"d"`)), replacing,
			[]string{"replace properties/c/p description BLOCKED group_properties/3/c/p could not be written back…"}},
		{"a value that goes, goes first", lic(def(``), value(`1`)), lic(def(`,"description":"d"`), none), Options{Prune: true, AllowApplication: true, ReplaceDefinitions: true},
			[]string{"replace properties/c/p description waits:license_properties/c/p", "delete license_properties/c/p"}},

		{"what is published stays", lic(def(`,"public_access":["read"]`)), lic(def(`,"public_access":["read"],"description":"d"`)), replacing,
			[]string{"replace properties/c/p description BLOCKED published properties cannot be unregistered"}},
		{"and stays as it was published", lic(def(`,"public_access":["read"]`)), lic(def(`,"public_access":["read","write"]`)), replacing,
			[]string{"update properties/c/p public_access BLOCKED it is published already, and the API cannot change that"}},
		{"publishing is for every license", lic(def(``)), lic(def(`,"public_access":["read"]`)), Options{}, []string{"update properties/c/p public_access BLOCKED publishing cannot be undone…"}},
		{"publishing", lic(def(``)), lic(def(`,"public_access":["read"]`)), replacing, []string{"update properties/c/p public_access"}},

		{"a definition whose values the file sets", lic(def(``), value(`1`)), lic(`"properties":[]`, value(`1`)), pruning,
			[]string{"delete properties/c/p BLOCKED the file sets values of it in license_properties"}},
		{"a definition goes after its values", lic(def(``), value(`1`)), lic(`"properties":[]`, none), pruning,
			[]string{"delete properties/c/p waits:license_properties/c/p", "delete license_properties/c/p"}},
		{"predefined namespaces are nobody's", `{"clients":["c"],"license_properties":[{"namespace":"core","name":"x","value":1}]}`, `{"clients":["c"],"license_properties":[]}`, pruning, nil},
		{"nor are undocumented properties of them carried to another license", `{"clients":["c"],"license_properties":[]}`,
			`{` + otherLicense + `"clients":["c"],"license_properties":[{"namespace":"core","name":"x","value":1}]}`, Options{},
			[]string{byNameNote, "note license_properties: lcsync does not know core/x and does not compare it with another license"}},
	})
}

func TestDefaultProperties(t *testing.T) {
	value := func(space, name, v string) string {
		return `{"namespace":"` + space + `","name":"` + name + `","value":` + v + `}`
	}
	lic := func(rows ...string) string {
		return `{"clients":["c"],"groups":[{"id":0,"name":"General"}],"license_properties":[` + strings.Join(rows, ",") + `]}`
	}
	other := func(rows ...string) string { return `{` + otherLicense + strings.TrimPrefix(lic(rows...), "{") }
	runCases(t, []planCase{
		{"a setting that differs", lic(value("chats", "queue.enabled", "true")), lic(value("chats", "queue.enabled", "false")), Options{},
			[]string{"update license_properties/chats/queue.enabled value"}},
		{"a setting that does not fit", lic(value("chats", "queue.enabled", "true")), lic(value("chats", "queue.enabled", "1")), Options{},
			[]string{"update license_properties/chats/queue.enabled value BLOCKED it does not fit its definition: 1 is an integer, but the property's type is bool"}},
		{"what nobody can set", lic(value("limits", "agents.base", "5"), value("chats", "queue.limit", "9")), lic(value("limits", "agents.base", "6"), value("statistics", "new", "1")), Options{Prune: true}, nil},
		{"settings are never deleted", lic(value("chats", "queue.enabled", "true")), lic(), Options{Prune: true}, nil},
		{"nor unmanaged where the namespace was given as a client id", lic(value("chats", "queue.enabled", "true")),
			`{"clients":["c","chats"],"license_properties":[]}`, Options{}, nil},
		{"an undocumented one is compared", lic(value("chats", "new", "1")), lic(value("chats", "new", "2")), Options{},
			[]string{"update license_properties/chats/new value"}},
		{"settings go to another license", lic(value("chats", "queue.enabled", "true")), other(value("chats", "queue.enabled", "false")), Options{},
			[]string{"update license_properties/chats/queue.enabled value", byNameNote}},
		{"transcripts do not go to other people unasked", lic(value("core", "transcript_emails", `""`)), other(value("core", "transcript_emails", `"x@y.z"`)), Options{},
			[]string{"update license_properties/core/transcript_emails value BLOCKED this is another license, and transcripts…", byNameNote}},
		{"they do when somebody says so", lic(value("core", "transcript_emails", `""`)), other(value("core", "transcript_emails", `"x@y.z"`)),
			Options{Only: []string{"license_properties"}, Objects: map[string][]string{"license_properties": {"core/transcript_emails"}}},
			[]string{"update license_properties/core/transcript_emails value", byNameNote}},
		{"on the file's own license they do", lic(value("core", "transcript_emails", `""`)), lic(value("core", "transcript_emails", `"x@y.z"`)), Options{},
			[]string{"update license_properties/core/transcript_emails value"}},
		{"values of a new group", `{"agents":[{"id":"a@x.y","name":"N"}],"groups":[],"group_properties":[]}`,
			`{"groups":[{"id":7,"name":"A","agent_priorities":{"a@x.y":"normal"}}],"group_properties":[{"group":7,"namespace":"chats","name":"queue.routing_priority","value":3}]}`, Options{Match: ByID},
			[]string{"create groups/A", "update agents/a@x.y groups[A] waits:groups/A", "create group_properties/A/chats/queue.routing_priority needs:groups/A"}},
		{"definitions of the platform's namespaces", `{"clients":["c"],"properties":[]}`,
			`{"clients":["c"],"properties":[{"name":"p","owner_client_id":"chats","type":"int","access":{"license":{"agent":["read"]}}}]}`, Options{},
			[]string{"skip properties/chats/p: chats is a namespace of the platform, which defines its own properties"}},
	})
}

func TestDefaultPropertiesAreNotRewritten(t *testing.T) {
	live := parseLicense(t, `{"clients":["c"],"license_properties":[{"namespace":"chats","name":"queue.enabled","value":true},{"namespace":"c","name":"p","value":1}]}`)
	want := parseLicense(t, `{"clients":["c"],"license_properties":[{"namespace":"chats","name":"queue.enabled","value":false},{"namespace":"c","name":"p","value":2}]}`)
	for _, replace := range []bool{false, true} {
		p, err := Compute(live, want, Options{ReplaceDefinitions: replace})
		if err != nil {
			t.Fatal(err)
		}
		if got := change(p, "license_properties/chats/queue.enabled").NoRewrite; got == replace {
			t.Errorf("--replace-properties %v: the platform's has NoRewrite %v", replace, got)
		}
		if change(p, "license_properties/c/p").NoRewrite {
			t.Error("a value of an application is not rewritten")
		}
	}
}

func TestPrune(t *testing.T) {
	const agents = `"agents":[{"id":"owner@example.com","name":"O","role":"owner"},{"id":"Me@x.y","name":"M","account_id":"me"},{"id":"x@x.y","name":"X"}]`
	hook := func(ids string) string {
		var rows []string
		for _, id := range strings.Fields(ids) {
			rows = append(rows, `{"id":"`+id+`","owner_client_id":"c","action":"incoming_chat","type":"bot","url":"https://`+id+`"}`)
		}
		return `{"clients":["c"],"webhooks":[` + strings.Join(rows, ",") + `]}`
	}
	described := func(s string) string { return strings.Replace(s, `"type":"bot"`, `"type":"bot","description":"d"`, 1) }
	runCases(t, []planCase{
		{"without --prune all is listed", `{` + agents + `}`, `{"agents":[]}`, Options{},
			[]string{"unmanaged agents/owner@example.com", "unmanaged agents/Me@x.y", "unmanaged agents/x@x.y"}},
		{"owners and oneself stay", `{` + agents + `}`, `{"agents":[]}`, Options{Prune: true, Self: "me@x.y"},
			[]string{"delete agents/Me@x.y BLOCKED the token belongs to this agent", "delete agents/x@x.y", "unmanaged agents/owner@example.com"}},
		{"oneself by account", `{` + agents + `}`, `{"agents":[]}`, Options{Prune: true, Self: "me"},
			[]string{"delete agents/Me@x.y BLOCKED the token belongs to this agent", "delete agents/x@x.y", "unmanaged agents/owner@example.com"}},
		{"nobody goes as long as nobody knows who one is", `{"agents":[{"id":"x@x.y","name":"X"}]}`, `{"agents":[]}`, Options{Prune: true},
			[]string{"delete agents/x@x.y BLOCKED lcsync cannot tell which agent the token belongs to; pass --self EMAIL"}},
		{"group 0 stays", `{"groups":[{"id":0,"name":"General"},{"id":1,"name":"A"}]}`, `{"groups":[]}`, Options{Prune: true},
			[]string{"delete groups/A", "unmanaged groups/General"}},
		{"what other licenses use stays", hook("a"), `{"clients":["c"],"webhooks":[]}`, Options{Prune: true}, []string{"delete webhooks/c/incoming_chat/https://a BLOCKED " + needApplication}},
		{"a template's bot stays", `{"clients":["c"],"bots":[{"id":"t","name":"T"}],"bot_templates":[{"id":"t","name":"T","owner_client_id":"c"}]}`,
			`{"clients":["c"],"bots":[],"bot_templates":[{"id":"t","name":"T","owner_client_id":"c"}]}`, Options{Prune: true},
			[]string{"unmanaged bots/T"}},
		{"what the file refers to stays", `{"groups":[{"id":1,"name":"A"}],"tags":[{"name":"v"}]}`, `{"groups":[],"tags":[{"name":"v","group_ids":["A"]}]}`, Options{Prune: true},
			[]string{"delete groups/A BLOCKED the file refers to it", "update tags/v group_ids"}},
		{"a group goes after what refers to it", `{"groups":[{"id":1,"name":"A"}],"tags":[{"name":"v","group_ids":[1]},{"name":"w","group_ids":[1]}]}`,
			`{"groups":[],"tags":[{"name":"v","group_ids":[]}]}`, Options{Prune: true},
			[]string{"delete groups/A waits:tags/v,tags/w", "update tags/v group_ids", "delete tags/w"}},

		{"a tag of another case has to go first", `{"tags":[{"name":"VIP"}]}`, `{"tags":[{"name":"vip"}]}`, Options{Prune: true}, []string{"create tags/vip needs:tags/VIP", "delete tags/VIP"}},
		{"one that stays is in the way", `{"tags":[{"name":"VIP"}]}`, `{"tags":[{"name":"vip"}]}`, Options{},
			[]string{`create tags/vip BLOCKED the license has the tag "VIP", and the server ignores case in names`, "unmanaged tags/VIP"}},
		{"one that may not go is in the way", `{"tags":[{"name":"VIP"}]}`, `{"tags":[{"name":"vip"}]}`, Options{Prune: true, Partial: []string{"tags"}},
			[]string{"create tags/vip needs:tags/VIP BLOCKED needs tags/VIP, which is blocked", "delete tags/VIP BLOCKED the token may not see all tags…"}},

		{"a webhook is made before the old one goes", hook("a b"), described(hook("a b")), Options{AllowApplication: true}, []string{"replace webhooks/c/incoming_chat/https://a description"}},
		{"unless there is no room", hook("a b z"), described(hook("a b z")), Options{AllowApplication: true}, []string{"replace webhooks/c/incoming_chat/https://a description delete first"}},
		{"more than is allowed, and no room even without the old one", hook("a b y z"), described(hook("a b y z")), Options{AllowApplication: true},
			[]string{"replace webhooks/c/incoming_chat/https://a description BLOCKED the license has 4 where 3 are allowed…"}},
		{"the same with what is left alone", hook("a b y z"), described(hook("a")), Options{AllowApplication: true},
			[]string{"replace webhooks/c/incoming_chat/https://a description BLOCKED the license has 4 where 3 are allowed…",
				"unmanaged webhooks/c/incoming_chat/https://b", "unmanaged webhooks/c/incoming_chat/https://y", "unmanaged webhooks/c/incoming_chat/https://z"}},
		{"unless one goes before, which it needs", hook("a b y z"), described(hook("a b y")), Options{AllowApplication: true, Prune: true},
			[]string{"replace webhooks/c/incoming_chat/https://a description needs:webhooks/c/incoming_chat/https://z delete first", "delete webhooks/c/incoming_chat/https://z"}},
		{"two that go make room for both at once", hook("a b y z"), described(hook("a b")), Options{AllowApplication: true, Prune: true},
			[]string{"replace webhooks/c/incoming_chat/https://a description waits:webhooks/c/incoming_chat/https://y,webhooks/c/incoming_chat/https://z", "delete webhooks/c/incoming_chat/https://y", "delete webhooks/c/incoming_chat/https://z"}},
		{"one that may not go makes none", hook("a b y z"), described(hook("a b y")), Options{AllowApplication: true, Prune: true, Protect: []ProtectedObject{{"webhooks", "z"}}},
			[]string{"replace webhooks/c/incoming_chat/https://a description BLOCKED the license has 4 where 3 are allowed…", "delete webhooks/c/incoming_chat/https://z BLOCKED the profile protects it"}},
		{"deletions make room", hook("a b z"), described(hook("a b")), Options{AllowApplication: true, Prune: true},
			[]string{"replace webhooks/c/incoming_chat/https://a description waits:webhooks/c/incoming_chat/https://z", "delete webhooks/c/incoming_chat/https://z"}},
		{"new ones wait for room", strings.Replace(hook("z a b"), `"type":"bot"`, `"type":"license"`, 1), hook("n a b"), Options{AllowApplication: true, Prune: true},
			[]string{"create webhooks/c/incoming_chat/https://n waits:webhooks/c/incoming_chat/https://z", "delete webhooks/c/incoming_chat/https://z"}},
	})
}

// TestUnseenValuesAreLost: what agents may not read cannot be written back, and
// the plan says so.
func TestUnseenValuesAreLost(t *testing.T) {
	const live = `{"clients":["c"],"license_properties":[],"properties":[{"name":"p","owner_client_id":"c","type":"int","access":{"license":{"customer":["read","write"]}}}]}`
	p, err := Compute(parseLicense(t, live), parseLicense(t, strings.Replace(live, `"customer"`, `"agent"`, 1)), Options{ReplaceDefinitions: true, AllowApplication: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{resource.Lookup("properties").Delete.Loses, "its license_properties: agents may not read them, so they are not written back"}
	if d := cmp.Diff(want, change(p, "properties/c/p").Loses); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
