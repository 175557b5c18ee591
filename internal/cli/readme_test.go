package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	acme "lcsync/examples"
	"lcsync/internal/cli/session"
	"lcsync/internal/resource"
	"lcsync/internal/sandbox"
)

// readDocument reads a document of the project.
func readDocument(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeTargets: the targets that README.md names exist.
func TestReadmeTargets(t *testing.T) {
	makefile := readDocument(t, "Makefile")
	targets := regexp.MustCompile(`(?m)^make (\S+)`).FindAllStringSubmatch(readDocument(t, "README.md"), -1)
	if len(targets) < 3 {
		t.Fatalf("README.md has %d commands of make", len(targets))
	}
	for _, m := range targets {
		if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
			t.Errorf("README.md: make %s: there is no such target", m[1])
		}
	}
}

// TestReadmeScopes: a token with the scopes in README.md can make every call of
// export and, with those for apply, every call that writes.
func TestReadmeScopes(t *testing.T) {
	text := readDocument(t, "README.md")
	scope := regexp.MustCompile("`([a-z._-]+:r[wo])`")
	for _, k := range resource.Kinds() {
		if k.ReadOnly || k.OptIn {
			continue
		}
		row := regexp.MustCompile(`(?m)^\| ` + k.Name + ` \|(.*)\|(.*)\|$`).FindStringSubmatch(text)
		if row == nil {
			t.Errorf("README.md lists no scopes for %s", k.Name)
			continue
		}
		var granted []string
		for _, m := range scope.FindAllStringSubmatch(row[1], -1) {
			granted = append(granted, m[1])
		}
		for i := range k.Reads {
			r := &k.Reads[i]
			if !allows(granted, r.Method) || r.MayBePartial(granted) {
				t.Errorf("%s: %v does not export all of it with %s", k.Name, granted, r.Method)
			}
		}
		for _, m := range scope.FindAllStringSubmatch(row[2], -1) {
			granted = append(granted, m[1])
		}
		for _, op := range []*resource.Op{k.Create, k.Update, k.Delete, k.Publish} {
			if op != nil && !allows(granted, op.Method) {
				t.Errorf("%s: %v does not allow %s", k.Name, granted, op.Method)
			}
		}
	}
}

// allows tells whether scopes allow a method.
func allows(granted []string, method string) bool {
	m := resource.LookupMethod(method)
	return len(m.Scopes) == 0 || slices.ContainsFunc(m.Scopes, func(want string) bool { return resource.Grants(granted, want) })
}

// seed loads a snapshot into the world's license.
func seed(t *testing.T, w *world, data []byte) {
	t.Helper()
	from, err := seedSandbox(session.NewTerminal(&session.Env{Stdout: os.Stderr, Stderr: os.Stderr}), data, "acme.yaml", sandbox.Options{Clock: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.license.Load(from.State()); err != nil {
		t.Fatal(err)
	}
}

// TestDocumentedSnapshot: the snapshot in the description of the format is
// valid.
func TestDocumentedSnapshot(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(lcsync: 1.*?)```").FindStringSubmatch(readDocument(t, "docs/snapshot-format.md"))
	if block == nil {
		t.Fatal("no snapshot is shown")
	}
	w := newWorld(t, sandbox.Options{})
	if err := os.WriteFile(w.dir+"/shown.yaml", []byte(block[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := w.lcsync("validate", "shown.yaml"); code != 0 {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// TestDocumentedProfile: lcsync accepts the profile in the documents.
func TestDocumentedProfile(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(profiles:.*?)```").FindStringSubmatch(readDocument(t, "docs/scripting.md"))
	if block == nil {
		t.Fatal("no profile is shown")
	}
	w := newWorld(t, sandbox.Options{})
	seed(t, w, acme.Acme)
	if err := os.WriteFile(w.dir+"/lcsync.yaml", []byte(strings.Replace(block[1], "token_env: ACME_TOKEN", "token_env: LCSYNC_TOKEN", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := w.lcsync("export", "--profile", "acme", "--json", "-o", "acme.yaml"); code != 0 {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
