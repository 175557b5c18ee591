// Package secret finds the values of secrets that a snapshot only names: in a
// private file or in the environment.
package secret

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Prefix starts the names of variables that hold secrets.
const Prefix = "LCSYNC_SECRET_"

// Store is the secrets of one run, from Load.
type Store struct {
	torn  string
	file  map[string]string // name → value
	lines map[string]int    // name → line of the file
	vars  map[string]string // variable → value
}

// Load reads a secrets file (YAML, name: value) and remembers the variables in
// environ, which has the form of os.Environ. Without a path it uses only the
// environment. It returns an *Error for a file that others can read, or that is
// not a flat mapping without duplicates. It ignores an entry that a crash damaged,
// because no caller was told that the entry was saved, and it uses the entries of
// a truncated file: see Torn.
func Load(path string, environ []string) (*Store, error) {
	s := &Store{file: map[string]string{}, lines: map[string]int{}, vars: map[string]string{}}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, Prefix) && value != "" {
			s.vars[name] = value
		}
	}
	if path == "" {
		return s, nil
	}
	data, err := ReadFile(path, GroupAndOthers)
	if err != nil {
		return nil, err
	}
	file, found := filepath.Base(path), split(data)
	switch end := lineAt(data, len(found.whole)); {
	case found.cut:
		s.torn = fmt.Sprintf("%s:%d: the file is truncated here: the line that marks its end is missing; "+
			"copy the file again, or run lcsync secrets generate to fill it", file, end)
	case found.torn != nil:
		s.torn = fmt.Sprintf("%s:%d: a crash damaged the last entry; add that secret again", file, end)
	}
	if hole := bytes.IndexByte(found.whole, 0); hole >= 0 {
		return nil, &Error{Text: fmt.Sprintf("%s:%d: a crash damaged the file", file, lineAt(data, hole)),
			Hint: "restore the file from a backup, or delete that line and add its secrets again"}
	}
	return s, s.decode(file, found.whole)
}

// lineAt is the line of a file that a byte of it is in.
func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

var lineOf = regexp.MustCompile(`^yaml: line (\d+): `)

// decode reads name: value pairs. Its errors never show a value.
func (s *Store) decode(file string, data []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		// The parser's text may quote the line, which may hold a secret.
		at := file
		if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
			at += ":" + m[1]
		}
		return refused(at, "not valid YAML")
	}
	if len(doc.Content) == 0 {
		return nil
	}
	place := func(n *yaml.Node) string { return fmt.Sprintf("%s:%d:%d", file, n.Line, n.Column) }
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return refused(place(root), "expected a mapping of names to values")
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		name, value := root.Content[i], root.Content[i+1]
		if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
			return refused(place(value), "the secret %q has no value", name.Value)
		}
		if _, twice := s.file[name.Value]; twice {
			return refused(place(name), "the secret %q is given twice", name.Value)
		}
		s.file[name.Value], s.lines[name.Value] = value.Value, name.Line
	}
	return nil
}

func refused(place, format string, args ...any) error {
	return &Error{Text: place + ": " + fmt.Sprintf(format, args...), Hint: "write one `name: value` per line"}
}

// Torn describes the entry that was ignored because a crash damaged it, or where
// the file is truncated, and what to do; "" if the file is complete.
func (s *Store) Torn() string { return s.torn }

// Lookup returns the value of a secret: the file's, or that of its variable.
func (s *Store) Lookup(name string) (string, bool) {
	if v, ok := s.file[name]; ok {
		return v, true
	}
	v, ok := s.vars[Variable(name)]
	return v, ok
}

// Source is where a secret was found: in a line of the file, or in a variable.
type Source struct {
	Line     int
	Variable string
}

// Source returns where the value of a secret is, false if there is none. What Add
// gave has neither a line nor a variable.
func (s *Store) Source(name string) (Source, bool) {
	_, known := s.Lookup(name)
	if _, filed := s.file[name]; !known || filed {
		return Source{Line: s.lines[name]}, known
	}
	return Source{Variable: Variable(name)}, true
}

// Add adds secrets from another source. Existing entries take precedence.
func (s *Store) Add(values map[string]string) {
	for name, value := range values {
		if _, ok := s.Lookup(name); !ok {
			s.file[name] = value
		}
	}
}

// Collisions refuses names that would all take their value from one variable,
// because the variable cannot be meant for each of them. It ignores names that the
// file has.
func (s *Store) Collisions(names []string) error {
	takers := map[string][]string{}
	for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if _, ok := s.file[n]; !ok {
			takers[Variable(n)] = append(takers[Variable(n)], n)
		}
	}
	for _, v := range slices.Sorted(maps.Keys(takers)) {
		if s.vars[v] != "" && len(takers[v]) > 1 {
			return &Error{
				Text: fmt.Sprintf("the variable %s matches %d secrets: %s", v, len(takers[v]), strings.Join(takers[v], ", ")),
				Hint: "put them into a secrets file instead (--secrets FILE)",
			}
		}
	}
	return nil
}

var notOfVariable = regexp.MustCompile(`\W`)

// Variable returns the environment variable that may hold a secret: upper
// case, with every character that a variable cannot have as an underscore.
func Variable(name string) string {
	return Prefix + strings.ToUpper(notOfVariable.ReplaceAllString(name, "_"))
}
