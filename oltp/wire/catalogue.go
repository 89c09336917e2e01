package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Region is one row of PUT /v1/regions.
type Region struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	NameEN string `json:"name_en,omitempty"`
}

// Category is one row of PUT /v1/categories.
type Category struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	NameEN string `json:"name_en,omitempty"`
	// Parent is the code of the category above, empty at the top.
	Parent string `json:"parent,omitempty"`
}

// Style is one row of PUT /v1/styles.
type Style struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	NameEN string `json:"name_en,omitempty"`
	// Category is the code of the style's category.
	Category string `json:"category"`
	Brand    string `json:"brand,omitempty"`
	Season   string `json:"season,omitempty"`
	// Inactive takes the style out of the shop windows; its SKUs are taken off sale one by one.
	Inactive  bool `json:"inactive,omitempty"`
	Simulated bool `json:"simulated,omitempty"`
}

// Tag marks a SKU for a time.
type Tag struct {
	// Tag is the name of a retail.Tag.
	Tag string `json:"tag"`
	// From and Until may be left out: always, for ever.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Product is one row of PUT /v1/products.
type Product struct {
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	NameEN string `json:"name_en,omitempty"`
	// Category is the code of the SKU's category.
	Category string `json:"category"`
	Brand    string `json:"brand,omitempty"`
	// Price is the list price of one, Cost what the chain pays for it.
	Price retail.Money `json:"price"`
	Cost  retail.Money `json:"cost,omitempty"`
	// Inactive takes the SKU off sale.
	Inactive  bool `json:"inactive,omitempty"`
	Simulated bool `json:"simulated,omitempty"`
	// Style is the code of the family that the SKU belongs to.
	Style  string `json:"style,omitempty"`
	Colour string `json:"colour,omitempty"`
	Size   string `json:"size,omitempty"`
	// SizeSystem tells what the size is of, SizeOrder where it stands among the sizes of the style.
	SizeSystem string `json:"size_system,omitempty"`
	SizeOrder  int32  `json:"size_order,omitempty"`
	// Season is the SKU's own; "" means that of its style.
	Season string `json:"season,omitempty"`
	// OnlineOnly goods are not sold at tills, OffSeason goods only there.
	OnlineOnly bool `json:"online_only,omitempty"`
	OffSeason  bool `json:"off_season,omitempty"`
	// Pack is how many come in one pack; 0 means 1.
	Pack    int32  `json:"pack,omitempty"`
	Barcode string `json:"barcode,omitempty"`
	Tags    []Tag  `json:"tags,omitempty"`
}

// Member is one row of PUT /v1/members.
type Member struct {
	Code string `json:"code"`
	// Origin is the code of the store that won the member.
	Origin string `json:"origin,omitempty"`
	// Phone is kept as a keyed hash and its last four digits; it is never shown again.
	Phone string `json:"phone,omitempty"`
	// OptOut is true for a member who wants no personal recommendations.
	OptOut    bool `json:"opt_out,omitempty"`
	Simulated bool `json:"simulated,omitempty"`
}

// Regions is the body of PUT /v1/regions.
type Regions struct {
	Regions []Region `json:"regions"`
}

// Stores is the body of PUT /v1/stores.
type Stores struct {
	Stores []Store `json:"stores"`
}

// Categories is the body of PUT /v1/categories.
type Categories struct {
	Categories []Category `json:"categories"`
}

// Styles is the body of PUT /v1/styles.
type Styles struct {
	Styles []Style `json:"styles"`
}

// Products is the body of PUT /v1/products.
type Products struct {
	Products []Product `json:"products"`
}

// Members is the body of PUT /v1/members.
type Members struct {
	Members []Member `json:"members"`
}

// Merged answers one row of a bulk of regions, stores, categories, styles, products or members.
type Merged struct {
	Code string `json:"code"`
	// Outcome is created, updated, unchanged or refused.
	Outcome string `json:"outcome"`
	// Version rises with each change; regions have none.
	Version int64    `json:"version,omitempty"`
	Problem *Problem `json:"problem,omitempty"`
}

// MergedRows answers a bulk of rows, in the order of the request.
type MergedRows struct {
	Results []Merged `json:"results"`
	// Failed counts the rows that were refused.
	Failed int `json:"failed"`
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next asks for the following page; it is empty on the last one.
	Next string `json:"next,omitempty"`
}
