package sandbox

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// botToken is a token from issue_bot_token.
type botToken struct {
	client  string
	bot     string
	expires time.Time
}

// caller is who a request comes from.
type caller struct {
	pat    bool   // by personal access token
	agent  string // the agent's id; a bot's for a bot token
	client string // the client id of a Bearer token; "" for a PAT
	scopes []string
}

func (c caller) can(scope string) bool { return granted(c.scopes, scope) }

// authenticate finds out who calls.
func (l *License) authenticate(h http.Header) (caller, *apiError) {
	scheme, value, _ := strings.Cut(h.Get("Authorization"), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		if same(value, l.opts.Token) {
			return caller{agent: l.owner().text("id"), client: l.opts.TokenClientID, scopes: l.opts.Scopes}, nil
		}
		if t, ok := l.tokens[value]; ok && l.clock.Now().Before(t.expires) {
			return caller{agent: t.bot, client: t.client, scopes: botScopes}, nil
		}
	case "basic":
		r := http.Request{Header: h}
		account, token, ok := r.BasicAuth()
		if ok && same(token, l.opts.Token) {
			return caller{pat: true, agent: l.agentOf(account), scopes: l.opts.Scopes}, nil
		}
	}
	return caller{}, fail(errAuthentication, "Authentication error")
}

// agentOf is the agent of an account, or the owner.
func (l *License) agentOf(account string) string {
	for id, a := range l.st.agents.all() {
		if a.text("account_id") == account {
			return id
		}
	}
	return l.owner().text("id")
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// call is one execution of a method: a request, or one item of a batch.
type call struct {
	l *License
	caller
	st      *state    // what the method sees: for reads perhaps an old state
	apps    *appState // likewise
	version string    // of the API
}

// holds reports whether a client id (a namespace, an owner) counts as the caller's
// own. A Bearer token has one. No page says which client id a personal access
// token has; because it can name any of the organization's in owner_client_id, all
// of those count as its own.
func (c *call) holds(clientID string) bool {
	if c.pat {
		return c.l.ours(clientID)
	}
	return clientID == c.client
}

// ownerOf returns the client id that a request acts for: the one in the request,
// or the token's. It must belong to the organization.
func (c *call) ownerOf(p obj) (string, *apiError) {
	id := p.text("owner_client_id")
	if id == "" {
		id = c.client
	}
	if !c.l.ours(id) {
		return "", fail(errAuthorization, "`owner_client_id` does not belong to your organization")
	}
	return id, nil
}

// refuse returns the response to a caller without a scope.
func refuse(scopes ...string) *apiError {
	return fail(errAuthorization, "Authorization error: requires %s", strings.Join(scopes, " and "))
}

// demand refuses a caller who lacks one of the scopes.
func (c *call) demand(scopes ...string) *apiError {
	for _, s := range scopes {
		if !c.can(s) {
			return refuse(scopes...)
		}
	}
	return nil
}

// memberOf says whether the caller belongs to the group.
func (c *call) memberOf(group int64) bool {
	for _, table := range []*table{&c.l.st.agents, &c.l.st.bots} {
		if row, ok := table.get(c.agent); ok {
			return membership(row, group) != ""
		}
	}
	return false
}

// membership is a row's priority in a group, "" when it is no member.
func membership(row obj, group int64) string {
	for _, e := range row.list("groups") {
		if g := e.(obj); g.number("id") == group {
			return g.text("priority")
		}
	}
	return ""
}
