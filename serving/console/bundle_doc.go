package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// bundleOperation describes the edge's bundles, which the console passes on.
func bundleOperation() *huma.Operation {
	text, yes := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeBoolean}
	number, integer := &huma.Schema{Type: huma.TypeNumber}, &huma.Schema{Type: huma.TypeInteger}
	list := func(of *huma.Schema) *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: of} }
	object := func(fields map[string]*huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeObject, Properties: fields}
	}
	query := func(name string, required bool, schema *huma.Schema, about string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Required: required, Schema: schema, Description: about}
	}
	good := map[string]*huma.Schema{"sku": text, "name": text, "price": number}
	item := object(map[string]*huma.Schema{"sku": text, "name": text, "price": number, "quantity": integer,
		"amount": number, "slot": text, "asked": yes, "reason": text, "matched": list(text),
		"alternatives": list(object(good))})
	span := object(map[string]*huma.Schema{"trait": text, "text": text})
	wish := object(map[string]*huma.Schema{
		"read_by": {Type: huma.TypeString, Enum: []any{"built_in", "model"}}, "occasion": text,
		"recipient": text, "group": text, "season": text, "age_months": list(integer), "needs": list(text),
		"categories": list(text), "brands": list(text), "tags": list(text), "colours": list(text),
		"sizes": list(text), "budget_min": number, "budget_max": number, "people": integer,
		"quantity": integer, "spans": list(span), "not_understood": list(text)})
	lack := object(map[string]*huma.Schema{"slot": text, "reason": {Type: huma.TypeString, Enum: []any{
		"not_sold", "out_of_stock", "over_budget", "not_for_recipient", "no_room"}}})
	return &huma.Operation{OperationID: "bundles", Method: http.MethodGet, Path: "/v1/bundles",
		Tags: []string{"recommendations"}, Summary: "What to buy for a wish, in stock at a store",
		Description: "Reads a wish in Chinese or English and chooses goods that the store has and that " +
			"together stay within the budget. `wish` says what was understood and where the text says it; `best` is " +
			"false where the search met its bound. Nothing of the visitor is read.",
		Parameters: []*huma.Param{
			query("q", true, text, "The wish, such as 给孩子买生日礼物 200元以内. At most 512 bytes."),
			query("store", true, text, "The code of the store that shall supply the goods."),
			query("limit", false, &huma.Schema{Type: huma.TypeInteger, Minimum: bound(1), Maximum: bound(10)},
				"The most items. Default 5."),
			query("fulfilment", false, &huma.Schema{Type: huma.TypeString,
				Enum: []any{"carry_out", "pickup", "same_city", "express"}},
				"How they shall be handed over."),
			query("lang", false, &huma.Schema{Type: huma.TypeString, Enum: []any{"zh-CN", "en"}},
				"The language of names and reasons. Default zh-CN.")},
		Responses: map[string]*huma.Response{
			"200": {Description: "The bundle.", Content: map[string]*huma.MediaType{
				"application/json": {Schema: object(map[string]*huma.Schema{"store": text,
					"personalized": yes,
					"wish":         wish, "total": number, "reason": text, "below_budget": yes, "best": yes,
					"items": list(item), "missing": list(lack)})}}},
			"default": {Description: "A problem that names field, value and reason.",
				Content: map[string]*huma.MediaType{"application/problem+json": {
					Schema: &huma.Schema{Type: huma.TypeObject}}}}}}
}
