package sandbox

import "slices"

// currentVersion is the native version of this license; older versions are
// translated to it (see method.modern and the legacy files).
const currentVersion = "3.5"

// handler executes a method with checked parameters. It returns the payload of the
// response, nil for none.
type handler func(c *call, p obj) (any, *apiError)

// method is one row of the table of methods.
type method struct {
	name   string
	alias  string   // another spelling the pages use
	batch  string   // the name of its batch form, "" if it has none
	scopes []string // as the page lists them
	gate   []string // one of these is enough for the basic form; nil = scopes
	every  bool     // all of the scopes are required
	open   bool     // needs no authorization at all
	read   bool     // changes nothing
	get    bool     // called by GET
	params []spec
	each   *spec // instead of params: every parameter is a name with such a value
	// modern converts checked parameters of an older version to the form of v3.5;
	// nil means that they have that form.
	modern func(c *call, p obj) (obj, *apiError)
	run    handler
}

// admit refuses callers who lack the scopes for the method's basic form.
func (m *method) admit(c caller) *apiError {
	gate := m.gate
	if gate == nil {
		gate = m.scopes
	}
	if len(gate) == 0 {
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(gate), c.can)
	if len(missing) == 0 || !m.every && len(missing) < len(gate) {
		return nil
	}
	return refuse(missing...)
}

// endpoint is what one URL leads to.
type endpoint struct {
	*method
	called string // the name in the URL
	many   bool   // the method's batch form
}

// versions are the methods by version, API and name.
var versions = map[string]map[string]map[string]endpoint{
	"3.1": {"configuration": endpoints(methods31)},
	"3.2": {"configuration": endpoints(methods32)},
	"3.3": {"configuration": endpoints(methods33)},
	"3.4": {"configuration": endpoints(methods34)},
	"3.5": {
		"configuration": endpoints(
			agentMethods, ruleMethods, botMethods, templateMethods, groupMethods,
			propertyMethods, valueMethods, tagMethods, webhookMethods, otherMethods,
		),
		"agent": endpoints(routingMethods),
	},
	"3.6": {
		"agent": endpoints(routingMethods),
	},
}

func endpoints(themes ...[]method) map[string]endpoint {
	out := map[string]endpoint{}
	for _, m := range slices.Concat(themes...) {
		out[m.name] = endpoint{method: &m, called: m.name}
		if m.alias != "" {
			out[m.alias] = endpoint{method: &m, called: m.alias}
		}
		if m.batch != "" {
			out[m.batch] = endpoint{method: &m, called: m.batch, many: true}
		}
	}
	return out
}

// infoMethod is what the call log and faults call the accounts service's
// GET /v2/info.
const infoMethod = "info"

// known says whether any version has a method of the name, and whether it is
// a batch.
func known(name string) (found, many bool) {
	for _, apis := range versions {
		for _, methods := range apis {
			if e, ok := methods[name]; ok {
				return true, e.many
			}
		}
	}
	return name == infoMethod, false
}
