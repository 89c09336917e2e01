package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// guideOperation describes the edge's view for shop guides, which the console passes on.
func guideOperation() *huma.Operation {
	text, yes := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeBoolean}
	object := func(of map[string]*huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeObject, Properties: of}
	}
	list := func(of map[string]*huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeArray, Items: object(of)}
	}
	price := &huma.Schema{Type: huma.TypeNumber}
	acts := []any{"viewed", "clicked", "favourite", "carted", "bought"}
	recent := list(map[string]*huma.Schema{"sku": text, "name": text, "price": price, "in_stock": yes,
		"act": {Type: huma.TypeString, Enum: acts}})
	offers := list(map[string]*huma.Schema{"sku": text, "name": text, "price": price, "after": text,
		"size": text, "reason": object(map[string]*huma.Schema{"text": text,
			"code": {Type: huma.TypeString, Enum: []any{"new_colour", "in_stock"}}})})
	favourites := list(map[string]*huma.Schema{"sku": text, "name": text, "price": price, "in_stock": yes})
	favourites.Nullable = true
	sizes := list(map[string]*huma.Schema{"slot": text, "system": text, "size": text, "text": text})
	return &huma.Operation{OperationID: "guideMember", Method: http.MethodGet,
		Path: "/v1/guide/members/{code}", Tags: []string{"recommendations"},
		Summary: "What a member likes and wears, and what to offer now",
		Description: "For staff who may see members of their stores. Of a member who opted out of personal " +
			"recommendations nothing is read: `personalized` is false and all lists are empty. `favourites` is null while " +
			"they cannot be read.",
		Parameters: []*huma.Param{
			{Name: "code", In: "path", Required: true, Schema: text, Description: "The code of the member."},
			{Name: "store", In: "query", Required: true, Schema: text,
				Description: "The code of the store that shall supply the goods."},
			{Name: "limit", In: "query", Description: "The most offers. Default 5.",
				Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: bound(1), Maximum: bound(10)}},
			{Name: "lang", In: "query", Description: "The language of names and reasons. Default zh-CN.",
				Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"zh-CN", "en"}}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "The view.", Content: map[string]*huma.MediaType{
				"application/json": {Schema: object(map[string]*huma.Schema{"member": text, "store": text,
					"personalized": yes, "recent": recent, "favourites": favourites, "sizes": sizes,
					"offers": offers})}}},
			"default": {Description: "A problem that names field, value and reason.",
				Content: map[string]*huma.MediaType{"application/problem+json": {
					Schema: &huma.Schema{Type: huma.TypeObject}}}}}}
}
