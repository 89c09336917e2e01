package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/tillstream/tillstream/oltp/ledger"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// maxDifferences bounds the list of each rollup: a thousand say no more than a hundred.
const maxDifferences = 1_000

// Difference is a sum over a store and business day in which a rollup does not agree with the facts.
type Difference struct {
	Rollup string
	Store  retail.StoreID
	Day    retail.Day
	// Measure is the rollup's column.
	Measure         string
	Facts, InRollup int64
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: store %d, %s: %s is %d, the facts say %d",
		d.Rollup, d.Store, d.Day, d.Measure, d.InRollup, d.Facts)
}

// Audit recomputes every rollup of the stores in scope from the facts, by store and business day, and
// lists where they differ. The list is empty unless there is a bug, or rows are arriving just now.
func (w *Warehouse) Audit(ctx context.Context, scope retail.Scope) ([]Difference, error) {
	var all []Difference
	for _, check := range []struct {
		query   string
		rollups []string
	}{
		{"audit_sales", schema.Rollups()},
		// The rollup by category holds neither documents nor visits.
		{"audit_visits", []string{"rollup_store_minute", "rollup_store_hour", "rollup_store_day"}},
		{"audit_goods", []string{"rollup_store_sku_day"}},
		{"audit_documents", []string{"rollup_store_campaign_day"}},
		{"audit_placed", []string{"rollup_placed_day", "rollup_placed_hour"}},
		{"audit_members", []string{"member_order_day"}},
	} {
		for _, rollup := range check.rollups {
			found, err := w.audit(ctx, scope, check.query, rollup)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	derived, err := w.auditDerived(ctx, scope)
	return slices.Clip(append(all, derived...)), err
}

func (w *Warehouse) audit(ctx context.Context, scope retail.Scope, name, rollup string) ([]Difference,
	error) {
	rows, err := w.ask(ctx, scope, name,
		clickhouse.Params{"rollup": rollup, "limit": strconv.Itoa(maxDifferences)})
	if err != nil {
		return nil, err
	}
	var all []Difference
	for _, r := range rows {
		all = append(all, Difference{Rollup: rollup, Store: retail.StoreID(r.int("store")),
			Day: retail.Day(r.int("business_day")), Measure: r.text("measure"),
			Facts: r.int("from_facts"), InRollup: r.int("from_rollup")})
	}
	return all, nil
}

// FactTotals sums the facts of the stores in scope by store and business day, in the terms and the order
// of the ledger that the transactional store keeps, so that the two can be compared.
func (w *Warehouse) FactTotals(ctx context.Context, scope retail.Scope) ([]ledger.Total, error) {
	rows, err := w.ask(ctx, scope, "fact_totals", nil)
	if err != nil {
		return nil, err
	}
	all := make([]ledger.Total, len(rows))
	for i, r := range rows {
		all[i] = ledger.Total{
			Store: retail.StoreID(r.int("store")), Day: retail.Day(r.int("business_day")),
			Orders: r.int("orders_paid"), Lines: r.int("order_lines"), Units: r.int("units"),
			Gross: r.money("gross"), Discount: r.money("discount"), Net: r.money("net"),
			Refunds: r.int("refunds"), RefundLines: r.int("refund_lines"),
			RefundUnits: r.int("refund_units"), RefundGross: r.money("refund_gross"),
			RefundDiscount: r.money("refund_discount"), RefundNet: r.money("refund_net"),
		}
	}
	return all, nil
}
