package resource

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOlderKindsAreTheVendors: what is written in an older version is in its
// own table, its parameters are documented, and what the version requires is
// sent.
func TestOlderKindsAreTheVendors(t *testing.T) {
	row := Of("id", "i", "webhook_id", "w", "owner_client_id", "app", "action", "incoming_chat", "type", "license", "url", "u",
		"secret_key", Secret("s"), "actions", List{Of("name", "incoming_chat")})
	seen := 0
	for _, k := range AllKinds()[len(Kinds()):] {
		if LookupAny(k.Name) != k || Lookup(k.Name) != nil || LookupAt(k.Older.Version, k.Older.Kind) == nil {
			t.Errorf("%s is not found, or is one of %s", k.Name, APIVersion)
		}
		methods := readVendorOf(t, k.Older.Version).Methods
		for _, op := range []*Op{k.Create, k.Delete} {
			seen++
			version, method, _ := strings.Cut(op.Method, "/")
			m := LookupMethod(op.Method)
			if m == nil || m.Effect == Reads || version != k.Older.Version {
				t.Errorf("%s: %s writes nothing of the version", k.Name, op.Method)
			}
			args := &Object{}
			switch {
			case op.Args != nil:
				args = op.Args(row)
			case op == k.Delete:
				for _, name := range op.ID {
					args.Set(name, row.Get(name))
				}
			default:
				for i := range k.Fields {
					if f := &k.Fields[i]; f.Class == User && row.Has(f.Name) {
						args.Set(f.Name, row.Get(f.Name))
					}
				}
			}
			if k.OwnedBy == "" {
				args.Delete("type") // no answer of these has it
			}
			var documented []string
			for _, p := range methods[method].Params {
				documented = append(documented, p.Name)
				in, inner, nested := strings.Cut(p.Name, ".")
				lacks := !args.Has(in)
				if nested {
					lacks = args.Has(in) && !args.Object(in).Has(inner)
				}
				if p.Required == true && !strings.Contains(p.Name, "[]") && lacks {
					t.Errorf("%s %s: %s is required and not sent", k.Name, op.Method, p.Name)
				}
			}
			for _, name := range args.Names() {
				if !slices.Contains(documented, name) {
					t.Errorf("%s %s: %s is sent and documented nowhere", k.Name, op.Method, name)
				}
			}
		}
	}
	if seen != 12 {
		t.Errorf("%d calls", seen)
	}
}

// TestAddOlder: rows of an older version become rows of kinds of their own, with
// what could not be read of them and with the secrets.
func TestAddOlder(t *testing.T) {
	old := &License{Version: "3.2", Secrets: map[string]string{"bots/b1/webhooks": "hush"},
		Gaps: []Gap{{Kind: "bots", ID: "b3", Reason: "r"}, {Kind: "groups", Reason: "r"}}}
	old.SetRows("webhooks", []*Object{Of("webhook_id", "w1", "action", "thread_closed", "filters", nil)})
	old.SetRows("bots", []*Object{
		Of("id", "b1", "name", "B", "webhooks", Of("url", "u", "secret_key", Secret("bots/b1/webhooks"), "actions", List{Of("name", "incoming_chat")})),
		Of("id", "b2", "webhooks", Of("url", "u", "actions", List{})), Of("id", "b4")})
	l := &License{}
	l.SetRows("groups", nil)
	l.AddOlder(old)
	got := []string{}
	for _, k := range OlderKinds("3.2") {
		for _, row := range l.Rows(k.Name) {
			got = append(got, k.Name+" "+JSON(row))
		}
	}
	want := []string{
		`3.2/bot_webhooks {"id":"b1","name":"B","url":"u","secret_key":{"$secret":"bots/b1/webhooks"},"actions":[{"name":"incoming_chat"}]}`,
		`3.2/webhooks {"webhook_id":"w1","action":"thread_closed"}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if d := cmp.Diff([]Gap{{Kind: "3.2/bot_webhooks", ID: "b3", Reason: "r"}}, l.Gaps); d != "" {
		t.Errorf("gaps: -want +got:\n%s", d)
	}
	if l.Secrets["bots/b1/webhooks"] != "hush" || l.Has("3.1/webhooks") {
		t.Error("secrets are missing, or there is what another version has")
	}
}
