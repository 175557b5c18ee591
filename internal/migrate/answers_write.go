package migrate

import (
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"lcsync/internal/yamlfile"
)

// WriteAnswers writes a file for ReadAnswers: the given answers, and an empty
// place below each open decision that such a file can answer. Reading the file
// unchanged adds no answer.
func (r *Report) WriteAnswers(w io.Writer, given Options) error {
	open := map[string][]Decision{} // by key
	for _, d := range r.Decisions {
		open[d.Key] = append(open[d.Key], d)
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for i, key := range AnswerKeys() {
		given := reflect.ValueOf(given).Field(i)
		if table, ok := given.Interface().(map[string]string); ok {
			if n := tableNode(table, open[key]); len(n.Content) > 0 {
				root.Content = append(root.Content, textNode(key), n)
			}
		} else if !given.IsZero() || len(open[key]) > 0 {
			name := textNode(key)
			name.HeadComment = questions(open[key])
			root.Content = append(root.Content, name, answerNode(given.Interface()))
		}
	}
	text := "# Answers for --decisions. Fill in each empty value; an empty value leaves the decision open.\n"
	if others := questions(open[""]); others != "" {
		text += "# Decisions that this file cannot answer:\n" + others + "\n"
	}
	data, err := yaml.Marshal(root)
	if err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n%s", text, data)
	return err
}

// answerNode returns an answer that is no table.
func answerNode(given any) *yaml.Node {
	switch v := given.(type) {
	case []string:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range v {
			n.Content = append(n.Content, textNode(s))
		}
		return n
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: v}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(given)}
}

// tableNode returns the answers by name, with places for more.
func tableNode(given map[string]string, open []Decision) *yaml.Node {
	asked := map[string][]Decision{}
	names := slices.Collect(maps.Keys(given))
	for _, d := range open {
		asked[d.Of] = append(asked[d.Of], d)
		names = append(names, d.Of)
	}
	slices.Sort(names)
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Compact(names) {
		key := textNode(name)
		key.HeadComment = questions(asked[name])
		n.Content = append(n.Content, key, textNode(given[name]))
	}
	return n
}

func textNode(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if s == "" || strings.ContainsFunc(s, unicode.IsControl) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// questions returns decisions as a comment.
func questions(open []Decision) string {
	var lines []string
	for _, d := range open {
		lines = append(lines, strings.Split(fmt.Sprintf("%s\n    %s", d, d.HowTo), "\n")...)
	}
	return yamlfile.Comment(lines...)
}
