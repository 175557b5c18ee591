package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// usesOf returns the names that a file takes from a package of the standard
// library.
func usesOf(t *testing.T, path, pkg string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var uses []string
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg && x.Obj == nil {
				uses = append(uses, sel.Sel.Name)
			}
		}
		return true
	})
	return uses
}
