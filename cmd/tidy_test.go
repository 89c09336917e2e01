package cmd_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The limits of the house. Beyond them a file or a function holds two things.
const (
	maxFileLines     = 500
	maxFunctionLines = 70
	maxColumns       = 110 // aim at 100
)

// vague folder names gather what has no home.
var vague = []string{"util", "utils", "common", "shared", "pkg", "base", "manager", "helpers", "misc"}

// topFolders are all that the top of the tree may hold.
var topFolders = []string{"retail", "oltp", "ingest", "stream", "warehouse", "models", "serving", "cmd",
	"dashboards", "docs", ".ci"}

// machine matches paths that exist on one machine only.
var machine = regexp.MustCompile(`(^|[^A-Za-z0-9_.])/(work|farm|root|home/[a-z]+)/[a-z]`)

func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "-C", "..", "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("cannot list the tree with git: %v", err)
	}
	files := strings.Fields(string(out))
	if len(files) < 20 {
		t.Fatalf("git lists only %d files", len(files))
	}
	return files
}

func generated(file string) bool {
	return strings.HasSuffix(file, ".pb.go") || strings.Contains(file, "/testdata/") ||
		strings.HasSuffix(file, "package-lock.json") || strings.HasSuffix(file, "go.sum")
}

func TestTreeTellsTheStory(t *testing.T) {
	for _, file := range tracked(t) {
		top, _, nested := strings.Cut(file, "/")
		if nested && !slices.Contains(topFolders, top) {
			t.Errorf("%s: the top folder %s is not one of %v", file, top, topFolders)
		}
		for _, part := range strings.Split(path.Dir(file), "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: the folder name %s says nothing", file, part)
			}
		}
	}
}

func TestNoPathOfOneMachine(t *testing.T) {
	for _, file := range tracked(t) {
		if generated(file) || strings.HasSuffix(file, "tidy_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			continue
		}
		for i, line := range strings.Split(string(text), "\n") {
			if machine.MatchString(line) {
				t.Errorf("%s:%d names a path of one machine: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
}

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	for _, file := range tracked(t) {
		ext := path.Ext(file)
		if generated(file) || !slices.Contains([]string{".go", ".ts", ".tsx", ".sql"}, ext) {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			continue
		}
		if n := bytes.Count(text, []byte("\n")); n > maxFileLines {
			t.Errorf("%s has %d lines, at most %d", file, n, maxFileLines)
		}
		if ext == ".go" {
			checkGo(t, file, text)
		}
	}
}

func checkGo(t *testing.T, file string, text []byte) {
	t.Helper()
	for i, line := range strings.Split(string(text), "\n") {
		columns := len([]rune(strings.ReplaceAll(line, "\t", "    ")))
		if columns > maxColumns && !strings.Contains(line, "`") {
			t.Errorf("%s:%d has %d columns, at most %d", file, i+1, columns, maxColumns)
		}
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, parser.ParseComments)
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	if ast.IsGenerated(parsed) {
		return
	}
	for _, decl := range parsed.Decls {
		checkDecl(t, set, parsed.Name.Name, strings.HasSuffix(file, "_test.go"), decl)
	}
}

func checkDecl(t *testing.T, set *token.FileSet, pkg string, test bool, decl ast.Decl) {
	t.Helper()
	at := set.Position(decl.Pos())
	switch d := decl.(type) {
	case *ast.FuncDecl:
		lines := set.Position(d.End()).Line - at.Line + 1
		if lines > maxFunctionLines && !test {
			t.Errorf("%s: %s has %d lines, at most %d", at, d.Name.Name, lines, maxFunctionLines)
		}
		if d.Name.Name == "init" && d.Recv == nil {
			t.Errorf("%s: init runs before anybody asked", at)
		}
		if d.Doc == nil && ast.IsExported(d.Name.Name) && !test && pkg != "main" && exportedReceiver(d) {
			t.Errorf("%s: %s is exported and has no comment", at, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			ts, ok := spec.(*ast.TypeSpec)
			if ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil && !test && pkg != "main" {
				t.Errorf("%s: type %s is exported and has no comment", at, ts.Name.Name)
			}
		}
	}
}

// methodsOfInterfaces need no comment of their own: the interface says what they do.
var methodsOfInterfaces = []string{"String", "Error", "Unwrap", "MarshalJSON", "UnmarshalJSON",
	"Close", "Len", "Is"}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported() && !slices.Contains(methodsOfInterfaces, d.Name.Name)
}

func TestTestsDoNotSleep(t *testing.T) {
	sleep := "time." + "Sleep("
	for _, file := range tracked(t) {
		if !strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			continue
		}
		if bytes.Contains(text, []byte(sleep)) && !bytes.Contains(text, []byte("testing/synctest")) {
			t.Errorf("%s sleeps; wait for the condition or use virtual time", file)
		}
	}
}

// A tour that leads to a file which is gone is worse than none.
func TestDocumentsNameFilesThatExist(t *testing.T) {
	named := regexp.MustCompile("`((?:retail|oltp|ingest|stream|warehouse|serving|cmd|dashboards|docs)" +
		"/[A-Za-z0-9_./-]*\\.[a-z]+)`")
	for _, file := range tracked(t) {
		if path.Ext(file) != ".md" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			continue
		}
		for _, match := range named.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", string(match[1]))); err != nil {
				t.Errorf("%s names %s, which is not there", file, match[1])
			}
		}
	}
}

func TestSQLIsOneObjectAFile(t *testing.T) {
	create := regexp.MustCompile(`(?im)^CREATE\s+(OR REPLACE\s+)?(TABLE|MATERIALIZED VIEW|VIEW|FUNCTION)`)
	for _, file := range tracked(t) {
		if !strings.HasPrefix(file, "warehouse/schema/") || path.Ext(file) != ".sql" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(create.FindAll(text, -1)); n > 1 {
			t.Errorf("%s creates %d objects, want one", file, n)
		}
	}
}
