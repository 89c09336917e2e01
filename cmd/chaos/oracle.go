package chaos

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/cmd/house"
	"github.com/tillstream/tillstream/cmd/role"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

var (
	//go:embed sql/repeats.sql
	repeatsSQL string
	//go:embed sql/documents.sql
	documentsSQL string
	//go:embed sql/sold.sql
	soldSQL string
)

// settle waits until the ledger, the facts, every rollup and the tills' own book say the same. The tills
// must be held.
func (c *campaign) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	var last error
	for {
		report, err := role.Audit(ctx, house.Backends(c.house.At), c.cfg.Log)
		if err == nil {
			c.compare(report)
			if report.Clean() {
				return nil
			}
			err = errors.New(report.String())
		}
		if ctx.Err() == nil {
			last = err
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("the books differ %s after the last order: %w", settleWithin, last)
		}
	}
}

// compare adds to the audit where the ledger does not know what the tills were promised.
func (c *campaign) compare(report *role.AuditReport) {
	orders, refunds, net := c.load.totals()
	if report.Orders != orders || report.Refunds != refunds || report.Net != net {
		report.Differences = append(report.Differences, fmt.Sprintf("the tills were promised %d orders and "+
			"%d refunds, net %s; the ledger has %d, %d and %s", orders, refunds, net, report.Orders,
			report.Refunds, report.Net))
	}
}

// count finds what was lost and what took effect twice, document by document and row by row.
func (c *campaign) count(ctx context.Context) error {
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: c.house.At.ClickHouse, Log: c.cfg.Log})
	if err != nil {
		return err
	}
	defer db.Close()
	var repeats, missing int64
	if _, err := db.Row(ctx, repeatsSQL, nil, &repeats, &missing); err != nil {
		return fmt.Errorf("cannot look for repeated facts: %w", err)
	}
	lost, extra := missing, repeats
	for doc, side := range map[string]ledgerSide{"1": c.load.book.orders, "2": c.load.book.refunds} {
		l, e, err := differences(ctx, db, doc, side)
		if err != nil {
			return err
		}
		lost, extra = lost+l, extra+e
	}
	c.report.Lost, c.report.Duplicated = lost, extra
	return nil
}

// differences compares one side of the tills' book with the facts: documents that are missing or too small
// are lost, those that nobody knows or that are too large took effect twice.
func differences(ctx context.Context, db *clickhouse.DB, doc string, side ledgerSide) (lost, extra int64,
	err error) {
	rows, err := db.Query(ctx, documentsSQL, clickhouse.Params{"doc": doc})
	if err != nil {
		return 0, 0, fmt.Errorf("cannot read the documents of the facts: %w", err)
	}
	defer rows.Close()
	seen := int64(0)
	for rows.Next() {
		var id, net int64
		if err := rows.Scan(&id, &net); err != nil {
			return 0, 0, fmt.Errorf("cannot read a document of the facts: %w", err)
		}
		promised, known := side[id]
		switch {
		case !known || net > int64(promised):
			extra++
		case net < int64(promised):
			lost++
		}
		if known {
			seen++
		}
	}
	return lost + int64(len(side)) - seen, extra, rows.Err()
}

// sold is how many sales the facts hold.
func (c *campaign) sold(ctx context.Context) (orders int64, err error) {
	db, err := clickhouse.Open(ctx, clickhouse.Config{URL: c.house.At.ClickHouse, Log: c.cfg.Log})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if _, err := db.Row(ctx, soldSQL, nil, &orders); err != nil {
		return 0, fmt.Errorf("cannot read the facts: %w", err)
	}
	return orders, nil
}
