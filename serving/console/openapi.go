package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// mergeDocuments adds the paths and components of the write API's OpenAPI document to ours. A schema
// that both name but define differently is renamed in theirs.
func mergeDocuments(ours, theirs []byte) ([]byte, error) {
	if len(theirs) == 0 {
		return ours, nil
	}
	own, err := document(ours)
	if err != nil {
		return nil, err
	}
	other, err := document(theirs)
	if err != nil {
		return nil, err
	}
	for name, schema := range section(other, "components", "schemas") {
		mine, taken := section(own, "components", "schemas")[name]
		if taken && !reflect.DeepEqual(mine, schema) {
			const ref = `"#/components/schemas/`
			theirs = []byte(strings.NewReplacer(ref+name+`"`, ref+"Write"+name+`"`).
				Replace(string(theirs)))
		}
	}
	renamed, err := document(theirs)
	if err != nil {
		return nil, err
	}
	for name, schema := range section(renamed, "components", "schemas") {
		mine, taken := section(own, "components", "schemas")[name]
		if taken && !reflect.DeepEqual(mine, section(other, "components", "schemas")[name]) {
			name = "Write" + name
		}
		section(own, "components", "schemas")[name] = schema
	}
	for _, part := range []string{"securitySchemes", "parameters", "responses", "headers"} {
		for name, v := range section(renamed, "components", part) {
			if into := section(own, "components", part); into[name] == nil {
				into[name] = v
			}
		}
	}
	for path, item := range section(renamed, "paths") {
		if into := section(own, "paths"); into[path] == nil {
			into[path] = item
		}
	}
	return json.MarshalIndent(own, "", "  ")
}

func document(text []byte) (map[string]any, error) {
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("cannot read OpenAPI document: %w", err)
	}
	return doc, nil
}

// section returns the object at the path, which it makes if it is absent.
func section(doc map[string]any, path ...string) map[string]any {
	for _, name := range path {
		inner, ok := doc[name].(map[string]any)
		if !ok {
			inner = make(map[string]any)
			doc[name] = inner
		}
		doc = inner
	}
	return doc
}

func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.document)
}
