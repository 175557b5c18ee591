// Package migrate converts payloads of the Configuration API v3.1, v3.2, v3.3 and
// v3.4 to v3.5 and reports what happened to every field of them.
//
// It recognises the input by content: requests and responses of legacy methods,
// and snapshots with an older api_version. The input goes through one list of
// named rules. Each rule handles one shape and changes whatever has it, in any
// version; only a shape that versions interpret differently needs a decision.
// Every scalar, and every empty object or list, knows the places of the input that
// it comes from, so the report can state what happened to each field. If a rule
// would have to guess, it adds a Decision.
//
// The package takes values and returns values: it reads no files and does not
// change its input.
package migrate

import (
	"cmp"
	"slices"

	"lcsync/internal/resource"
)

// Target is the version that documents are converted to.
const Target = resource.APIVersion

// Versions are those that documents can have, oldest first.
var Versions = append(resource.LegacyVersions(), Target)

// Options answer what documents leave open. The zero Options answer nothing. Each
// is also a key of a file for ReadAnswers, under the name in its tag.
type Options struct {
	// As gives the kind of documents that could be of several kinds: "groups",
	// "group_properties/7"… The key is the file, or FILE:LINE if the file has
	// several documents, with the line where the document begins.
	As map[string]string `json:"as"`
	// From is the version of documents that could have several.
	From string `json:"from"`
	// Timezone is the zone of bots' schedules without one; Timezones, by id or
	// name of the bot, takes precedence.
	Timezone  string            `json:"timezone"`
	Timezones map[string]string `json:"timezones"`
	// ClientID is the owner of objects without one; ClientIDs, by id or name of
	// the object or by name of the file, takes precedence.
	ClientID  string            `json:"client_id"`
	ClientIDs map[string]string `json:"client_ids"`
	// Prefer lists files, or FILE:LINE as in decisions, the most trusted first: if
	// documents contradict each other, their value counts.
	Prefer []string `json:"prefer"`
	// LeaveOut lists webhooks and properties to leave out: by id, or by their name
	// in decisions.
	LeaveOut []string `json:"leave_out"`
	// DropGone drops filters and additional data of webhooks that the API removed.
	DropGone bool `json:"drop_gone"`
	// SplitOvernight splits hours that end on the next day at midnight.
	SplitOvernight bool `json:"split_overnight"`
	// PerBot limits each webhook of a bot to chats with that bot.
	PerBot bool `json:"per_bot"`
	// RoutingStatuses gives bots the status that documents show for them.
	RoutingStatuses bool `json:"with_routing_statuses"`
}

// Result is the result of a migration. License and Secrets are only valid if
// Report.Decisions is empty.
type Result struct {
	License *resource.License
	// Secrets are the values of webhooks' secrets in the documents, by the names
	// that License uses for them.
	Secrets map[string]string
	Report  *Report
	// Successions describe the webhooks of documents before the target version, in
	// the documents' order.
	Successions []Succession
}

// Run migrates documents together. It never fails: what needs an answer is a
// decision in the report.
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

// chain applies the rules: first to requests and responses, then to snapshots,
// oldest first. Documents of the target version join after the rules about shapes
// that they cannot have.
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
		if !p.exact() {
			value = d.dropNulls(value)
		}
		p.put(d.under(""), value)
		for kind, rows := range d.rows {
			d.enter(p, kind, rows[before[kind]:])
		}
	}
}

// enter records where rows come from.
func (d *draft) enter(p *part, kind string, rows []*resource.Object) {
	for _, row := range rows {
		d.of(row).file = p.doc.File
		d.of(row).exact = p.exact()
		d.of(row).bare = !p.snapshot && onlyIDs(row)
	}
	if p.version != Target {
		d.notePredecessors(kind, rows)
	}
}

// result sorts the rows, hides secrets and completes the report.
func (d *draft) result() *Result {
	d.under("")
	secrets := &secretNames{map[string]string{}, map[string]map[string]string{}}
	for _, k := range resource.Kinds() {
		tracked := d.rows[k.Name]
		if len(tracked) == 0 && !d.empty[k.Name] {
			continue
		}
		rows, ordered := d.finish(k, tracked, secrets)
		d.license.SetRows(k.Name, rows)
		d.ledger.enterKind(k, ordered)
		d.noteOwners(k)
		delete(d.rows, k.Name) // free memory: large, and no longer needed
	}
	d.ledger.close()
	d.license.Owner, d.license.AccountID = text(d.identity, "owner"), text(d.identity, "account_id")
	slices.Sort(d.license.ClientIDs)
	return &Result{License: d.license, Secrets: secrets.values, Report: d.report(),
		Successions: d.successions(len(d.license.Rows("webhooks")))}
}
