package migrate

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lcsync/internal/resource"
)

// secretTag marks a reference to a secret in a snapshot.
const secretTag = "!secret"

// maxExpansion is how many times the size of its file a document can reach through
// aliases.
const maxExpansion = 10

type yamlReader struct {
	file string
	doc  *Document
	left int // values that may still be decoded
}

var lineInText = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// readYAML reads the documents of a YAML file.
func readYAML(file string, data []byte) (docs []*Document, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser has been known to panic on odd input
			docs, err = nil, &Error{file, 1, fmt.Sprintf("the parser failed: %v", p)}
		}
	}()
	y := &yamlReader{file: file, left: maxExpansion * (len(data) + 100)}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		err := dec.Decode(&n)
		if err == io.EOF {
			break
		}
		if err != nil {
			line := 1
			if m := lineInText.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
				line, _ = strconv.Atoi(m[1])
			}
			return nil, &Error{file, line, "neither JSON nor YAML: " + lineInText.ReplaceAllString(err.Error(), "")}
		}
		if len(n.Content) == 0 {
			continue
		}
		y.doc = &Document{File: file, Line: n.Content[0].Line}
		if y.doc.root, err = y.value(n.Content[0], 0, 0); err != nil {
			return nil, err
		}
		docs = append(docs, y.doc)
	}
	if docs == nil {
		return nil, &Error{file, 1, "the file is empty"}
	}
	return docs, nil
}

func (y *yamlReader) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{y.file, n.Line, fmt.Sprintf(format, args...)}
}

func (y *yamlReader) value(n *yaml.Node, at int32, depth int) (any, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if y.left--; y.left < 0 || depth > maxDepth {
		return nil, y.fail(n, "the document is nested too deeply, or its aliases expand to too much")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return y.object(n, at, depth)
	case yaml.SequenceNode:
		l := resource.List{}
		for i, e := range n.Content {
			v, err := y.value(e, y.doc.steps.element(at, i), depth+1)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		return y.doc.filled(l, n.Line, at), nil
	}
	v, err := y.scalar(n)
	if err != nil {
		return nil, err
	}
	return y.doc.leaf(v, n.Line, at), nil
}

func (y *yamlReader) object(n *yaml.Node, at int32, depth int) (any, error) {
	o := &resource.Object{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, y.fail(key, "a key must be a name")
		case key.Tag == "!!merge":
			return nil, y.fail(key, "merge keys (<<) are not supported: write every field")
		case o.Has(key.Value):
			return nil, y.fail(key, twice, key.Value)
		}
		v, err := y.value(n.Content[i+1], y.doc.steps.member(at, key.Value), depth+1)
		if err != nil {
			return nil, err
		}
		o.Set(key.Value, v)
	}
	return y.doc.filled(o, n.Line, at), nil
}

// decimal matches the only accepted spelling of integers; readers interpret others
// differently.
var decimal = regexp.MustCompile(`^(0|-?[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

func (y *yamlReader) scalar(n *yaml.Node) (resource.Value, error) {
	switch n.Tag {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), nil
	case "!!int", "!!float":
		v, err := resource.ParseNumber(n.Value)
		if err != nil || !decimal.MatchString(n.Value) {
			return nil, y.fail(n, "%s is not a decimal number: quote it if it is a string", n.Value)
		}
		return v, nil
	case secretTag:
		return resource.Secret(n.Value), nil
	case "!!str", "!!timestamp":
		return n.Value, nil
	}
	return nil, y.fail(n, "the tag %s is not allowed here", n.Tag)
}
