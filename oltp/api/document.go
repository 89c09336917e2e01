package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// schemaWords describes the bodies: type, field, then what JSON schema says about it. It stands apart
// from oltp/wire, because struct tags cannot be wrapped and clients do not need the words.
//
//go:embed schema.json
var schemaWords []byte

const description = `Records the trade of a retail chain: orders, payments, refunds, stock, and the
catalogue they refer to. Stores, SKUs and members go by the chain's own codes, amounts are decimal
numbers with two places, times are RFC 3339. Errors are RFC 9457 problems that name each place that is
wrong. Sending a request again under its Idempotency-Key is always safe.`

// Describe returns the OpenAPI document without a running service.
func Describe() *huma.OpenAPI {
	return New(Config{}).openapi
}

func document() *huma.OpenAPI {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[retail.Money](), reflect.TypeFor[moneySchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[wire.Amount](), reflect.TypeFor[moneySchema]())
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "tillstream write API", Version: "1", Description: description,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Components: &huma.Components{
			Schemas: schemas,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
				"cookie": {Type: "apiKey", In: "cookie", Name: staff.Cookie},
			},
		},
		Security: []map[string][]string{{"bearer": {}}, {"cookie": {}}},
		Tags: []*huma.Tag{
			{Name: "orders", Description: "What customers buy, from placing to completion."},
			{Name: "refunds", Description: "What goes back, with or without a receipt."},
			{Name: "providers", Description: "What payment and courier services call."},
			{Name: "stock", Description: "What stores have, and what moves outside of orders."},
			{Name: "transfers", Description: "Goods on their way from one store to another."},
			{Name: "catalogue", Description: "Regions, stores, categories, products, members."},
			{Name: "experiments", Description: "Ways to recommend, compared with one another."},
			{Name: "members", Description: "Who the members are and what they agreed to."},
			{Name: "staff", Description: "Logging in and out, and the accounts of the staff."},
		},
	}
}

// describe adds the words of schema.json to the schemas that the routes have asked for.
func describe(schemas huma.Registry) {
	words := map[string]map[string]fieldWords{}
	if err := json.Unmarshal(schemaWords, &words); err != nil {
		panic(fmt.Errorf("BUG: cannot read the embedded schema.json: %w", err))
	}
	delete(schemas.Map(), "ErrorModel") // huma's own problem, which humaProblem replaces
	delete(schemas.Map(), "ErrorDetail")
	for name, s := range schemas.Map() {
		t := schemas.TypeFromRef("#/components/schemas/" + name)
		for field, p := range s.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
			if w, found := wordsOf(words, t, field); found {
				w.describe(p)
			}
		}
	}
}

// wordsOf finds the words of a field, which an embedded type may own.
func wordsOf(words map[string]map[string]fieldWords, t reflect.Type, field string) (fieldWords, bool) {
	name, _, _ := strings.Cut(t.Name(), "[") // Page[Store] is described as Page
	if w, found := words[name][field]; found {
		return w, true
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			if w, found := wordsOf(words, f.Type, field); found {
				return w, true
			}
		}
	}
	return fieldWords{}, false
}

// fieldWords is what schema.json may say about a field.
type fieldWords struct {
	Description string   `json:"description"`
	Example     any      `json:"example"`
	Enum        []any    `json:"enum"`
	Minimum     *float64 `json:"minimum"`
	Maximum     *float64 `json:"maximum"`
	MinLength   *int     `json:"minLength"`
	MaxLength   *int     `json:"maxLength"`
	MinItems    *int     `json:"minItems"`
	MaxItems    *int     `json:"maxItems"`
	WriteOnly   bool     `json:"writeOnly"`
}

func (f fieldWords) describe(s *huma.Schema) {
	s.Description, s.Enum, s.WriteOnly = f.Description, f.Enum, f.WriteOnly
	if f.Example != nil {
		s.Examples = []any{f.Example}
	}
	if f.Minimum != nil {
		s.Minimum = f.Minimum
	}
	s.Maximum, s.MinLength, s.MaxLength = f.Maximum, f.MinLength, f.MaxLength
	s.MinItems, s.MaxItems = f.MinItems, f.MaxItems
}

// moneySchema describes an amount.
type moneySchema struct{}

// Schema says that an amount is a decimal number with two places.
func (moneySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Format: "decimal"}
}

// returns describes what an operation answers: one body on success, problems otherwise.
func (a *API) returns(op *huma.Operation, body reflect.Type, statuses ...int) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	for _, status := range statuses {
		res := &huma.Response{Description: http.StatusText(status)}
		if body != nil {
			res.Content = map[string]*huma.MediaType{"application/json": {Schema: a.schema(body)}}
		}
		op.Responses[strconv.Itoa(status)] = res
	}
	problem := map[string]*huma.MediaType{
		wire.ProblemType: {Schema: a.schema(reflect.TypeFor[wire.Problem]())}}
	slices.Sort(op.Errors)
	for _, status := range slices.Compact(op.Errors) {
		res := &huma.Response{Description: http.StatusText(status), Content: problem}
		if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
			res.Headers = map[string]*huma.Param{"Retry-After": {
				Description: "Seconds after which the same request may succeed.",
				Schema:      &huma.Schema{Type: huma.TypeInteger}}}
		}
		op.Responses[strconv.Itoa(status)] = res
	}
}

// reads describes what an operation without a body answers.
func (a *API) reads(body reflect.Type) map[string]*huma.Response {
	op := huma.Operation{Errors: []int{401, 403, 404, 422, 429, 503}}
	a.returns(&op, body, http.StatusOK)
	return op.Responses
}

func (a *API) schema(t reflect.Type) *huma.Schema {
	return a.openapi.Components.Schemas.Schema(t, true, "")
}
