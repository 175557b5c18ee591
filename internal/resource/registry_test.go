package resource

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKindsAreConsistent holds every kind against itself and the others: what
// it names has to be there.
func TestKindsAreConsistent(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if seen[k.Name] || Lookup(k.Name) != k {
			t.Errorf("%s is there twice", k.Name)
		}
		seen[k.Name] = true
		if k.Singular == "" || k.Doc == "" || len(k.Fields) == 0 || len(k.Reads) == 0 {
			t.Errorf("%s lacks a singular, a text, fields or a read", k.Name)
		}
		has := func(what string, names ...string) {
			for _, n := range names {
				if n != "" && k.Field(n) == nil {
					t.Errorf("%s: %s names the field %s, which is not there", k.Name, what, n)
				}
			}
		}
		has("ServerID", k.ServerID)
		has("Key", k.Key...)
		has("Evidence", k.Evidence...)
		has("ClientID", k.OwnedBy)
		for _, m := range k.Match {
			has("Match", m.Fields...)
		}
		for _, c := range k.Caps {
			has("Caps", c.Per...)
		}
		for _, r := range k.Reads {
			has("Reveals", r.Reveals)
		}
		has("YAML", k.YAML.GroupBy)
		has("YAML", k.YAML.Nested...)
		if len(k.Key) == 0 && !k.Single {
			t.Errorf("%s has no key", k.Name)
		}
		if k.AnyCase && (k.ServerID != "" || len(k.Key) != 1) {
			t.Errorf("%s: keys whose case means nothing are the whole identity", k.Name)
		}
		if k.RandomID && k.ServerID == "" {
			t.Errorf("%s has random ids, but no field for them", k.Name)
		}
		if k.Order == Linked && k.ServerID == "" {
			t.Errorf("%s is linked, but has no ids to link by", k.Name)
		}
		if k.ReadOnly != (k.Create == nil && k.Update == nil && k.Delete == nil) {
			t.Errorf("%s: read only is %v", k.Name, k.ReadOnly)
		}
		checkMethods(t, k)
		checkRelations(t, k)
		checkFields(t, k, k.Fields, k.Name)
	}
}

func checkMethods(t *testing.T, k *Kind) {
	effects := map[*Op][]Effect{k.Create: {Adds, Sets}, k.Update: {Sets}, k.Delete: {Removes}, k.Publish: {Sets}}
	for op, want := range effects {
		if op == nil {
			continue
		}
		if (op.ResetSecret != "") != slices.Contains(op.Reveals, "secret") || op.ResetSecret != "" && LookupMethod(op.ResetSecret) == nil {
			t.Errorf("%s: %s reveals a secret that no method resets, or the other way round", k.Name, op.Method)
		}
		for _, name := range []string{op.Method, op.Off} {
			if name == "" {
				continue
			}
			if m := LookupMethod(name); m == nil || !slices.Contains(want, m.Effect) {
				t.Errorf("%s: %s is no method with the effect of its place: %+v", k.Name, name, m)
			}
		}
		if (op.Off == "") != (op.OffField == "") || op.OffField != "" && k.Field(op.OffField).Type != Bool {
			t.Errorf("%s: %s has %q for %q", k.Name, op.Method, op.Off, op.OffField)
		}
		for _, id := range op.ID {
			if k.Field(id) == nil {
				t.Errorf("%s: %s goes by %s, which is no field", k.Name, op.Method, id)
			}
		}
		if BatchMethod(op.Method) != "" && op.Merge != nil {
			t.Errorf("%s: %s has a batch form and is merged", k.Name, op.Method)
		}
	}
	for _, r := range k.Reads {
		m := LookupMethod(r.Method)
		if m == nil || m.Effect != Reads {
			t.Errorf("%s is read with %s: %+v", k.Name, r.Method, m)
			continue
		}
		for _, s := range slices.Concat(r.Narrow, r.Whole) {
			if !slices.Contains(m.Scopes, s) {
				t.Errorf("%s: %s does not take the scope %s", k.Name, r.Method, s)
			}
		}
	}
	if k.Publish != nil && !slices.ContainsFunc(k.Fields, func(f Field) bool { return f.OnChange == ByPublish }) {
		t.Errorf("%s can be published, but no field says so", k.Name)
	}
}

func checkRelations(t *testing.T, k *Kind) {
	if idle := k.Field(k.Idle); k.Idle != "" && (k.PlanLimit == "" || idle == nil || idle.Type != Bool) {
		t.Errorf("%s: %s does not say what counts", k.Name, k.Idle)
	}
	if m := k.Members; m != nil {
		f := k.Field(m.Field)
		if f == nil || f.Type != Map || f.Keys == nil || f.Class != Volatile || !slices.Contains(f.Enum, m.Need) {
			t.Errorf("%s: the members' field %s is not a map of members", k.Name, m.Field)
			return
		}
		if !slices.Equal(f.Keys.Kinds, append([]string{m.Of}, m.Also...)) {
			t.Errorf("%s: members are of %v, the field's keys of %v", k.Name, append([]string{m.Of}, m.Also...), f.Keys.Kinds)
		}
		for _, of := range f.Keys.Kinds {
			l := Lookup(of).Field(m.List)
			if l == nil || l.List != Keyed || l.Key != "id" || l.Member("priority") == nil || !slices.Equal(l.Member("id").Ref.Kinds, []string{k.Name}) {
				t.Errorf("%s: %s.%s is no list of memberships", k.Name, of, m.List)
			}
		}
	}
	if v := k.Values; v != nil {
		def := Lookup(v.Of)
		if def == nil || def.OwnedBy == "" || def.Field("default_value") == nil || def.Field("access").Member(v.Access) == nil {
			t.Errorf("%s: %s defines no values of %s", k.Name, v.Of, v.Access)
		}
		for _, n := range []string{v.Namespace, v.Name, v.Value} {
			if k.Field(n) == nil {
				t.Errorf("%s: Values names %s, which is no field", k.Name, n)
			}
		}
		if slices.Index(Names(), v.Of) > slices.Index(Names(), k.Name) {
			t.Errorf("%s comes before its definitions", k.Name)
		}
	}
	if k.Twin != "" {
		twin := Lookup(k.Twin)
		if twin == nil || twin.ServerID == "" || k.ServerID == "" {
			t.Errorf("%s: its twin %s has no ids in common with it", k.Name, k.Twin)
		}
	}
}

func checkFields(t *testing.T, k *Kind, fields []Field, at string) {
	names := map[string]bool{}
	for i := range fields {
		f := &fields[i]
		path := at + "." + f.Name
		for _, n := range append([]string{f.Name}, f.Alias...) {
			if n == "" || names[n] {
				t.Errorf("%s: the name %q is empty or taken", path, n)
			}
			names[n] = true
		}
		for _, ref := range []*RefTo{f.Ref, f.Keys} {
			if ref == nil {
				continue
			}
			for _, kind := range ref.Kinds {
				if Lookup(kind) == nil && kind != "client_ids" {
					t.Errorf("%s refers to %s, which is no kind", path, kind)
				}
				// References are resolved in the registry's order; only members
				// are named before they come.
				if ref == f.Ref && Lookup(kind) != nil && slices.Index(Names(), kind) >= slices.Index(Names(), k.Name) {
					t.Errorf("%s refers to %s, which comes later", path, kind)
				}
			}
		}
		member := func(what string, list ...string) {
			for _, n := range list {
				if f.Member(n) == nil {
					t.Errorf("%s: %s names %s, which is no member", path, what, n)
				}
			}
		}
		member("AtLeastOne", f.AtLeastOne...)
		member("Exclusive", f.Exclusive...)
		member("SortBy", f.SortBy...)
		if f.List == Keyed {
			member("Key", f.Key)
		}
		for _, n := range slices.Concat(f.SecretPath, f.SecretHash) {
			if k.Field(n) == nil {
				t.Errorf("%s: a secret's name is made of %s, which is no field", path, n)
			}
		}
		if (f.Input == SecretInput) != (f.SecretHash != nil) {
			t.Errorf("%s: a secret without a name, or a name without a secret", path)
		}
		if f.Default != nil && f.Enum != nil && !slices.Contains(f.Enum, f.Default.(string)) {
			t.Errorf("%s: the default %v is not in the enum", path, f.Default)
		}
		if f.Class == User && f.Input == ReadOnly {
			t.Errorf("%s is the user's, but cannot be written", path)
		}
		if f.OnChange == ByReplace && (k.Create == nil || k.Delete == nil) || f.OnChange == ByPublish && k.Publish == nil {
			t.Errorf("%s: a change is made by %v, which the kind cannot do", path, f.OnChange)
		}
		if at == k.Name && f.Class == User && f.OnChange == ByUpdate && f.Input == Normal && k.Update == nil {
			t.Errorf("%s is updated, but the kind has no update", path)
		}
		checkFields(t, k, f.Fields, path)
	}
}

// TestAskFields holds what reads ask for against the vendor's page
// (configuration-api-v3.5, list_agents, list_groups, list_bots).
func TestAskFields(t *testing.T) {
	want := map[string]List{
		"agents": {"job_title", "mobile", "max_chats_count", "groups", "notifications", "email_subscriptions", "work_scheduler", "suspended", "awaiting_approval"},
		"bots":   {"max_chats_count", "job_title", "groups", "work_scheduler", "timezone"},
	}
	for _, k := range Kinds() {
		if d := cmp.Diff(want[k.Name], k.AskFields()); d != "" {
			t.Errorf("%s (-page +registry):\n%s", k.Name, d)
		}
	}
}

func TestEverythingHasAName(t *testing.T) {
	for want, got := range map[string]string{
		"object": Record.String(), "volatile": Volatile.String(), "blocked": Blocked.String(), "update only": UpdateOnly.String(),
		"application": OfApplication.String(), "warning": Warning.String(),
	} {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

// TestZero: what absence means can be held against what is read.
func TestZero(t *testing.T) {
	for _, c := range []struct {
		kind, field string
		want        Value
	}{
		{"agents", "role", "normal"}, {"agents", "max_chats_count", int64(6)}, {"agents", "job_title", ""},
		{"agents", "groups", List{}}, {"agents", "work_scheduler", &Object{}}, {"webhooks_state", "license_webhooks_enabled", false},
		{"license_properties", "value", nil},
	} {
		if got := Lookup(c.kind).Field(c.field).Zero(); !Equal(got, c.want) {
			t.Errorf("%s.%s: %s, want %s", c.kind, c.field, JSON(got), JSON(c.want))
		}
	}
}

func TestRowsOfOddAnswers(t *testing.T) {
	for _, c := range []struct{ reason, kind, in, want string }{
		{"properties by name", "properties", `{"plan":{"type":"int"}}`, `[{"name":"plan","owner_client_id":"abc","type":"int"}]`},
		{"values nested", "license_properties", `{"abc":{"plan":1,"x":"y"}}`, `[{"namespace":"abc","name":"plan","value":1},{"namespace":"abc","name":"x","value":"y"}]`},
		{"values of groups", "group_properties", `[{"id":0,"properties":{"abc":{"plan":1}}}]`, `[{"group":0,"namespace":"abc","name":"plan","value":1}]`},
		{"a bot's zone", "bots", `[{"id":"b","timezone":"UTC","work_scheduler":{"schedule":[]}}]`, `[{"id":"b","work_scheduler":{"schedule":[],"timezone":"UTC"}}]`},
		{"a bot's zone without a schedule", "bots", `[{"id":"b","timezone":"UTC"}]`, `[{"id":"b","work_scheduler":{"timezone":"UTC"}}]`},
		{"a bot's empty zone", "bots", `[{"id":"b","timezone":""}]`, `[{"id":"b"}]`},
		{"null in every place: only members of rows keep it, for DropNulls", "bots", `[null,{"id":"b","name":null,"groups":[null,{"id":1,"priority":null}],"work_scheduler":null,"timezone":null}]`, `[{"id":"b","name":null,"groups":[{"id":1}],"work_scheduler":null}]`},
		{"a zone beside odd hours", "bots", `[{"id":"b","work_scheduler":"odd","timezone":"UTC"}]`, `[{"id":"b","work_scheduler":"odd"}]`},
		{"groups without values", "group_properties", `[{"id":0,"properties":null},{"id":1},{"id":2,"properties":{"abc":null,"x":{"y":null}}}]`, `[]`},
		{"a value that is null is none", "license_properties", `{"abc":{"plan":null,"x":"y"},"z":null}`, `[{"namespace":"abc","name":"x","value":"y"}]`},
		{"a definition that is null is none", "properties", `{"plan":null}`, `[]`},
		{"a bot's zone in both places", "bots", `[{"id":"b","timezone":"A","work_scheduler":{"timezone":"B"}}]`, `[{"id":"b","work_scheduler":{"timezone":"B"}}]`},
	} {
		k := Lookup(c.kind)
		v, _ := ParseJSON([]byte(c.in))
		rows, odds, err := k.Reads[0].RowsOf(v, "abc")
		if err != nil || odds != nil {
			t.Errorf("%s: %v %v", c.reason, odds, err)
		}
		got := List{}
		for _, r := range rows {
			got = append(got, r)
		}
		if d := cmp.Diff(c.want, JSON(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
	for _, k := range Kinds() {
		for _, bad := range []string{`"x"`, `1`} {
			v, _ := ParseJSON([]byte(bad))
			if rows, _, err := k.Reads[0].RowsOf(v, "abc"); err == nil {
				t.Errorf("%s takes %s for %s", k.Name, bad, texts(rows))
			}
		}
		for _, bad := range []string{`null`, `[null]`, `[1]`, `{"a":1}`, `{"a":null}`} {
			v, _ := ParseJSON([]byte(bad))
			rows, odds, _ := k.Reads[0].RowsOf(v, "abc")
			if len(rows) > 0 && k.Reads[0].Rows != nil && k.Name != "auto_accesses" && k.Name != "bots" || bad == "null" && len(odds)+len(rows) > 0 {
				t.Errorf("%s takes %s for %s", k.Name, bad, texts(rows))
			}
		}
	}
}
