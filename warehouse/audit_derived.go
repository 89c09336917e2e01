package warehouse

import (
	"context"

	"github.com/tillstream/tillstream/retail"
)

// derivedAudits says which query recomputes each rollup over what stream/keyed derives. They go back to
// the events themselves: a visit is put together from its clicks, an order from its steps, and a level
// of stock is compared with the one before.
var derivedAudits = []struct{ rollup, query string }{
	{"rollup_visit_day", "audit_visit_days"},
	{"rollup_order_span_day", "audit_order_spans"},
	{"rollup_stock_day", "audit_stock"},
	{"rollup_stock_sku_day", "audit_stock"},
}

func (w *Warehouse) auditDerived(ctx context.Context, scope retail.Scope) ([]Difference, error) {
	var all []Difference
	for _, a := range derivedAudits {
		found, err := w.audit(ctx, scope, a.query, a.rollup)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}
