package snapshots

import (
	"context"
	"fmt"
	"strings"

	ucli "github.com/urfave/cli/v2"

	"lcsync/internal/cli/session"
	"lcsync/internal/secret"
	"lcsync/internal/snapshot"
)

// NewSecretsCmd returns the command secrets.
func NewSecretsCmd() *session.Command {
	return &session.Command{
		Name:  "secrets",
		Args:  "ACTION FILE",
		Brief: "list, check or generate the secrets of a snapshot",
		About: `lcsync secrets list FILE lists the secrets that a snapshot names, the fields that use them, and where it found each: in the file of --secrets or in the variable LCSYNC_SECRET_<NAME>. It never prints values.
lcsync secrets check FILE prints the missing secrets, and exits with 5 if there are any.
lcsync secrets generate FILE -o SECRETS adds a random value for each missing secret to SECRETS, which only you can read. It keeps the values that SECRETS has. After a crash, SECRETS holds all new values or none.
Pass SECRETS to apply with --secrets, and give each receiver that checks the key its new key.
secrets sends nothing and needs no token. Pass - as FILE to read the snapshot from standard input.`,
		Flags: []ucli.Flag{
			session.SecretsFlag(""),
			&ucli.StringFlag{Name: "secrets-out", Aliases: []string{"o"}, Usage: "with generate: add new secrets to `SECRETS`"},
		},
		Examples: []string{
			"lcsync secrets list acme.yaml --secrets secrets.yaml",
			"lcsync secrets check acme.yaml --secrets secrets.yaml",
			"lcsync secrets generate acme.yaml -o secrets.yaml",
		},
		Action: func(_ context.Context, s *session.Session, c *ucli.Context) (session.Result, error) {
			return runSecrets(s, s.Args[0], s.Args[1], c.String("secrets"), c.String("secrets-out"))
		},
	}
}

func runSecrets(s *session.Session, action, file, from, out string) (session.Result, error) {
	switch {
	case action != "list" && action != "check" && action != "generate":
		return nil, session.Usagef("use list, check or generate", "unknown action %q", action)
	case out != "" && action != "generate":
		return nil, session.Usagef("", "--secrets-out works only with generate")
	case (out == "" || out == "-") && action == "generate":
		return nil, session.Usagef("name the file for new secrets", "generate needs -o FILE")
	}
	data, err := s.ReadInput(file)
	if err != nil {
		return nil, err
	}
	doc, err := session.DecodeSnapshot(s.Console, file, data)
	if err != nil {
		return nil, err
	}
	store, err := session.LoadSecrets(s, from)
	if err != nil {
		return nil, err
	}
	found := findSecrets(doc, store, from)
	found.File = file
	switch action {
	case "check":
		return checkSecrets(s.Console, found, store)
	case "generate":
		return generateSecrets(s, found, out)
	}
	return found, nil
}

// secretList is the secrets that a snapshot needs, and where they are.
type secretList struct {
	File    string        `json:"file"`
	Secrets []namedSecret `json:"secrets"`
	Missing []string      `json:"missing"`
}

// namedSecret is a secret that a snapshot names.
type namedSecret struct {
	Name     string      `json:"name"`
	Found    bool        `json:"found"`
	File     string      `json:"secrets_file,omitempty"` // the file that has it, with the line
	Line     int         `json:"secrets_line,omitempty"`
	Variable string      `json:"variable,omitempty"` // or the variable that has it
	NeededBy []secretUse `json:"needed_by"`
}

// secretUse is a field that needs a secret.
type secretUse struct {
	Kind   string `json:"kind"`
	Key    string `json:"key"`
	Field  string `json:"field"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// findSecrets looks for the secrets that a snapshot names. from is the user's
// name of the file of the store.
func findSecrets(doc *snapshot.Document, store *secret.Store, from string) *secretList {
	r := &secretList{Secrets: []namedSecret{}, Missing: []string{}}
	for _, n := range secret.Needs(doc.License) { // sorted by name
		if last := len(r.Secrets) - 1; last < 0 || r.Secrets[last].Name != n.Name {
			source, known := store.Source(n.Name)
			found := namedSecret{Name: n.Name, Found: known, Line: source.Line, Variable: source.Variable}
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
func (r *secretList) Text(p *session.Page) {
	if len(r.Secrets) == 0 {
		p.Printf("%s names no secrets\n", session.FileName(r.File))
		return
	}
	t := session.Table{Head: []string{"SECRET", "FOUND"}}
	for _, s := range r.Secrets {
		t.Add(s.uses(r.File), s.Name, s.place())
	}
	t.Print(p)
}

// place says where a secret is.
func (s namedSecret) place() string {
	switch {
	case !s.Found:
		return "missing"
	case s.Line > 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return s.File + s.Variable
}

// uses says what needs a secret.
func (s namedSecret) uses(file string) string {
	var uses []string
	for _, u := range s.NeededBy {
		at := session.Place(snapshot.Finding{File: session.FileName(file), Line: u.Line, Column: u.Column})
		uses = append(uses, fmt.Sprintf("%s: %s of %s/%s", at, u.Field, u.Kind, u.Key))
	}
	return strings.Join(uses, "; ")
}

// secretsCheck is the result of secrets check.
type secretsCheck struct{ *secretList }

func checkSecrets(t *session.Console, found *secretList, store *secret.Store) (session.Result, error) {
	r := secretsCheck{found}
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
			t.Noticef("%s", text)
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
	return r, session.Inputf(fmt.Sprintf("put %s into a file for --secrets (name: value, mode 0600), set %s, or make %s with lcsync secrets generate", them, variable, ones),
		"%d of %s missing: %s", len(missing), session.Count(len(names), "secret"), strings.Join(missing, ", "))
}

// Text prints the secrets that are missing.
func (r secretsCheck) Text(p *session.Page) {
	if len(r.Missing) == 0 && len(r.Secrets) > 0 {
		p.Printf("%s: %s, all found\n", session.FileName(r.File), session.Count(len(r.Secrets), "secret"))
		return
	}
	r.only(func(s namedSecret) bool { return !s.Found }).Text(p)
}

// only returns some of the secrets.
func (r *secretList) only(wanted func(namedSecret) bool) *secretList {
	some := &secretList{File: r.File}
	for _, s := range r.Secrets {
		if wanted(s) {
			some.Secrets = append(some.Secrets, s)
		}
	}
	return some
}
