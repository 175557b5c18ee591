package resource

import (
	"cmp"
	"slices"
)

// routing: what decides where a chat goes.
var routing = []*Kind{tags, autoAccesses}

var tags = &Kind{
	Name: "tags", Singular: "tag",
	PlanLimit: "tags",
	Doc:       "Labels for chats. The name is the identity: a tag cannot be renamed.",
	Key:       []string{"name"},
	FoldCase:  true,
	Evidence:  []string{"name", "created_at"},
	Fields: []Field{
		{Name: "name", Type: String, Class: Server, Input: CreateOnly, Required: true},
		{Name: "group_ids", Doc: "Groups whose chats may carry the tag.", Type: ListOf, Elem: Int, List: Set, Clear: List{},
			Ref: &RefTo{Kinds: []string{"groups"}}},
		{Name: "author_id", Doc: "Who made it; may be empty.", Type: String, Class: Server, Input: ReadOnly},
		{Name: "created_at", Doc: "When; the server uses two formats, both kept as text.", Type: String, Class: Server, Input: ReadOnly},
	},
	Reads: []Read{{Method: "list_tags",
		Narrow: []string{"tags--groups:ro"}, Whole: []string{"tags--all:ro"}}},
	Create: &Op{Method: "create_tag"},
	Update: &Op{Method: "update_tag", ID: []string{"name"}},
	Delete: &Op{Method: "delete_tag", ID: []string{"name"}, Loses: "the tag's author and date"},
}

func matchList(name, doc string, of Format) Field {
	return Field{Name: name, Doc: doc, Type: ListOf, Elem: Record, List: Set, Fields: []Field{
		{Name: "value", Type: String, Required: true, Format: of},
		{Name: "exact_match", Doc: "Whole value instead of a part of it.", Type: Bool, Default: false},
	}}
}

func matchCondition(name, doc string, of Format) Field {
	return Field{Name: name, Doc: doc, Type: Record, Exclusive: []string{"values", "exclude_values"},
		AtLeastOne: []string{"values", "exclude_values"},
		Fields: []Field{
			matchList("values", "Matches when one does.", of),
			matchList("exclude_values", "Matches when none does.", of),
		}}
}

var autoAccesses = &Kind{
	Name: "auto_accesses", Singular: "auto access",
	PlanLimit: "access_rules",
	Doc:       "Rules that send a chat to groups by page and place of the customer; the first that matches wins.",
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
		{Name: "access", Doc: "Where the chat goes.", Type: Record, Required: true, Fields: []Field{
			{Name: "groups", Type: ListOf, Elem: Int, List: Set, Required: true, Ref: &RefTo{Kinds: []string{"groups"}}},
		}},
		{Name: "conditions", Doc: "All that are given must match.", Type: Record, Required: true,
			AtLeastOne: []string{"url", "domain", "geolocation"},
			Fields: []Field{
				matchCondition("url", "Page address.", FreeText),
				matchCondition("domain", "Domain of the page.", Domain),
				{Name: "geolocation", Doc: "Place of the customer.", Type: Record, AtLeastOne: []string{"values"}, Fields: []Field{
					{Name: "values", Doc: "Matches when one does; all given parts of it must.", Type: ListOf, Elem: Record, List: Set, Required: true,
						AtLeastOne: []string{"country", "country_code", "region", "city"},
						Fields: []Field{
							{Name: "country", Type: String},
							{Name: "country_code", Type: String},
							{Name: "region", Type: String},
							{Name: "city", Type: String},
						}},
				}},
			}},
		{Name: "next_id", Doc: "The rule after this one; the list's order in a snapshot.", Type: String, Class: Volatile},
	},
	Reads:  []Read{{Method: "list_auto_accesses", Rows: chain}},
	Create: &Op{Method: "add_auto_access", Reveals: []string{"id"}},
	Update: &Op{Method: "update_auto_access", ID: []string{"id"}},
	Delete: &Op{Method: "delete_auto_access", ID: []string{"id"}},
}

// chain puts rules into the order of their next_id links. The server promises
// no order of the array, and links may dangle: each piece of chain keeps its
// order, pieces stand by the id of their first rule, and a piece that ends
// with an empty next_id comes last. Should an id come twice, only the first of
// the two by content has a place in the chain, and the other one stands behind
// it; no link leads to a rule without one.
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
