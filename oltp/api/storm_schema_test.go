package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/api"
)

// schema is a JSON schema as the OpenAPI document spells it.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 any                `json:"type"`
	Format               string             `json:"format"`
	Enum                 []any              `json:"enum"`
	Examples             []any              `json:"examples"`
	Properties           map[string]*schema `json:"properties"`
	Required             []string           `json:"required"`
	Items                *schema            `json:"items"`
	AdditionalProperties any                `json:"additionalProperties"`
	Minimum, Maximum     *float64
	MinLength, MaxLength *int
	MinItems, MaxItems   *int
}

// param is a parameter of an operation.
type param struct {
	Name, In string
	Required bool
	Example  any
	Schema   *schema
}

type media struct{ Schema *schema }

// operation is a route as the document tells of it.
type operation struct {
	method, path string
	ID           string           `json:"operationId"`
	Parameters   []param          `json:"parameters"`
	Security     *json.RawMessage `json:"security"`
	RequestBody  *struct{ Content map[string]media }
	Responses    map[string]struct{ Content map[string]media }
}

// document is what the storm reads of the OpenAPI document.
type document struct {
	schemas    map[string]*schema
	operations []*operation
}

func readDocument(t testing.TB) *document {
	t.Helper()
	text, err := json.Marshal(api.Describe())
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Paths      map[string]map[string]*operation
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatalf("cannot read the document: %v", err)
	}
	d := &document{schemas: raw.Components.Schemas}
	for path, methods := range raw.Paths {
		for method, op := range methods {
			op.method, op.path = strings.ToUpper(method), path
			d.operations = append(d.operations, op)
		}
	}
	slices.SortFunc(d.operations, func(a, b *operation) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	return d
}

func (d *document) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// types lists the types that a value may have.
func (s *schema) types() []string {
	switch t := s.Type.(type) {
	case string:
		return []string{t}
	case []any:
		var all []string
		for _, one := range t {
			all = append(all, fmt.Sprint(one))
		}
		return all
	}
	return nil
}

// The nodes of a generated body: fields keep their order and may repeat a name, raw is text that
// need not be JSON.
type (
	field    struct{ name, value any }
	fields   []field
	elements []any
	raw      string
)

// sower generates values that follow a schema. Names make values that mean something to the service.
type sower struct {
	*document
	*rand.Rand
	// density is how many of the optional fields are filled in, from 0 to 1.
	density float64
}

func (r *sower) sow(s *schema, name string, depth int) any {
	s = r.resolve(s)
	if s == nil || depth > 8 {
		return nil
	}
	if len(s.Enum) > 0 {
		return s.Enum[r.IntN(len(s.Enum))]
	}
	types := s.types()
	if len(types) == 0 {
		return pick(r.Rand, []any{"x", 1, true, nil})
	}
	switch types[0] {
	case "object":
		return r.sowObject(s, depth)
	case "array":
		low := 0
		if s.MinItems != nil {
			low = min(*s.MinItems, 3)
		}
		items := make(elements, low+r.IntN(3))
		for i := range items {
			items[i] = r.sow(s.Items, name, depth+1)
		}
		return items
	case "boolean":
		return r.IntN(2) == 0
	case "integer":
		return sowInteger(r.Rand, s, name)
	case "number":
		return float64(sowInteger(r.Rand, s, name)) + float64(r.IntN(100))/100
	}
	return sowText(r.Rand, s, name)
}

func (r *sower) sowObject(s *schema, depth int) any {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var out fields
	for _, name := range names {
		if slices.Contains(s.Required, name) || r.Float64() < r.density {
			out = append(out, field{name, r.sow(s.Properties[name], name, depth+1)})
		}
	}
	return out
}

func sowInteger(r *rand.Rand, s *schema, name string) int64 {
	low, high := int64(0), int64(100)
	if s.Minimum != nil {
		low = int64(*s.Minimum)
		high = low + 100
	}
	if s.Maximum != nil {
		high = min(high, int64(math.Min(*s.Maximum, 1<<53)))
	}
	if name == "line" || name == "qty" || strings.HasSuffix(name, "_no") {
		high = low + 3
	}
	return low + r.Int64N(max(1, high-low+1))
}

func sowText(r *rand.Rand, s *schema, name string) string {
	if s.Format == "date-time" {
		return time.Unix(1_700_000_000+r.Int64N(90_000_000), 0).UTC().Format(time.RFC3339)
	}
	if known, ok := vocabulary[name]; ok && r.IntN(10) > 0 {
		return known[r.IntN(len(known))]
	}
	if len(s.Examples) > 0 && r.IntN(2) == 0 {
		return fmt.Sprint(s.Examples[0])
	}
	text := fmt.Sprintf("x%d", r.IntN(50))
	if s.MaxLength != nil && len(text) > *s.MaxLength {
		text = text[:*s.MaxLength]
	}
	return text
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// fault says where an answer differs from its schema, "" nowhere.
func (d *document) fault(s *schema, v any, at string) string {
	if s = d.resolve(s); s == nil {
		return ""
	}
	types := s.types()
	if v == nil {
		if len(types) > 0 && !slices.Contains(types, "null") {
			return at + " is null"
		}
		return ""
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return fmt.Sprintf("%s is %v, none of %v", at, v, s.Enum)
	}
	if len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return isType(v, t) }) {
		return fmt.Sprintf("%s is %T, want %v", at, v, types)
	}
	switch v := v.(type) {
	case []any:
		for i := range v {
			if f := d.fault(s.Items, v[i], fmt.Sprintf("%s[%d]", at, i)); f != "" {
				return f
			}
		}
	case map[string]any:
		return d.objectFault(s, v, at)
	}
	return ""
}

func (d *document) objectFault(s *schema, v map[string]any, at string) string {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			return at + "." + name + " is missing"
		}
	}
	for name, value := range v {
		known, ok := s.Properties[name]
		if !ok && s.AdditionalProperties == false {
			return at + "." + name + " is not in the schema"
		}
		if f := d.fault(known, value, at+"."+name); ok && f != "" {
			return f
		}
	}
	return ""
}

func isType(v any, name string) bool {
	switch v := v.(type) {
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}
