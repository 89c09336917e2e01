package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// outfitOperation describes the edge's outfits, which the console passes on.
func outfitOperation() *huma.Operation {
	text, yes := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeBoolean}
	number := &huma.Schema{Type: huma.TypeNumber}
	list := func(of map[string]*huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeArray,
			Items: &huma.Schema{Type: huma.TypeObject, Properties: of}}
	}
	query := func(name string, required bool, schema *huma.Schema, about string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Required: required, Schema: schema, Description: about}
	}
	item := map[string]*huma.Schema{"sku": text, "name": text, "price": number, "size": text,
		"sized": {Type: huma.TypeBoolean, Description: "The size is known to fit the member."},
		"score": number,
		"with":  text, "reasons": list(map[string]*huma.Schema{"code": text, "text": text})}
	answer := map[string]*huma.Schema{"store": text, "personalized": yes,
		"slots": list(map[string]*huma.Schema{"slot": text, "items": list(item)})}
	return &huma.Operation{OperationID: "outfits", Method: http.MethodGet, Path: "/v1/outfits",
		Tags: []string{"recommendations"}, Summary: "What goes with an item or a cart, in stock and in size",
		Description: "Completes an outfit: for each slot that is free, the goods that go best with what is " +
			"there. A member's size is looked at only with his consent; what is not there in it is " +
			"not shown.",
		Parameters: []*huma.Param{
			query("items", true, text,
				"The SKU codes that are looked at or in the cart, separated by commas."),
			query("store", true, text, "The code of the store that shall supply the goods."),
			query("member", false, text, "The code of the member who shall wear it."),
			query("personalized", false, yes, "false looks at no size. Default true."),
			query("slots", false, text,
				"The slots wanted: top, bottom, dress, outer, shoes, bag, accessory. Default all."),
			query("limit", false, &huma.Schema{Type: huma.TypeInteger, Minimum: bound(1), Maximum: bound(10)},
				"The most goods of a slot. Default 3."),
			query("lang", false, &huma.Schema{Type: huma.TypeString, Enum: []any{"zh-CN", "en"}},
				"The language of names and reasons. Default zh-CN.")},
		Responses: map[string]*huma.Response{
			"200": {Description: "The outfit.", Content: map[string]*huma.MediaType{
				"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: answer}}}},
			"default": {Description: "A problem that names field, value and reason.",
				Content: map[string]*huma.MediaType{"application/problem+json": {
					Schema: &huma.Schema{Type: huma.TypeObject}}}}}}
}
