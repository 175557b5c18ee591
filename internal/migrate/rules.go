package migrate

import "slices"

// Rule is one difference between two versions and what is done about it.
type Rule struct {
	Name  string   `json:"name"`
	From  string   `json:"from"`
	To    string   `json:"to"`
	Kinds []string `json:"kinds"`
	Doc   string   `json:"doc"`

	// late rules look at the rows of all documents, those of the target
	// version included: their answers and samples have the old shapes, too.
	late  bool
	apply func(d *draft) // nil for what is done where documents are entered and finished
}

// rules is the chain, in its order.
var rules = slices.Concat(rules31, rules32, rules33, rules34, rulesLate, rulesAround)

// The names of what is done where documents are entered and finished.
const (
	ruleNull      = "all/null-out"
	ruleRequests  = "all/request-out"
	ruleGroup     = "group_properties/map-to-list"
	ruleOrder     = "auto_accesses/next_id-to-order"
	ruleSecret    = "webhooks/secret_key-to-secret"
	ruleVolatile  = "all/volatile-out"
	ruleCanonical = "all/canonical"
)

var rulesAround = []Rule{
	{Name: ruleNull, From: "3.4", To: "3.5", Kinds: ofAll,
		Doc: "Null in a request, an answer or a snapshot of an older version says that there is nothing: it is absent."},
	{Name: ruleRequests, From: "3.4", To: "3.5", Kinds: ofAll,
		Doc: "Requests that only list, get or delete, and ids of the license, hold no configuration."},
	{Name: ruleGroup, From: "3.4", To: "3.5", Kinds: []string{groupValues},
		Doc: "Values of groups are a list of {id, properties} instead of a map for one group."},
	{Name: ruleSecret, From: "3.4", To: "3.5", Kinds: ofWebhooks,
		Doc: "A snapshot names secrets; their values go to the secrets file."},
	{Name: ruleVolatile, From: "3.4", To: "3.5", Kinds: ofAll,
		Doc: "What changes by itself, such as a group's routing_status, is not kept."},
	{Name: ruleCanonical, From: "3.4", To: "3.5", Kinds: ofAll,
		Doc: "Names that answers use become the field's own, and sets have no repetition."},
}

// Rules returns the chain of rules, in its order.
func Rules() []Rule { return slices.Clone(rules) }

var (
	ofAll        = []string{"all"}
	ofBots       = []string{"bots"}
	ofAgents     = []string{"agents"}
	ofWebhooks   = []string{"webhooks"}
	ofHooks      = []string{"bots", "webhooks"}
	ofProperties = []string{"properties"}
)
