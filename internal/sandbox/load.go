package sandbox

import (
	"errors"
	"fmt"
	"slices"
)

// Load replaces the license's state with JSON of the shape that State writes.
// Absent kinds become empty, with two exceptions: General and an owner are added
// if they are missing, and on applications shared with other licenses an absent
// kind of the applications does not change. Missing ids and secrets are generated,
// given ones are kept, and Load of State changes nothing. On unknown keys, Load
// returns an error and changes nothing.
func (l *License) Load(data []byte) error { return l.load(data, false) }

// LoadUnchecked is Load for data that other tools, other versions and people leave
// on a license: undocumented words and members, values of any type and length,
// references to objects that do not exist, more objects than the limits allow.
// Responses show the data unchanged. It refuses data that it cannot store or
// distinguish: an invalid document, a list element that is not an object, a group
// without a number, a duplicate id.
func (l *License) LoadUnchecked(data []byte) error { return l.load(data, true) }

func (l *License) load(data []byte, loose bool) error {
	v, err := decodeValue(data)
	if err != nil {
		return fmt.Errorf("loading a state: %w", err)
	}
	doc, ok := v.(obj)
	if !ok {
		return errors.New("loading a state: not a JSON object")
	}
	doc, bad := checker{loose: loose}.object("", doc, stateSpecs())
	if bad == nil {
		bad = checkKinds(doc)
	}
	if bad != nil {
		return errors.New("loading a state: " + bad.message)
	}
	l.apps.mu.Lock()
	defer l.apps.mu.Unlock()
	in := loader{l: l, doc: doc, loose: loose}
	st, apps := in.license(), in.applications()
	if in.err != nil {
		return fmt.Errorf("loading a state: %w", in.err)
	}
	l.st, l.apps.own = st, apps
	l.forget()
	return nil
}

// checkKinds refuses unknown kinds, and kinds without rows.
func checkKinds(doc obj) *apiError {
	for _, kind := range sortedKeys(doc) {
		i := slices.IndexFunc(stateSpecs(), func(s spec) bool { return s.name == kind })
		if i < 0 {
			return invalid("`%s` is not a known parameter", kind)
		}
		if s := stateSpecs()[i]; s.kind != kindText && !shaped(doc[kind], s) {
			return invalid("`%s` must be %s", kind, kindNames[s.kind])
		}
	}
	return nil
}

// loader fills tables from a document and keeps the first error.
type loader struct {
	l     *License
	doc   obj
	loose bool // accept everything that can be stored
	err   error
}

func (in *loader) fail(format string, args ...any) {
	if in.err == nil {
		in.err = fmt.Errorf(format, args...)
	}
}

// rule is fail for data that can be stored although it breaks a rule.
func (in *loader) rule(format string, args ...any) {
	if !in.loose {
		in.fail(format, args...)
	}
}

// rows puts the records of a kind into a table, each completed by complete
// and under the key it says.
func (in *loader) rows(kind string, t *table, complete func(row obj) (string, obj)) {
	for i, e := range in.doc.list(kind) {
		key, row := complete(completeScheduler(e.(obj)))
		if t.has(key) {
			in.fail("`%s[%d]` is a duplicate", kind, i)
		}
		t.put(key, row)
	}
}

// identified adds an id to a record and, under the given name, a secret.
func (in *loader) identified(kind, secret string, defaults obj) func(obj) (string, obj) {
	taken := map[string]bool{}
	for _, e := range in.doc.list(kind) {
		taken[e.(obj).text("id")] = true
	}
	return func(row obj) (string, obj) {
		row = defaults.with(row)
		if row.text("id") == "" {
			row["id"] = in.l.ids.next(kind, func(id string) bool { return taken[id] })
		}
		if secret != "" && row.text(secret) == "" {
			row[secret] = in.l.ids.next(kind+" secret", nil)
		}
		return row.text("id"), row
	}
}

func (in *loader) license() state {
	st := state{organization: in.l.opts.Organization}
	if in.doc.has("organization_id") {
		st.organization = in.doc.text("organization_id")
	}
	in.groups(&st)
	in.people(&st)
	in.rows("tags", &st.tags, func(row obj) (string, obj) {
		created := in.l.clock.Now().UTC().Format(tagTime)
		row = obj{"group_ids": []any{}, "author_id": "", "created_at": created}.with(row)
		return row.text("name"), row
	})
	in.rows("auto_accesses", &st.rules, in.identified("auto_accesses", "", obj{"description": ""}))
	in.values(&st)
	in.legacy(&st)
	in.rows("webhooks_state", &st.webhooksState, func(row obj) (string, obj) {
		return row.text("owner_client_id"), obj{"license_webhooks_enabled": true}.with(row)
	})
	st.channels = in.doc.list("channels")
	if st.source = in.doc.sub("product_source"); st.source == nil {
		st.source = obj{}
	}
	return st
}

func (in *loader) groups(st *state) {
	given := map[int64]bool{}
	for _, e := range in.doc.list("groups") {
		if row := e.(obj); row.has("id") {
			if _, ok := row["id"].(int64); !ok {
				in.fail("`groups` has an id that is not a number")
			}
			given[row.number("id")] = true
		}
	}
	if !given[0] {
		st.groups.put(groupKey(0), generalGroup())
	}
	in.rows("groups", &st.groups, func(row obj) (string, obj) {
		id := row.number("id")
		if !row.has("id") {
			id = in.l.ids.group(func(id int64) bool { return given[id] })
		}
		return groupKey(id), generalGroup().with(row).with(obj{"id": id})
	})
}

func (in *loader) people(st *state) {
	owners := 0
	in.rows("agents", &st.agents, func(row obj) (string, obj) {
		row = agentDefaults.with(row)
		if row.text("account_id") == "" {
			row["account_id"] = in.l.ids.account()
		}
		if row.text("role") == roleOwner {
			owners++
		}
		return row.text("id"), row
	})
	in.rows("bots", &st.bots, in.identified("bots", "secret", botDefaults))
	for _, t := range []*table{&st.agents, &st.bots} {
		for id, row := range t.all() {
			if err := checkMemberships(st, row.list("groups")); err != nil {
				in.rule("%s: %s", id, err.message)
			}
		}
	}
	in.rows("routing_statuses", &st.routing, func(row obj) (string, obj) {
		id := row.text("agent_id")
		if !st.agents.has(id) && !st.bots.has(id) {
			in.rule("`routing_statuses` names %s, which is not an agent or a bot", id)
		}
		return id, row
	})
	switch {
	case owners > 1:
		in.rule("`agents` has %d owners", owners)
	case owners == 0:
		in.l.addOwner(st)
	}
	in.l.addForeignBot(st)
	fillRouting(st, &st.agents, notAccepting)
	fillRouting(st, &st.bots, offline)
}

// fillRouting sets the routing status of a new agent or bot where it is missing.
func fillRouting(st *state, t *table, status string) {
	for id := range t.all() {
		if !st.routing.has(id) {
			st.routing.put(id, obj{"agent_id": id, "status": status})
		}
	}
}

// values also loads the values of read-only properties: a license's limits depend
// on its plan. It omits values that the license computes.
func (in *loader) values(st *state) {
	put := func(t *table, prefix string, base, properties obj) {
		for _, namespace := range sortedKeys(properties.less(statistics)) {
			values := properties.sub(namespace)
			for _, name := range sortedKeys(values) {
				t.put(prefix+pair(namespace, name),
					base.with(obj{"namespace": namespace, "name": name, "value": values[name]}))
			}
		}
	}
	put(&st.licenseValues, "", obj{}, in.doc.sub("license_properties"))
	for _, e := range in.doc.list("group_properties") {
		id := e.(obj).number("id")
		if !st.groups.has(groupKey(id)) {
			in.rule("`group_properties` names group %d, which does not exist", id)
		}
		put(&st.groupValues, groupKey(id)+"\x00", obj{"id": id}, e.(obj).sub("properties"))
	}
}

func (in *loader) applications() appState {
	apps := in.l.apps.own
	shared := len(in.l.apps.licenses) > 1
	fresh := func(kind string, t *table) bool {
		if shared && !in.doc.has(kind) {
			return false
		}
		*t = table{}
		return true
	}
	if fresh("bot_templates", &apps.templates) {
		in.rows("bot_templates", &apps.templates, in.identified("bot_templates", "secret", templateDefaults))
	}
	if fresh("webhooks", &apps.webhooks) {
		in.rows("webhooks", &apps.webhooks, in.identified("webhooks", "secret_key", obj{"description": ""}))
	}
	if fresh("properties", &apps.properties) {
		in.rows("properties", &apps.properties, func(row obj) (string, obj) {
			// A platform may have more properties than its page lists, except in
			// the namespaces for tests.
			if _, ok := builtinsByKey[keyOf(row)]; ok || row.text("owner_client_id") == "test" {
				in.fail("the property %s of %s is built in", row.text("name"), row.text("owner_client_id"))
			}
			return pair(row.text("owner_client_id"), row.text("name")), obj{"description": ""}.with(row)
		})
	}
	return apps
}
