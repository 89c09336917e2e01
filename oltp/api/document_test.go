package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDocument keeps the contract with clients: a change of it must be seen in a review.
func TestDocument(t *testing.T) {
	text, err := json.Marshal(api.Describe())
	if err != nil {
		t.Fatalf("cannot write the document: %v", err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "", " "); err != nil {
		t.Fatalf("the document is not JSON: %v", err)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, pretty.Bytes()) {
		t.Errorf("the document differs from %s; look at the difference and run with -update", path)
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	doc := api.Describe()
	for name, s := range doc.Components.Schemas.Map() {
		for field, p := range s.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
	for path, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put} {
			if op != nil && (op.Summary == "" || op.OperationID == "" || len(op.Tags) == 0) {
				t.Errorf("%s %s lacks a summary, an id or a tag", op.Method, path)
			}
		}
	}
}
