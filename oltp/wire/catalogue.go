package wire

import "github.com/tillstream/tillstream/retail"

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

// Products is the body of PUT /v1/products.
type Products struct {
	Products []Product `json:"products"`
}

// Members is the body of PUT /v1/members.
type Members struct {
	Members []Member `json:"members"`
}

// Merged answers one row of a bulk of regions, stores, categories, products or members.
type Merged struct {
	Code string `json:"code"`
	// Outcome is created, updated, unchanged or refused.
	Outcome string `json:"outcome"`
	// Version rises with each change; regions and categories have none.
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
