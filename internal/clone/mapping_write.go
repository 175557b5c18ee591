package clone

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"lcsync/internal/yamlfile"
)

// WriteMapping returns a file for ReadMapping: the mapping so far, and for each
// question that a mapping can answer a place that is empty, below what is asked
// and what happens if it stays as it is. Read as it is, it answers nothing more.
func WriteMapping(m Mapping, open []Question) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, section := range sections() {
		entries := &yaml.Node{Kind: yaml.MappingNode}
		for _, e := range m[section] {
			if e.To != "" || !asked(open, section, e.From) {
				add(entries, e.From, e.To, "")
			}
		}
		var written []string
		for _, q := range open {
			if q.Section != section || slices.Contains(written, q.Name) {
				continue
			}
			written = append(written, q.Name)
			add(entries, q.Name, "", comment(open, section, q.Name))
		}
		if len(entries.Content) > 0 {
			root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: section}, entries)
		}
	}
	var others []string
	for _, q := range open {
		if q.Section == "" {
			others = append(others, q.String(), "    "+q.Answer())
		}
	}
	text := "# A mapping for --map. An entry that stays empty decides nothing.\n"
	if others != nil {
		text += yamlfile.Comment(append([]string{"These are answered by flags:"}, others...)...) + "\n"
	}
	if len(root.Content) == 0 {
		return []byte(text), nil
	}
	data, err := yaml.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("write the mapping: %w", err)
	}
	return append([]byte(text), data...), nil
}

// asked tells whether a question is about an entry of a section.
func asked(open []Question, section, name string) bool {
	return slices.ContainsFunc(open, func(q Question) bool { return q.Section == section && q.Name == name })
}

// comment returns the questions about an entry as a comment.
func comment(open []Question, section, name string) string {
	var lines []string
	for _, q := range open {
		if q.Section != section || q.Name != name {
			continue
		}
		lines = append(lines, q.String())
		if q.Stays != "" {
			lines = append(lines, "If it stays: "+q.Stays+".")
		}
		if q.Flag != "" {
			lines = append(lines, q.Flag+" decides it for all.")
		}
	}
	return yamlfile.Comment(lines...)
}

// add puts an entry at the end of a section.
func add(section *yaml.Node, from, to, comment string) {
	section.Content = append(section.Content, textNode(from), textNode(to))
	section.Content[len(section.Content)-2].HeadComment = comment
}

func textNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}
