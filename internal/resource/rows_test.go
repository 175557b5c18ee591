package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCalledBy(t *testing.T) {
	value := Of("group", int64(19), "namespace", "abc", "name", "plan", "value", int64(1))
	for _, c := range []struct {
		reason, kind string
		row          *Object
		call         string   // CallOf
		by, notBy    []string // CalledBy
	}{
		{"by id and by name", "bots", Of("id", "b1", "name", "Bot"), "b1", []string{"b1", "Bot"}, []string{"bot", "", "B"}},
		{"a rule without an id", "auto_accesses", Of("description", "d"), "d", []string{"d"}, []string{""}},
		{"nothing to call it by", "auto_accesses", Of("next_id", "d"), "", nil, []string{"d"}},
		{"by the beginning of its key", "group_properties", value, "19/abc/plan", []string{"19", "19/abc", "19/abc/plan"}, []string{"1", "19/a", "abc", "19/abc/plan/x"}},
		{"by as much of its key as there is", "webhooks", Of("owner_client_id", "c", "url", "u"), "c", []string{"c"}, []string{"c/u"}},
		{"without regard to case where the server has none", "tags", Of("name", "VIP"), "VIP", []string{"vip"}, []string{"VI"}},
	} {
		k := Lookup(c.kind)
		if got := k.CallOf(c.row); got != c.call {
			t.Errorf("%s: it is called %q, want %q", c.reason, got, c.call)
		}
		for _, id := range c.by {
			if !k.CalledBy(c.row, id) {
				t.Errorf("%s: not called by %q", c.reason, id)
			}
		}
		for _, id := range c.notBy {
			if k.CalledBy(c.row, id) {
				t.Errorf("%s: called by %q", c.reason, id)
			}
		}
	}
}

func TestHides(t *testing.T) {
	hook := Of("id", "w", "owner_client_id", "mine", "action", "a", "url", "u")
	for _, c := range []struct {
		gap  Gap
		want bool
	}{
		{Gap{Kind: "webhooks"}, true},
		{Gap{Kind: "bots"}, false},
		{Gap{Kind: "webhooks", ClientID: "mine"}, true},
		{Gap{Kind: "webhooks", ClientID: "other"}, false},
		{Gap{Kind: "webhooks", ID: "w"}, true},
		{Gap{Kind: "webhooks", ID: "mine/a/u"}, true},
		{Gap{Kind: "webhooks", ClientID: "other", ID: "w"}, false},
		{Gap{Kind: "webhooks", ClientID: "mine", ID: "x"}, false},
	} {
		if got := c.gap.Hides(Lookup("webhooks"), hook); got != c.want {
			t.Errorf("%+v: %v", c.gap, got)
		}
	}
}

func TestLooksSecret(t *testing.T) {
	for _, name := range []string{"secret", "secret_key", "bot_secret", "clientSecret", "TOKEN", "access-token", "refreshToken",
		"password", "api_key", "ApiKey", "private_key", "credentials"} {
		if !LooksSecret(name) {
			t.Errorf("%s does not look secret", name)
		}
	}
	for _, name := range []string{"id", "key", "secure", "token_type", "tokenized", "keys", "public_key", "pass"} {
		if LooksSecret(name) {
			t.Errorf("%s looks secret", name)
		}
	}
	for _, k := range Kinds() {
		walkAll(k.Fields, k.Name, func(f *Field, path string) {
			if LooksSecret(f.Name) != (f.Input == SecretInput) {
				t.Errorf("%s looks secret: %v", path, LooksSecret(f.Name))
			}
		})
	}
}

func TestDropSecrets(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want, dropped string }{
		{"an unknown member", "bots", `{"id":"b","secret":"s"}`, `{"id":"b"}`, `["secret"]`},
		{"a flag is no secret", "bots", `{"id":"b","has_secret":true}`, `{"id":"b","has_secret":true}`, `[]`},
		{"in an unknown object, and in a list", "bots", `{"new":{"x":1,"api_key":"s","more":[{"Token":"t","y":2}]}}`, `{"new":{"x":1,"more":[{"y":2}]}}`, `["Token","api_key"]`},
		{"in a known record and its elements", "bots", `{"work_scheduler":{"password":1,"schedule":[{"day":"monday","secret":["s"]}]}}`,
			`{"work_scheduler":{"schedule":[{"day":"monday"}]}}`, `["password","secret"]`},
		{"in an object where a text should be", "bots", `{"name":{"secret":"s"}}`, `{"name":{}}`, `["secret"]`},
		{"a known secret stays one", "webhooks", `{"id":"w","secret_key":"s","client_secret":"s"}`, `{"id":"w","secret_key":"s"}`, `["client_secret"]`},
		{"names that people choose are none", "groups", `{"agent_priorities":{"token":"first"}}`, `{"agent_priorities":{"token":"first"}}`, `[]`},
		{"values are data", "license_properties", `{"namespace":"n","name":"password","value":"v"}`, `{"namespace":"n","name":"password","value":"v"}`, `[]`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		dropped := List{}
		for _, name := range Lookup(c.kind).DropSecrets(v.(*Object)) {
			dropped = append(dropped, name)
		}
		if d := cmp.Diff([]string{c.want, c.dropped}, []string{JSON(v), JSON(dropped)}); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestDropMisread(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want string }{
		{"near to a field", "agents", `{"id":"a","job_titel":"x","name":"A"}`, `{"id":"a","name":"A"}`},
		{"in a list of objects", "agents", `{"id":"a","groups":[{"id":1,"prioritys":"first"}]}`, `{"id":"a","groups":[{"id":1}]}`},
		{"near to nothing", "agents", `{"id":"a","seniority":3}`, `{"id":"a","seniority":3}`},
		{"in an object that nobody knows", "agents", `{"id":"a","extra":{"nam":1}}`, `{"id":"a","extra":{"nam":1}}`},
		{"names that people choose", "groups", `{"agent_priorities":{"name":"first"}}`, `{"agent_priorities":{"name":"first"}}`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		Lookup(c.kind).DropMisread(v.(*Object))
		if d := cmp.Diff(c.want, JSON(v)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestReadLoosely(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want string }{
		{"a list of ids", "tags", `{"name":"7","group_ids":["19",5]}`, `{"name":"7","group_ids":[19,5]}`},
		{"an id in a list of objects", "agents", `{"groups":[{"id":"19","priority":"first"}],"max_chats_count":"6"}`, `{"groups":[{"id":19,"priority":"first"}],"max_chats_count":6}`},
		{"in a record", "auto_accesses", `{"access":{"groups":["3"]}}`, `{"access":{"groups":[3]}}`},
		{"other spellings stay", "tags", `{"group_ids":["019","x","1.0",""]}`, `{"group_ids":["019","x","1.0",""]}`},
		{"values are data", "license_properties", `{"namespace":"n","name":"p","value":"5"}`, `{"namespace":"n","name":"p","value":"5"}`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		Lookup(c.kind).ReadLoosely(v.(*Object))
		if d := cmp.Diff(c.want, JSON(v)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

// TestUnique: rows that nothing identifies stay, of the others each once, and the
// order of the list does not decide which.
func TestUnique(t *testing.T) {
	a1, a2, b := Of("name", "a", "group_ids", List{}), Of("name", "a", "group_ids", List{int64(1)}), Of("name", "b")
	none := []*Object{Of("x", true), Of("x", false)}
	for _, rows := range [][]*Object{{a1, a2, b, none[0], none[1]}, {a2, a1, b, none[0], none[1]}} {
		kept, doubles := Lookup("tags").Unique(rows)
		if got, want := texts(kept), texts([]*Object{a1, b, none[0], none[1]}); got != want {
			t.Errorf("kept %s, want %s", got, want)
		}
		if len(doubles) != 1 || doubles[0] != "a" {
			t.Errorf("doubles %v", doubles)
		}
	}
}

func TestMerge(t *testing.T) {
	row := Of("id", "b1", "name", "list", "work_scheduler", Of("timezone", "UTC"), "groups", List{int64(1)})
	Lookup("bots").Merge(row, Of("groups", List{}, "work_scheduler", Of("schedule", List{}), "name", "detail"))
	want := `{"id":"b1","name":"detail","groups":[],"work_scheduler":{"timezone":"UTC","schedule":[]}}`
	if got := JSON(row); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestReadsEmptyListsAsObjects: where an object should be, and nowhere else.
func TestReadsEmptyListsAsObjects(t *testing.T) {
	for _, c := range []struct{ kind, in, want string }{
		{"agents", `{"work_scheduler":[],"groups":[]}`, `{"work_scheduler":{},"groups":[]}`},
		{"agents", `{"work_scheduler":[1]}`, `{"work_scheduler":[1]}`},
		{"auto_accesses", `{"conditions":{"url":[],"geolocation":{"values":[[]]}}}`, `{"conditions":{"url":{},"geolocation":{"values":[{}]}}}`},
		{"webhooks", `{"filters":[]}`, `{"filters":{}}`},
		{"groups", `{"agent_priorities":[]}`, `{"agent_priorities":{}}`},
	} {
		o := parse(t, c.in)
		Lookup(c.kind).ReadLoosely(o)
		if d := cmp.Diff(c.want, JSON(o)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.kind, d)
		}
	}
}
