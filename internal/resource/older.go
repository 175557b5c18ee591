package resource

import (
	"maps"
	"slices"
)

// Webhooks of older versions exist beside those of APIVersion until they are
// removed through their own version, so plans can change them, too. A kind of an
// older version that can be written is named VERSION/KIND, and a method
// VERSION/METHOD, as in the URL of a call: planning, sending, journal and reports
// use these names like any other.
//
// Such a kind is not read by itself. Its rows are derived from those of Legacy
// (Older.Row), and its fields have no rules: their values come from the version
// itself.

// Older says from which rows of an older version a kind is derived.
type Older struct {
	Version string
	Kind    string                    // of Legacy(Version)
	Row     func(row *Object) *Object // nil if a row contains nothing of the kind
}

var olderKinds = []*Kind{
	hooksInBots("3.1", "update_bot_agent"), hooksInBots("3.2", "update_bot"),
	olderHooks("3.1", OfLicense, "webhook_id"), olderHooks("3.2", OfLicense, "webhook_id"),
	olderHooks("3.3", OfApplication, "id"), olderHooks("3.4", OfApplication, "id"),
}

// AllKinds returns Kinds followed by the kinds of older versions that can be
// written.
func AllKinds() []*Kind { return slices.Concat(Kinds(), olderKinds) }

// NamesOf returns the names of the kinds in AllKinds that are wanted.
func NamesOf(wanted func(k *Kind) bool) []string {
	var names []string
	for _, k := range AllKinds() {
		if wanted(k) {
			names = append(names, k.Name)
		}
	}
	return names
}

// LookupAny returns a kind of AllKinds by its name, nil if there is none.
func LookupAny(name string) *Kind {
	if k := Lookup(name); k != nil {
		return k
	}
	i := slices.IndexFunc(olderKinds, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return olderKinds[i]
}

// OlderKinds returns the kinds of a version before APIVersion that can be written.
func OlderKinds(version string) []*Kind {
	return slices.DeleteFunc(slices.Clone(olderKinds), func(k *Kind) bool { return k.Older.Version != version })
}

// AddOlder adds to a license the rows of an older version for the kinds that can
// be written there, with their gaps and secrets.
func (l *License) AddOlder(old *License) {
	for _, k := range OlderKinds(old.Version) {
		from := k.Older.Kind
		for _, g := range old.Gaps {
			if g.Kind == from {
				g.Kind = k.Name
				l.Gaps = append(l.Gaps, g)
			}
		}
		if !old.Has(from) {
			continue
		}
		rows := []*Object{}
		for _, o := range old.Rows(from) {
			if row := k.Older.Row(o); row != nil {
				rows = append(rows, row)
			}
		}
		l.SetRows(k.Name, rows)
	}
	if l.Secrets == nil {
		l.Secrets = map[string]string{}
	}
	maps.Copy(l.Secrets, old.Secrets)
}

// olderHooks returns the kind of webhooks that a version registers and unregisters
// by id. From 3.3 on they belong to an application and name it.
func olderHooks(version string, reach Reach, id string) *Kind {
	k := &Kind{
		Name: version + "/webhooks", Singular: "webhook of " + version,
		ServerID: id, RandomID: true, Key: []string{"owner_client_id", "action", "url"}, Reach: reach, Whole: true,
		Fields: []Field{
			known(id, String), {Name: "owner_client_id", Type: String, Class: Server},
			asItIs("action"), asItIs("type"), asItIs("url"), secretOf(),
			asItIs("description"), asItIs("additional_data"), asItIs("filters"),
		},
		Create: &Op{Method: version + "/register_webhook", Reveals: []string{id}},
		Delete: &Op{Method: version + "/unregister_webhook", ID: []string{id}},
		Older:  &Older{Version: version, Kind: "webhooks", Row: withoutUnset},
	}
	if reach == OfApplication {
		k.OwnedBy = "owner_client_id"
		*k.Field(k.OwnedBy) = asItIs(k.OwnedBy)
		k.Delete.ID = append(k.Delete.ID, k.OwnedBy)
	}
	return k
}

// hooksInBots returns the kind of webhooks inside bots of 3.1 and 3.2. All
// webhooks of a bot are one object, which an update of the bot creates and
// deletes. The vendor does not document whether an update can leave a bot without
// webhooks, so lcsync reads the result back.
func hooksInBots(version, update string) *Kind {
	with := func(actions func(row *Object) Value) func(row *Object) *Object {
		return func(row *Object) *Object {
			hooks := Of("url", row.Get("url"), "actions", actions(row))
			if secret, ok := row.Lookup("secret_key"); ok {
				hooks.Set("secret_key", secret)
			}
			return Of("id", row.Get("id"), "webhooks", hooks)
		}
	}
	return &Kind{
		Name: version + "/bot_webhooks", Singular: "set of a bot's webhooks of " + version,
		Key: []string{"id"}, Whole: true, CountsAs: version + "/webhooks",
		Fields: []Field{{Name: "id", Type: String, Class: Server}, {Name: "name", Type: String, Class: Server}, asItIs("url"), secretOf(), asItIs("actions")},
		Create: &Op{Method: version + "/" + update, Args: with(func(row *Object) Value { return row.Get("actions") })},
		Delete: &Op{Method: version + "/" + update, Args: with(func(*Object) Value { return List{} }),
			ByHand: "remove them in the bot's application; otherwise they stop when the vendor shuts down the version"},
		Older: &Older{Version: version, Kind: "bots", Row: hooksOfBot},
	}
}

func hooksOfBot(bot *Object) *Object {
	hooks := bot.Object("webhooks")
	if len(hooks.List("actions")) == 0 {
		return nil
	}
	row := Of("id", bot.Get("id"), "name", bot.Get("name"))
	for name, v := range hooks.All() {
		row.Set(name, v)
	}
	return withoutUnset(row)
}

// withoutUnset returns a copy of a row without the members that are null.
func withoutUnset(row *Object) *Object {
	out := &Object{}
	for name, v := range row.All() {
		if v != nil {
			out.Set(name, CloneValue(v))
		}
	}
	return out
}

func asItIs(name string) Field { return Field{Name: name, Type: Any, OnChange: ByReplace} }

func secretOf() Field {
	return Field{Name: "secret_key", Type: String, Input: SecretInput, Seen: Never}
}
