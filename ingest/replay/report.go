package replay

import (
	"fmt"
	"strings"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// Report says what a data set holds, where each of its rows went, and what the shop did with it.
type Report struct {
	DataSet string `json:"data_set"`
	// Rows counts the transaction rows that were used.
	Rows     int `json:"rows"`
	Stores   int `json:"stores"`
	Products int `json:"products"`
	// ProductsSold counts the products with at least one line.
	ProductsSold int `json:"products_sold"`
	Members      int `json:"members"`
	// Orders and Refunds count documents; together they are the data set's invoices or baskets.
	Orders  int `json:"orders"`
	Refunds int `json:"refunds"`
	// Gross, Discount and Net sum the orders less the refunds.
	Gross    retail.Money `json:"gross"`
	Discount retail.Money `json:"discount"`
	Net      retail.Money `json:"net"`
	// First and Last are the times of the first and the last document.
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
	// Places lists where rows went that are not plain sales, and what was assumed.
	Places []Place `json:"places"`
	// Bad lists the rows that could not be used.
	Bad []BadLine `json:"bad,omitempty"`
	// Sent says what the shop did; it is zero for a plan that was only read.
	Sent Sent `json:"sent"`
}

// Place says where one kind of row went.
type Place struct {
	// What is the kind of row, To where it went, and why.
	What string `json:"what"`
	To   string `json:"to"`
	Rows int    `json:"rows"`
	// Amount is the money in these rows, in the data set's own sign.
	Amount retail.Money `json:"amount"`
	// Units is the goods in these rows, in the data set's own sign.
	Units int64 `json:"units"`
}

func (p *Place) add(amount retail.Money, units int64) {
	p.Rows++
	p.Amount += amount
	p.Units += units
}

// Sent counts what the shop answered.
type Sent struct {
	// Placed counts documents that took effect now, Replayed those that had done so before, and
	// Resumed those that the state file says were done.
	Placed   int       `json:"placed"`
	Replayed int       `json:"replayed"`
	Resumed  int       `json:"resumed"`
	Refused  []Refused `json:"refused,omitempty"`
	// Took is the time that sending took.
	Took time.Duration `json:"took_ns"`
}

// Refused is a row that the shop did not take, and its reason.
type Refused struct {
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

// String prints the report for a reader.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d rows, %d orders and %d refunds from %s to %s\n", r.DataSet, r.Rows,
		r.Orders, r.Refunds, r.First.UTC().Format(time.RFC3339), r.Last.UTC().Format(time.RFC3339))
	fmt.Fprintf(&b, "  stores %d, products %d of which %d traded, members %d\n",
		r.Stores, r.Products, r.ProductsSold, r.Members)
	fmt.Fprintf(&b, "  gross %v, discounts %v, net %v\n", r.Gross, r.Discount, r.Net)
	for _, p := range r.Places {
		fmt.Fprintf(&b, "  %s:", p.What)
		if p.Rows != 0 {
			fmt.Fprintf(&b, " %d rows", p.Rows)
		}
		if p.Amount != 0 {
			fmt.Fprintf(&b, ", %v", p.Amount)
		}
		if p.Units != 0 {
			fmt.Fprintf(&b, ", %d units", p.Units)
		}
		fmt.Fprintf(&b, " -> %s\n", p.To)
	}
	fmt.Fprintf(&b, "  unusable rows: %d\n", len(r.Bad))
	for i := range r.Bad {
		fmt.Fprintf(&b, "    %v\n", &r.Bad[i])
	}
	if s := &r.Sent; s.Took > 0 {
		fmt.Fprintf(&b, "  sent in %v: %d new, %d known before, %d resumed, %d rows refused\n",
			s.Took.Round(time.Millisecond), s.Placed, s.Replayed, s.Resumed, len(s.Refused))
		for _, f := range s.Refused {
			fmt.Fprintf(&b, "    %s: %s\n", f.Key, f.Reason)
		}
	}
	return b.String()
}
