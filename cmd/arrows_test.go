// Package cmd_test holds the rules of the house: which folder may import which, and what the tree may
// look like. The rules are written as policy; the tests read the sources and say who breaks them.
package cmd_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tillstream/tillstream/"

// flow is the way of the data. Data flows right, imports point left: a package imports its own folder
// or one that stands before it here.
var flow = strings.Fields(`
	retail < oltp < ingest < stream < warehouse < models < serving < cmd
`)

// doors names, for each heavy dependency, the only folders that may import it.
var doors = map[string][]string{
	"github.com/twmb/franz-go":       {"ingest/kafka"},
	"github.com/jackc/pgx":           {"oltp/postgres", "ingest/cdc"},
	"github.com/jackc/pglogrepl":     {"ingest/cdc"},
	"github.com/ClickHouse":          {"warehouse"},
	"github.com/apache/arrow":        {"warehouse"},
	"github.com/ebitengine/purego":   {"warehouse/clickhouse/local"},
	"gonum.org/v1/gonum":             {"models"},
	"github.com/viterin/vek":         {"models", "serving/edge/brute"},
	"github.com/valyala/fasthttp":    {"ingest/gateway", "serving/edge"},
	"github.com/dgraph-io/ristretto": {"serving"},
	"github.com/danielgtaylor/huma":  {"oltp/api", "serving"},
	"github.com/alecthomas/kong":     {"cmd"},
	"github.com/schollz/progressbar": {"cmd"},
	"github.com/ulikunitz/xz":        {"ingest/replay"},
	"github.com/6tail/lunar-go":      {"warehouse/lunar"},
	"google.golang.org/protobuf":     {"retail/event"},
	"github.com/golang-jwt/jwt":      {"oltp/staff"},
	"go.opentelemetry.io":            {"cmd/telemetry"},
}

// words may be spoken with the standard library and the protobuf runtime only.
const words = "retail"

// fronts may import the rooms of their folder but are imported by none of them.
func frontOf(pkg string) string { folder, _, _ := strings.Cut(pkg, "/"); return folder }

type source struct {
	file    string // relative to the repository
	pkg     string // its folder, relative to the repository
	imports []string
	test    bool
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	root := ".."
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", ".git", "bin", "testdata"}, d.Name()) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{file: rel, pkg: path.Dir(rel), test: strings.HasSuffix(file, "_test.go")}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, name)
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d Go files found from %s: the test looks in the wrong place", len(all), root)
	}
	return all
}

func TestImportsPointLeft(t *testing.T) {
	rank := map[string]int{}
	for _, folder := range flow {
		if folder != "<" {
			rank[folder] = len(rank)
		}
	}
	for _, s := range sources(t) {
		from, known := rank[frontOf(s.pkg)]
		if !known && s.pkg != "dashboards" {
			t.Errorf("%s stands outside the flow %v", s.file, flow)
		}
		for _, imported := range s.imports {
			inner, ours := strings.CutPrefix(imported, module)
			if !ours || inner == "dashboards" && frontOf(s.pkg) == "serving" {
				continue
			}
			if to, ok := rank[frontOf(inner)]; !ok || to > from {
				t.Errorf("%s imports %s, which lies further right", s.file, inner)
			}
			if inner == frontOf(s.pkg) && s.pkg != inner && frontOf(s.pkg) != words {
				t.Errorf("%s imports the front door of its own folder", s.file)
			}
		}
	}
}

func TestOneDoorPerDependency(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			for dependency, allowed := range doors {
				if imported != dependency && !strings.HasPrefix(imported, dependency+"/") {
					continue
				}
				inside := slices.ContainsFunc(allowed, func(room string) bool {
					return s.pkg == room || strings.HasPrefix(s.pkg, room+"/")
				})
				if !inside && !s.test {
					t.Errorf("%s imports %s; only %v may", s.file, imported, allowed)
				}
			}
		}
	}
}

func TestTheWordsAreLight(t *testing.T) {
	for _, s := range sources(t) {
		if frontOf(s.pkg) != words || s.test {
			continue
		}
		for _, imported := range s.imports {
			standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
			if !standard && !strings.HasPrefix(imported, module+words) &&
				!strings.HasPrefix(imported, "google.golang.org/protobuf/") {
				t.Errorf("%s imports %s; the words need the standard library and protobuf only",
					s.file, imported)
			}
		}
	}
}
