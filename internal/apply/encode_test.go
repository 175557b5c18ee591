package apply

import (
	"errors"
	"strings"
	"testing"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
	"lcsync/internal/wire"
)

func TestParameters(t *testing.T) {
	withFields := func(c *diff.Change, paths ...string) *diff.Change {
		for _, p := range paths {
			c.Fields = append(c.Fields, diff.FieldChange{Path: p})
		}
		return c
	}
	published := update("properties", "c/p", resource.Of("name", "p", "owner_client_id", "c"), "public_access", resource.List{"read"})
	for _, tt := range []struct {
		why    string
		change *diff.Change
		want   []string // "method args"
	}{
		{"what is the server's, observed, volatile, fixed or unknown is not created",
			create("agents", "a@x", agent("a@x", "role", "owner", "account_id", "x", "suspended", true, "last_logout", "y", "colour", "red", "job_title", nil)),
			[]string{`batch create_agent {"id":"a@x","name":"Agent a@x"}`}},
		{"an update sends its id and what it writes, each whole, and no stranger inside",
			update("bots", "B", resource.Of("id", "b1", "name", "B", "job_title", "x"), "work_scheduler",
				resource.Of("timezone", "UTC", "odd", true, "schedule", resource.List{resource.Of("day", "monday", "odd", 1)})),
			[]string{`batch update_bot {"id":"b1","work_scheduler":{"timezone":"UTC","schedule":[{"day":"monday"}]}}`}},
		{"a stranger that the change is about is sent",
			withFields(update("bots", "B", resource.Of("id", "b1"), "work_scheduler", resource.Of("odd", true, "even", true)), "work_scheduler.odd"),
			[]string{`batch update_bot {"id":"b1","work_scheduler":{"odd":true}}`}},
		{"so is a field that the registry does not know, in an update",
			update("tags", "t", tag("t"), "colour", resource.Of("r", int64(1))), []string{`update_tag {"name":"t","colour":{"r":1}}`}},
		{"null is sent as what clears the field", update("agents", "a@x", agent("a@x"), "job_title", nil),
			[]string{`batch update_agent {"id":"a@x","job_title":""}`}},
		{"the owner's role is never sent", update("agents", "a@x", agent("a@x"), "role", "owner", "name", "N"),
			[]string{`batch update_agent {"id":"a@x","name":"N"}`}},
		{"the object goes by the name it has", update("groups", "New", resource.Of("id", int64(7), "name", "Old"), "name", "New"),
			[]string{`update_group {"id":7,"name":"New"}`}},
		{"a deletion sends the identity alone", remove("webhooks", "w", resource.Of("id", "w1", "owner_client_id", "c", "url", "u")),
			[]string{`unregister_webhook {"id":"w1","owner_client_id":"c"}`}},
		{"a switch that is on", create("webhooks_state", "c", resource.Of("owner_client_id", "c", "license_webhooks_enabled", true)),
			[]string{`enable_license_webhooks {"owner_client_id":"c"}`}},
		{"a switch that is off", update("webhooks_state", "c", resource.Of("owner_client_id", "c", "license_webhooks_enabled", true), "license_webhooks_enabled", false),
			[]string{`disable_license_webhooks {"owner_client_id":"c"}`}},
		{"publishing follows creating", create("properties", "c/p", resource.Of("name", "p", "owner_client_id", "c", "type", "int", "public_access", resource.List{"read"})),
			[]string{`register_property {"name":"p","owner_client_id":"c","type":"int"}`, `publish_property {"name":"p","owner_client_id":"c","access_type":["read"]}`}},
		{"publishing alone needs no update", published, []string{`publish_property {"name":"p","owner_client_id":"c","access_type":["read"]}`}},
		{"a status names its agent", create("routing_statuses", "a@x", resource.Of("agent_id", "a@x", "status", "accepting_chats")),
			[]string{`set_routing_status {"agent_id":"a@x","status":"accepting_chats"}`}},
		{"a rule that goes to the end", &diff.Change{ID: "auto_accesses/r", Kind: "auto_accesses", Key: "r", Action: diff.Update,
			Before: resource.Of("id", "r1"), After: resource.Of("id", "r1"), Move: &diff.Move{Before: ""}},
			[]string{`update_auto_access {"id":"r1","next_id":""}`}},
		{"a rule that stays where it is", update("auto_accesses", "r", resource.Of("id", "r1", "next_id", "r2"), "description", "d"),
			[]string{`update_auto_access {"id":"r1","description":"d"}`}},
	} {
		f := &fake{}
		r := mustRun(t, plan(tt.change), f, options())
		var got []string
		for _, s := range f.log {
			got = append(got, s.Method+" "+resource.JSON(s.Items[0]))
		}
		same(t, tt.why, got, tt.want)
		if !r.OK() {
			t.Errorf("%s: %+v", tt.why, r.Results)
		}
	}
}

func TestWhatTheAPICannotDoFails(t *testing.T) {
	f := &fake{}
	r := mustRun(t, plan(update("webhooks", "w", resource.Of("id", "w1"), "url", "u"), create("widgets", "x", resource.Of())), f, options())
	same(t, "statuses", statuses(r), []string{"webhooks/w: failed", "widgets/x: failed"})
	same(t, "reason", resultOf(r, "webhooks/w").Error, "the API cannot update a webhook")
	same(t, "nothing is sent", len(f.log), 0)
}

func webhook(id, url string) *resource.Object {
	o := resource.Of("owner_client_id", "c", "action", "incoming_chat", "type", "license", "url", url, "secret_key", resource.Secret("webhooks/c/x"))
	if id != "" {
		o.Set("id", id)
	}
	return o
}

func replace(before, after *resource.Object, deleteFirst bool) *diff.Change {
	return &diff.Change{ID: "webhooks/w", Kind: "webhooks", Key: "w", Action: diff.Replace, Before: before, After: after, DeleteFirst: deleteFirst}
}

func TestReplace(t *testing.T) {
	const create, del = "register_webhook", "unregister_webhook"
	for _, tt := range []struct {
		why         string
		deleteFirst bool
		fails       string
		class       wire.Class
		calls       []string
		status      Status
		detail      string
	}{
		{"new before old", false, "", 0, []string{create, del}, Done, ""},
		{"the new one is refused", false, create, wire.Permanent, []string{create}, Failed, "the old one was not deleted"},
		{"the new one is unknown", false, create, wire.Ambiguous, []string{create}, Unknown, "the old one was not deleted"},
		{"the old one stays", false, del, wire.Permanent, []string{create, del}, Failed, "both exist now"},
		{"old before new", true, "", 0, []string{del, create}, Done, ""},
		{"the old one cannot go", true, del, wire.Permanent, []string{del}, Failed, "nothing was changed"},
		{"whether the old one went is unknown", true, del, wire.Ambiguous, []string{del}, Unknown, "the new one was not created"},
		{"the new one is refused when the old is gone", true, create, wire.Permanent, []string{del, create}, Failed, "deleted, not created again"},
		{"the new one is unknown when the old is gone", true, create, wire.Ambiguous, []string{del, create}, Unknown, "deleted, and perhaps not created again"},
	} {
		f := &fake{hook: func(method string, _ *resource.Object) (resource.Value, *wire.Error) {
			if method == tt.fails {
				return nil, refuse(tt.class, "x", "no")
			}
			return nil, nil
		}}
		o := options()
		o.Secret = func(string) (string, bool) { return "hush-hush", true }
		r := mustRun(t, plan(replace(webhook("old", "u"), webhook("", "v"), tt.deleteFirst)), f, o)
		same(t, tt.why, f.methods(), tt.calls)
		if got := r.Results[0]; got.Status != tt.status || !strings.Contains(got.Detail, tt.detail) {
			t.Errorf("%s: %s %q", tt.why, got.Status, got.Detail)
		}
	}
}

func TestReplaceOfAnIdentityDeletesFirst(t *testing.T) {
	f := &fake{}
	row := resource.Of("name", "p", "owner_client_id", "c", "type", "int")
	mustRun(t, plan(&diff.Change{ID: "properties/c/p", Kind: "properties", Key: "c/p", Action: diff.Replace, Before: row, After: row.Clone()}), f, options())
	same(t, "order", f.methods(), []string{"unregister_property", "register_property"})
}

func TestSecretsAreNeededBeforeAnythingIsDeleted(t *testing.T) {
	f := &fake{}
	r := mustRun(t, plan(replace(webhook("old", "u"), webhook("", "v"), true)), f, options())
	same(t, "nothing was sent", len(f.log), 0)
	same(t, "result", r.Results[0].Error+"; "+r.Results[0].Detail, "there is no value for the secret webhooks/c/x; nothing was changed")
}

func TestMissingSecrets(t *testing.T) {
	blocked := create("webhooks", "b", webhook("", "b"))
	blocked.Blocked = "no"
	p := plan(create("webhooks", "z", webhook("", "z")), replace(webhook("old", "u"), webhook("", "v"), false), blocked,
		remove("webhooks", "gone", webhook("gone", "u")))
	got := MissingSecrets(p, func(string) (string, bool) { return "", false })
	same(t, "missing", got, []MissingSecret{{"webhooks/c/x", "webhooks", "webhooks/w"}, {"webhooks/c/x", "webhooks", "webhooks/z"}})
	same(t, "with a value", len(MissingSecrets(p, func(string) (string, bool) { return "v", true })), 0)
}

func TestSecretsAreSavedBeforeTheOutcomeAndNeverPrinted(t *testing.T) {
	for _, tt := range []struct {
		why    string
		fails  bool
		detail string
	}{
		{"saved", false, ""},
		{"not saved", true, "its secret was not saved: disk full: ***"},
	} {
		var saved, events []string
		f := &fake{hook: func(method string, _ *resource.Object) (resource.Value, *wire.Error) {
			if method == "register_webhook" {
				return nil, refuse(wire.Permanent, "validation", "secret_key hush-hush is too short")
			}
			return nil, nil
		}}
		o := options()
		o.Secret = func(string) (string, bool) { return "hush-hush", true }
		o.SaveSecrets = func(secrets []NewSecret) error {
			name, value := secrets[0].Name, secrets[0].Value
			saved = append(saved, name+"="+value)
			events = append(events, "saved")
			if tt.fails {
				return errors.New("disk full: " + value)
			}
			return nil
		}
		o.Progress = func(_, _ int, what string) { events = append(events, what) }
		r := mustRun(t, plan(create("bots", "B", resource.Of("name", "B")), create("webhooks", "w", webhook("", "u"), "bots/B")), f, o)
		same(t, tt.why, saved, []string{"bots/bot1=s3cret1"})
		same(t, "order", events, []string{"saved", "bots/B", "webhooks/w"})
		same(t, "detail", r.Results[0].Detail, tt.detail)
		same(t, "what was sent", f.args("register_webhook")[0], `{"owner_client_id":"c","action":"incoming_chat","type":"license","url":"u","secret_key":"hush-hush"}`)
		same(t, "the vendor's text", r.Results[1].Error, "m: validation: secret_key *** is too short")
		data, err := r.JSON()
		var text strings.Builder
		if err := errors.Join(err, r.Text(&text, Style{Width: 80})); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"s3cret1", "hush-hush"} {
			if strings.Contains(string(data)+text.String(), secret) {
				t.Errorf("%s: the report holds %q:\n%s", tt.why, secret, data)
			}
		}
	}
}

func TestShortSecretsAreNotRedactedInWords(t *testing.T) {
	f := &fake{hook: func(string, *resource.Object) (resource.Value, *wire.Error) {
		return nil, refuse(wire.Permanent, "validation", "the url of the webhook is wrong")
	}}
	o := options()
	o.Secret = func(string) (string, bool) { return "r", true }
	r := mustRun(t, plan(create("webhooks", "w", webhook("", "u"))), f, o)
	same(t, "the vendor's text", r.Results[0].Error, "m: validation: the url of the webhook is wrong")
}

func TestNewBotsAreOffline(t *testing.T) {
	r := mustRun(t, plan(create("bots", "A", resource.Of("name", "A")), create("bots", "B", resource.Of("name", "B")),
		create("routing_statuses", "A", resource.Of("agent_id", resource.Ref{Kind: "bots", Key: "A"}, "status", "accepting_chats"), "bots/A")),
		&fake{}, Options{SaveSecrets: func([]NewSecret) error { return nil }})
	same(t, "only the one without a status", r.Notices,
		[]string{"1 new bot is offline, and the same command does not change that: add a row for bot2 to routing_statuses in the file, then run lcsync apply"})
}
