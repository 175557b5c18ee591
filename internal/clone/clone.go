// Package clone says what another license has to be for the configuration of a
// first one to be there, too: a license and a mapping become a license, with the
// questions that only a person can answer.
//
// It goes in stages, as the files do. Names of the source become names of the
// target (rename), objects and references become the target's (resolve), people
// keep what is theirs (people), and what is left open is asked (questions). What
// the kinds are is read from the registry.
package clone

import (
	"cmp"
	"fmt"
	"strings"

	"lcsync/internal/diff"
	"lcsync/internal/resource"
)

// Options say what may be written, and answer questions for all objects.
type Options struct {
	// CreateAgents invites people whom the target lacks. UpdateAgents writes
	// fields of those whom it has, and UpdateRoles their roles. With Prune, what
	// the source does not have is deleted, people only with PruneAgents.
	CreateAgents, UpdateAgents, UpdateRoles, Prune, PruneAgents bool
	// KeepURLs and KeepEmails take over addresses that the mapping says nothing of.
	KeepURLs, KeepEmails bool
	// RoutingStatuses gives new bots the status that they have in the source.
	RoutingStatuses bool
	// Selected tells whether an object takes part; nil means that all do. Others
	// are known, and nothing is asked about them.
	Selected func(k *resource.Kind, row *resource.Object) bool
}

// Result is what a license is to become.
type Result struct {
	// Wanted is that license in the target's terms, for diff.Mapped: its objects
	// have the target's ids, and those that are to be created have names.
	Wanted *resource.License
	// Questions are to be answered before anything is written.
	Questions []Question
	// Findings are what a person should know.
	Findings []Finding
	// Unmatched are entries of the mapping that are about nothing.
	Unmatched []Unmatched
	// Skipped are objects that could not be mapped, as too little is known.
	Skipped []diff.Skip
	// Origin has the row of the source that each row of Wanted was made of.
	Origin map[*resource.Object]*resource.Object
}

// Question is something that only a person can decide. Section and Name say
// which key of the mapping answers it, Flag which flag does; one of them may be
// empty.
type Question struct {
	// Objects are what it is about, as KIND/KEY and a path.
	Objects []Place `json:"objects"`
	Text    string  `json:"text"`
	// Stays says what happens if the answer is to leave it as it is.
	Stays   string `json:"stays,omitempty"`
	Section string `json:"section,omitempty"`
	Name    string `json:"name,omitempty"`
	Flag    string `json:"flag,omitempty"`
}

// Place is a field of an object of the source.
type Place struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
	Path string `json:"path,omitempty"`

	Row *resource.Object `json:"-"` // of the source
}

// String returns KIND/KEY and the path.
func (p Place) String() string {
	return strings.TrimSuffix(p.Kind+"/"+p.Key+" "+p.Path, " ")
}

// shownPlaces is how many places a question names.
const shownPlaces = 3

// String returns the question in one line, with its places.
func (q Question) String() string {
	var places []string
	for _, p := range q.Objects[:min(shownPlaces, len(q.Objects))] {
		places = append(places, p.String())
	}
	text := strings.Join(places, ", ")
	if more := len(q.Objects) - len(places); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + ": " + q.Text
}

// Answer says how to answer the question.
func (q Question) Answer() string {
	var ways []string
	if q.Section != "" {
		to := "…"
		if q.Section == ClientIDs || resource.Lookup(q.Section) != nil {
			to = "… or " + Skip
		}
		ways = append(ways, fmt.Sprintf("map it under %s: %s: %s", q.Section, resource.JSON(q.Name), to))
	}
	if q.Flag != "" {
		ways = append(ways, "pass "+q.Flag)
	}
	return strings.Join(ways, "; or ")
}

// Level says what a finding means for a clone.
type Level string

// The levels: nothing is sent, something goes another way than one may expect,
// and what is good to know.
const (
	Blocks  Level = "blocks"
	Warns   Level = "warns"
	Informs Level = "informs"
)

// Finding is something to know before a license is written to.
type Finding struct {
	Level Level  `json:"level"`
	Kind  string `json:"kind,omitempty"`
	Key   string `json:"key,omitempty"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// Stops tells whether nothing is sent because of the finding.
func (f Finding) Stops() bool { return f.Level == Blocks }

// String returns the finding in one line.
func (f Finding) String() string {
	switch {
	case f.Kind == "":
		return f.Text
	case f.Key == "":
		return f.Kind + ": " + f.Text
	}
	return f.Kind + "/" + f.Key + ": " + f.Text
}

// Unmatched is an entry of the mapping that is about nothing.
type Unmatched struct {
	Entry
	Section string
	Hint    string
}

// String says what is wrong, with the place.
func (u Unmatched) String() string {
	text := fmt.Sprintf("%s: %q matches nothing in the source", u.Section, u.From)
	if u.At != "" {
		text = u.At + ": " + text
	}
	return text
}

// Covering returns the source with the client ids of the target: what the target
// has to be read for.
func Covering(source *resource.License, m Mapping) *resource.License {
	mp := newMapper(source, nil, m, Options{})
	out := *source
	out.ClientIDs = mp.clientIDs()
	renamed := &out
	for _, k := range source.Kinds() {
		if k.OwnedBy == "" {
			continue
		}
		var rows []*resource.Object
		for _, row := range source.Rows(k.Name) {
			if row, skipped := mp.withClients(k, row); !skipped {
				rows = append(rows, row)
			}
		}
		renamed = renamed.WithRows(k.Name, rows)
	}
	return renamed
}

// Map says what the target is to become. Neither license is changed. The source
// may be a file, in which references go by name.
func Map(source, target *resource.License, m Mapping, o Options) *Result {
	mp := newMapper(source, target, m, o)
	mp.rename()
	mp.pair()
	mp.resolve()
	mp.people()
	mp.ask()
	mp.assemble()
	return mp.res
}

// assemble makes the wanted license of what is left.
func (mp *mapper) assemble() {
	want := &resource.License{Owner: mp.target.Owner, AccountID: mp.target.AccountID, ClientIDs: mp.clients, Readable: mp.source.Readable}
	for _, k := range resource.Kinds() {
		if !mp.source.Has(k.Name) || k.ReadOnly || k.OptIn {
			continue
		}
		want.SetRows(k.Name, nil)
		for _, w := range mp.rows[k.Name] {
			if w.gone {
				continue
			}
			k.Canonical(w.Object)
			want.Append(k.Name, w.Object)
			mp.res.Origin[w.Object] = mp.file[w.source]
		}
	}
	for _, g := range mp.source.Gaps {
		if g.ClientID = mp.client(g.ClientID); g.ClientID == Skip {
			continue
		}
		want.Gaps = append(want.Gaps, g)
		mp.res.Skipped = append(mp.res.Skipped, diff.Skip{Kind: g.Kind, Key: cmp.Or(g.ID, g.ClientID), Reason: "the source could not be read: " + g.Reason + needs(g.Scopes)})
	}
	mp.keepPeople(want)
	mp.res.Wanted = want
	mp.unmatched()
}

// needs names the scopes that a token lacks.
func needs(scopes []string) string {
	if len(scopes) == 0 {
		return ""
	}
	return " (its token needs the scope " + resource.Words(scopes) + ")"
}

// unmatched lists entries that were about nothing. Of a source that has not all
// kinds nobody knows it of every section.
func (mp *mapper) unmatched() {
	whole := true
	for _, k := range resource.Kinds() {
		whole = whole && (k.ReadOnly || k.OptIn || mp.source.Has(k.Name))
	}
	for _, section := range sections() {
		k := resource.Lookup(section)
		if !whole && (k == nil || !mp.source.Has(k.Name)) {
			continue
		}
		entries := mp.Mapping[section]
		for i := range entries {
			if e := &entries[i]; !mp.used[e] {
				mp.res.Unmatched = append(mp.res.Unmatched, Unmatched{*e, section, mp.suggest(k, e.From)})
			}
		}
	}
}

// suggest returns a hint for a name that no object has.
func (mp *mapper) suggest(k *resource.Kind, name string) string {
	if k == nil {
		return "correct the entry, or remove it"
	}
	var names []string
	for _, row := range mp.source.Rows(k.Name) {
		names = append(names, k.KeyOf(row))
	}
	if near := resource.Suggest(name, names); near != "" {
		return "did you mean " + resource.Quote(near) + "?"
	}
	return "correct the entry, or remove it"
}
