package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport lists, for each package of the project, the packages of the
// project that it may import. Imports point down only; a package that is not
// in the list fails the test, so that whoever adds one has to place it.
var mayImport = map[string][]string{
	"":               {"cli"}, // main
	"cli":            {"cli/argv", "cli/checks", "cli/completion", "cli/manual", "cli/plans", "cli/session", "cli/snapshots", "config", "demo", "rehearsal", "resource", "sandbox", "snapshot", "wire"},
	"cli/checks":     {"api", "cli/argv", "cli/plans", "cli/session", "cli/snapshots", "config", "diff", "drift", "journal", "metrics", "notify", "resource", "runs", "snapshot", "wire"},
	"cli/plans":      {"api", "apply", "clone", "cli/argv", "cli/session", "cli/snapshots", "config", "diff", "drift", "files", "handover", "journal", "migrate", "rehearsal", "resource", "runs", "screen", "secret", "snapshot", "wire"},
	"cli/snapshots":  {"api", "apply", "cli/argv", "cli/session", "config", "diff", "files", "migrate", "rehearsal", "resource", "screen", "secret", "snapshot", "wire"},
	"cli/session":    {"api", "cli/argv", "config", "diff", "files", "resource", "runs", "screen", "secret", "snapshot", "wire"},
	"cli/argv":       {"resource"},
	"cli/manual":     {"cli/argv", "screen"},
	"cli/completion": {},
	"demo":           {},
	"files":          {"snapshot", "wire"},
	"runs":           {"apply", "diff", "journal", "resource", "secret", "undo", "wire"},
	"apply":          {"diff", "journal", "resource", "screen", "secret", "wire"},
	"diff":           {"fold", "resource", "screen"},
	"drift":          {"diff", "fold", "resource", "screen"},
	"fold":           {},
	"metrics":        {},
	"notify":         {},
	"undo":           {"diff", "resource"},
	"handover":       {"diff", "migrate", "resource", "wire"},
	"snapshot":       {"disk", "resource"},
	"migrate":        {"resource", "yamlfile"},
	"clone":          {"diff", "resource", "yamlfile"},
	"yamlfile":       {"resource", "secret"},
	"api":            {"resource", "wire"},
	"config":         {"resource", "secret", "yamlfile"},
	"journal":        {"disk"}, // plans and objects are JSON to it
	"secret":         {"disk", "resource"},
	"wire":           {"resource"},
	"resource":       {},
	"screen":         {},
	"disk":           {},
	"examples":       {},
	"sandbox":        {}, // it must not share the client's mistakes

	// an embedded license to try things on
	"rehearsal":   {"api", "apply", "diff", "resource", "sandbox", "snapshot", "wire", "wire/direct"},
	"wire/direct": {},

	// for tests alone
	"resource/resourcetest": {"resource"},
	"wire/wiretest":         {"wire", "wire/direct"},
}

// mayTouch lists standard packages and libraries that reach outside of the
// program, and the packages that may use them.
var mayTouch = map[string][]string{
	"lcsync/examples":                   {"cli", "demo"},
	"os/signal":                         {"cli"},
	"os/exec":                           {},
	"golang.org/x/term":                 {"cli"},
	"github.com/mattn/go-isatty":        {"cli"},
	"github.com/schollz/progressbar/v3": {"cli/session"},
	"github.com/urfave/cli/v2":          {"cli", "cli/argv", "cli/checks", "cli/manual", "cli/plans", "cli/session", "cli/snapshots"},
	"net/http":                          {"api", "apply", "cli", "cli/session", "demo", "rehearsal", "sandbox", "wire/direct", "wire/wiretest"}, // apply: names of statuses
	"gopkg.in/yaml.v3":                  {"snapshot", "yamlfile", "migrate", "secret", "clone"},
	"os":                                {"", "cli", "cli/checks", "cli/plans", "cli/snapshots", "config", "demo", "disk", "files", "journal", "secret", "snapshot"},
	"github.com/gofrs/flock":            {"journal", "secret"},
	"github.com/google/renameio/v2":     {"journal", "snapshot"},
	"github.com/prometheus/client_golang/prometheus": {"metrics"},
	"github.com/nicholas-fedor/shoutrrr":             {"notify"},
	"github.com/fatih/color":                         {"screen"},
	"github.com/rivo/uniseg":                         {"diff", "screen"},
	"github.com/sergi/go-diff/diffmatchpatch":        {"diff"},
	"pgregory.net/rapid":                             {"resource/resourcetest"},
}

// onlyIn lists functions and variables, by package, that only some packages
// may use.
var onlyIn = []struct {
	pkg, why string
	names    []string
	users    []string
}{
	{"os", "it belongs to the process", []string{"Exit", "Getenv", "LookupEnv", "Environ", "Setenv", "Getwd", "Chdir",
		"Stdin", "Stdout", "Stderr", "Args"}, []string{"cli"}},
	{"time", "time comes from a wire.Clock", []string{"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick",
		"Since", "Until"}, []string{"wire", "wire/wiretest", "sandbox"}},
}

// TestImports holds every file of the program against the rules above.
// Tests may import what they like: a test of diff may well need the sandbox.
func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != "..":
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		pkg := strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), ".."), "/")
		pkg = strings.TrimPrefix(pkg, "internal/")
		seen[pkg] = true
		checkFile(t, pkg, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 5 || !seen[""] {
		t.Errorf("found only the packages %v: is the test looking in the right place?", seen)
	}
}

func checkFile(t *testing.T, pkg, path string) {
	allowed, placed := mayImport[pkg]
	if !placed {
		t.Errorf("%s: package %q has no place in mayImport", path, pkg)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if own, ok := strings.CutPrefix(name, "lcsync/internal/"); ok && !slices.Contains(allowed, own) {
			t.Errorf("%s: package %q must not import %q", path, pkg, own)
		}
		if users, restricted := mayTouch[name]; restricted && !slices.Contains(users, pkg) {
			t.Errorf("%s: package %q must not import %s", path, pkg, name)
		}
	}
}

// TestOnlyIn finds uses of the process and of the machine's clock in places
// that must take values instead.
func TestOnlyIn(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		for _, rule := range onlyIn {
			if slices.Contains(rule.users, pkg) {
				continue
			}
			for _, use := range usesOf(t, path, rule.pkg) {
				if slices.Contains(rule.names, use) {
					t.Errorf("%s: only %v may use %s.%s: %s", path, rule.users, rule.pkg, use, rule.why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
