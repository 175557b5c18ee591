package clone

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"lcsync/internal/yamlfile"
)

// WriteMapping returns a file for ReadMapping: the mapping so far, and for each
// question that a mapping can answer a place that is empty, below what is asked
// and what happens if it stays as it is. Read as it is, it answers nothing more.
func WriteMapping(m Mapping, open []Question) ([]byte, error) {
	type name struct{ section, name string }
	asked := map[name][]Question{}
	for _, q := range open {
		at := name{q.Section, q.Name}
		asked[at] = append(asked[at], q)
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, section := range sections() {
		entries := &yaml.Node{Kind: yaml.MappingNode}
		for _, e := range m[section] {
			if e.To != "" || asked[name{section, e.From}] == nil {
				add(entries, e.From, e.To, "")
			}
		}
		for _, q := range open {
			if at := (name{section, q.Name}); q.Section == section && asked[at] != nil {
				add(entries, q.Name, "", comment(asked[at]))
				delete(asked, at)
			}
		}
		if len(entries.Content) > 0 {
			root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: section}, entries)
		}
	}
	var others []string
	for _, q := range asked[name{}] {
		others = append(others, q.String(), "    "+q.Answer())
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

// comment returns the questions about an entry as a comment.
func comment(asked []Question) string {
	var lines []string
	for _, q := range asked {
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
