package resource

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLegacyMethodsAreTheVendors(t *testing.T) {
	for _, version := range LegacyVersions() {
		v := readVendorOf(t, version)
		for _, m := range EditionOf(version).Methods {
			d, ok := v.Methods[m.Name]
			if !ok {
				t.Errorf("%s: the vendor has no method %s", version, m.Name)
				continue
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(d.Scopes)), slices.Sorted(slices.Values(m.Scopes))); diff != "" && len(d.Scopes)+len(m.Scopes) > 0 {
				t.Errorf("%s %s: scopes (-vendor +registry):\n%s", version, m.Name, diff)
			}
			if LookupMethodAt(version, m.Name) == nil {
				t.Errorf("%s %s is not found", version, m.Name)
			}
		}
	}
}

// TestLegacyReadsAreTheVendors: every call is in the version's own table, and
// everything it sends is documented; what the version requires is sent.
func TestLegacyReadsAreTheVendors(t *testing.T) {
	for _, version := range LegacyVersions() {
		v := readVendorOf(t, version)
		for _, k := range KindsAt(version) {
			for _, r := range k.Reads {
				m := LookupMethodAt(version, r.Method)
				if m == nil || m.Effect != Reads {
					t.Errorf("%s: %s reads by %s, which is no read of that version", version, k.Name, r.Method)
				}
				sent := r.Params.Names()
				switch {
				case r.Per == PerClient:
					sent = append(sent, "owner_client_id")
				case r.Per == PerRow && r.IDParam != "":
					sent = append(sent, r.IDParam)
				case r.Per == PerRow:
					sent = append(sent, k.ServerID)
				}
				if r.Fields && len(k.AskFields()) > 0 {
					sent = append(sent, "fields")
				}
				var documented []string
				for _, p := range v.Methods[r.Method].Params {
					documented = append(documented, p.Name)
					if p.Required == true && !slices.Contains(sent, p.Name) {
						t.Errorf("%s %s: %s is required and not sent", version, r.Method, p.Name)
					}
				}
				for _, name := range sent {
					if !slices.Contains(documented, name) {
						t.Errorf("%s %s: %s is sent and documented nowhere", version, r.Method, name)
					}
				}
			}
		}
	}
}

func TestLookupMethodAt(t *testing.T) {
	for _, tt := range []struct {
		version, name string
		want          string
	}{
		{"", "list_tags", "tags--all:ro"},
		{"3.5", "list_webhooks", "webhooks.configuration:rw"},
		{"3.5", "batch_update_bots", "agents-bot--all:rw"},
		{"3.2", "unregister_webhook", "webhooks--all:rw"},
		{"3.3", "unregister_webhook", "webhooks.configuration:rw"},
		{"3.2", "list_tags", ""},
		{"3.1", "list_agents", ""},
		{"9.9", "list_agents", ""},
	} {
		got := ""
		if m := LookupMethodAt(tt.version, tt.name); m != nil {
			got = m.Scopes[0]
		}
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.version, tt.name, got, tt.want)
		}
	}
	for _, name := range []string{"unregister_webhook", "update_bot"} {
		if m := LookupMethodAt("3.2", name); !m.Effect.Repeatable() || m.Effect == Reads {
			t.Errorf("%s has the effect %v", name, m.Effect)
		}
	}
}

// TestLegacyKindsAreReadOnly: nothing is compared, filled in or written in an
// older version, and kinds stand in the registry's order.
func TestLegacyKindsAreReadOnly(t *testing.T) {
	if EditionOf("9.9") != nil || EditionOf("") != nil || slices.Contains(LegacyVersions(), APIVersion) {
		t.Error("there are versions that are not older ones")
	}
	for _, version := range LegacyVersions() {
		var names []string
		for _, k := range KindsAt(version) {
			names = append(names, k.Name)
			if Lookup(k.Name) == nil || k.Create != nil || k.Update != nil || k.Delete != nil || k.Publish != nil {
				t.Errorf("%s %s is unknown to 3.5, or can be written", version, k.Name)
			}
			if k.ServerID != "" && k.Field(k.ServerID) == nil || k.OwnedBy != "" && k.Field(k.OwnedBy) == nil {
				t.Errorf("%s %s: the id is no field", version, k.Name)
			}
			for _, n := range k.Key {
				if k.Field(n) == nil {
					t.Errorf("%s %s: the key has %s, which is no field", version, k.Name, n)
				}
			}
			for _, r := range k.Reads {
				if r.Of != "" && (r.As == "" || k.Field(r.As) == nil || !slices.ContainsFunc(KindsAt(version), func(o *Kind) bool { return o.Name == r.Of })) {
					t.Errorf("%s %s: %s is made for rows of %s", version, k.Name, r.Method, r.Of)
				}
			}
			walkAll(k.Fields, k.Name, func(f *Field, path string) {
				if f.Class == User || f.Class == Observed || len(f.Alias) > 0 {
					t.Errorf("%s %s is the user's, or has other names", version, path)
				}
				if f.Input == SecretInput && (f.SecretPath == nil || f.Seen == Never) {
					t.Errorf("%s %s: a secret without a name, or one that every object gets", version, path)
				}
			})
		}
		if !slices.IsSortedFunc(names, func(a, b string) int { return slices.Index(Names(), a) - slices.Index(Names(), b) }) {
			t.Errorf("%s: %v is not the registry's order", version, names)
		}
	}
}

func walkAll(fields []Field, prefix string, fn func(f *Field, path string)) {
	for i := range fields {
		fn(&fields[i], prefix+"."+fields[i].Name)
		walkAll(fields[i].Fields, prefix+"."+fields[i].Name, fn)
		for _, f := range []*Field{fields[i].Each, fields[i].Or} {
			if f != nil {
				walkAll([]Field{*f}, prefix+"."+fields[i].Name, fn)
			}
		}
	}
}

// TestLegacyCanonical: rows of one object have one form, whatever the order of
// members and of lists that are sets; names stay the version's own.
func TestLegacyCanonical(t *testing.T) {
	for _, tt := range []struct{ version, kind, row, want string }{
		{"3.2", "agents", `{"summaries":["b","a"],"avatar_path":"x","name":"N","work_scheduler":{"friday":{"end":"2","start":"1"},"monday":{"start":"1","end":"2"}},"id":"i"}`,
			`{"id":"i","name":"N","avatar_path":"x","summaries":["a","b"],"work_scheduler":{"monday":{"start":"1","end":"2"},"friday":{"start":"1","end":"2"}}}`},
		{"3.1", "properties", `{"locations":{"thread":{"access":{"customer":{"write":true,"read":true},"agent":{"write":false,"read":true}}},"chat":{}},"domain":["b","a"],"name":"n","namespace":"s"}`,
			`{"namespace":"s","name":"n","locations":{"chat":{},"thread":{"access":{"agent":{"read":true,"write":false},"customer":{"read":true,"write":true}}}},"domain":["a","b"]}`},
		{"3.2", "webhooks", `{"filters":{"agent_ids":["b","a"],"chat_member_ids":{"agents_any":["b","a"]}},"url":"u","webhook_id":"w"}`,
			`{"webhook_id":"w","url":"u","filters":{"chat_member_ids":{"agents_any":["a","b"]},"agent_ids":["a","b"]}}`},
		{"3.2", "webhooks", `{"filters":{"agent_ids":{"agents_exclude":["b","a"]}}}`, `{"filters":{"agent_ids":{"agents_exclude":["a","b"]}}}`},
		{"3.3", "webhooks", `{"filters":{"agent_ids":{"exclude_values":["b","a"]}}}`, `{"filters":{"agent_ids":{"exclude_values":["a","b"]}}}`},
		{"3.3", "webhooks", `{"filters":{"agent_ids":["b","a"]}}`, `{"filters":{"agent_ids":["a","b"]}}`},
		{"3.2", "bots", `{"webhooks":{"actions":[{"name":"b","additional_data":["y","x"]},{"name":"a","filters":{"chat_properties":{"s":{"u":{"values":["2","1"]},"t":{}}}}}],"url":"u"}}`,
			`{"webhooks":{"url":"u","actions":[{"name":"b","additional_data":["x","y"]},{"name":"a","filters":{"chat_properties":{"s":{"t":{},"u":{"values":["1","2"]}}}}}]}}`},
		{"3.4", "bots", `{"timezone":"z","work_scheduler":{"schedule":[{"day":"friday"},{"day":"monday"}]},"avatar_path":"p","id":"i"}`,
			`{"id":"i","avatar_path":"p","work_scheduler":{"schedule":[{"day":"monday"},{"day":"friday"}]},"timezone":"z"}`},
	} {
		i := slices.IndexFunc(KindsAt(tt.version), func(k *Kind) bool { return k.Name == tt.kind })
		v, err := ParseJSON([]byte(tt.row))
		if err != nil {
			t.Fatal(err)
		}
		k, row := KindsAt(tt.version)[i], v.(*Object)
		k.Canonical(row)
		k.DropVolatile(row)
		if diff := cmp.Diff(tt.want, JSON(row)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.version, tt.kind, diff)
		}
	}
}

// TestLegacySecrets: a secret inside a record has a name of its own; where an
// answer has none, a version that may show it gets no reference.
func TestLegacySecrets(t *testing.T) {
	bot := Of("id", "b1", "webhooks", Of("url", "u", "secret_key", "hush", "actions", List{}))
	if !bots32.ShowsSecret(bot) {
		t.Error("the secret is not seen")
	}
	got := fmt.Sprint(bots32.HideSecrets(bot), JSON(bot), bots32.ShowsSecret(bot))
	if want := `map[bots/b1/webhooks:hush]{"id":"b1","webhooks":{"url":"u","secret_key":{"$secret":"bots/b1/webhooks"},"actions":[]}}false`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, k := range []*Kind{webhooks31, webhooks32, webhooks33, bots31} {
		row := Of("action", "incoming_chat", "owner_client_id", "c", "webhooks", Of("url", "u"))
		if secrets := k.HideSecrets(row); len(secrets) > 0 || row.Has("secret_key") || row.Object("webhooks").Has("secret_key") {
			t.Errorf("%s: %v %s", k.Name, secrets, JSON(row))
		}
	}
	hook := Of("action", "incoming_chat", "owner_client_id", "c", "url", "u", "secret_key", "hush")
	if secrets := webhooks32.HideSecrets(hook); len(secrets) != 1 || hook.Get("secret_key") == "hush" {
		t.Errorf("%v %s", secrets, JSON(hook))
	}
}
