package resource

import (
	"cmp"
	"slices"
)

// routing: the rules that decide where a chat goes.
var routing = []*Kind{tags, autoAccesses}

var tags = &Kind{
	Name: "tags", Singular: "tag",
	PlanLimit: "tags",
	Doc:       "Labels for chats. The name identifies a tag: a tag cannot be renamed.",
	Key:       []string{"name"},
	FoldCase:  true,
	Evidence:  []string{"name", "created_at"},
	Fields: []Field{
		{Name: "name", Type: String, Class: Server, Input: CreateOnly, Required: true},
		{Name: "group_ids", Doc: "Groups whose chats can have the tag.", Type: ListOf, Elem: Int, List: Set, Clear: List{},
			Ref: &RefTo{Kinds: []string{"groups"}}},
		{Name: "author_id", Doc: "Author; can be empty.", Type: String, Class: Server, Input: ReadOnly},
		{Name: "created_at", Doc: "Creation date; the server uses two formats, both kept as a string.", Type: String, Class: Server, Input: ReadOnly},
	},
	Reads: []Read{{Method: "list_tags",
		Narrow: []string{"tags--groups:ro"}, Whole: []string{"tags--all:ro"}}},
	Create: &Op{Method: "create_tag"},
	Update: &Op{Method: "update_tag", ID: []string{"name"}},
	Delete: &Op{Method: "delete_tag", ID: []string{"name"}, Loses: "the tag's author and creation date are lost"},
}

func matchList(name, doc string, of Format) Field {
	return Field{Name: name, Doc: doc, Type: ListOf, Elem: Record, List: Set, Fields: []Field{
		{Name: "value", Type: String, Required: true, Format: of},
		{Name: "exact_match", Doc: "Match the whole value, not a part.", Type: Bool, Default: false},
	}}
}

func matchCondition(name, doc string, of Format) Field {
	return Field{Name: name, Doc: doc, Type: Record, Exclusive: []string{"values", "exclude_values"},
		AtLeastOne: []string{"values", "exclude_values"},
		Fields: []Field{
			matchList("values", "Matches if at least one entry matches.", of),
			matchList("exclude_values", "Matches if no entry matches.", of),
		}}
}

var autoAccesses = &Kind{
	Name: "auto_accesses", Singular: "auto access",
	PlanLimit: "access_rules",
	Doc:       "Rules that route a chat to groups by the customer's page and location; the first matching rule applies.",
	ServerID:  "id", RandomID: true,
	Key:      []string{"description"},
	Evidence: []string{"id"},
	Match:    []Matcher{{Fields: []string{"description"}}, {Fields: []string{"conditions"}}},
	Order:    Linked,
	Covers:   coversConditions,
	CatchAll: catchesAll,
	Fields: []Field{
		{Name: "id", Type: String, Class: Server, Input: ReadOnly},
		{Name: "description", Type: String, Omitted: true, Clear: ""},
		{Name: "access", Doc: "Groups that get the chat.", Type: Record, Required: true, Fields: []Field{
			{Name: "groups", Type: ListOf, Elem: Int, List: Set, Required: true, Ref: &RefTo{Kinds: []string{"groups"}}},
		}},
		{Name: "conditions", Doc: "Conditions; all must match.", Type: Record, Required: true,
			AtLeastOne: []string{"url", "domain", "geolocation"},
			Fields: []Field{
				matchCondition("url", "URL of the page.", FreeText),
				matchCondition("domain", "Domain of the page.", Domain),
				{Name: "geolocation", Doc: "Location of the customer.", Type: Record, AtLeastOne: []string{"values"}, Fields: []Field{
					{Name: "values", Doc: "Matches if at least one entry matches in all its given fields.", Type: ListOf, Elem: Record, List: Set, Required: true,
						AtLeastOne: []string{"country", "country_code", "region", "city"},
						Fields: []Field{
							{Name: "country", Type: String},
							{Name: "country_code", Type: String},
							{Name: "region", Type: String},
							{Name: "city", Type: String},
						}},
				}},
			}},
		{Name: "next_id", Doc: "Next rule; a snapshot states it by the order of the list.", Type: String, Class: Volatile},
	},
	Reads:  []Read{{Method: "list_auto_accesses", Rows: chain}},
	Create: &Op{Method: "add_auto_access", Reveals: []string{"id"}},
	Update: &Op{Method: "update_auto_access", ID: []string{"id"}},
	Delete: &Op{Method: "delete_auto_access", ID: []string{"id"}},
}

// chain sorts rules by their next_id links. The server does not guarantee the
// order of the array, and links may point nowhere. Each piece of chain keeps its
// order, pieces are sorted by the id of their first rule, and a piece that ends
// with an empty next_id comes last. If an id appears twice, only the first of the
// two by content has a place in the chain, and the other one follows it; no link
// leads to a rule without an id.
func chain(answer Value, client string) ([]*Object, []Odd, error) {
	rows, odds, err := objectRows(answer, client)
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *Object) int {
		return cmp.Or(cmp.Compare(a.String("id"), b.String("id")), Compare(a, b))
	})
	byID := make(map[string]*Object, len(rows))
	hasPrev := make(map[string]bool, len(rows))
	var repeated []*Object
	rows = slices.DeleteFunc(rows, func(r *Object) bool {
		id := r.String("id")
		if id != "" && byID[id] != nil {
			repeated = append(repeated, r)
			return true
		}
		byID[id] = r
		return false
	})
	delete(byID, "")
	for _, r := range rows {
		if n := r.String("next_id"); n != r.String("id") {
			hasPrev[n] = true
		}
	}
	var heads []*Object
	for _, r := range rows {
		if !hasPrev[r.String("id")] {
			heads = append(heads, r)
		}
	}
	return append(walkChains(rows, heads, byID), repeated...), odds, err
}
