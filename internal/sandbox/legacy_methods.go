package sandbox

import "slices"

// The legacy versions are tables of methods like v3.5's. They work on the same
// license: names that differ are translated in requests (method.modern) and
// responses (the handlers), so an object written through one version is the same
// object in every other.

// methods31 know bots, properties and webhooks only.
var methods31 = slices.Concat(botAgentMethods31, namespaceMethods31, legacyHookMethods31)

var methods32 = slices.Concat(
	agentForm{read: "avatar_path", listed: "avatar_path", bots: true, extras: agentExtras32, bells: notifications32}.methods(),
	botAgentMethods32, single(groupMethods), namespaceMethods32, valueMethods32, legacyHookMethods32,
)

var methods33 = slices.Concat(
	agentForm{read: "avatar_path", listed: "avatar_path", extras: agentExtras, bells: notificationIn}.methods(),
	botMethods33, single(groupMethods), single(ruleMethods), propertyMethods, valueMethods33,
	webhookMethodsOf("3.3", filters33()),
)

var methods34 = slices.Concat(
	// The sample of list_agents still has the old spelling of the avatar.
	agentForm{read: "avatar", listed: "avatar_path", extras: agentExtras, bells: notificationIn}.methods(),
	botMethods33, single(groupMethods), single(ruleMethods), propertyMethods, valueMethods33,
	webhookMethodsOf("3.4", filtersSpec()), licenseMethods34,
)

// single is methods of v3.5 as they were before there were batches and other
// spellings.
func single(methods []method) []method {
	out := slices.Clone(methods)
	for i := range out {
		out[i].batch, out[i].alias = "", ""
	}
	return out
}

// named returns one of v3.5's methods, as the base for an older version.
func named(methods []method, name string) method {
	for _, m := range single(methods) {
		if m.name == name {
			return m
		}
	}
	panic("sandbox: its own table of methods lacks " + name)
}

// licenseMethods34 are the only methods called by GET.
var licenseMethods34 = []method{
	{name: "get_license_id", run: getLicenseID, read: true, get: true},
	{name: "get_organization_id", run: getOrganizationID, read: true, get: true},
}

func getLicenseID(c *call, _ obj) (any, *apiError) {
	return obj{"license_id": c.l.ids.license()}, nil
}

func getOrganizationID(c *call, _ obj) (any, *apiError) {
	return obj{"organization_id": c.st.organization}, nil
}

// own is the client id of objects created through 3.1 and 3.2, if the request does
// not name one: the token's. The pages do not name one for a personal access
// token; its objects belong to the organization's application.
func (c *call) own() string {
	if c.pat {
		return c.l.opts.TokenClientID
	}
	return c.client
}

// less returns o without the named fields.
func (o obj) less(names ...string) obj {
	n := o.with(nil)
	for _, name := range names {
		delete(n, name)
	}
	return n
}
