package role

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/tillstream/tillstream/oltp/ledger"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// AuditReport says whether the chain's books agree: the stock ledger with the stock, the ledger of sales
// with the facts, and the facts with every rollup.
type AuditReport struct {
	// StoreDays is how many sums by store and business day were compared.
	StoreDays int
	Orders    int64
	Refunds   int64
	Net       retail.Money
	// Differences are in words, the first twenty; More counts those left out.
	Differences []string
	More        int
}

// Clean reports whether everything agrees.
func (r *AuditReport) Clean() bool { return len(r.Differences) == 0 }

func (r *AuditReport) String() string {
	head := fmt.Sprintf("%d store days, %d orders, %d refunds, net sales %s: ", r.StoreDays, r.Orders,
		r.Refunds, r.Net)
	if r.Clean() {
		return head + "ledger = facts = every rollup"
	}
	text := head + "they differ\n  " + strings.Join(r.Differences, "\n  ")
	if r.More > 0 {
		text += fmt.Sprintf("\n  and %d more", r.More)
	}
	return text
}

func (r *AuditReport) differ(format string, args ...any) {
	if len(r.Differences) == 20 {
		r.More++
		return
	}
	r.Differences = append(r.Differences, fmt.Sprintf(format, args...))
}

// Audit recomputes the books from PostgreSQL and from ClickHouse and compares them. While the chain
// trades, the newest sales may still be on their way.
func Audit(ctx context.Context, b Backends, log *slog.Logger) (*AuditReport, error) {
	db, err := postgres.Open(ctx, postgres.Config{DSN: b.Postgres, Connections: 2, Writers: 1,
		Application: "tillstream-audit"})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	click, err := clickhouse.Open(ctx, clickhouse.Config{URL: b.ClickHouse, Log: log})
	if err != nil {
		return nil, err
	}
	defer click.Close()
	house, err := warehouse.New(warehouse.Config{DB: click})
	if err != nil {
		return nil, err
	}
	report := &AuditReport{}
	if err := auditLedger(ctx, db.Ledger(), house, report); err != nil {
		return nil, err
	}
	differences, err := house.Audit(ctx, retail.HQScope())
	if err != nil {
		return nil, err
	}
	for _, d := range differences {
		report.differ("%s", d)
	}
	return report, nil
}

type storeDay struct {
	store retail.StoreID
	day   retail.Day
}

func auditLedger(ctx context.Context, books ledger.Reader, house *warehouse.Warehouse,
	report *AuditReport) error {
	drift, err := books.Drift(ctx)
	if err != nil {
		return err
	}
	for _, d := range drift {
		report.differ("stock of SKU %d at store %d is %d on hand, %d reserved; its ledger says %d, %d",
			d.SKU, d.Store, d.OnHand, d.Reserved, d.LedgerOnHand, d.LedgerReserved)
	}
	totals, err := books.Totals(ctx)
	if err != nil {
		return err
	}
	facts, err := house.FactTotals(ctx, retail.HQScope())
	if err != nil {
		return err
	}
	inFacts := make(map[storeDay]ledger.Total, len(facts))
	for _, f := range facts {
		inFacts[storeDay{f.Store, f.Day}] = f
	}
	for _, want := range totals {
		key := storeDay{want.Store, want.Day}
		if got := inFacts[key]; got != want {
			report.differ("store %d, %s: the ledger says %+v, the facts %+v", want.Store, want.Day,
				want, got)
		}
		delete(inFacts, key)
		report.Orders, report.Refunds = report.Orders+want.Orders, report.Refunds+want.Refunds
		report.Net += want.Net - want.RefundNet
	}
	for key := range inFacts {
		report.differ("store %d, %s: facts without ledger", key.store, key.day)
	}
	report.StoreDays = len(totals)
	return nil
}
