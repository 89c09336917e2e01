package gateway

import (
	"strings"

	"github.com/tillstream/tillstream/retail/event"
)

// fields is a set of the fields of an event.
type fields uint32

// The fields that only some types have. The others, such as visitor and store, all types have.
const (
	fieldSKU fields = 1 << iota
	fieldSKUs
	fieldQuery
	fieldResults
	fieldDwell
	fieldQty
	fieldSlot
	fieldPosition
	fieldAttribution
	fieldCoupon
	fieldCampaign
	fieldOrder
	fieldDiscount
	fieldRemoved
)

// names are the fields as clients write them, by bit.
var names = [...]string{"sku", "skus", "query", "results", "dwell_ms", "qty", "slot", "position",
	"attribution_id", "coupon_id", "campaign_id", "order_id", "discount", "removed"}

// form is what an event of one type looks like.
type form struct {
	name               string
	kind               event.Kind
	required, optional fields
}

var forms = [...]form{
	{"view", event.KindView, fieldSKU, fieldDwell},
	{"search", event.KindSearch, fieldQuery, fieldResults},
	{"add_to_cart", event.KindAddToCart, fieldSKU, fieldQty | fieldAttribution},
	{"impression", event.KindImpression, fieldSKUs | fieldSlot, fieldAttribution},
	{"click", event.KindClick, fieldSKU, fieldSlot | fieldPosition | fieldAttribution},
	{"coupon_issued", event.KindCouponIssued, fieldCoupon, fieldCampaign},
	{"favourite", event.KindFavourite, fieldSKU, fieldRemoved},
	{"coupon_redeemed", event.KindCouponRedeemed, fieldCoupon, fieldCampaign | fieldOrder | fieldDiscount},
}

func formOf(name string) *form {
	for i := range forms {
		if forms[i].name == name {
			return &forms[i]
		}
	}
	return nil
}

func formNames() string {
	all := make([]string, len(forms))
	for i := range forms {
		all[i] = forms[i].name
	}
	return strings.Join(all, ", ")
}
