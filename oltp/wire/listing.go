package wire

import (
	"time"

	"github.com/tillstream/tillstream/oltp/wire/scan"
	"github.com/tillstream/tillstream/retail"
)

// Listing is one row of PUT /v1/listings.
type Listing struct {
	// Store and SKU are codes.
	Store string `json:"store"`
	SKU   string `json:"sku"`
	// Unlisted takes the SKU out of the store.
	Unlisted bool `json:"unlisted,omitempty"`
	// Price is the store's own; left out, the SKU's price holds.
	Price Amount `json:"price,omitzero"`
	// From and Until say when this holds; left out: always, for ever.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Listings is the body of PUT /v1/listings.
type Listings struct {
	Listings []Listing `json:"listings"`
}

// Offer is a row of GET /v1/stores/{store}/products.
type Offer struct {
	ShownProduct
	// StorePrice is what the store asks, when that is a price of its own.
	StorePrice Amount `json:"store_price,omitzero"`
}

// Quote answers POST /v1/price.
type Quote struct {
	Store    string       `json:"store"`
	Gross    retail.Money `json:"gross"`
	Discount retail.Money `json:"discount"`
	Net      retail.Money `json:"net"`
	Lines    []QuoteLine  `json:"lines"`
}

// QuoteLine is one line of a Quote.
type QuoteLine struct {
	SKU string `json:"sku"`
	Qty int32  `json:"qty"`
	// ListPrice is the price of one by the list of the store or of the catalogue.
	ListPrice retail.Money `json:"list_price"`
	// StorePrice says that ListPrice is the store's own.
	StorePrice     bool         `json:"store_price,omitempty"`
	UnitPrice      retail.Money `json:"unit_price"`
	Gross          retail.Money `json:"gross"`
	Discount       retail.Money `json:"discount"`
	CouponDiscount retail.Money `json:"coupon_discount"`
	Net            retail.Money `json:"net"`
}

// Read reads a bulk of listings; each row's faults carry its index.
func (b *Listings) Read(r *scan.Reader, bounds Bounds) {
	b.Listings = readRows(r, bounds, "listings", (*Listing).read)
}

func (l *Listing) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "store":
			l.Store = r.String(MaxCode)
		case "sku":
			l.SKU = r.String(MaxCode)
		case "unlisted":
			l.Unlisted = r.Bool()
		case "price":
			l.Price = readAmount(r)
		case "from":
			l.From = r.Time()
		case "until":
			l.Until = r.Time()
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "store", l.Store)
	need(r, "sku", l.SKU)
}
