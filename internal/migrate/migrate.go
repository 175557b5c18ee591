// Package migrate brings documents of the Configuration API v3.1, v3.2, v3.3
// and v3.4 to the shapes of v3.5 and accounts for every field of them.
//
// Input is recognised by its content: requests and answers of legacy methods,
// and snapshots of an older api_version. It goes through one list of named
// rules; each is about a shape and changes what has it, whichever version that
// is of. Only a shape that versions read differently is a question.
// Every scalar, and every empty object or list, knows the places of the input
// it was made of, so that the report can say of each field what became of it.
// What no rule may guess is a Decision.
//
// The package takes values and returns values: it reads no files, and what it
// is given stays as it is.
package migrate

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Target is the version that documents are brought to.
const Target = resource.APIVersion

// Versions are those that documents may be of, oldest first.
var Versions = append(resource.LegacyVersions(), Target)

// Options settle what documents leave open. The zero Options settle nothing. Each
// is also an answer of a file for ReadAnswers, under the name in its tag.
type Options struct {
	// As says what documents are that could be of several kinds: "groups",
	// "group_properties/7"… It goes by file, and by FILE:LINE where a document of
	// several in a file begins.
	As map[string]string `json:"as"`
	// From is the version of documents that could be of several.
	From string `json:"from"`
	// Timezone is the zone of bots' schedules that give none; Timezones, by id
	// or name of the bot, goes before it.
	Timezone  string            `json:"timezone"`
	Timezones map[string]string `json:"timezones"`
	// ClientID owns what names no owner; ClientIDs, by id or name of the object
	// or by name of the file, goes before it.
	ClientID  string            `json:"client_id"`
	ClientIDs map[string]string `json:"client_ids"`
	// Prefer names files, or FILE:LINE as questions name places, the most
	// trusted first: where documents contradict each other, theirs counts.
	Prefer []string `json:"prefer"`
	// LeaveOut lists webhooks and properties to leave out: by id, or by what
	// decisions call them.
	LeaveOut []string `json:"leave_out"`
	// DropGone drops filters and additional data of webhooks that no longer
	// exist.
	DropGone bool `json:"drop_gone"`
	// SplitOvernight cuts hours that end on the next day at midnight.
	SplitOvernight bool `json:"split_overnight"`
	// PerBot confines each webhook that was a bot's own to chats with that bot.
	PerBot bool `json:"per_bot"`
	// RoutingStatuses wants bots to have the status that documents show of them.
	RoutingStatuses bool `json:"with_routing_statuses"`
}

// Result is what a migration came to. License and Secrets are of use only if
// Report.Decisions is empty.
type Result struct {
	License *resource.License
	// Secrets are the values of webhooks' secrets that the documents had, by
	// the names that License has for them.
	Secrets map[string]string
	Report  *Report
	// Successions are of the webhooks that documents before the target version
	// have, in the documents' order.
	Successions []Succession
}

// Run migrates documents as if they were one. It never fails: what cannot be
// done without an answer is a decision in the report.
func Run(docs []*Document, o Options) *Result {
	var parts []*part
	d := newDraft(&o)
	for _, doc := range docs {
		d.ledger.open(doc)
		d.answered("--prefer", doc.File)
		found, decision := recognise(d, doc)
		if decision != nil {
			d.decisions = append(d.decisions, *decision)
			d.under("").mark(doc.root, Undecided, decision.Question)
			continue
		}
		parts = append(parts, found...)
	}
	d.chain(parts)
	d.checkAnswers()
	return d.result()
}

// chain applies the rules to what documents say: first of requests and answers,
// then of snapshots, oldest first. Documents of the target version join behind
// the rules about shapes that they cannot have.
func (d *draft) chain(parts []*part) {
	slices.SortStableFunc(parts, func(a, b *part) int { return cmp.Compare(a.version, b.version) })
	older := slices.IndexFunc(parts, func(p *part) bool { return p.version == Target })
	if older < 0 {
		older = len(parts)
	}
	d.join(parts[:older])
	for i := range rules {
		if i == len(shapeRules) {
			d.join(parts[older:])
		}
		if rules[i].apply != nil {
			rules[i].apply(d.under(rules[i].Name))
		}
	}
}

// join adds the rows of documents. The documents stay as they are.
func (d *draft) join(parts []*part) {
	for _, p := range parts {
		before := map[string]int{}
		for kind, rows := range d.rows {
			before[kind] = len(rows)
		}
		value := resource.CloneValue(p.value)
		if !p.settled() {
			value = d.dropNulls(value)
		}
		p.put(d.under(""), value)
		for kind, rows := range d.rows {
			d.enter(p, kind, rows[before[kind]:])
		}
	}
}

// enter takes note of where rows come from.
func (d *draft) enter(p *part, kind string, rows []*resource.Object) {
	for _, row := range rows {
		d.of(row).file = p.doc.File
		d.of(row).settled = p.settled()
		d.of(row).bare = !p.snapshot && onlyIDs(row)
	}
	if p.version != Target {
		d.notePredecessors(kind, rows)
	}
}

// result orders the rows, hides secrets and closes the books.
func (d *draft) result() *Result {
	d.under("")
	secrets := &secretNames{map[string]string{}, map[string]map[string]string{}}
	paths := newPaths(d.ledger)
	for _, k := range resource.Kinds() {
		tracked := d.rows[k.Name]
		if len(tracked) == 0 && !d.empty[k.Name] {
			continue
		}
		rows, ordered := d.finish(k, tracked, secrets)
		d.license.SetRows(k.Name, rows)
		paths.kind(k, ordered)
		d.noteOwners(k)
		delete(d.rows, k.Name) // large, and not needed any more
	}
	paths.close()
	d.license.Owner, d.license.AccountID = text(d.identity, "owner"), text(d.identity, "account_id")
	slices.Sort(d.license.ClientIDs)
	return &Result{License: d.license, Secrets: secrets.values, Report: d.report(),
		Successions: d.successions(len(d.license.Rows("webhooks")))}
}
