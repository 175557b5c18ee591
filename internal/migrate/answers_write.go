package migrate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// WriteAnswers writes a file for ReadAnswers: the answers that were given, and
// for each open question that such a file can answer a place that is empty,
// below the question. Read as it is, it answers nothing more.
func (r *Report) WriteAnswers(w io.Writer, given Options) error {
	open := map[string][]Decision{} // by key
	var others []string
	for _, d := range r.Decisions {
		if d.Key == "" {
			others = append(others, fmt.Sprintf("%s\n    %s", d, d.Settle))
		}
		open[d.Key] = append(open[d.Key], d)
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, a := range answers {
		if value := answerNode(a.in(&given), open[a.key]); value != nil {
			key := textNode(a.key)
			if value.Kind != yaml.MappingNode {
				key.HeadComment = questions(open[a.key])
			}
			root.Content = append(root.Content, key, value)
		}
	}
	text := "# Answers for --decisions. A question whose answer stays empty stays open.\n"
	if others != nil {
		text += comment("These are answered elsewhere:\n" + strings.Join(others, "\n"))
	}
	data, err := yaml.Marshal(root)
	if err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n%s", text, data)
	return err
}

// answerNode returns the answers under a key with places for more, nil if there
// is nothing to write.
func answerNode(given any, open []Decision) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle}
	empty := false
	switch v := given.(type) {
	case *string:
		n.Value, empty = *v, *v == ""
	case *bool:
		n, empty = &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatBool(*v)}, !*v
	case *[]string:
		n, empty = &yaml.Node{Kind: yaml.SequenceNode}, len(*v) == 0
		for _, s := range *v {
			n.Content = append(n.Content, textNode(s))
		}
	case *map[string]string:
		return tableNode(*v, open)
	}
	if empty && len(open) == 0 {
		return nil
	}
	return n
}

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
	if len(n.Content) == 0 {
		return nil
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

// questions are decisions as a comment.
func questions(open []Decision) string {
	var texts []string
	for _, d := range open {
		texts = append(texts, fmt.Sprintf("%s\n    %s", d, d.Settle))
	}
	return strings.TrimSuffix(comment(strings.Join(texts, "\n")), "\n")
}

// comment puts text into a comment, line by line.
func comment(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.Map(func(r rune) rune {
			if r != '\n' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029') {
				return ' '
			}
			return r
		}, line)
		b.WriteString("# " + strings.TrimSuffix(line, "\n") + "\n")
	}
	if text == "" {
		return ""
	}
	return b.String()
}
