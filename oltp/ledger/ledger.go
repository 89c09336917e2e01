// Package ledger recomputes the chain's books from the rows of the transactional store: the oracle that
// facts and rollups are compared with.
package ledger

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// Total is the sum of one store's business day: sales that were paid that day, refunds of that day.
// Refund amounts and quantities are positive; net sales after returns are Net - RefundNet.
type Total struct {
	Store                retail.StoreID
	Day                  retail.Day
	Orders, Lines, Units int64
	Gross, Discount, Net retail.Money

	Refunds, RefundLines, RefundUnits      int64
	RefundGross, RefundDiscount, RefundNet retail.Money
}

// Reader recomputes.
type Reader interface {
	// Totals returns one Total per store and day that has any, ordered by store and day.
	Totals(ctx context.Context) ([]Total, error)
	// Drift lists the stock rows whose levels differ from the sum of their ledger entries. It is
	// empty unless there is a bug.
	Drift(ctx context.Context) ([]Drift, error)
}

// Drift is a stock row that its ledger does not explain.
type Drift struct {
	retail.StockLevel
	LedgerOnHand, LedgerReserved int64
}
