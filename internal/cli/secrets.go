package cli

import (
	"context"
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/secret"
	"lcsync/internal/snapshot"
)

func newSecretsCmd() *command {
	return &command{
		name:  "secrets",
		args:  "ACTION FILE",
		brief: "list the secrets that a snapshot needs, check that they are there, make new ones",
		about: `lcsync secrets list FILE says which secrets a snapshot names, for which fields, and where each is found: in the file of --secrets or in a variable LCSYNC_SECRET_<NAME>. Values are never shown.
lcsync secrets check FILE prints those that are missing; the exit code is 5 if there are any.
lcsync secrets generate FILE -o SECRETS makes a random value for each that is missing and adds it to SECRETS, a file for --secrets that nobody else can read. Names that SECRETS has keep their values. A crash leaves SECRETS as it was or with all of them. Receivers that check the key need the new one.
Nothing is sent, and no token is needed. With "-" for FILE the snapshot is read from standard input.`,
		flags: []ucli.Flag{
			secretsFlag(""),
			&ucli.StringFlag{Name: "secrets-out", Aliases: []string{"o"}, Usage: "with generate: add new secrets to `SECRETS`"},
		},
		examples: []string{
			"lcsync secrets list acme.yaml --secrets secrets.yaml",
			"lcsync secrets check acme.yaml --secrets secrets.yaml",
			"lcsync secrets generate acme.yaml -o secrets.yaml",
		},
		action: func(_ context.Context, s *session, c *ucli.Context) (result, error) {
			return runSecrets(s, s.args[0], s.args[1], c.String("secrets"), c.String("secrets-out"))
		},
	}
}

// secretsFlag says where secrets are, and when that counts.
func secretsFlag(when string) ucli.Flag {
	return &ucli.StringFlag{Name: "secrets", Usage: when + "take secrets from `FILE`"}
}

func runSecrets(s *session, action, file, from, out string) (result, error) {
	switch {
	case action != "list" && action != "check" && action != "generate":
		return nil, usagef("it is one of list, check, generate", "unknown action %q", action)
	case out != "" && action != "generate":
		return nil, usagef("", "--secrets-out goes with generate")
	case (out == "" || out == "-") && action == "generate":
		return nil, usagef("name the file that new secrets are added to", "generate needs -o FILE")
	}
	data, err := s.readInput(file)
	if err != nil {
		return nil, err
	}
	doc, err := decodeSnapshot(s.terminal, file, data)
	if err != nil {
		return nil, err
	}
	store, err := loadSecrets(s, from)
	if err != nil {
		return nil, err
	}
	found := findSecrets(doc, store, from)
	found.File = file
	switch action {
	case "check":
		return checkSecrets(s.terminal, found, store)
	case "generate":
		return generateSecrets(s, found, out)
	}
	return found, nil
}

// leaveOutSecretless settles with a file of secrets, "" for none, what a
// comparison leaves out. Nothing else of a comparison needs it.
func (s *session) leaveOutSecretless(o *planOptions, file string) error {
	if !o.Secretless {
		return nil
	}
	store, err := loadSecrets(s, file)
	o.leaveOut(store)
	return err
}

// leaveOut leaves out what needs a secret that has no value, if that is wanted.
func (o *planOptions) leaveOut(store *secret.Store) {
	if o.Secretless {
		o.HasSecret = func(name string) bool { _, known := store.Lookup(name); return known }
	}
}

// loadSecrets reads a file of secrets, "" for none, and the variables that hold
// some.
func loadSecrets(s *session, file string) (*secret.Store, error) {
	if file != "" {
		file = s.abs(file)
	}
	store, err := secret.Load(file, s.Environ)
	if err == nil && store.Torn() != "" {
		s.noticef("%s", store.Torn())
	}
	return store, err
}

// secretsFound is what a snapshot needs of secrets, and where they are.
type secretsFound struct {
	File    string        `json:"file"`
	Secrets []neededNamed `json:"secrets"`
	Missing []string      `json:"missing"`
}

// neededNamed is a secret that a snapshot names.
type neededNamed struct {
	Name     string      `json:"name"`
	Found    bool        `json:"found"`
	File     string      `json:"secrets_file,omitempty"` // where it is, with its line
	Line     int         `json:"secrets_line,omitempty"`
	Variable string      `json:"variable,omitempty"` // or the variable that has it
	NeededBy []secretUse `json:"needed_by"`
}

// secretUse is a field that has a secret.
type secretUse struct {
	Kind   string `json:"kind"`
	Key    string `json:"key"`
	Field  string `json:"field"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// findSecrets looks for the secrets that a snapshot names; from is what the user
// calls the file of the store.
func findSecrets(doc *snapshot.Document, store *secret.Store, from string) *secretsFound {
	r := &secretsFound{Secrets: []neededNamed{}, Missing: []string{}}
	for _, n := range secret.Needs(doc.License) { // sorted by name
		if last := len(r.Secrets) - 1; last < 0 || r.Secrets[last].Name != n.Name {
			source, known := store.Source(n.Name)
			found := neededNamed{Name: n.Name, Found: known, Line: source.Line, Variable: source.Variable}
			if source.Line > 0 {
				found.File = from
			}
			if !known {
				r.Missing = append(r.Missing, n.Name)
			}
			r.Secrets = append(r.Secrets, found)
		}
		of := &r.Secrets[len(r.Secrets)-1]
		line, column := doc.Position(n.Row, n.Path)
		of.NeededBy = append(of.NeededBy, secretUse{n.Kind.Name, n.Kind.KeyOf(n.Row), n.Path, line, column})
	}
	return r
}

// Text prints a table of the secrets, each with what needs it below.
func (r *secretsFound) Text(p *page) {
	if len(r.Secrets) == 0 {
		p.printf("%s names no secrets\n", fileName(r.File))
		return
	}
	t := table{head: []string{"SECRET", "FOUND"}}
	for _, s := range r.Secrets {
		t.add(s.uses(r.File), s.Name, s.place())
	}
	t.print(p)
}

// place says where a secret is.
func (s neededNamed) place() string {
	switch {
	case !s.Found:
		return "missing"
	case s.Line > 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return s.File + s.Variable
}

// uses says what needs a secret.
func (s neededNamed) uses(file string) string {
	var uses []string
	for _, u := range s.NeededBy {
		at := place(snapshot.Finding{File: fileName(file), Line: u.Line, Column: u.Column})
		uses = append(uses, fmt.Sprintf("%s: %s of %s/%s", at, u.Field, u.Kind, u.Key))
	}
	return strings.Join(uses, "; ")
}

// secretsChecked is whether all secrets of a snapshot are there.
type secretsChecked struct{ *secretsFound }

func checkSecrets(t *terminal, found *secretsFound, store *secret.Store) (result, error) {
	r := secretsChecked{found}
	names := make([]string, len(found.Secrets))
	for i, s := range found.Secrets {
		names[i] = s.Name
	}
	if err := store.Collisions(names); err != nil {
		return r, err
	}
	for _, name := range names {
		value, known := store.Lookup(name)
		if text := (secret.Entry{Name: name, Value: value}).Warning(); known && text != "" {
			t.noticef("%s", text)
		}
	}
	missing := found.Missing
	if len(missing) == 0 {
		return r, nil
	}
	them, variable, ones := "it", secret.Variable(missing[0]), "a new one"
	if len(missing) > 1 {
		them, variable, ones = "them", variable+" and so on", "new ones"
	}
	return r, inputf(fmt.Sprintf("put %s into a file for --secrets (name: value, mode 0600), set %s, or make %s with lcsync secrets generate", them, variable, ones),
		"%d of %s missing: %s", len(missing), count(len(names), "secret"), strings.Join(missing, ", "))
}

// Text prints the secrets that are missing.
func (r secretsChecked) Text(p *page) {
	if len(r.Missing) == 0 && len(r.Secrets) > 0 {
		p.printf("%s: %s, all found\n", fileName(r.File), count(len(r.Secrets), "secret"))
		return
	}
	r.only(func(s neededNamed) bool { return !s.Found }).Text(p)
}

// only returns some of the secrets.
func (r *secretsFound) only(wanted func(neededNamed) bool) *secretsFound {
	some := &secretsFound{File: r.File}
	for _, s := range r.Secrets {
		if wanted(s) {
			some.Secrets = append(some.Secrets, s)
		}
	}
	return some
}
