package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/tillstream/tillstream/oltp/wire"
)

// Plan is a data set in the words of the write API.
type Plan struct {
	// DataSet is the name that keys begin with.
	DataSet    string
	Regions    []wire.Region
	Stores     []wire.Store
	Categories []wire.Category
	Products   []wire.Product
	Members    []wire.Member
	// Stock holds the assumed opening balances and the stock corrections that the data set records.
	Stock []wire.StockMove
	// Documents are the orders and refunds by time, and by number within a second.
	Documents []Document
	// Report says where every row went.
	Report Report
}

// Document is an order or a refund: exactly one of the two is there.
type Document struct {
	At     time.Time
	Order  *wire.OrderRow
	Refund *wire.RefundRow
}

// Key is the idempotency key of the document.
func (d *Document) Key() string {
	if d.Order != nil {
		return d.Order.Key
	}
	return d.Refund.Key
}

func (d *Document) lines() int {
	if d.Order != nil {
		return len(d.Order.Lines)
	}
	return len(d.Refund.Lines)
}

func sortDocuments(docs []Document) {
	slices.SortFunc(docs, func(a, b Document) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key(), b.Key()))
	})
}

// openingReason labels stock that no data set knows.
const openingReason = "assumed opening balance: all that the data set will take off the shelf"

// shelf counts what leaves each shelf, in the order in which shelves are first met.
type shelf struct {
	index map[[2]string]int
	moves []wire.StockMove
}

// take notes that qty of a SKU will leave the store.
func (s *shelf) take(dataSet, store, sku string, qty int32) {
	key := [2]string{store, sku}
	i, found := s.index[key]
	if !found {
		if s.index == nil {
			s.index = map[[2]string]int{}
		}
		i = len(s.moves)
		s.index[key] = i
		s.moves = append(s.moves, wire.StockMove{
			Key:   dataSet + "/opening/" + store + "/" + sku,
			Store: store, SKU: sku, Kind: "receive", Reason: openingReason,
		})
	}
	s.moves[i].Qty += qty
}

// opening returns the balances, dated at.
func (s *shelf) opening(at time.Time) []wire.StockMove {
	for i := range s.moves {
		s.moves[i].At = at
	}
	return s.moves
}
