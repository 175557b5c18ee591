package sandbox

import (
	"slices"
	"strings"
)

var tagMethods = []method{
	{
		name:   "create_tag",
		scopes: []string{"tags--all:rw", "tags--groups:rw"},
		params: []spec{text("name").need(), listOf("group_ids", natural(""))},
		run:    createTag,
	},
	{
		name:   "update_tag",
		scopes: []string{"tags--all:rw", "tags--groups:rw"},
		params: []spec{text("name").need(), listOf("group_ids", natural(""))},
		run:    updateTag,
	},
	{
		name:   "delete_tag",
		scopes: []string{"tags--all:rw", "tags--groups:rw"},
		params: []spec{text("name").need()},
		run:    deleteTag,
	},
	{
		name:   "list_tags",
		scopes: []string{"tags--all:ro", "tags--groups:ro"},
		params: []spec{record("filters", listOf("group_ids", natural("")).need())},
		run:    listTags,
		read:   true,
	},
}

// tagTime is how the server writes when a tag was created.
const tagTime = "2006-01-02T15:04:05.000000Z"

// checkTagGroups refuses groups that are not there and, with the scope for
// the caller's groups only, those the caller is no member of.
func (c *call) checkTagGroups(p obj) *apiError {
	for _, id := range numbers(p.list("group_ids")) {
		if !c.st.groups.has(groupKey(id)) {
			return noGroup(id)
		}
		if !c.can("tags--all:rw") && !c.memberOf(id) {
			return refuse("tags--all:rw")
		}
	}
	return nil
}

// reachesTag says whether the caller may see or change a tag: any with the
// scope, else one of a group the caller belongs to.
func (c *call) reachesTag(row obj, scope string) bool {
	return c.can(scope) || slices.ContainsFunc(numbers(row.list("group_ids")), c.memberOf)
}

// tag finds a tag to change by its exact name.
func (c *call) tag(name string) (obj, *apiError) {
	row, ok := c.st.tags.get(name)
	if !ok {
		return nil, fail(errNotFound, "Tag not found")
	}
	if !c.reachesTag(row, "tags--all:rw") {
		return nil, refuse("tags--all:rw")
	}
	return row, nil
}

func createTag(c *call, p obj) (any, *apiError) {
	name := p.text("name")
	if err := c.checkTagGroups(p); err != nil {
		return nil, err
	}
	if c.st.tags.any(func(row obj) bool { return strings.EqualFold(row.text("name"), name) }) {
		return nil, fail(errAlreadyExists, "Tag already exists")
	}
	if err := c.roomFor(limitTags, &c.st.tags); err != nil {
		return nil, err
	}
	c.st.tags.put(name, obj{
		"group_ids": []any{}, "author_id": c.agent, "created_at": c.l.clock.Now().UTC().Format(tagTime),
	}.with(p))
	return nil, nil
}

func updateTag(c *call, p obj) (any, *apiError) {
	row, err := c.tag(p.text("name"))
	if err != nil {
		return nil, err
	}
	if err := c.checkTagGroups(p); err != nil {
		return nil, err
	}
	c.st.tags.put(p.text("name"), c.l.overwrite(row, p))
	return nil, nil
}

func deleteTag(c *call, p obj) (any, *apiError) {
	if _, err := c.tag(p.text("name")); err != nil {
		return nil, err
	}
	c.st.tags.remove(p.text("name"))
	return nil, nil
}

// listTags leaves out what the scope does not reach, without a word.
func listTags(c *call, p obj) (any, *apiError) {
	wanted := p.sub("filters").list("group_ids")
	out := []any{}
	for _, row := range c.st.tags.all() {
		if p.has("filters") && !overlap(row.list("group_ids"), wanted) {
			continue
		}
		if c.reachesTag(row, "tags--all:ro") {
			out = append(out, row)
		}
	}
	return out, nil
}

func overlap(a, b []any) bool {
	return slices.ContainsFunc(a, func(e any) bool { return slices.Contains(b, e) })
}
