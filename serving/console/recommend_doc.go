package console

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// recommendOperation describes the edge's recommendations, which the console passes on. The edge has no
// schema library of its own: it reads and writes without reflection.
func recommendOperation() *huma.Operation {
	text := func(enum ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: enum} }
	var list []*huma.Param
	add := func(name string, schema *huma.Schema, about string) {
		list = append(list, &huma.Param{Name: name, In: "query", Description: about, Schema: schema,
			Required: name == "store"})
	}
	add("store", text(), "The code of the store that shall supply the goods.")
	add("scene", text("home", "product", "cart", "after_payment", "guide"),
		"Where they are shown. Default home.")
	add("items", text(),
		"The SKU codes that the scene is about, separated by commas: the product that is looked "+
			"at, what is in the cart, what was paid for. Required in these three scenes.")
	add("member", text(), "The code of the member. One who is not known is shown what sells.")
	add("session", text(), "The session as in the events that the gateway took: its last clicks count.")
	add("personalized", &huma.Schema{Type: huma.TypeBoolean},
		"false reads nothing of the visitor; so does the edge for a member who has not agreed. Default true.")
	add("exclude", text(), "SKU codes that must not be shown, separated by commas.")
	add("category", text(), "The code of a category; what lies below it counts.")
	add("brand", text(), "The name of a brand.")
	add("tag", text(), "Tags that must all hold, separated by commas: hot, new, limited.")
	add("price_min", &huma.Schema{Type: huma.TypeNumber}, "The least price at the store.")
	add("price_max", &huma.Schema{Type: huma.TypeNumber}, "The highest price at the store.")
	add("fulfilment", text("carry_out", "pickup", "same_city", "express"),
		"How the goods shall be handed over; others are not shown.")
	add("lat", &huma.Schema{Type: huma.TypeNumber}, "Where to, in degrees of WGS 84; with lon.")
	add("lon", &huma.Schema{Type: huma.TypeNumber}, "Where to; with lat.")
	add("again", text("due", "never", "any"),
		"Goods that the member owns: those that are due again, none, or "+
			"like others. Default due.")
	add("limit", &huma.Schema{Type: huma.TypeInteger, Minimum: bound(1), Maximum: bound(50)},
		"The most items. Default 10.")
	add("lang", text("zh-CN", "en"), "The language of names and reasons. Default zh-CN.")
	return &huma.Operation{OperationID: "recommendations", Method: http.MethodGet,
		Path: "/v1/recommendations",
		Tags: []string{"recommendations"}, Summary: "What to show, in stock at a store, and why",
		Description: "Goods come down a ladder: personal, session, item, store_popular, " +
			"chain_popular, newest. " +
			"`rung` is the best rung on which an item stands; each item names its own and its reason. Send " +
			"`attribution` back as attribution_id with impressions, clicks and what is put into the cart.",
		Parameters: list, Responses: map[string]*huma.Response{
			"200": {Description: "The slate.", Content: map[string]*huma.MediaType{
				"application/json": {Schema: slateSchema()}}},
			"default": {Description: "A problem that names field, value and reason.",
				Content: map[string]*huma.MediaType{"application/problem+json": {
					Schema: &huma.Schema{Type: huma.TypeObject}}}}}}
}

func bound(v float64) *float64 { return &v }

// slateSchema describes an answer.
func slateSchema() *huma.Schema {
	text, number := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeNumber}
	yes := &huma.Schema{Type: huma.TypeBoolean}
	reason := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"code": text, "text": text, "with": text, "lift": number, "confidence": number, "share": number,
		"days": number, "count": {Type: huma.TypeInteger}}}
	item := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"sku": text, "name": text, "price": number, "rung": text, "score": number, "reason": reason,
		"rule": {Type: huma.TypeString, Description: "The merchandiser's rule that pinned or boosted it."}}}
	return &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"attribution": text, "variant": text, "scene": text, "store": text, "rung": text,
		"held_out": yes, "personalized": yes,
		"model": {Type: huma.TypeString, Nullable: true, Description: "null while there is no model."},
		"made": {Type: huma.TypeString, Format: "date-time",
			Description: "When the model was made; without one, when the catalogue was read."},
		"items": {Type: huma.TypeArray, Items: item}}}
}
