package sandbox

import (
	"slices"
	"strings"
)

// publicScopes is what a token has unless told otherwise: everything that
// can be configured in the vendor's Developer Console. subscription.lc:rw and
// sessions--all:rw are private and not among it.
var publicScopes = []string{
	"access_rules:rw",
	"accounts--all:rw",
	"accounts.roles.lc--all:rw",
	"agents--all:rw",
	"agents-bot--all:rw",
	"bots.templates:rw",
	"groups--all:rw",
	"properties.configuration:rw",
	"properties.group.value--all:rw",
	"properties.license.value--all:rw",
	"properties--all:rw", // of 3.1 and 3.2
	"tags--all:rw",
	"webhooks.configuration:rw",
	"webhooks.state:rw",
	"webhooks--all:rw", // of 3.1 and 3.2
}

// botScopes is what a token from issue_bot_token carries.
var botScopes = []string{"chats--access:rw", "agents-bot--my:rw", "customers:rw"}

// levels orders how far a scope reaches; groups is the tags' word for access.
var levels = map[string]int{"my": 1, "access": 2, "groups": 2, "all": 3}

type scope struct {
	base  string
	level string
	right string
}

func parseScope(s string) scope {
	name, right, _ := strings.Cut(s, ":")
	base, level, _ := strings.Cut(name, "--")
	return scope{base: base, level: level, right: right}
}

// covers says whether having s is as good as having want: rw includes ro and
// rc, and all includes access includes my.
func (s scope) covers(want scope) bool {
	return s.base == want.base &&
		(s.right == want.right || s.right == "rw") &&
		(s.level == want.level || levels[s.level] > levels[want.level] && levels[want.level] > 0)
}

func granted(have []string, want string) bool {
	w := parseScope(want)
	return slices.ContainsFunc(have, func(h string) bool { return parseScope(h).covers(w) })
}
