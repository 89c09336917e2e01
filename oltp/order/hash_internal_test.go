package order

import (
	"testing"

	"github.com/tillstream/tillstream/retail"
)

// TestHashCoversWhatTheCallerSent tells requests apart that differ in what was sent, and not in what the
// price list made of it.
func TestHashCoversWhatTheCallerSent(t *testing.T) {
	hash := func(l Line) int64 { return new(hasher).request(&Request{Store: 7, Lines: []Line{l}}) }
	listed := Line{SKU: 1, Kind: retail.Sale, Qty: 2, UnitPrice: 1250, Gross: 2500, Listed: true, List: 1250}
	cheaper := listed
	cheaper.UnitPrice, cheaper.Gross, cheaper.List, cheaper.Own = 1100, 2200, 1100, true
	if hash(listed) != hash(cheaper) {
		t.Error("another list price makes another request")
	}
	seen := map[int64]string{hash(listed): "left to the list"}
	for name, l := range map[string]Line{
		"sent":     {SKU: 1, Kind: retail.Sale, Qty: 2, UnitPrice: 1250, Gross: 2500},
		"for free": {SKU: 1, Kind: retail.Sale, Qty: 2},
		"more":     {SKU: 1, Kind: retail.Sale, Qty: 3, Listed: true},
		"cheaper":  {SKU: 1, Kind: retail.Sale, Qty: 2, Listed: true, Discount: 1},
	} {
		if same, twice := seen[hash(l)]; twice {
			t.Errorf("%q and %q are the same request", name, same)
		}
		seen[hash(l)] = name
	}
}
