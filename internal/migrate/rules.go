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
	apply func(d *draft)
}

// rules is the chain, in its order.
var rules = slices.Concat(rules31, rules32, rules33, rules34, rulesLate)

// Rules returns the chain of rules, in its order.
func Rules() []Rule { return slices.Clone(rules) }

var (
	ofBots       = []string{"bots"}
	ofAgents     = []string{"agents"}
	ofWebhooks   = []string{"webhooks"}
	ofHooks      = []string{"bots", "webhooks"}
	ofProperties = []string{"properties"}
)
