package sandbox

import (
	"sync"
	"time"
)

// Applications is what belongs to applications (client ids) rather than to a
// license: property definitions, webhooks and bot templates. Licenses that
// share one behave like licenses that installed the same applications.
type Applications struct {
	// mu protects this and every license that joined: a template affects the bots
	// of all of them, and one lock cannot deadlock.
	mu       sync.Mutex
	own      appState
	past     history[appState]
	licenses []*License
}

// appState is what the applications own.
type appState struct {
	properties table // by owner and name
	webhooks   table // by id
	templates  table // by id
}

func (a *appState) snapshot() appState {
	return appState{
		properties: a.properties.snapshot(),
		webhooks:   a.webhooks.snapshot(),
		templates:  a.templates.snapshot(),
	}
}

// NewApplications is a set of applications that own nothing yet.
func NewApplications() *Applications { return &Applications{} }

// join makes l one of the licenses that have the applications installed.
func (a *Applications) join(l *License) { a.licenses = append(a.licenses, l) }

// lag is the longest delay of reads on any of the licenses.
func (a *Applications) lag() time.Duration {
	var longest time.Duration
	for _, l := range a.licenses {
		longest = max(longest, l.opts.StaleReads)
	}
	return longest
}

// property finds a definition, the built-in ones included.
func (a *appState) property(namespace, name string) (obj, bool) {
	if def, ok := builtinsByKey[pair(namespace, name)]; ok {
		return def, true
	}
	return a.properties.get(pair(namespace, name))
}

// pair is the key of a name in a namespace; neither can contain the byte.
func pair(namespace, name string) string { return namespace + "\x00" + name }
