package sandbox

import "time"

// state is what a license owns.
type state struct {
	organization  string
	agents        table // by id
	groups        table // by id in decimal
	bots          table // by id
	tags          table // by name
	rules         table // by id, in the rules' order
	licenseValues table // by namespace and name
	groupValues   table // by group, namespace and name
	webhooksState table // by client id
	routing       table // by agent or bot id
	hooks         table // webhooks of 3.1 and 3.2, by webhook_id
	botHooks      table // webhooks embedded in bots by 3.1 and 3.2, by bot id
	channels      []any
	source        obj
}

func (s *state) snapshot() state {
	return state{
		organization:  s.organization,
		agents:        s.agents.snapshot(),
		groups:        s.groups.snapshot(),
		bots:          s.bots.snapshot(),
		tags:          s.tags.snapshot(),
		rules:         s.rules.snapshot(),
		licenseValues: s.licenseValues.snapshot(),
		groupValues:   s.groupValues.snapshot(),
		webhooksState: s.webhooksState.snapshot(),
		routing:       s.routing.snapshot(),
		hooks:         s.hooks.snapshot(),
		botHooks:      s.botHooks.snapshot(),
		channels:      s.channels,
		source:        s.source,
	}
}

// newState is what a license starts with.
func (l *License) newState() state {
	s := state{organization: l.opts.Organization}
	s.groups.put(groupKey(0), generalGroup())
	l.addOwner(&s)
	l.addForeignBot(&s)
	s.channels = []any{obj{
		"channel_type": "code", "channel_subtype": "", "first_activity_timestamp": l.ids.moment(),
	}}
	s.source = obj{
		"source_id": "sandbox", "source_type": "embedded", "source_url": "https://sandbox.example.com",
	}
	return s
}

func generalGroup() obj {
	return obj{"id": int64(0), "name": "General", "language_code": "en", "routing_status": "offline"}
}

// addOwner gives the license an owner, ahead of everyone else.
func (l *License) addOwner(s *state) {
	id := "owner@example.com"
	for s.agents.has(id) {
		id = "the." + id
	}
	row := agentDefaults.with(obj{
		"id": id, "account_id": l.ids.account(), "name": "Owner", "role": roleOwner,
		"groups": []any{obj{"id": int64(0), "priority": "normal"}},
	})
	first := ""
	if s.agents.len() > 0 {
		first = s.agents.keys[0]
	}
	s.agents.place(id, row, first)
	s.routing.put(id, obj{"agent_id": id, "status": notAccepting})
}

// maxHistory bounds what stale reads may cost; beyond it the oldest goes.
const maxHistory = 4096

// history is what something was like since when.
type history[T any] struct {
	entries []entry[T]
}

type entry[T any] struct {
	since time.Time
	value T
}

// record notes what holds since now and drops what nobody will ask for.
func (h *history[T]) record(now time.Time, value T, lag time.Duration) {
	h.entries = append(h.entries, entry[T]{now, value})
	keep := max(0, len(h.entries)-maxHistory)
	for keep+1 < len(h.entries) && !h.entries[keep+1].since.After(now.Add(-lag)) {
		keep++
	}
	clear(h.entries[:keep]) // for the garbage collector
	h.entries = h.entries[keep:]
}

// at is what held at the moment, or the oldest that is known.
func (h *history[T]) at(moment time.Time) T {
	i := 0
	for i+1 < len(h.entries) && !h.entries[i+1].since.After(moment) {
		i++
	}
	return h.entries[i].value
}

// remember notes the state for stale reads, after every change.
func (l *License) remember() {
	for _, other := range l.apps.licenses {
		if other.opts.StaleReads > 0 {
			other.past.record(other.clock.Now(), other.st.snapshot(), other.opts.StaleReads)
		}
	}
	if lag := l.apps.lag(); lag > 0 {
		l.apps.past.record(l.clock.Now(), l.apps.own.snapshot(), lag)
	}
}

// forget starts the history anew: what is set up is seen at once.
func (l *License) forget() {
	l.past.entries = nil
	l.apps.past.entries = nil
	l.remember()
}

// view is what a read sees now.
func (l *License) view() (*state, *appState) {
	if l.opts.StaleReads == 0 {
		return &l.st, &l.apps.own
	}
	moment := l.clock.Now().Add(-l.opts.StaleReads)
	st, apps := l.past.at(moment), l.apps.past.at(moment)
	return &st, &apps
}
