package routing_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/retail"
)

// BenchmarkDecide decides among 500 stores: where one serves, and where the goods lie so thinly that a
// split is looked for until the steps are used up.
func BenchmarkDecide(b *testing.B) {
	whole := town(7, 500, 8)
	for i := range whole.Candidates {
		c := &whole.Candidates[i]
		for sku := range c.Available {
			c.Available[sku] = 50
		}
	}
	thin := town(7, 500, 12)
	thin.Fulfilment, thin.Lines = retail.Express, nil
	for sku := range retail.SKUID(12) {
		thin.Lines = append(thin.Lines, routing.Line{SKU: sku + 1, Qty: 2})
	}
	for i := range thin.Candidates {
		thin.Candidates[i].Available = map[retail.SKUID]int32{retail.SKUID(i%12 + 1): 1}
	}
	for _, c := range []struct {
		name string
		req  *routing.Request
	}{{"one", whole}, {"thin", thin}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				routing.Decide(routing.Config{}, c.req)
			}
		})
	}
}
