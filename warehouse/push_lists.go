package warehouse

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// pushColumns are those of push_lists.sql. It is never written after its declaration.
var pushColumns = []Column{{"store", "code", true}, {"member", "count", true}, {"place", "count", true},
	{"sku", "code", false}, {"sku_name", "name", false}, {"sku_name_en", "name", false},
	{"price", "money", false}, {"list_price", "money", false}, {"taste", "ratio", false},
	{"metres", "ratio", false}, {"near_by", "name", false}, {"near_store", "code", false}}

// ExportPushLists writes which specials to tell which members, of the newest batch and of the stores in
// scope, as csv or parquet, and returns how many rows it wrote.
func (w *Warehouse) ExportPushLists(ctx context.Context, scope retail.Scope, format string, out io.Writer) (
	rows int64, err error) {
	return w.exportAll(ctx, scope, "push_lists", pushColumns, format, out)
}

// exportAll writes what an embedded query answers.
func (w *Warehouse) exportAll(ctx context.Context, scope retail.Scope, query string, columns []Column,
	format string, out io.Writer) (rows int64, err error) {
	e, err := newEncoder(format, columns, out)
	if err != nil {
		return 0, err
	}
	if !scope.Empty() {
		err = w.past(ctx, scope, query, nil, func(b arrow.Record) error {
			if rows += b.NumRows(); rows > int64(w.cfg.MaxExportRows) {
				return InvalidQuery{Field: "format", Value: format, Reason: fmt.Sprintf("the export has "+
					"more than %d rows: ask for fewer stores", w.cfg.MaxExportRows)}
			}
			return e.write(b)
		})
	}
	if err != nil {
		return rows, err
	}
	return rows, e.close()
}

// Places hands over at whose tills members bought since a day, the latest store first, most at most of each.
func (w *Warehouse) Places(ctx context.Context, scope retail.Scope, first retail.Day, most int,
	each func(member retail.MemberID, stores []retail.StoreID)) error {
	params := clickhouse.Params{"first": first.String(), "most": strconv.Itoa(most)}
	return w.past(ctx, scope, "push_places", params, func(b arrow.Record) error {
		c := numbers{batch: b}
		members, lists := c.of("member"), c.texts("stores")
		if c.err != nil {
			return c.err
		}
		for i, list := range lists {
			var stores []retail.StoreID
			for text := range strings.SplitSeq(list, ",") {
				id, err := strconv.ParseInt(text, 10, 32)
				if err != nil {
					return fmt.Errorf("cannot read the stores of member %d: %w", members[i], err)
				}
				stores = append(stores, retail.StoreID(id))
			}
			each(retail.MemberID(members[i]), stores)
		}
		return nil
	})
}

// Tastes hands over how much members like the given goods, 0 to 1, by the models that count now.
func (w *Warehouse) Tastes(ctx context.Context, scope retail.Scope, skus []retail.SKUID,
	each func(member retail.MemberID, sku retail.SKUID, taste float64)) error {
	params := clickhouse.Params{"skus": clickhouse.List(skus)}
	return w.past(ctx, scope, "push_tastes", params, func(b arrow.Record) error {
		c := numbers{batch: b}
		members, goods, tastes := c.of("member"), c.of("sku"), c.floats("taste")
		if c.err != nil {
			return c.err
		}
		for i := range tastes {
			each(retail.MemberID(members[i]), retail.SKUID(goods[i]), tastes[i])
		}
		return nil
	})
}

// Told hands over how many push lists members got from a day until before another.
func (w *Warehouse) Told(ctx context.Context, scope retail.Scope, first, until retail.Day,
	each func(member retail.MemberID, lists int)) error {
	params := clickhouse.Params{"first": first.String(), "until": until.String()}
	return w.past(ctx, scope, "push_recent", params, func(b arrow.Record) error {
		c := numbers{batch: b}
		members, lists := c.of("member"), c.of("lists")
		if c.err != nil {
			return c.err
		}
		for i := range members {
			each(retail.MemberID(members[i]), int(lists[i]))
		}
		return nil
	})
}
