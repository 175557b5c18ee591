package internal_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata/texts.txt")

// textsFile lists every text of the program, so that all of them can be read from
// top to bottom and a change of one shows in a review.
const textsFile = "../testdata/texts.txt"

// TestTexts keeps the list of texts: every string of the program with a space in
// it, by file, in the order of the source. A verb of a format stands as it is,
// other expressions that are joined to a text stand as {expression}.
func TestTexts(t *testing.T) {
	var got bytes.Buffer
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case "resourcetest", "wiretest", "testdata":
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		texts, err := textsOf(path)
		if err != nil || len(texts) == 0 {
			return err
		}
		fmt.Fprintf(&got, "\n%s\n", filepath.ToSlash(path))
		for _, text := range texts {
			fmt.Fprintf(&got, "  %s\n", strings.ReplaceAll(text, "\n", "\n    "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(textsFile, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(textsFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
		t.Errorf("%s is not what the program says; read the new texts, then run go test ./internal -run TestTexts -update\n-want +got:\n%s", textsFile, d)
	}
}

// textsOf returns the texts of a source file.
func textsOf(path string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field: // a path and a tag are no texts
			return false
		case *ast.BinaryExpr:
			if text, isText := joined(n); isText {
				texts = appendText(texts, text)
				return false
			}
		case *ast.BasicLit:
			if text, isText := joined(n); isText {
				texts = appendText(texts, text)
			}
		}
		return true
	})
	return texts, nil
}

func appendText(texts []string, text string) []string {
	if !strings.Contains(strings.TrimSpace(text), " ") {
		return texts
	}
	return append(texts, text)
}

// joined returns the text that an expression makes, if one of its parts is a text.
func joined(e ast.Expr) (text string, isText bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "{" + e.Value + "}", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, xIs := joined(e.X)
		y, yIs := joined(e.Y)
		return x + y, xIs || yIs
	case *ast.Ident:
		return "{" + e.Name + "}", false
	case *ast.SelectorExpr:
		x, _ := joined(e.X)
		return "{" + strings.Trim(x, "{}") + "." + e.Sel.Name + "}", false
	case *ast.CallExpr:
		fun, _ := joined(e.Fun)
		return "{" + strings.Trim(fun, "{}") + "()}", false
	}
	return "{…}", false
}
