package wire

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Order is the body of POST /v1/orders.
type Order struct {
	// Store is the code of the store that sells.
	Store string `json:"store"`
	// Member is the code of the member who buys, empty for an anonymous customer.
	Member string `json:"member,omitempty"`
	// Channel is the name of a retail.Channel; "" means till.
	Channel string `json:"channel,omitempty"`
	// Fulfilment is the name of a retail.Fulfilment; "" means carry_out.
	Fulfilment string `json:"fulfilment,omitempty"`
	// PlacedAt defaults to the moment of arrival.
	PlacedAt time.Time `json:"placed_at,omitzero"`
	// Paid says that the money is in: the order sells at once instead of reserving.
	Paid          bool   `json:"paid,omitempty"`
	PaymentMethod string `json:"payment_method,omitempty"`
	// ExternalRef is the receipt number or the channel's own order number.
	ExternalRef string `json:"external_ref,omitempty"`
	// Campaign is the id of the campaign that the order is owed to, or 0.
	Campaign retail.CampaignID `json:"campaign,omitempty"`
	// Simulated marks an order that no real customer made.
	Simulated bool        `json:"simulated,omitempty"`
	Lines     []OrderLine `json:"lines"`
}

// OrderLine is one line of an Order.
type OrderLine struct {
	// SKU is the code of what is sold.
	SKU string `json:"sku"`
	// Qty is at least 1 for a sale.
	Qty int32 `json:"qty"`
	// UnitPrice defaults to the catalogue price.
	UnitPrice Amount `json:"unit_price,omitzero"`
	// Gross defaults to Qty times UnitPrice.
	Gross Amount `json:"gross,omitzero"`
	// Discount is all that is taken off Gross, CouponDiscount included.
	Discount retail.Money `json:"discount,omitempty"`
	// CouponDiscount is the part of Discount that a coupon paid for.
	CouponDiscount retail.Money `json:"coupon_discount,omitempty"`
	// Kind is the name of a retail.LineKind; "" means sale.
	Kind string `json:"kind,omitempty"`
	// Reason explains a line that is no sale.
	Reason string `json:"reason,omitempty"`
}

// OrderRow is one row of a bulk of orders.
type OrderRow struct {
	// Key makes sending the row again harmless.
	Key string `json:"idempotency_key"`
	Order
}

// Orders is the body of POST /v1/orders/bulk.
type Orders struct {
	Orders []OrderRow `json:"orders"`
}

// Placed answers one order or refund that took effect.
type Placed struct {
	// ID is the order's or refund's number.
	ID int64 `json:"id"`
	// State is the name of a retail.OrderState, empty for a refund without an order.
	State    string       `json:"state,omitempty"`
	Gross    retail.Money `json:"gross"`
	Discount retail.Money `json:"discount"`
	Net      retail.Money `json:"net"`
	// Replayed says that the request had taken effect before.
	Replayed bool `json:"replayed,omitempty"`
}

// Row answers one row of a bulk. Either Problem or the other answer is there.
type Row struct {
	// Status is what the row alone would have been answered with.
	Status  int      `json:"status"`
	Order   *Placed  `json:"order,omitempty"`
	Problem *Problem `json:"problem,omitempty"`
}

// Rows answers a bulk, row by row in the order of the request.
type Rows struct {
	Results []Row `json:"results"`
	// Failed counts the rows with a problem.
	Failed int `json:"failed"`
}

// OrderView is the answer of GET /v1/orders/{id}.
type OrderView struct {
	ID         int64     `json:"id"`
	Store      string    `json:"store"`
	Member     string    `json:"member,omitempty"`
	Channel    string    `json:"channel"`
	Fulfilment string    `json:"fulfilment"`
	State      string    `json:"state"`
	PlacedAt   time.Time `json:"placed_at"`
	PaidAt     time.Time `json:"paid_at,omitzero"`
	// ExpiresAt is when an order that is not paid by then frees its goods.
	ExpiresAt     time.Time         `json:"expires_at,omitzero"`
	PaymentMethod string            `json:"payment_method,omitempty"`
	ExternalRef   string            `json:"external_ref,omitempty"`
	Campaign      retail.CampaignID `json:"campaign,omitempty"`
	Simulated     bool              `json:"simulated,omitempty"`
	Gross         retail.Money      `json:"gross"`
	Discount      retail.Money      `json:"discount"`
	Net           retail.Money      `json:"net"`
	Lines         []OrderViewLine   `json:"lines"`
	// Grants are the lines that were sold other than listed, with a reason.
	Grants []Grant `json:"grants,omitempty"`
}

// Grant tells who sold a line other than listed, and why.
type Grant struct {
	Line int `json:"line"`
	// ListPrice was the list price of one.
	ListPrice retail.Money `json:"list_price"`
	// By is the name of the user.
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// OrderViewLine is one line of an OrderView.
type OrderViewLine struct {
	Line           int          `json:"line"`
	SKU            string       `json:"sku"`
	Kind           string       `json:"kind"`
	Qty            int32        `json:"qty"`
	UnitPrice      retail.Money `json:"unit_price"`
	Gross          retail.Money `json:"gross"`
	Discount       retail.Money `json:"discount"`
	CouponDiscount retail.Money `json:"coupon_discount"`
	Net            retail.Money `json:"net"`
	// RefundedQty and RefundedNet are what was given back so far.
	RefundedQty int32        `json:"refunded_qty,omitempty"`
	RefundedNet retail.Money `json:"refunded_net,omitempty"`
}

// OrderBrief is one order in the answer of GET /v1/stores/{store}/orders.
type OrderBrief struct {
	ID          int64        `json:"id"`
	Member      string       `json:"member,omitempty"`
	Channel     string       `json:"channel"`
	Fulfilment  string       `json:"fulfilment"`
	State       string       `json:"state"`
	PlacedAt    time.Time    `json:"placed_at"`
	PaidAt      time.Time    `json:"paid_at,omitzero"`
	ExternalRef string       `json:"external_ref,omitempty"`
	Simulated   bool         `json:"simulated,omitempty"`
	Gross       retail.Money `json:"gross"`
	Discount    retail.Money `json:"discount"`
	Net         retail.Money `json:"net"`
}
